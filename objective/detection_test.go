package objective

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// rectangles returns n boxes by their corners, each with a width and a height.
func rectangles(n int, shift float64) *tensor.Tensor {
	x := numbers(n, 2).AddScalar(shift)
	return tensor.Concat(1, x, x.Add(numbers(n, 2).Flip(0).Square().Add(numbers(n, 2).Abs()).AddScalar(1)))
}

var (
	found, real4 = rectangles(8, 0.2), rectangles(8, 0).Add(numbers(8, 4).Flip(1).Scale(0.1))
	square       = tensor.Of([]float32{0, 0, 2, 2}, 1, 4)
	below        = tensor.Of([]float32{0, 3, 2, 5}, 1, 4)
	tall         = tensor.Of([]float32{0, 0, 1, 2}, 1, 4)
)

func noBoxes(name string) []misuse {
	return []misuse{
		{numbers(2, 3), numbers(2, 3), name + ": boxes of shape [2 3]; want [… 4]"},
		{numbers(2, 4), numbers(4), name + ": predictions of shape [2 4] and targets of shape [4] differ"},
	}
}

var _ = register(sample{
	name: "IoU", objective: Func(IoU), prediction: found, target: real4,
	byHand: []byHand{{square, tall, 0.5, 1}, {square, below, 1, 1}, {tensor.Zeros(1, 4), tensor.Zeros(1, 4), 1, 1}},
	misuse: noBoxes("IoU"), golden: "IoU",
})

var _ = register(sample{
	name: "GIoU", objective: Func(GIoU), prediction: found, target: real4,
	byHand: []byHand{{square, tall, 0.5, 1}, {square, below, 1 + 0.2, 1}},
	misuse: noBoxes("GIoU"), golden: "GIoU",
})

var _ = register(sample{
	name: "DIoU", objective: Func(DIoU), prediction: found, target: real4,
	byHand: []byHand{{square, tall, 0.5 + 0.25/8, 1}, {square, below, 1 + 9./29, 1}},
	misuse: noBoxes("DIoU"), golden: "DIoU",
})

var v = 4 / (math.Pi * math.Pi) * math.Pow(math.Pi/4-math.Atan(0.5), 2)

var _ = register(sample{
	name: "CIoU", objective: Func(CIoU), prediction: found, target: real4, order: -1, // its α has no gradient: see below
	byHand: []byHand{{square, tall, 0.5 + 0.25/8 + v*v/(0.5+v), 1}, {square, below, 1 + 9./29, 1}},
	misuse: noBoxes("CIoU"), golden: "CIoU",
})

// TestProportions: what α multiplies has its gradient, to second order.
func TestProportions(t *testing.T) {
	if err := autograd.Check(func(x []*tensor.Tensor) *tensor.Tensor { return proportions(x[0], x[1]) }, found, real4); err != nil {
		t.Error(err)
	}
	for _, w := range []float64{1e-3, 0.4, 1, 3, 1e6} {
		got := slant(tensor.Of([]float64{0, 0, w, 1}, 4)).Item()
		if want := math.Atan(w); math.Abs(got-want) > 1e-11 {
			t.Errorf("atan %g: %v, want %v", w, got, want)
		}
	}
}

func TestHungarian(t *testing.T) {
	for _, c := range check.Cases(t, check.GoldenAll(t, "testdata"), "Hungarian/") {
		rows, columns := Hungarian(tensor.Of(c.Float32("cost"), c.Shape("cost")...))
		if !slices.Equal(toInt64(rows), c.Int64("rows")) || !slices.Equal(toInt64(columns), c.Int64("columns")) {
			t.Errorf("%s: %v %v, want %v %v", c.Name, rows, columns, c.Int64("rows"), c.Int64("columns"))
		}
	}
	if rows, columns := Hungarian(tensor.Zeros(0, 3)); len(rows)+len(columns) != 0 {
		t.Errorf("of nothing: %v %v", rows, columns)
	}
	inf := math.Inf(1)
	for _, bad := range []struct {
		cost *tensor.Tensor
		says string
	}{
		{tensor.Of([]float64{1, inf, 2, inf}, 2, 2), "every assignment of costs of shape [2 2] has one of +Inf"},
		{tensor.Of([]float64{1, math.NaN()}, 2, 1), "a cost of NaN"},
		{classes(3, 2, 2), "a cost int64 of shape [2 2]"},
		{numbers(2, 2).Watch(), "it has no gradient"},
	} {
		if err := tensor.Catch(func() { Hungarian(bad.cost) }); err == nil || !strings.Contains(err.Error(), bad.says) {
			t.Errorf("error %v, want %q", err, bad.says)
		}
	}
}

