package check

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Formula returns the numbers of a key in the recipe of _golden/formula.py: offset + scale · s, with s even in [−1, 1).
func Formula(key uint64, offset, scale float32, shape ...int) *tensor.Tensor {
	n := 1
	for _, d := range shape {
		n *= d
	}
	x := make([]float32, n)
	rng.KeyOf(key).Uniform(x)
	for i, u := range x {
		x[i] = offset + float32(scale*(2*u-1))
	}
	return tensor.Of(x).Reshape(shape...)
}

// Fill gives a model the parameters of the recipe, by their names in order: parameter p of n elements is made from key p+1.
//
//	running_var       1 + 0.5 s
//	of one axis       weight: 1 + 0.2 s, anything else: 0.1 s
//	of more axes      √(6 / (n / first axis)) · s
//
// names are those that the reference has, sorted; the test fails if the model's are others.
func Fill(t testing.TB, params []tensor.Named, names []string) {
	t.Helper()
	params = slices.Clone(params)
	slices.SortFunc(params, func(a, b tensor.Named) int { return strings.Compare(a.Name, b.Name) })
	got := make([]string, len(params))
	for i, p := range params {
		got[i] = p.Name
	}
	if !slices.Equal(got, names) {
		t.Fatalf("the parameters are %v, want %v", got, names)
	}
	for i, p := range params {
		p.Param.Value = numbered(i, p.Name, slices.Clone(p.Param.Value.Shape()))
	}
}

// numbered returns parameter p of the recipe.
func numbered(p int, name string, shape []int) *tensor.Tensor {
	offset, scale, n := float32(0), float32(0.1), 1
	for _, d := range shape {
		n *= d
	}
	switch {
	case strings.HasSuffix(name, "running_var"):
		offset, scale = 1, 0.5
	case len(shape) > 1:
		scale = float32(math.Sqrt(6 / float64(n/shape[0])))
	case strings.HasSuffix(name, "weight"):
		offset, scale = 1, 0.2
	}
	return Formula(uint64(p+1), offset, scale, shape...)
}

// CloseScaled is [Close] with both sides divided by the largest of want: tolerance is relative to the whole array.
func CloseScaled(t testing.TB, what string, got, want []float32, tolerance float64) {
	t.Helper()
	largest := float32(0)
	for _, v := range want {
		largest = max(largest, v, -v)
	}
	scaled := func(x []float32) []float32 {
		y := slices.Clone(x)
		for i := range y {
			y[i] /= max(largest, math.SmallestNonzeroFloat32)
		}
		return y
	}
	Close(t, what, scaled(got), scaled(want), tolerance)
}

// Logits compares what a model makes of pictures x [2 3 size size], of key 1000, in evaluation and in training, with the
// arrays of those names in the case.
func Logits(t testing.TB, c *Case, forward func(training bool, x *tensor.Tensor) []float32) {
	t.Helper()
	size := c.Int("size")
	x := Formula(1000, 0, 1, 2, 3, size, size)
	for _, training := range []bool{false, true} {
		what := map[bool]string{false: "evaluation", true: "training"}[training]
		CloseScaled(t, what, forward(training, x), c.Float32(what), 10*c.Float("err32")+1e-5)
	}
}

// Names returns the sorted names of the reference's parameters, the case's attribute "names".
func (c *Case) Names() (names []string) { c.t.Helper(); c.Attr("names", &names); return names }

// Tensors returns the reference's parameters by the recipe, in the order of [Case.Names]; their shapes are the case's
// attribute "shapes".
func (c *Case) Tensors() []*tensor.Tensor {
	c.t.Helper()
	var shapes [][]int
	c.Attr("shapes", &shapes)
	x := make([]*tensor.Tensor, len(shapes))
	for i, name := range c.Names() {
		x[i] = numbered(i, name, shapes[i])
	}
	return x
}
