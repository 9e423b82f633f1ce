package picture

import (
	"fmt"
	"math"
	"testing"

	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// stray is an example with boxes and points that are partly or wholly outside.
func stray() *Example {
	e := scene(1)
	e.Boxes = []Box{{-5, 3, 10, 9, 1}, {50, 38, 60, 50, 2}, {3, 3, 3.5, 9, 3}, {60, 60, 70, 70, 4}, {9, 9, 11, 12, 5}}
	e.Points, e.Masks = []Point{{-1, 3}, {52, 4}, {51.5, 39.5}, {7, 99}}, nil
	return e
}

var (
	_ = register(sample{name: "ClampBoxes", t: ClampBoxes{}, moves: true, input: stray})
	_ = register(sample{name: "SanitizeBoxes", t: Compose{ClampBoxes{}, SanitizeBoxes{}}, moves: true, input: stray})
	_ = register(sample{name: "SanitizePoints", t: Compose{ClampBoxes{}, SanitizePoints{}}, moves: true, input: stray})
)

func TestStrayBoxesAndPoints(t *testing.T) {
	e := stray()
	ClampBoxes{}.Apply(e, 0)
	if got, want := fmt.Sprint(e.Boxes, e.Points), "[{0 3 10 9 1} {50 38 52 40 2} {3 3 3.5 9 3} {52 40 52 40 4} {9 9 11 12 5}] [{0 3} {52 4} {51.5 39.5} {7 40}]"; got != want {
		t.Errorf("clamped: %s, want %s", got, want)
	}
	for _, c := range []struct {
		s    SanitizeBoxes
		want string
	}{{SanitizeBoxes{}, "1 2 5 "}, {SanitizeBoxes{MinArea: 5}, "1 5 "}, {SanitizeBoxes{MinSide: 3}, "1 "}, {SanitizeBoxes{MaxBoxes: 2}, "1 2 "}} {
		e := stray()
		Compose{ClampBoxes{}, c.s}.Apply(e, 0)
		got := ""
		for _, b := range e.Boxes {
			got += fmt.Sprint(b.Label, " ")
		}
		if got != c.want {
			t.Errorf("%+v leaves %s, want %s", c.s, got, c.want)
		}
	}
	e = stray()
	e.Boxes[0].X0 = math.NaN()
	Compose{SanitizeBoxes{}, SanitizePoints{}}.Apply(e, 0)
	if got, want := fmt.Sprint(e.Boxes, e.Points), "[{9 9 11 12 5}] [{51.5 39.5}]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestFormatsOfBoxes(t *testing.T) {
	b := Box{2, 3, 8, 7, 4}
	for f, want := range map[BoxFormat]string{Corners: "[2 3 8 7]", CornerSize: "[2 3 6 4]", CenterSize: "[5 5 6 4]"} {
		v := b.In(f)
		if got := fmt.Sprint(v); got != want {
			t.Errorf("%s: %s, want %s", f, got, want)
		}
		if got := BoxOf(v, f, 4); got != b {
			t.Errorf("%s: %v comes back as %v", f, b, got)
		}
	}
	for _, f := range []func(){func() { b.In("no") }, func() { BoxOf([4]float64{}, "no", 0) }} {
		if err := tensor.Catch(f); err == nil {
			t.Error("a format that does not exist is taken")
		}
	}
	if got := b.IoU(Box{5, 3, 11, 7, 0}); math.Abs(got-1.0/3) > 1e-12 {
		t.Errorf("IoU %v, want 1/3", got)
	}
	if got := (Box{}).IoU(Box{}); got != 0 {
		t.Errorf("IoU of nothing %v", got)
	}
}

var (
	_ = register(sample{name: "Compose", t: Compose{RandomCrop{Pad: 2}, HorizontalFlip{}}, random: true, moves: true})
	_ = register(sample{name: "RandomApply", t: RandomApply{Of: []Transform{Invert{P: 1}, HorizontalFlip{P: 1}}}, random: true, moves: true})
	_ = register(sample{name: "RandomChoice", t: RandomChoice{Of: []Transform{Invert{P: 1}, HorizontalFlip{P: 1}}}, random: true, moves: true})
	_ = register(sample{name: "RandomOrder", t: RandomOrder{Invert{P: 1}, Solarize{P: 1, Threshold: 100}}, random: true})
	_ = register(sample{name: "Lambda", t: Lambda(func(e *Example, _ rng.Key) { e.Pix[0] = 9 })})
)

func TestChoicesAreAsLikelyAsTheyShould(t *testing.T) {
	const n = 4000
	into := func(v uint8) Transform { return Lambda(func(e *Example, _ rng.Key) { e.Pix[0] = 10*e.Pix[0] + v }) }
	made := func(t Transform, k rng.Key) uint8 {
		e := &Example{Pix: []uint8{0}, Channels: 1, Height: 1, Width: 1}
		t.Apply(e, k)
		return e.Pix[0]
	}
	some := []Transform{into(1), into(2), into(3)}
	for i, p := range []float64{0.2, 0, 0.8} {
		c := RandomChoice{Of: some, Weight: []float64{1, 0, 4}}
		got := share(n, func(k rng.Key) bool { return made(c, k) == uint8(i+1) })
		if p == 0 && got != 0 {
			t.Errorf("a choice of weight 0 is made")
		}
		likely(t, fmt.Sprint("choice ", i), got, p, n)
		got = share(n, func(k rng.Key) bool { return made(RandomChoice{Of: some}, k) == uint8(i+1) })
		likely(t, fmt.Sprint("one of three: ", i), got, 1.0/3, n)
	}
	likely(t, "all or none", share(n, func(k rng.Key) bool { return made(RandomApply{P: 0.3, Of: some}, k) == 123 }), 0.3, n)
	for _, order := range []uint8{123, 132, 213, 231, 312 % 256, 321 % 256} {
		likely(t, "order", share(n, func(k rng.Key) bool { return made(RandomOrder(some), k) == order }), 1.0/6, n)
	}
	if err := tensor.Catch(func() { made(RandomChoice{Of: some, Weight: []float64{1}}, 1) }); err == nil {
		t.Error("one weight does for three")
	}
	if made(RandomChoice{}, 1) != 0 {
		t.Error("a choice of nothing does something")
	}
}
