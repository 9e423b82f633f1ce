package video

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/gif"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/recipe/recipetest"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// small makes the recipe one of seconds.
var small = []string{
	"data.films=48", "data.validation=4", "data.test=4", "data.things=1", "data.frames=8", "data.side=16", "train.epochs=6",
	`model={"name": "conv_lstm", "channels": [12], "size": 3, "patch": 2}`, "optimizer.lr=0.01",
}

func run(t *testing.T, set ...string) (*recipe.Saved, *recipe.Result, error) {
	t.Helper()
	r, err := recipe.Builtin("moving")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range slices.Concat(small, set) {
		if err := r.Set(s); err != nil {
			return nil, nil, err
		}
	}
	dir := filepath.Join(t.TempDir(), "run")
	res, err := recipe.Run(t.Context(), r, recipe.Options{Dir: dir})
	if err != nil {
		return nil, nil, err
	}
	s, err := recipe.Open(dir)
	return s, res, err
}

// What learns from its own pictures has a loss of those too: it is larger, and made smaller it is another network.
func TestItLearnsFromItsOwnPictures(t *testing.T) {
	var seen, own [2]float64
	for i, set := range []string{"data.own=false", "data.own=true"} {
		_, res, err := run(t, set)
		if err != nil {
			t.Fatal(err)
		}
		seen[i], own[i] = res.Metrics["next_error"], res.Loss
	}
	if seen[0] == seen[1] || !(own[1] > own[0]) {
		t.Errorf("errors of the next picture %v, losses %v", seen, own)
	}
}

// After some steps it knows better than that nothing moves; its films can be looked at.
func TestItBeatsCopying(t *testing.T) {
	s, res, err := run(t)
	if err != nil {
		t.Fatal(err)
	}
	if m := res.Metrics; !(m["next_error"] < m["copy_error"]) || m["copy_error"] == 0 || math.IsNaN(m["ahead_error"]) {
		t.Errorf("%v", m)
	}
	recipetest.Faults(t, s, res.Tested)
	all, err := s.Ask(t.Context(), recipe.Question{Most: 2})
	if err != nil || len(all) != 2 {
		t.Fatalf("%v, %v", all, err)
	}
	film := all[1].Made[0]
	g, err := gif.DecodeAll(bytes.NewReader(film.Data))
	if err != nil || len(g.Image) != 8 || film.Name != "film-2.gif" {
		t.Fatalf("%s: %v", film.Name, err)
	}
	path := filepath.Join(t.TempDir(), "mine.gif")
	if err := os.WriteFile(path, film.Data, 0o600); err != nil {
		t.Fatal(err)
	}
	again, err := s.Ask(t.Context(), recipe.Question{File: path})
	if err != nil || len(again) != 1 || !strings.HasPrefix(again[0].Text, "8 pictures seen, 4 made") || again[0].Made[0].Name != "mine-next.gif" {
		t.Errorf("%+v, %v", again, err)
	}
}

// Films for training change from epoch to epoch, those for the test never do, and things stay within their walls.
func TestFilms(t *testing.T) {
	things := []thing{{}}
	for i := range things[0] {
		things[0][i] = 1
	}
	c := moving{Things: 1, kept: kept{Frames: 30, Side: 20}}
	moves := films{c, things, 5, nil}
	a, errA := moves.Batch([]int{0, 3}, 1)
	b, errB := moves.Batch([]int{3}, 1)
	other, errC := moves.Batch([]int{3}, 2)
	if errA != nil || errB != nil || errC != nil {
		t.Fatal(errA, errB, errC)
	}
	one := tensor.Values[float32](a.X.Slice(0, 1, 2).Contiguous())
	if !slices.Equal(one, tensor.Values[float32](b.X)) || slices.Equal(one, tensor.Values[float32](other.X)) {
		t.Error("a film is not a function of its place and the key")
	}
	key := rng.KeyOf(5)
	still := films{c, things, 5, &key}
	x, _ := still.Batch([]int{2}, 1)
	y, _ := still.Batch([]int{2}, 2)
	if !slices.Equal(tensor.Values[float32](x.X), tensor.Values[float32](y.X)) {
		t.Error("the films for the test change with the key")
	}
	v, next := tensor.Values[float32](x.X), tensor.Values[float32](x.Y)
	if !slices.Equal(v[400:], next[:len(next)-400]) {
		t.Error("y is not x, one picture later")
	}
	for i := 0; i < len(v); i += 400 {
		sum := float32(0)
		for _, p := range v[i : i+400] {
			sum += p
		}
		if sum != half*half {
			t.Fatalf("picture %d shows %v of %d pixels: the thing went through a wall", i/400, sum, half*half)
		}
	}
}

