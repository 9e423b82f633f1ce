package nn

import "github.com/jimu-ml/jimu/tensor"

// Sequential is layers one after another. The names of their parameters begin with their places: "0.weight".
type Sequential []Layer

// Forward hands x through the layers.
func (s Sequential) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	if p.observe != nil && len(s) > 0 {
		return p.observe(p, s, x)
	}
	return s.plain(p, x)
}

func (s Sequential) plain(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	for i := 0; i < len(s); i++ {
		if i+1 < len(s) && exchangeable(s[i], s[i+1]) {
			x = s[i].Forward(p, s[i+1].Forward(p, x))
			i++
			continue
		}
		x = s[i].Forward(p, x)
	}
	return x
}

// exchangeable reports whether a then b is the same as b then a, which is less work. [ReLU] never falls, so that of the
// largest element in a window is the largest of those of all; and the gradient, which it passes on only where it is
// positive, goes to the same element.
func exchangeable(a, b Layer) bool {
	_, relu := a.(ReLU)
	_, pool := b.(MaxPool2d)
	return relu && pool
}
