package fcos

import (
	"math"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/data/picture"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/model/modeltest"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// given returns the answers of a case, those tensors being its numbers, and what is there.
func given(c *check.Case, logits, edges, central *tensor.Tensor) (*Answers, [][]picture.Box) {
	a := &Answers{Logits: logits, Edges: edges, Central: central, Size: [2]int{c.Int("height"), c.Int("width")}}
	for _, s := range c.Ints("strides") {
		a.Levels = append(a.Levels, Level{a.Size[0] / s, a.Size[1] / s, s, s})
	}
	rows := c.Float32("things")
	var there [][]picture.Box
	for _, n := range c.Ints("counts") {
		var list []picture.Box
		for range n {
			b := rows[:5]
			rows = rows[5:]
			list = append(list, picture.Box{X0: float64(b[0]), Y0: float64(b[1]), X1: float64(b[2]), Y1: float64(b[3]), Label: int64(b[4])})
		}
		there = append(there, list)
	}
	return a, there
}

func of(c *check.Case, name string) *tensor.Tensor {
	return tensor.Of(c.Float32(name), c.Shape(name)...)
}

// Places answer for the boxes that the reference gives them; the losses and their gradients are its.
func TestLossEqualsTheReference(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/loss.golden"), "") {
		x := []*tensor.Tensor{of(c, "logits").Watch(), of(c, "edges").Watch(), of(c, "central").Watch()}
		a, there := given(c, x[0], x[1], x[2])
		got, want := a.Targets(there, 1.5).Classes, c.Int64("classes")
		answered := 0
		for i, k := range got {
			if int64(k) != want[i] {
				t.Fatalf("%s: place %d answers for class %d, want %d", c.Name, i, k, want[i])
			}
			if k >= 0 {
				answered++
			}
		}
		loss := a.Loss(there, LossConfig{})
		if sum := loss.Sum.Item(); math.Abs(sum-c.Float("sum")) > 1e-4*c.Float("sum") || loss.Count != float64(max(1, answered)) {
			t.Errorf("%s: the loss is %v over %v places, want %v over %d", c.Name, sum, loss.Count, c.Float("sum"), answered)
		}
		grads := autograd.Backward(loss.Sum)
		for i, name := range []string{"logits", "edges", "central"} {
			if g := grads.Of(x[i]); g != nil {
				check.CloseScaled(t, c.Name+" gradient of "+name, g.Floats(), c.Float32("d"+name), 1e-5)
			} else if slices.ContainsFunc(c.Float32("d"+name), func(v float32) bool { return v != 0 }) {
				t.Errorf("%s: no gradient of %s", c.Name, name)
			}
		}
	}
}

// small returns answers of one level of 3 × 4 places for a picture of 24 × 32, of which two places answer for something.
func small(x []*tensor.Tensor) (*Answers, [][]picture.Box) {
	a := &Answers{Logits: x[0], Edges: x[1], Central: x[2], Levels: []Level{{3, 4, 8, 8}}, Size: [2]int{24, 32}}
	return a, [][]picture.Box{{{X0: 5, Y0: 4, X1: 12, Y1: 15, Label: 1}, {X0: 13, Y0: 12, X1: 20, Y1: 19, Label: 0}}}
}

func TestLossHasTheGradientOfItsValue(t *testing.T) {
	x := []*tensor.Tensor{check.Formula(1, 0, 1, 1, 12, 2), check.Formula(2, 0, 1, 1, 12, 4).Abs().AddScalar(0.3), check.Formula(3, 0, 1, 1, 12, 1)}
	if a, there := small(x); a.Loss(there, LossConfig{}).Count != 2 {
		t.Errorf("%v places answer, want 2", a.Loss(there, LossConfig{}).Count)
	}
	err := autograd.Check(func(x []*tensor.Tensor) *tensor.Tensor {
		a, there := small(x)
		return a.Loss(there, LossConfig{}).Sum
	}, x...)
	if err != nil {
		t.Error(err)
	}
}

// Of two things of which one is within the other, the smaller is answered for; one that is too large for a level is the next's.
func TestWhichThingAPlaceAnswersFor(t *testing.T) {
	a := &Answers{Levels: []Level{{8, 8, 8, 8}, {4, 4, 16, 16}}}
	large, inside := picture.Box{X0: 1, Y0: 1, X1: 63, Y1: 63, Label: 0}, picture.Box{X0: 26, Y0: 26, X1: 38, Y1: 38, Label: 1}
	classes := a.Targets([][]picture.Box{{large, inside}}, 1.5).Classes
	if got := classes[4*8+4]; got != 1 {
		t.Errorf("the middle answers for %d, want the smaller, 1", got)
	}
	huge := picture.Box{X0: -70, Y0: -70, X1: 134, Y1: 134, Label: 2}
	classes = a.Targets([][]picture.Box{{huge}}, 1.5).Classes
	if i := slices.Index(classes, 2); i < 64 {
		t.Errorf("place %d of the finest level answers for what is too large for it", i)
	}
}

// A detector learns a picture by heart: it then finds what is there, and nothing else.
func TestLearnsOnePicture(t *testing.T) {
	of := model.Examples{Input: []int{3, 64, 64}, Outputs: 2}
	l, err := model.New("fcos", rng.New(1), of, []byte(`{"backbone": "resnet", "body": {"layers": 18, "width": 8, "depths": [1, 1, 1, 1]}, "width": 16, "groups": 4, "convs": 1, "score": 0.4}`))
	if err != nil {
		t.Fatal(err)
	}
	m := l.(*Model)
	x := check.Formula(1, 0, 1, 1, 3, 64, 64)
	there := [][]picture.Box{{{X0: 4, Y0: 8, X1: 28, Y1: 36, Label: 0}, {X0: 34, Y0: 30, X1: 62, Y1: 58, Label: 1}}}
	modeltest.Overfits(t, "fcos", m, 5e-3, 120, 0.9, func(p *nn.Pass) objective.Loss { return m.Answer(p, x).Loss(there, LossConfig{}) })
	p := nn.NewPass(nn.PassConfig{Training: true}) // with the statistics of this picture
	defer p.Close()
	found := m.Detect(p, p.Input(x))[0]
	if len(found) != 2 {
		t.Fatalf("%d things are found: %+v", len(found), found)
	}
	for _, d := range found {
		b := there[0][d.Class]
		want := model.Detection{Box: [4]float64{b.X0 / 64, b.Y0 / 64, b.X1 / 64, b.Y1 / 64}}
		if iou := d.Overlap(want); iou < 0.6 {
			t.Errorf("a thing of class %d is found at %v, which overlaps %v by %.2f", d.Class, d.Box, want.Box, iou)
		}
	}
}