func TestMistakes(t *testing.T) {
	for set, want := range map[string]string{
		"data.frames=7": "data.frames: want an even number", "data.side=10": "data.side: want 16 to 256", "data.things=0": "data.things: want 1 or more",
		"data.folder=none": "train-images-idx3-ubyte.gz", "model=mlp": "", "objective=mean_squared_error": "use binary_cross_entropy",
	} {
		if _, _, err := run(t, set); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", set, err, want)
		}
	}
}

// A film of two pictures, cut off anywhere or with claims that are too large, is refused.
func TestHostileFilms(t *testing.T) {
	var b bytes.Buffer
	m := image.NewPaletted(image.Rect(0, 0, 8, 6), color.Palette{color.Black, color.White})
	if err := gif.EncodeAll(&b, &gif.GIF{Image: []*image.Paletted{m, m}, Delay: []int{1, 1}}); err != nil {
		t.Fatal(err)
	}
	x, err := decode(b.Bytes(), 16)
	if err != nil || !slices.Equal(x.Shape(), []int{1, 2, 1, 16, 16}) {
		t.Fatal(err)
	}
	for n := range b.Len() - 1 {
		if _, err := decode(b.Bytes()[:n], 16); err == nil {
			t.Errorf("cut off after %d of %d bytes, it is read", n, b.Len())
		}
	}
	large := bytes.Clone(b.Bytes())
	binary.LittleEndian.PutUint16(large[6:], 40000)
	binary.LittleEndian.PutUint16(large[8:], 40000)
	if _, err := decode(large, 16); err == nil || !strings.Contains(err.Error(), "40000×40000") {
		t.Error(err)
	}
}

// A picture that is taken away before the next leaves what its file says: nothing, or what was there before.
func TestTakenAwayPictures(t *testing.T) {
	black, white := color.RGBA{0, 0, 0, 255}, color.RGBA{255, 255, 255, 255}
	square := func(x int) *image.Paletted {
		return image.NewPaletted(image.Rect(x, 4, x+8, 12), color.Palette{white})
	}
	ground := image.NewPaletted(image.Rect(0, 0, 32, 16), color.Palette{black, white})
	ground.SetColorIndex(31, 15, 1)
	for _, c := range []struct {
		name     string
		pictures []*image.Paletted
		disposal byte
		want     []int
	}{
		{"they stay", []*image.Paletted{square(0), square(8), square(16)}, gif.DisposalNone, []int{64, 128, 192}},
		{"nothing", []*image.Paletted{square(0), square(8), square(16)}, gif.DisposalBackground, []int{64, 64, 64}},
		{"what was there", []*image.Paletted{ground, square(8), square(16)}, gif.DisposalPrevious, []int{1, 65, 65}},
	} {
		g := gif.GIF{Image: c.pictures, Delay: []int{1, 1, 1}, Disposal: []byte{c.disposal, c.disposal, c.disposal}, Config: image.Config{Width: 32, Height: 16}}
		if c.pictures[0] == ground {
			g.Disposal[0] = gif.DisposalNone
		}
		var b bytes.Buffer
		if err := gif.EncodeAll(&b, &g); err != nil {
			t.Fatal(err)
		}
		x, err := decode(b.Bytes(), 32)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range c.want { // each pixel is two, one below the other
			if got := x.Slice(1, i, i+1).Sum().Item() / 2; math.Abs(got-float64(want)) > 1e-3 {
				t.Errorf("%s: picture %d has %v white pixels, want %d", c.name, i+1, got, want)
			}
		}
	}
}

func FuzzDecode(f *testing.F) {
	var b bytes.Buffer
	m := image.NewPaletted(image.Rect(0, 0, 4, 4), color.Palette{color.Black, color.White})
	if err := gif.EncodeAll(&b, &gif.GIF{Image: []*image.Paletted{m, m}, Delay: []int{1, 1}}); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, text []byte) {
		x, err := decode(text, 16)
		if err == nil && (x.Dim(1) < 2 || x.Dim(1) > mostFrames) {
			t.Errorf("a film of %v", x.Shape())
		}
	})
}
