package autograd

import (
	"fmt"
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// Check compares the gradients of f at x, of first and of second order, with central differences, and returns an error
// that names the last operation of f and the first gradient that differs: a VJP that is wrong, or one that drops a gradient.
//
// The floating-point inputs are converted to float64 first; others are passed as they are. f may give any shape, and must
// be smooth near x: keep inputs away from kinks.
func Check(f func(x []*tensor.Tensor) *tensor.Tensor, x ...*tensor.Tensor) error {
	return CheckOrder(2, f, x...)
}

// CheckOrder is [Check] up to the given order, 1 or 2, for operations whose second derivative is not defined.
func CheckOrder(order int, f func(x []*tensor.Tensor) *tensor.Tensor, x ...*tensor.Tensor) (err error) {
	last := "f"
	named := func(x []*tensor.Tensor) *tensor.Tensor {
		y := f(x)
		if y.Node() != nil {
			last = y.Node().Name
		}
		return y
	}
	if e := tensor.Catch(func() { err = check(order, named, x) }); e != nil {
		err = e
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", last, err)
	}
	return err
}

func check(order int, f func(x []*tensor.Tensor) *tensor.Tensor, x []*tensor.Tensor) error {
	at := make([]*tensor.Tensor, len(x))
	var free []int // the inputs that are differentiated
	for i, t := range x {
		at[i] = t.Detach()
		if t.DType().IsFloat() {
			at[i] = tensor.Of(tensor.Values[float64](t), t.Shape()...)
			free = append(free, i)
		}
	}
	loss := func(in []*tensor.Tensor) *tensor.Tensor { return uneven(f(in)) }
	if err := compare("gradient", loss, at, free); err != nil {
		return err
	}
	if order < 2 {
		return nil
	}
	return compare("second-order gradient", func(in []*tensor.Tensor) *tensor.Tensor {
		wrt := make([]*tensor.Tensor, len(free))
		for k, i := range free {
			wrt[k] = in[i]
			if !in[i].NeedsGrad() {
				wrt[k] = in[i].Watch()
				in[i] = wrt[k]
			}
		}
		var sum *tensor.Tensor
		for _, g := range Grad(loss(in), wrt...) {
			s := uneven(g)
			if sum != nil {
				s = sum.Add(s)
			}
			sum = s
		}
		return sum
	}, at, free)
}

// uneven makes a scalar of y that weighs its elements unevenly and is curved, so that no error cancels and second
// derivatives do not vanish.
func uneven(y *tensor.Tensor) *tensor.Tensor {
	y = y.Cast(device.Float64)
	w := make([]float64, y.Len())
	for i := range w {
		w[i] = math.Cos(3*float64(i) + 1)
	}
	weights := tensor.Of(w, append([]int{}, y.Shape()...)...)
	return y.Square().Scale(0.5).Add(y).Mul(weights).Sum()
}

// compare checks the gradient of the scalar f against differences, element by element.
func compare(what string, f func([]*tensor.Tensor) *tensor.Tensor, at []*tensor.Tensor, free []int) error {
	watched := append([]*tensor.Tensor{}, at...)
	for _, i := range free {
		watched[i] = at[i].Watch()
	}
	y := f(watched)
	if y == nil {
		return nil
	}
	grads := Backward(y)
	for _, i := range free {
		got := make([]float64, at[i].Len())
		if g := grads.Of(watched[i]); g != nil {
			got = tensor.Values[float64](g)
		}
		values := tensor.Values[float64](at[i])
		for j := range values {
			want, noise := difference(f, at, i, j, values)
			if !(math.Abs(got[j]-want) <= 1e-5*(1+math.Abs(want))+noise) {
				return fmt.Errorf("%s of input %d, element %d: %.6g, by differences %.6g", what, i, j, got[j], want)
			}
		}
	}
	return nil
}

// difference estimates the derivative of f with respect to element j of input i, and the error of the estimate.
func difference(f func([]*tensor.Tensor) *tensor.Tensor, at []*tensor.Tensor, i, j int, values []float64) (slope, noise float64) {
	eval := func(h float64) float64 {
		moved := append([]float64{}, values...)
		moved[j] += h
		in := append([]*tensor.Tensor{}, at...)
		in[i] = tensor.Of(moved, append([]int{}, at[i].Shape()...)...)
		return f(in).Item()
	}
	h := 1e-4 * max(1, math.Abs(values[j]))
	coarse := (eval(h) - eval(-h)) / (2 * h)
	fine := (eval(h/2) - eval(-h/2)) / h
	slope = fine + (fine-coarse)/3 // Richardson: the h² term cancels
	return slope, math.Abs(fine-coarse) * 0.1
}
