package nn_test

import (
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// TestCompileOwn checks that a compiled model reads the weights of convolutions and linear maps where they are, and from
// copies only if they are in a slice of somebody else's, of which the device keeps nothing.
func TestCompileOwn(t *testing.T) {
	r := rng.New(5)
	conv, line := nn.NewConv2d(r, 4, 6, 3, nn.ConvConfig{}), nn.NewLinear(r, 4, 70)
	for _, c := range []struct {
		name  string
		layer nn.Layer
		param *tensor.Param
		x     *tensor.Tensor
	}{
		{"convolution", conv, &conv.Weight, nn.Normal(1)(r.Next(), 2, 4, 7, 7)},
		{"linear", line, &line.Weight, nn.Normal(1)(r.Next(), 5, 4)},
	} {
		w := c.param.Value.AddScalar(0) // in memory of the device
		theirs := tensor.Of(slices.Clone(w.Floats()), w.Shape()...)
		var results [2][]float32
		for i, value := range []*tensor.Tensor{w, theirs} {
			c.param.Value = value
			m, err := nn.Compile(c.layer, c.x)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := m.Memory().Prepared, i*4*w.Len(); got != want {
				t.Errorf("%s %d: %d bytes are prepared, not %d", c.name, i, got, want)
			}
			for range 5 { // until what the device makes of the weight is kept
				results[i] = m.Run(c.x).Floats()
			}
		}
		if !slices.Equal(bits(results[0]), bits(results[1])) {
			t.Errorf("%s: other bits from a copy", c.name)
		}
	}
}
