package main

import (
	"math"

	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A layer maps x to y, and gradients of y to gradients of x.
//
// The article's backward takes x beside the gradient and never uses it, and is handed the output in its place. A layer
// knows its x: forward keeps it.
type layer interface {
	forward(x *tensor.Tensor) *tensor.Tensor

	// backward returns ∂L/∂x from dy = ∂L/∂y, and stores ∂L/∂w in each parameter. The article returns ∂L/∂x alone, from
	// which nothing can be learned.
	backward(dy *tensor.Tensor) *tensor.Tensor

	params() []*param
}

// A param is a learned tensor with its gradient.
type param struct{ value, grad *tensor.Tensor }

// linear is y = x W + b.
type linear struct {
	w, b param // [in out], [1 out]
	x    *tensor.Tensor
}

func newLinear(key rng.Key, in, out int) *linear {
	drawn := make([]float32, in*out)
	key.Normal(drawn)
	w := make([]float64, len(drawn))
	for i, v := range drawn {
		w[i] = float64(v) * math.Sqrt(2/float64(in+out)) // Glorot and Bengio
	}
	return &linear{w: param{value: tensor.Of(w, in, out)}, b: param{value: tensor.Of(make([]float64, out), 1, out)}}
}

func (l *linear) forward(x *tensor.Tensor) *tensor.Tensor {
	l.x = x
	return x.MatMul(l.w.value).Add(l.b.value)
}

func (l *linear) backward(dy *tensor.Tensor) *tensor.Tensor {
	l.w.grad = l.x.T().MatMul(dy)
	l.b.grad = dy.SumKeep(0)
	return dy.MatMul(l.w.value.T())
}

func (l *linear) params() []*param { return []*param{&l.w, &l.b} }

// tanh is y = tanh x, and has nothing to learn.
type tanh struct{ y *tensor.Tensor }

func (l *tanh) forward(x *tensor.Tensor) *tensor.Tensor {
	l.y = x.Tanh()
	return l.y
}

func (l *tanh) backward(dy *tensor.Tensor) *tensor.Tensor {
	return dy.Mul(l.y.Square().Neg().AddScalar(1)) // tanh′ = 1 − tanh²
}

func (l *tanh) params() []*param { return nil }

// A network is layers one after another, and so a layer.
type network []layer

func (n network) forward(x *tensor.Tensor) *tensor.Tensor {
	for _, l := range n {
		x = l.forward(x)
	}
	return x
}

func (n network) backward(dy *tensor.Tensor) *tensor.Tensor {
	for i := len(n) - 1; i >= 0; i-- {
		dy = n[i].backward(dy)
	}
	return dy
}

func (n network) params() (all []*param) {
	for _, l := range n {
		all = append(all, l.params()...)
	}
	return all
}
