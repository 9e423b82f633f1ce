package diffusion

import (
	"github.com/jimu-ml/jimu/tensor"
)

// Euler follows a flow from noise, at time 0, to examples, at time 1, in straight pieces.
//
//	x ← x + h v(x, t)     t = 0, h, … 1 − h, h = 1/Steps
//
// The model gives the velocity that [objective.FlowMatchingLoss] trains for. It is called once a step.
//
// Liu, Gong and Liu, Flow Straight and Fast, 2022 (arXiv:2209.03003), section 2.
type Euler struct {
	Steps int // 0 means 50
}

// Sample returns examples made of noise x [n …].
func (s Euler) Sample(model Model, x *tensor.Tensor) *tensor.Tensor {
	return follow("Euler", s.Steps, x, func(x *tensor.Tensor, t, h float64) *tensor.Tensor {
		return x.Add(wide(model(x, times(x, t))).Cast(x.DType()).Scale(h))
	})
}

// Heun follows a flow as [Euler] does, with the mean of the velocities at both ends of each piece.
//
//	x' = x + h v(x, t), x ← x + h/2 (v(x, t) + v(x', t + h))
//
// The model is called twice a step; the error of a step falls as h³ instead of h².
//
// Karras, Aittala, Aila and Laine, Elucidating the Design Space of Diffusion-Based Generative Models, 2022
// (arXiv:2206.00364), algorithm 1.
type Heun struct {
	Steps int // 0 means 25
}

// Sample returns examples made of noise x [n …].
func (s Heun) Sample(model Model, x *tensor.Tensor) *tensor.Tensor {
	n := s.Steps
	if n == 0 {
		n = 25
	}
	return follow("Heun", n, x, func(x *tensor.Tensor, t, h float64) *tensor.Tensor {
		v := wide(model(x, times(x, t))).Cast(x.DType())
		ahead := x.Add(v.Scale(h))
		return x.Add(v.Add(wide(model(ahead, times(x, t+h))).Cast(x.DType())).Scale(h / 2))
	})
}

// follow takes n steps of equal length from time 0 to time 1.
func follow(name string, n int, x *tensor.Tensor, one func(x *tensor.Tensor, t, h float64) *tensor.Tensor) *tensor.Tensor {
	begin(name, x)
	if n == 0 {
		n = 50
	}
	if n < 0 {
		panic(tensor.Errorf(name, "%d steps from noise of shape %v", n, x))
	}
	y := wide(x)
	for i := range n {
		y = one(y, float64(i)/float64(n), 1/float64(n))
	}
	return y.Cast(x.DType())
}

// times returns the time t for each example.
func times(x *tensor.Tensor, t float64) *tensor.Tensor { return x.FullLike(t, x.Dim(0)) }
