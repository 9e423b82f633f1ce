package nn_test

import (
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Sequential pools before it rectifies. That is the same, and so is the gradient, also where all of a window is negative
// or equal.
func TestSequentialExchanges(t *testing.T) {
	data := make([]float32, 2*5*9*9)
	rng.KeyOf(1).Normal(data)
	for i := range data {
		switch i % 7 {
		case 0:
			data[i] = 0
		case 1:
			data[i] = -1
		case 2:
			data[i] = 1
		}
	}
	pool := nn.MaxPool2d{Size: 3, Stride: 2, Pad: 1}
	run := func(forward func(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor) (y, dx []float32) {
		p := nn.NewPass(nn.PassConfig{})
		defer p.Close()
		x := p.Input(tensor.Of(data, 2, 5, 9, 9)).Watch()
		out := forward(p, x)
		y = out.Floats()
		weight := tensor.Arange(out.Len()).Cast(out.DType()).Reshape(out.Shape()...)
		return y, autograd.Backward(out.Mul(weight).Sum()).Of(x).Floats()
	}
	y, dx := run(nn.Sequential{nn.ReLU{}, pool, nn.ReLU{}}.Forward)
	wantY, wantDX := run(func(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
		return pool.Forward(p, nn.ReLU{}.Forward(p, x))
	})
	if !slices.Equal(y, wantY) || !slices.Equal(dx, wantDX) {
		t.Errorf("y %v\nwant %v\ndx %v\nwant %v", y, wantY, dx, wantDX)
	}
}
