package objective

import (
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

// layer is a generator of one layer w [d c·h·w].
func layer(w, noise *tensor.Tensor) func(style *tensor.Tensor) *tensor.Tensor {
	return func(style *tensor.Tensor) *tensor.Tensor {
		return style.MatMul(w.Cast(style.DType())).Tanh().Reshape(noise.Shape()...)
	}
}

// The average is held still here: a step that moves it is no sum over its micro-batches, and its gradient not that of the value.
var _ = register(sample{
	name: "PathLength", golden: "PathLength", names: []string{"style", "w", "noise"}, free: 2, shared: []int{1},
	in: list(numbers(6, 2), numbers(2, 4).Scale(0.5).AddScalar(0.4), numbers(6, 1, 2, 2).AddScalar(0.1)),
	loss: func(in []*tensor.Tensor) Loss {
		l, _ := PathLength{Mean: 0.3, Decay: 1e-15}.Loss(layer(in[1], in[2]), in[0], in[2])
		return l
	},
	wrong: []wrong{
		{list(classes(3, 4), numbers(1, 4), numbers(4, 1, 2, 2)), "styles int64 of shape [4]; want floats [n … d]"},
	},
	extremes: list(tensor.Full(1e4, 6, 2)), // where the pictures stand still
})

// The average goes a hundredth of the way to the lengths of the step, and the noise must be like the pictures.
func TestPathLengthKeepsAnAverage(t *testing.T) {
	style, noise := tensor.Full(0, 4, 2), tensor.Ones(4, 1, 1, 2)
	pictures := layer(tensor.Of([]float32{3, 0, 0, 4}, 2, 2), noise) // at 0 the Jacobian is w: the lengths are √(9 + 16) / √2
	l, mean := PathLength{Mean: 1}.Loss(pictures, style, noise)
	want := 1 + 0.01*(5/1.4142135623730951-1)
	check.Close(t, "average", []float32{float32(mean)}, []float32{float32(want)}, 1e-6)
	check.Close(t, "sum", l.Sum.Floats(), []float32{float32(4 * (5/1.4142135623730951 - want) * (5/1.4142135623730951 - want))}, 1e-5)
	if err := tensor.Catch(func() { PathLength{}.Loss(pictures, style, tensor.Ones(4, 2)) }); err == nil {
		t.Error("noise of another shape is accepted")
	}
}
