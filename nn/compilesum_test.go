package nn_test

import (
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// apart is a processor whose convolutions add nothing.
type apart struct{ device.Device }

func (d apart) Run(c *device.Call) bool {
	return (c.Op != device.Conv || len(c.In) <= 3) && d.Device.Run(c)
}

// TestCompileSum checks that a sum of a path and a shortcut is made by the convolution that ends the path, or by that of the
// shortcut, with the same bits, and one by one where the device does not do that.
func TestCompileSum(t *testing.T) {
	r := rng.New(4)
	a, b := nn.NewConv2d(r, 8, 16, 1, nn.ConvConfig{}), nn.NewConv2d(r, 16, 8, 1, nn.ConvConfig{NoBias: true})
	c, d := nn.NewConv2d(r, 8, 20, 1, nn.ConvConfig{}), nn.NewConv2d(r, 8, 20, 1, nn.ConvConfig{})
	first, wide := nn.NewConv2d(r, 8, 8, 3, nn.ConvConfig{}), nn.NewConv2d(r, 20, 20, 3, nn.ConvConfig{Pad: 1})
	model := struct{ A, B, C, D, E, F *nn.Conv2d }{a, b, c, d, wide, first}
	forward := func(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
		x = first.Forward(p, x)
		x = op.Relu(b.Forward(p, op.Relu(a.Forward(p, x))).Add(x))
		x = op.Relu(c.Forward(p, x).Add(d.Forward(p, x)))
		return x.Add(wide.Forward(p, x))
	}
	for _, on := range []device.Device{cpu.Device, apart{cpu.Device}} {
		for _, p := range nn.Params(&model) {
			p.Param.Value = p.Param.Value.To(on)
		}
		x := nn.Normal(1)(r.Next(), 2, 8, 9, 9).To(on)
		m, err := nn.Compiler{Exact: true}.CompileFunc(nn.Params(&model), func(p *nn.Pass, x []*tensor.Tensor) *tensor.Tensor {
			return forward(p, x[0])
		}, x)
		if err != nil {
			t.Fatal(err)
		}
		want := []device.Op{device.Conv, device.Conv, device.Conv, device.Conv, device.Conv, device.Conv, device.Add}
		if ops := m.Operations(); !slices.Equal(ops, want) {
			t.Errorf("the operations are %v, not %v", ops, want)
		}
		if !slices.Equal(bits(m.Run(x).Floats()), bits(evaluated(layer(forward), x))) {
			t.Errorf("%T: other bits than the model", on)
		}
	}
}
