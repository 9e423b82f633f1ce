package nn

import "github.com/jimu-ml/jimu/tensor"

// Sequential is layers one after another. The names of their parameters begin with their places: "0.weight".
type Sequential []Layer

// Forward hands x through the layers.
func (s Sequential) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	for _, l := range s {
		x = l.Forward(p, x)
	}
	return x
}
