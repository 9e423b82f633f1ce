package nn_test

import (
	"fmt"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
)

// A residual block of two branches, as in Inception's.
func ExampleParallel() {
	r := rng.New(1)
	block := &nn.Residual{Layer: nn.Sequential{
		&nn.Parallel{Branches: []nn.Layer{
			nn.NewConv2d(r, 8, 4, 1, nn.ConvConfig{}),
			nn.NewConv2d(r, 8, 4, 3, nn.ConvConfig{Pad: 1}),
		}},
		nn.ReLU{},
	}}
	s, err := nn.Summarize(block, 8, 16, 16)
	fmt.Println(s.Output, s.Parameters, err)
	// Output: [8 16 16] 328 <nil>
}

// A discriminator's layer that lengthens nothing.
func ExampleNewSpectralNorm() {
	r := rng.New(1)
	linear := nn.NewLinear(r, 3, 2)
	layer := nn.NewSpectralNorm(r, linear, &linear.Weight)
	fmt.Print(nn.Describe(nn.Params(layer)))
	// Output:
	// layer.weight [2 3] 6
	// layer.bias [2] 2
	// u [2] 2
	// v [3] 3
}
