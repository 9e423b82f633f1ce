package op_test

import (
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

func goldenPool(c *check.Case) op.PoolConfig {
	p := op.PoolConfig{Size: c.Int("kernel"), Stride: c.Int("stride")}
	if c.HasAttr("pad") {
		p.Pad = c.Int("pad")
	}
	return p
}

func adaptiveMax(size ...int) call {
	return one(func(x *tensor.Tensor) *tensor.Tensor { return op.AdaptiveMaxPool(x, size...) })
}

func lpPool(p float64, c op.PoolConfig) call {
	return one(func(x *tensor.Tensor) *tensor.Tensor { return op.LpPool(x, p, c) })
}

func fractional(window int, size []int, u []float64) call {
	return one(func(x *tensor.Tensor) *tensor.Tensor { return op.FractionalMaxPool(x, window, size, u) })
}

func unpool(size ...int) call {
	return func(x []*tensor.Tensor) *tensor.Tensor { return op.MaxUnpool(x[0], x[1], size...) }
}

var _ = []bool{
	register(sample{
		name: "AdaptiveMaxPool", in: list(wave(1, 2, 5, 4)), shape: []int{1, 2, 3, 2}, call: adaptiveMax(3, 2),
		golden: "AdaptiveMaxPool/", names: []string{"x"}, attrs: func(c *check.Case) call { return adaptiveMax(c.Ints("size")...) },
		misuse: []misuse{
			{"AdaptiveMaxPool: 1 lengths for the spatial axes of [2 3 4 5]", func() { op.AdaptiveMaxPool(wave(2, 3, 4, 5), 1) }},
			{"AdaptiveMaxPool: no windows from length 4 to 0 in [2 3 4]", func() { op.AdaptiveMaxPool(wave(2, 3, 4), 0) }},
		},
	}),
	register(sample{
		name: "GlobalMaxPool", in: list(wave(2, 2, 3, 2)), shape: []int{2, 2, 1, 1}, call: one(op.GlobalMaxPool),
		golden: "GlobalMaxPool/", names: []string{"x"},
		misuse: []misuse{{"GlobalMaxPool: shape [2 3] is not [n c …] with spatial axes", func() { op.GlobalMaxPool(wave(2, 3)) }}},
	}),
	register(sample{
		name: "LpPool", in: list(wave(2, 2, 4)), shape: []int{2, 2, 2}, call: lpPool(2, op.PoolConfig{Size: 2}),
		golden: "LpPool/", names: []string{"x"}, attrs: func(c *check.Case) call { return lpPool(c.Float("p"), goldenPool(c)) },
		misuse: []misuse{{"LpPool: p is 0.5 for shape [1 1 4]; want 1 or more", func() { op.LpPool(wave(1, 1, 4), 0.5, op.PoolConfig{Size: 2}) }}},
	}),
	register(sample{
		name: "LpPool/three", in: list(wave(1, 2, 4, 5)), shape: []int{1, 2, 2, 3}, call: lpPool(3, op.PoolConfig{Size: 3, Stride: 2, Pad: 1}),
		misuse: []misuse{{"LpPool: shape [2 3] is not", func() { op.LpPool(wave(2, 3), 2, op.PoolConfig{Size: 2}) }}},
	}),
	register(sample{
		name: "MaxPoolIndices", in: list(wave(1, 2, 4, 6)), shape: []int{1, 2, 2, 3}, order: -1,
		call:   one(func(x *tensor.Tensor) *tensor.Tensor { return op.MaxPoolIndices(x.Detach(), op.PoolConfig{Size: 2}) }),
		golden: "MaxPoolIndices/", names: []string{"x"}, attrs: func(c *check.Case) call {
			return one(func(x *tensor.Tensor) *tensor.Tensor { return op.MaxPoolIndices(x.Detach(), goldenPool(c)) })
		},
		misuse: []misuse{{"MaxPoolIndices", func() { op.MaxPoolIndices(wave(1, 1, 4).Watch(), op.PoolConfig{Size: 2}) }}},
	}),
	register(sample{
		name: "MaxUnpool", in: list(wave(1, 2, 3), tensor.Of([]int64{1, 2, 4, 0, 3, 5}, 1, 2, 3)), shape: []int{1, 2, 6}, call: unpool(6),
		golden: "MaxUnpool/", names: []string{"x", "index"}, attrs: func(c *check.Case) call { return unpool(c.Ints("size")...) },
		misuse: []misuse{
			{"MaxUnpool: position 4 is outside the 4 there are", func() { op.MaxUnpool(wave(1, 1, 1), tensor.Of([]int64{4}, 1, 1, 1), 4) }},
			{"MaxUnpool: 2 lengths and the index [1 1 1] do not fit [1 1 1]", func() { op.MaxUnpool(wave(1, 1, 1), tensor.Of([]int64{0}, 1, 1, 1), 2, 2) }},
		},
	}),
	register(sample{
		name: "FractionalMaxPool", in: list(wave(1, 2, 7, 6)), shape: []int{1, 2, 4, 3}, call: fractional(2, []int{4, 3}, []float64{0.3, 0.6}),
		golden: "FractionalMaxPool/", names: []string{"x"}, attrs: func(c *check.Case) call {
			var u []float64
			c.Attr("u", &u)
			return fractional(c.Int("window"), c.Ints("size"), u)
		},
		misuse: []misuse{
			{"FractionalMaxPool: 3 windows of 2 at u = 0.5 do not fit axis 2 of [1 1 3]", func() { op.FractionalMaxPool(wave(1, 1, 3), 2, []int{3}, []float64{0.5}) }},
			{"FractionalMaxPool: 1 lengths and 2 numbers", func() { op.FractionalMaxPool(wave(1, 1, 3), 2, []int{2}, []float64{0.5, 0.5}) }},
		},
	}),
}

// Windows that overlap and choose the same element give it back as it was.
func TestUnpoolingOfOverlappingWindows(t *testing.T) {
	x := tensor.Of([]float64{1, 5, 2, 0}, 1, 1, 4)
	c := op.PoolConfig{Size: 2, Stride: 1}
	y := op.MaxUnpool(op.MaxPool(x, c), op.MaxPoolIndices(x, c), 4)
	for i, want := range []float32{0, 5, 2, 0} {
		if got := y.Floats()[i]; got != want {
			t.Errorf("element %d is %g, want %g", i, got, want)
		}
	}
}

// The norm of a window of zeros has a gradient, unlike a root at 0.
func TestLpPoolOfZeros(t *testing.T) {
	for _, p := range []float64{1, 2, 3} {
		for i, v := range results(sample{call: lpPool(p, op.PoolConfig{Size: 2})}, list(tensor.Of(make([]float64, 4), 1, 1, 4))) {
			for _, v := range v {
				if v != 0 {
					t.Errorf("p = %g: result %d has %g", p, i, v)
				}
			}
		}
	}
}