// TestHungarianIsBest: no permutation of five costs less.
func TestHungarianIsBest(t *testing.T) {
	cost := numbers(5, 5)
	c := tensor.Values[float64](cost)
	rows, columns := Hungarian(cost)
	got := 0.0
	for k, i := range rows {
		got += c[5*i+columns[k]]
	}
	var try func(i int, used uint, sum float64) float64
	try = func(i int, used uint, sum float64) float64 {
		if i == 5 {
			return sum
		}
		least := math.Inf(1)
		for j := range 5 {
			if used>>j&1 == 0 {
				least = min(least, try(i+1, used|1<<j, sum+c[5*i+j]))
			}
		}
		return least
	}
	if want := try(0, 0, 0); math.Abs(got-want) > 1e-12 {
		t.Errorf("cost %v, want %v", got, want)
	}
}

func toInt64(v []int) []int64 {
	w := make([]int64, len(v))
	for i, x := range v {
		w[i] = int64(x)
	}
	return w
}

func TestAnchors(t *testing.T) {
	for _, c := range check.Cases(t, check.GoldenAll(t, "testdata"), "Anchors/") {
		var a Anchors
		c.Attr("sizes", &a.Sizes)
		c.Attr("ratios", &a.Ratios)
		got := a.Grid(c.Int("h"), c.Int("w"), c.Float("stride"))
		if !slices.Equal(got.Shape(), c.Shape("y")) {
			t.Fatalf("%s: shape %v, want %v", c.Name, got, c.Shape("y"))
		}
		check.Close(t, c.Name, got.Floats(), c.Float32("y"), 0)
	}
	exact := Anchors{Sizes: []float64{3}, Exact: true}.Grid(1, 2, 4)
	check.Close(t, "exact", exact.Floats(), []float32{-1.5, -1.5, 1.5, 1.5, 2.5, -1.5, 5.5, 1.5}, 0)
}

func TestAnchorMatch(t *testing.T) {
	for _, c := range check.Cases(t, check.GoldenAll(t, "testdata"), "AnchorMatch/") {
		o := AnchorMatch{High: c.Float("high"), Low: c.Float("low"), Each: c.Bool("each")}
		got := toInt64(o.Match(tensor.Of(c.Float32("iou"), c.Shape("iou")...)))
		if !slices.Equal(got, c.Int64("y")) {
			t.Errorf("%s: %v, want %v", c.Name, got, c.Int64("y"))
		}
	}
	if got := (AnchorMatch{Each: true}).Match(tensor.Zeros(0, 2)); !slices.Equal(got, []int{Background, Background}) {
		t.Errorf("without objects: %v", got)
	}
	err := tensor.Catch(func() { AnchorMatch{High: 0.1, Low: 0.2}.Match(numbers(2, 2)) })
	if err == nil || !strings.Contains(err.Error(), "AnchorMatch: overlaps float32 of shape [2 2] between 0.2 and 0.1") {
		t.Errorf("error %v", err)
	}
}

func TestCenterMatch(t *testing.T) {
	for _, c := range check.Cases(t, check.GoldenAll(t, "testdata"), "CenterMatch/") {
		places, boxes := tensor.Of(c.Float32("places"), c.Shape("places")...), tensor.Of(c.Float32("boxes"), c.Shape("boxes")...)
		got := toInt64(CenterMatch{}.Match(places, boxes, c.Ints("levels")))
		if !slices.Equal(got, c.Int64("y")) || !slices.Contains(got, 1) {
			t.Errorf("%s: %v, want %v", c.Name, got, c.Int64("y"))
		}
	}
	for says, f := range map[string]func(){
		"3 places on [1 2] for places of shape [2 4]": func() { CenterMatch{}.Match(numbers(2, 4), numbers(1, 4), []int{1, 2}) },
		"boxes float32 of shape [2]; want floats":     func() { CenterMatch{}.Match(numbers(2), numbers(1, 4), []int{2}) },
	} {
		if err := tensor.Catch(f); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want %q", err, says)
		}
	}
}

// TestDetectorsTargets: the pieces fit together: anchors, their objects, and what is to be predicted for them.
func TestDetectorsTargets(t *testing.T) {
	anchors := Anchors{Sizes: []float64{8, 16}}.Grid(4, 4, 8)
	objects := tensor.Of([]float32{1, 1, 9, 10, 10, 12, 27, 25}, 2, 4)
	match := AnchorMatch{Each: true}.Match(op.BoxIoU(objects.Unsqueeze(1), anchors.Unsqueeze(0)))
	var at, which []int64
	for j, i := range match {
		if i >= 0 {
			at, which = append(at, int64(j)), append(which, int64(i))
		}
	}
	if len(at) == 0 {
		t.Fatal("no anchor has an object")
	}
	mine, theirs := anchors.Take(0, tensor.Of(at, len(at))), objects.Take(0, tensor.Of(which, len(which)))
	codes := op.EncodeBoxes(theirs, mine)
	if l := GIoU(op.DecodeBoxes(codes, mine), theirs); math.Abs(l.Mean()) > 1e-5 {
		t.Errorf("decoded boxes are off: %v", l.Mean())
	}
}
