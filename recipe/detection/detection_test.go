package detection

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/picture"
	"github.com/jimu-ml/jimu/data/voc"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/recipe/recipetest"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// shapes writes a folder in the form of Pascal VOC: grey pictures of 96 × 96 with a red and a blue square each.
func shapes(t *testing.T, splits map[string]int) string {
	t.Helper()
	dir := t.TempDir()
	write := func(name string, b []byte) {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, b, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	s := rng.KeyOf(7).Source()
	for split, n := range splits {
		var names string
		for i := range n {
			name := fmt.Sprintf("%s%d", split, i)
			names += name + "\n"
			m := image.NewRGBA(image.Rect(0, 0, 96, 96))
			draw.Draw(m, m.Bounds(), image.NewUniform(color.Gray{200}), image.Point{}, draw.Src)
			text := "<annotation><size><width>96</width><height>96</height></size>"
			for k, class := range []string{"red", "blue"} {
				size := 20 + s.Intn(16)
				x, y := 48*k+s.Intn(48-size+1), s.Intn(96-size)
				edge := color.RGBA{220, 30, 30, 255}
				if class == "blue" {
					edge = color.RGBA{30, 30, 220, 255}
				}
				draw.Draw(m, image.Rect(x, y, x+size, y+size), image.NewUniform(edge), image.Point{}, draw.Src)
				text += fmt.Sprintf("<object><name>%s</name><bndbox><xmin>%d</xmin><ymin>%d</ymin><xmax>%d</xmax><ymax>%d</ymax></bndbox></object>", class, x, y, x+size, y+size)
			}
			var b bytes.Buffer
			if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 95}); err != nil {
				t.Fatal(err)
			}
			write("JPEGImages/"+name+".jpg", b.Bytes())
			write("Annotations/"+name+".xml", []byte(text+"</annotation>"))
		}
		write("ImageSets/Main/"+split+".txt", []byte(names))
	}
	return dir
}

// small returns a recipe for the folder that learns in seconds.
func small(t *testing.T, folder string, sets ...string) *recipe.Recipe {
	t.Helper()
	return recipetest.Recipe(t, "bccd", append([]string{
		"data.set=voc", "data.folder=" + folder, "data.height=64", "data.width=64", "data.batch=8", "data.crop=0.8",
		`model={"name": "fcos", "backbone": "resnet", "body": {"layers": 18, "width": 8, "depths": [1, 1, 1, 1]}, "width": 16, "groups": 4, "convs": 1, "score": 0.3}`,
		"optimizer.lr=0.01", "train.epochs=40", "train.average=0.8",
	}, sets...)...)
}

