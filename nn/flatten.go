package nn

import "github.com/jimu-ml/jimu/tensor"

// Flatten joins all axes but the first, row-major: between convolutions and linear layers.
//
//	x [n c h w] → y [n c·h·w]
type Flatten struct{}

// Forward returns x with two axes.
func (Flatten) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	if x.Rank() == 2 {
		return x
	}
	if x.Rank() < 2 {
		panic(tensor.Errorf("Flatten", "shape %v has no axes behind the first", x))
	}
	return x.Flatten(1, -1)
}
