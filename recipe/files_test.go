package recipe

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/data/idx"
)

// trained runs a built-in recipe with changes into a folder, and opens what it left.
func trained(t *testing.T, name string, set ...string) *Saved {
	t.Helper()
	r, err := Builtin(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range set {
		if err := r.Set(s); err != nil {
			t.Fatal(err)
		}
	}
	dir := filepath.Join(t.TempDir(), "run")
	if _, err := Run(context.Background(), r, Options{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// A folder of pictures, and a model of their brightness.
func TestImages(t *testing.T) {
	dir := t.TempDir()
	for i := range 20 {
		for class, level := range map[string]int{"dark": 20, "light": 200} {
			path := filepath.Join(dir, class, fmt.Sprintf("%d.png", i))
			paint(t, path, uint8(level+i), 9, 7)
		}
	}
	s := trained(t, "fashion", "data=images", "data.folder="+dir, "data.height=8", "data.width=8", "data.channels=1",
		"data.batch=8", "model={\"name\":\"mlp\",\"hidden\":[8]}", "train.epochs=20")
	other := filepath.Join(dir, "other.png")
	paint(t, other, 210, 30, 40)
	all, err := s.Ask(context.Background(), Question{File: other})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 1 || all[0].Classes[0].Class != "light" || all[0].Input != other {
		t.Errorf("got %+v", all)
	}
}

func paint(t *testing.T, path string, level uint8, w, h int) {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, w, h))
	for i := range m.Pix {
		m.Pix[i] = color.Gray{Y: level}.Y
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, m); err != nil {
		t.Fatal(err)
	}
}

// refusedAt looks at the key that a recipe is refused by.
func refusedAt(t *testing.T, key, name string, set ...string) {
	t.Helper()
	if got := refused(t, name, set...); !strings.HasPrefix(got, key+": ") {
		t.Errorf("%v: %s, want %s: …", set, got, key)
	}
}

func TestIDX(t *testing.T) {
	dir := t.TempDir()
	put := func(name string, a *idx.Array) string {
		path := filepath.Join(dir, name)
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := a.Write(f); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const n = 60
	x, y := make([]byte, n*16), make([]byte, n)
	for i := range y {
		y[i] = byte(i % 3)
		for j := range 16 {
			x[16*i+j] = y[i]*90 + byte(i+j)%10
		}
	}
	images := put("images", &idx.Array{Type: idx.Uint8, Shape: []int{n, 4, 4}, Raw: x})
	labels := put("labels", &idx.Array{Type: idx.Uint8, Shape: []int{n}, Raw: y})
	s := trained(t, "fashion", "data=idx", "data.images="+images, "data.labels="+labels, `data.classes=["low","middle"]`, "data.batch=8",
		"data.test_images="+images, "data.test_labels="+labels, "model={\"name\":\"mlp\",\"hidden\":[16]}", "train.epochs=30", "optimizer.lr=0.01")
	res, _, err := s.Evaluate(context.Background())
	if err != nil || res.Metrics["accuracy"] < 0.95 || res.Tested != n {
		t.Errorf("%+v, %v", res, err)
	}
	if got := fmt.Sprint(s.Job.Classes); got != "[low middle 2]" {
		t.Errorf("classes %s", got)
	}
	far := append([]byte{0, 0x2d, 0xc6, 0xc0}, make([]byte, 4*n-4)...)
	labels = put("far", &idx.Array{Type: idx.Int32, Shape: []int{n}, Raw: far})
	refusedAt(t, "data.labels", "fashion", "data=idx", "data.images="+images, "data.labels="+labels)
}

func TestCSV(t *testing.T) {
	var b strings.Builder
	b.WriteString("size;color;weight;kind\n")
	for i := range 80 {
		color, kind := "red", "small"
		if i%3 == 0 {
			color = "blue"
		}
		if i >= 40 {
			kind = "large"
		}
		size := fmt.Sprint(i)
		if i == 7 {
			size = ""
		}
		fmt.Fprintf(&b, "%s;%s;%d;%s\n", size, color, 2*i, kind)
	}
	path := file(t, b.String())
	t.Run("classes", func(t *testing.T) {
		s := trained(t, "iris", "data=csv", "data.file="+path, "data.target=kind", `data.ignore=["weight"]`)
		all, err := s.Ask(context.Background(), Question{File: file(t, "color;size\nblue;70\nred;3\n")})
		if err != nil {
			t.Fatal(err)
		}
		if len(all) != 2 || all[0].Classes[0].Class != "large" || all[1].Classes[0].Class != "small" {
			t.Errorf("got %+v", all)
		}
		if _, err := s.Ask(context.Background(), Question{File: file(t, "color\nblue\n")}); err == nil || !strings.Contains(err.Error(), "size") {
			t.Errorf("a table without a column: %v", err)
		}
	})
	t.Run("mistakes", func(t *testing.T) {
		refusedAt(t, "data.ignore", "iris", "data=csv", "data.file="+path, "data.target=kind", `data.ignore=["wieght"]`)
		refusedAt(t, "data.predict", "cars", "data=csv", "data.file="+path, "data.target=kind", "data.predict=numbers")
	})
	t.Run("numbers", func(t *testing.T) {
		s := trained(t, "cars", "data=csv", "data.file="+path, "data.target=weight")
		all, err := s.Ask(context.Background(), Question{File: file(t, "size;color;kind\n50;red;large\n")})
		if err != nil {
			t.Fatal(err)
		}
		if v := all[0].Value; v < 92 || v > 108 || all[0].Classes != nil {
			t.Errorf("got %+v, want about 100", all)
		}
	})
}

func TestTexts(t *testing.T) {
	s := trained(t, "spam", "train.epochs=3")
	all, err := s.Ask(context.Background(), Question{File: file(t,
		"Congratulations! You have won a £1000 cash prize, call 09061701461 now to claim\n\nok, see you at home later\n")})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 2 || all[0].Classes[0].Class != "spam" || all[1].Classes[0].Class != "ham" {
		t.Errorf("got %+v", all)
	}
	if got := fmt.Sprint(split("WIN £1000, don't wait... 3pm")); got != "[win £ 0000 , do n't wait . . . 0 pm]" {
		t.Errorf("split gives %s", got)
	}
}

func TestNamelessRecipesAreCalledAsTheirFiles(t *testing.T) {
	for file, want := range map[string]string{"mine.json": "mine", "iris.json": "iris.json", "plain": "plain"} {
		path := filepath.Join(t.TempDir(), file)
		if err := os.WriteFile(path, []byte(`{"data": {"set": "iris"}, "model": {"name": "mlp"}, "objective": {"name": "cross_entropy"}, "optimizer": {"name": "adamw"}, "train": {"epochs": 1}}`), 0o600); err != nil {
			t.Fatal(err)
		}
		if r, err := Read(path); err != nil || r.Name != want {
			t.Errorf("%s: %+v, %v; want the name %s", file, r, err, want)
		}
	}
}

// The folds of a set are tested once each, and by rank or not, tables are read back as they were learned.
func TestFoldsAndQuantiles(t *testing.T) {
	seen := map[int]int{}
	for fold := 1; fold <= 4; fold++ {
		h := Held{Folds: 4, Fold: fold}
		a, v, e := h.Divide(30, 0.1)
		if len(a)+len(v)+len(e) != 30 || len(e) < 7 || len(v) != 2 {
			t.Errorf("fold %d has %d, %d and %d", fold, len(a), len(v), len(e))
		}
		for _, i := range e {
			seen[i]++
		}
	}
	if len(seen) != 30 {
		t.Errorf("%d of 30 examples are tested", len(seen))
	}
	s := trained(t, "wine", "data.scale=quantiles", "data.folds=5", "data.fold=2")
	res, _, err := s.Evaluate(context.Background())
	if err != nil || res.Metrics["accuracy"] < 0.9 || res.Tested != 36 {
		t.Errorf("%+v, %v", res, err)
	}
	all, err := s.Ask(context.Background(), Question{File: file(t, "alcohol,malic_acid,ash,alcalinity_of_ash,magnesium,total_phenols,flavanoids,nonflavanoid_phenols,"+
		"proanthocyanins,color_intensity,hue,od280_od315,proline\n14.23,1.71,2.43,15.6,127,2.8,3.06,.28,2.29,5.64,1.04,3.92,1065\n")})
	if err != nil || len(all) != 1 || all[0].Classes[0].Class != "1" {
		t.Errorf("%+v, %v", all, err)
	}
	for set, want := range map[string]string{
		"data.folds=1": "data.folds: want 2 or more", "data.fold=7": "data.folds: want 2", "data.scale=log": "data.scale: want standard or quantiles",
	} {
		r, err := Builtin("wine")
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Set(set); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", set, err)
		}
	}
}

// What is no text is not read as one.
func TestLinesAreText(t *testing.T) {
	for text, want := range map[string]string{"a\n\x89PNG\xff\n": "no text in UTF-8", "\n \n": "holds no text"} {
		if _, err := Lines(file(t, text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if all, err := Lines(file(t, "one\n\nzwölf\n")); err != nil || len(all) != 2 {
		t.Errorf("%q, %v", all, err)
	}
}