// A run finds the squares of pictures that it has not seen; its model is opened again, tested, and asked about a file.
func TestRunFindsSquares(t *testing.T) {
	folder := shapes(t, map[string]int{"train": 16, "val": 4, "test": 6})
	dir := filepath.Join(t.TempDir(), "run")
	res, err := recipe.Run(t.Context(), small(t, folder), recipe.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if res.Metrics["map50"] < 0.6 || res.Tested != 6 {
		t.Errorf("of %d pictures %v", res.Tested, res.Metrics)
	}
	for _, name := range []string{"map", "ap50_red", "ap50_blue"} {
		if v, ok := res.Metrics[name]; !ok || math.IsNaN(v) {
			t.Errorf("%s is %v", name, v)
		}
	}
	s, err := recipe.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if again, _, err := s.Evaluate(t.Context()); err != nil || again.Metrics["map50"] != res.Metrics["map50"] {
		t.Errorf("tested again: %v, %v; was %v", again, err, res.Metrics)
	}
	file := filepath.Join(folder, "JPEGImages", "test0.jpg")
	all, err := s.Ask(t.Context(), recipe.Question{File: file})
	if err != nil || len(all) != 1 || len(all[0].Found) == 0 || len(all[0].Made) != 1 {
		t.Fatalf("%d answers, %v", len(all), err)
	}
	if m, err := png.Decode(bytes.NewReader(all[0].Made[0].Data)); err != nil || m.Bounds().Dx() != 96 || all[0].Made[0].Name != "test0.png" {
		t.Errorf("drawn is %s, %v", all[0].Made[0].Name, err)
	}
	surest := all[0].Found[0]
	if middle := surest.Box[0] + surest.Box[2]/2; (surest.Class == "red") != (middle < 48) {
		t.Errorf("%+v: red squares are on the left, blue ones on the right", surest)
	}
	if all, err := s.Ask(t.Context(), recipe.Question{Most: 2}); err != nil || len(all) != 2 || all[1].Input != "test1" || all[1].Want != "1 blue, 1 red" {
		t.Errorf("of the test set: %+v, %v", all, err)
	}
	e, err := s.Examine(t.Context())
	if err != nil || e.Classes != nil || e.Outputs.Dim(0) != 6 {
		t.Fatalf("examined: %+v, %v", e, err)
	}
	wrong := e.Outputs.Floats()
	worst := e.Worst(6)
	for i := 1; i < len(worst); i++ {
		if wrong[worst[i]] > wrong[worst[i-1]] || wrong[worst[i]] == 0 {
			t.Errorf("the pictures have %v mistakes, the worst are %v", wrong, worst)
		}
	}
	if p, err := e.Show(1); err != nil || p.Input != "test1" || p.Want != "1 blue, 1 red" || len(p.Made) != 1 {
		t.Errorf("shown: %+v, %v", p, err)
	}
	if _, err := s.Ask(t.Context(), recipe.Question{Text: "a cell"}); err == nil || !strings.Contains(err.Error(), "this model takes pictures") {
		t.Errorf("asked about a text: %v", err)
	}
	if _, err := s.Ask(t.Context(), recipe.Question{File: filepath.Join(folder, "Annotations", "test0.xml")}); err == nil || !strings.Contains(err.Error(), "PNG, JPEG and GIF") {
		t.Errorf("asked about no picture: %v", err)
	}
}

func TestMistakesAreNamed(t *testing.T) {
	for set, want := range map[string]string{
		"data.batch=0":                "data.batch: want 1 or more, not 0",
		"data.height=8":               "data.height: pictures of 8×256; want 32 to 4096 pixels a side",
		"data.crop=0":                 "data.crop: want a share",
		"data.stretch=0.5":            "data.stretch: want 1 or more, not 0.5",
		"data.color=1":                "data.color: want a share",
		"data.colour=1":               "did you mean data.color?",
		"objective.radius=-1":         "objective.radius: want more than 0 strides, not -1",
		"objective.gamma=0":           "objective.gamma: want above 0, not 0",
		"objective.balance=1":         "objective.balance: want a share",
		"objective.name=fcs":          "did you mean fcos?",
		"objective.name=focal":        "focal is for classes, and the set bccd has boxes; use fcos",
		`model={"name": "resnet18"}`:  "model.name: resnet18 does not learn boxes; use fcos",
		`model.body={"layers": 20}`:   "there is no ResNet of 20 layers",
		"data.folder=nowhere":         "data.folder: nowhere has neither the folder BCCD nor bccd-voc.tar.gz; git clone https://github.com/Shenggan/BCCD_Dataset",
		"data={\"set\": \"voc\"}":     "data.folder: is missing: the folder with Annotations",
		"data.set=voc; data.folder=a": "data.folder: there is no folder a",
		"data.set=voc; data.folder=.": "data.folder: ImageSets/Main/train.txt, which lists the pictures of a split, one name a line, is not in .",
	} {
		r, err := recipe.Builtin("bccd")
		if err != nil {
			t.Fatal(err)
		}
		for one := range strings.SplitSeq(set, "; ") {
			if err == nil {
				err = r.Set(one)
			}
		}
		if err == nil {
			var w recipe.Work
			if w, err = r.Load(t.Context()); err == nil {
				_, err = w.Begin(r)
			}
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", set, err, want)
		}
	}
}

func loaded(t *testing.T, folder string) work {
	t.Helper()
	r, err := recipe.Builtin("bccd")
	if err != nil {
		t.Fatal(err)
	}
	if folder != "" {
		if err := r.Set("data.folder=" + folder); err != nil {
			t.Fatal(err)
		}
	}
	w, err := r.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return w.(work)
}

// counts returns how many pictures and boxes the three sets have.
func counts(w work) (pictures, boxes [3]int) {
	for i, s := range []any{w.sets.Train, w.sets.Validation, w.sets.Test} {
		pictures[i] = s.(*set).Len()
		for _, list := range s.(*set).boxes {
			boxes[i] += len(list)
		}
	}
	return pictures, boxes
}

func TestCellsInTheProgram(t *testing.T) {
	w := loaded(t, "")
	pictures, _ := counts(w)
	if pictures != [3]int{40, 10, 10} || !slices.Equal(w.kept.Classes, []string{"Platelets", "RBC", "WBC"}) {
		t.Errorf("%v pictures of %v", pictures, w.kept.Classes)
	}
	for _, name := range []string{"bccd", "bccd-full"} {
		r, err := recipe.Builtin(name)
		if err != nil {
			t.Fatal(err)
		}
		if j, err := w.Begin(r); err != nil || j.Model == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The published files hold what they are known to hold: 4,888 boxes, of which two have no area and none is difficult.
func TestPublishedCells(t *testing.T) {
	files, _, err := config{Folder: filepath.Dir(check.Published(t, "data/bccd/bccd-voc.tar.gz"))}.cells()
	if err != nil {
		t.Fatal(err)
	}
	k, boxes, hard := &kept{Height: 48, Width: 64}, 0, 0
	for split, want := range map[string]int{"train": 205, "val": 87, "test": 72} {
		names, err := voc.Names(files, split)
		if err != nil || len(names) != want {
			t.Errorf("%s has %d pictures, %v", split, len(names), err)
		}
		for _, name := range names {
			a, _, err := voc.Read(files, name)
			if err != nil {
				t.Fatal(err)
			}
			all, difficult := k.boxes(a, &picture.Picture{Height: a.Height, Width: a.Width})
			boxes, hard = boxes+len(all), hard+len(difficult)
		}
	}
	if slices.Sort(k.Classes); boxes != 4886 || hard != 0 || !slices.Equal(k.Classes, []string{"Platelets", "RBC", "WBC"}) {
		t.Errorf("%d boxes, %d difficult ones, of %v", boxes, hard, k.Classes)
	}
}

// What happens to a picture depends on the key alone, and its boxes stay within it.
func TestBatchesAreFunctionsOfTheirKey(t *testing.T) {
	s := loaded(t, "").sets.Train.(*set)
	a, err := s.Batch([]int{3, 5}, rng.KeyOf(1))
	if err != nil {
		t.Fatal(err)
	}
	b, _ := s.Batch([]int{5}, rng.KeyOf(1))
	c, _ := s.Batch([]int{5}, rng.KeyOf(2))
	five := a.X.Slice(0, 1, 2).Floats()
	if !slices.Equal(five, b.X.Floats()) || slices.Equal(five, c.X.Floats()) {
		t.Error("the same key gives another picture, or another key the same")
	}
	if got, want := things(a.Y)[1], things(b.Y)[0]; !slices.Equal(got, want) || len(got) == 0 {
		t.Errorf("its boxes are %v and %v", got, want)
	}
	for _, list := range things(a.Y) {
		for _, box := range list {
			if box != box.Clamp(192, 256) || box.X1-box.X0 < leastSide || box.Y1-box.Y0 < leastSide {
				t.Errorf("a box %+v in a picture of 192 × 256", box)
			}
		}
	}
	if _, err := s.Batch([]int{40}, 0); err == nil || err.Error() != "example 40 of a set of 40" {
		t.Errorf("an example that is not there: %v", err)
	}
}

func TestPrecision(t *testing.T) {
	there := tensor.Of([]float32{0, 0, 10, 10, 0, 0, 20, 20, 40, 40, 1, 0, 0, 0, 0, 0, -1, 0}, 1, 3, 6)
	found := rows([][]model.Detection{{
		{Box: [4]float64{0, 0, 0.1, 0.11}, Class: 0, Score: 0.9}, {Box: [4]float64{0.6, 0.6, 0.8, 0.8}, Class: 1, Score: 0.8},
	}}, 100, 100)
	nothing := rows([][]model.Detection{nil}, 100, 100)
	mean, first, other := &precision{name: "map50", class: -1}, &precision{class: 0}, &precision{class: 0}
	mean.Add(found, there)
	first.Add(found, there)
	other.Add(nothing, there)
	if mean.Name() != "map50" || math.Abs(mean.Value()-0.5) > 1e-9 || math.Abs(first.Value()-1) > 1e-9 || other.Value() != 0 {
		t.Errorf("%s is %v, of the first class %v, of nothing found %v", mean.Name(), mean.Value(), first.Value(), other.Value())
	}
	first.Merge(other)
	if v := first.Value(); v < 0.5 || v > 0.51 { // at 51 of 101 recalls
		t.Errorf("one of two found is %v", v)
	}
	if first.Reset(); !math.IsNaN(first.Value()) {
		t.Errorf("of nothing it is %v", first.Value())
	}
}

// What is marked as difficult is not learned, need not be found, and is not wrong when it is.
func TestDifficultThings(t *testing.T) {
	folder := shapes(t, map[string]int{"train": 2, "val": 2, "test": 2})
	files, err := filepath.Glob(filepath.Join(folder, "Annotations", "*.xml"))
	if err != nil || len(files) != 6 {
		t.Fatal(files, err)
	}
	for _, path := range files { // the second thing, the blue one
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		text = bytes.Replace(text, []byte("<name>blue</name>"), []byte("<name>blue</name><difficult>1</difficult>"), 1)
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	r := small(t, folder)
	loaded, err := r.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w := loaded.(work)
	j, err := w.Begin(r)
	if err != nil {
		t.Fatal(err)
	}
	v, err := j.Test(t.Context())
	if _, blue := v["ap50_blue"]; err != nil || v["loss"] == 0 || blue {
		t.Errorf("tested: %v, %v; nothing blue is to be found", v, err)
	}
	for name, x := range v {
		if math.IsNaN(x) {
			t.Errorf("%s is %v, which the run's folder cannot keep", name, x)
		}
	}
	for name, s := range map[string]data.Set{"training": w.sets.Train, "test": w.sets.Test} {
		b, err := s.Batch([]int{0, 1}, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, list := range things(b.Y) {
			if len(list) != 1 || w.kept.Classes[list[0].Label] != "red" {
				t.Errorf("of the %s, %v is to be found", name, list)
			}
		}
		if name == "training" {
			if b.Y.Dim(1) != 1 {
				t.Errorf("the training has %v", b.Y)
			}
			continue
		}
		var all [][]model.Detection
		for i := range 2 {
			var found []model.Detection
			for k, box := range slices.Concat(w.test.boxes[i], w.test.difficult[i]) {
				found = append(found, model.Detection{Box: [4]float64{box.X0 / 64, box.Y0 / 64, box.X1 / 64, box.Y1 / 64}, Class: int(box.Label), Score: 0.5 + float64(k)/10})
			}
			all = append(all, found)
		}
		mean, blue := &precision{name: "map50", class: -1}, &precision{class: 0}
		mean.Add(rows(all, 64, 64), b.Y)
		blue.Add(rows(all, 64, 64), b.Y)
		if math.Abs(mean.Value()-1) > 1e-9 || !math.IsNaN(blue.Value()) {
			t.Errorf("all of what is there is found: %v, of the difficult ones %v", mean.Value(), blue.Value())
		}
	}
	if p := (&detector{work: w}).said(w.test.boxes[0]); p != "1 red" {
		t.Errorf("to be found is %s", p)
	}
}

func TestWhatWasKeptIsChecked(t *testing.T) {
	for _, text := range []string{
		`{`, `{}`, `{"height": 64, "width": 1000000, "classes": ["a"], "mean": [0, 0, 0], "deviation": [1, 1, 1]}`,
		`{"height": 64, "width": 64, "classes": ["a", ""], "mean": [0, 0, 0], "deviation": [1, 1, 1]}`,
	} {
		if _, err := reopen([]byte(text)); err == nil || !strings.Contains(err.Error(), "it is damaged") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestLoadingStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r, err := recipe.Builtin("bccd")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Load(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("loading goes on: %v", err)
	}
}
