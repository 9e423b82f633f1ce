package vgg

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// formula returns the numbers of a key in the recipe of _golden/vision.py: offset + scale · s.
func formula(key uint64, offset, scale float32, shape ...int) *tensor.Tensor {
	n := 1
	for _, d := range shape {
		n *= d
	}
	x := make([]float32, n)
	rng.KeyOf(key).Uniform(x)
	for i, u := range x {
		x[i] = offset + float32(scale*(2*u-1))
	}
	return tensor.Of(x, shape...)
}

// fillByFormula gives a model the parameters of the recipe, and checks that they have the names that published checkpoints
// have.
func fillByFormula(t *testing.T, m nn.Layer, c *check.Case) {
	t.Helper()
	params := nn.Params(m)
	slices.SortFunc(params, func(a, b tensor.Named) int { return strings.Compare(a.Name, b.Name) })
	var names, want []string
	for i, p := range params {
		names = append(names, p.Name)
		shape := slices.Clone(p.Param.Value.Shape())
		offset, scale := float32(0), float32(0.1)
		switch {
		case strings.HasSuffix(p.Name, "running_var"):
			offset, scale = 1, 0.5
		case len(shape) > 1:
			scale = float32(math.Sqrt(6 / float64(p.Param.Value.Len()/shape[0])))
		case strings.HasSuffix(p.Name, "weight"):
			offset, scale = 1, 0.2
		}
		p.Param.Value = formula(uint64(i+1), offset, scale, shape...)
	}
	if c.Attr("names", &want); !slices.Equal(names, want) {
		t.Fatalf("the parameters are %v, want %v", names, want)
	}
}

// checkLogits compares what a model answers in evaluation and in training with PyTorch.
func checkLogits(t *testing.T, m nn.Layer, c *check.Case) {
	t.Helper()
	size := c.Int("size")
	x := formula(1000, 0, 1, 2, 3, size, size)
	for _, training := range []bool{false, true} {
		p := nn.NewPass(nn.PassConfig{Training: training})
		what := map[bool]string{false: "evaluation", true: "training"}[training]
		got := scaled(m.Forward(p, p.Input(x)).Floats(), c.Float32(what))
		check.Close(t, what, got, scaled(c.Float32(what), c.Float32(what)), 10*c.Float("err32")+1e-5)
		p.Close()
	}
}

// scaled returns x over the largest of like.
func scaled(x, like []float32) []float32 {
	largest := float32(0)
	for _, v := range like {
		largest = max(largest, v, -v)
	}
	y := slices.Clone(x)
	for i := range y {
		y[i] /= largest
	}
	return y
}
