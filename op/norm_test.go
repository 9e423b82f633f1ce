package op_test

import (
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

func layerNorm(x []*tensor.Tensor) *tensor.Tensor { return op.LayerNorm(x[0], x[1], x[2], 1e-5) }

func batchNorm(x []*tensor.Tensor) *tensor.Tensor {
	y, _ := op.BatchNorm(x[0], x[1], x[2], 1e-5)
	return y
}

func given(x []*tensor.Tensor) *tensor.Tensor {
	return op.BatchNormGiven(x[0], x[1], x[2], op.Moments{Mean: x[3], Variance: x[4]}, 1e-5)
}

var _ = []bool{
	register(sample{
		name: "LayerNorm", in: list(wave(3, 5), wave(5), wave(5)), call: layerNorm, shape: []int{3, 5},
		golden: "LayerNorm/", names: []string{"x", "gain", "bias"},
		misuse: []misuse{
			{"LayerNorm: gain [4] does not fit the last axis of [2 5]", func() { op.LayerNorm(wave(2, 5), wave(4), nil, 1e-5) }},
			{"LayerNorm: bias [1 5] does not fit the last axis of [2 5]", func() { op.LayerNorm(wave(2, 5), nil, wave(1, 5), 1e-5) }},
			{"LayerNorm: shape [] has no last axis", func() { op.LayerNorm(wave(), nil, nil, 1e-5) }},
		},
	}),
	register(sample{name: "LayerNorm/rank 3", in: list(wave(2, 3, 4), wave(4), wave(4)), call: layerNorm, shape: []int{2, 3, 4}}),
	register(sample{name: "LayerNorm/vector", in: list(wave(6), wave(6), wave(6)), call: layerNorm, shape: []int{6}}),
	register(sample{name: "LayerNorm/plain", in: list(wave(3, 5)), shape: []int{3, 5}, call: func(x []*tensor.Tensor) *tensor.Tensor {
		return op.LayerNorm(x[0], nil, nil, 1e-3)
	}}),
	register(sample{name: "LayerNorm/gain only", in: list(wave(3, 5), wave(5)), shape: []int{3, 5}, call: func(x []*tensor.Tensor) *tensor.Tensor {
		return op.LayerNorm(x[0], x[1], nil, 1e-5)
	}}),
	register(sample{name: "LayerNorm/bias only", in: list(wave(3, 5), wave(5)), shape: []int{3, 5}, call: func(x []*tensor.Tensor) *tensor.Tensor {
		return op.LayerNorm(x[0], nil, x[1], 1e-5)
	}}),

	register(sample{
		name: "BatchNorm", in: list(wave(4, 3), wave(3), wave(3)), call: batchNorm, shape: []int{4, 3},
		misuse: []misuse{
			{"BatchNorm: gain [4] does not fit axis 1 of [2 5]", func() { op.BatchNorm(wave(2, 5), wave(4), nil, 1e-5) }},
			{"BatchNorm: shape [5] is not [n c …]", func() { op.BatchNorm(wave(5), nil, nil, 1e-5) }},
			{"BatchNorm: shape [1 5] has 1 elements a channel; training needs two or more", func() { op.BatchNorm(wave(1, 5), nil, nil, 1e-5) }},
		},
	}),
	register(sample{name: "BatchNorm/images", in: list(wave(2, 3, 2, 3), wave(3), wave(3)), call: batchNorm, shape: []int{2, 3, 2, 3}}),
	register(sample{name: "BatchNorm/plain", in: list(wave(5, 2)), shape: []int{5, 2}, call: func(x []*tensor.Tensor) *tensor.Tensor {
		y, _ := op.BatchNorm(x[0], nil, nil, 1e-5)
		return y
	}}),
	register(sample{
		name: "BatchNormGiven", in: list(wave(2, 3, 2, 2), wave(3), wave(3), wave(3), wave(3).Square()), call: given, shape: []int{2, 3, 2, 2},
		misuse: []misuse{{"BatchNorm: mean [2] does not fit axis 1 of [2 3]", func() {
			op.BatchNormGiven(wave(2, 3), nil, nil, op.Moments{Mean: wave(2), Variance: wave(3)}, 1e-5)
		}}},
	}),
}

func TestBatchNormGolden(t *testing.T) {
	for _, c := range check.Cases(t, check.GoldenAll(t, "testdata"), "BatchNorm/") {
		t.Run(c.Name, func(t *testing.T) {
			c := c.On(t)
			s := sample{call: batchNorm, names: []string{"x", "gain", "bias"}}
			if !c.Bool("training") {
				s.call, s.names = given, append(s.names, "mean", "variance")
			}
			testGolden(t, s, c)
			if !c.Bool("training") {
				return
			}
			_, m := op.BatchNorm(goldenTensor(c, "x"), nil, nil, c.Float("eps"))
			momentum := c.Float("momentum")
			average := func(name string, now *tensor.Tensor) []float32 {
				return goldenTensor(c, name).Scale(1 - momentum).Add(now.Scale(momentum)).Floats()
			}
			scaled(t, "mean", average("mean", m.Mean), c.Float32("mean_after"), 2e-6)
			scaled(t, "variance", average("variance", m.Variance), c.Float32("variance_after"), 2e-6)
			if m.Mean.NeedsGrad() || m.Variance.NeedsGrad() {
				t.Error("the moments have a history")
			}
		})
	}
}

func TestMomentsOfTinyAndShiftedChannels(t *testing.T) {
	x := make([]float32, 8)
	for i := range x {
		x[i] = 100 + float32(i%4)/256
	}
	_, m := op.BatchNorm(tensor.Of(x, 8, 1), nil, nil, 1e-5)
	_, c := op.BatchNorm(tensor.Of(x, 8, 1).To(refuser{integers.Device()}), nil, nil, 1e-5)
	if a, b := m.Variance.Item(), c.Variance.Item(); !slices.Equal(m.Mean.Floats(), c.Mean.Floats()) || a/b < 0.98 || a/b > 1.02 {
		t.Errorf("moments %g %g, composed %g %g", m.Mean.Item(), a, c.Mean.Item(), b)
	}
}
