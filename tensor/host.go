package tensor

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// hostGrain is how many elements a goroutine takes at once: some 50 µs of a transcendental function.
const hostGrain = 4096

// OutputOf is [Output] of type t with those elements, row-major: what an operation that works on the host gives back. The
// elements are copied and converted.
func OutputOf[T Element](t device.DType, like *Tensor, data []T, shape []int, in ...*Tensor) *Tensor {
	y := outputRowMajorAs(t, like, shape, in)
	if len(data) != y.Len() {
		panic(Errorf("OutputOf", "%d elements do not fill the shape %v", len(data), shape))
	}
	if len(data) > 0 {
		Run(device.Copy, nil, []*Tensor{y}, Of(data, shape...))
	}
	return y
}

// OutputBy is [OutputOf] with the elements that write sets, all of them: in the result itself, if it lies in the memory of the host as T.
func OutputBy[T Element](t device.DType, like *Tensor, shape []int, write func(data []T)) *Tensor {
	y := outputRowMajorAs(t, like, shape, nil)
	if b, host := y.mem.buffer.(device.HostBuffer); host && t == DTypeOf[T]() {
		write(device.Elements[T](b)[:y.Len()])
		return y
	}
	data := make([]T, y.Len())
	write(data)
	if len(data) > 0 {
		Run(device.Copy, nil, []*Tensor{y}, Of(data, shape...))
	}
	return y
}

// onHost is an elementwise function without a primitive: f in float64, one element after another, on the host. dx makes
// the gradient of x from that of y.
func (x *Tensor) onHost(op string, f func(float64) float64, dx func(dy, y, x *Tensor) *Tensor) *Tensor {
	x.checkFloat(op)
	v := Values[float64](x)
	parallel.For(len(v), hostGrain, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			v[i] = f(v[i])
		}
	})
	return Record(OutputOf(x.view.DType, x, v, x.Shape()), op, func(dy, y *Tensor, x []*Tensor) []*Tensor {
		return []*Tensor{dx(dy, y, x[0])}
	}, x)
}

// pairOnHost is onHost for a function of two tensors, broadcast. It records nothing.
func pairOnHost(op string, x, y *Tensor, f func(a, b float64) float64) *Tensor {
	x.checkFloat(op)
	if x.view.DType != y.view.DType {
		panic(Errorf(op, "%s %v and %s %v differ in type; Cast one", x.view.DType, x, y.view.DType, y))
	}
	shape := Broadcast(op, x, y)
	a, b := Values[float64](x.Detach().Expand(shape...)), Values[float64](y.Detach().Expand(shape...))
	parallel.For(len(a), hostGrain, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			a[i] = f(a[i], b[i])
		}
	})
	return OutputOf(x.view.DType, x, a, shape, y)
}

// checkFloat panics unless x has a floating-point type.
func (x *Tensor) checkFloat(op string) {
	if !x.view.DType.IsFloat() {
		panic(Errorf(op, "the input is %s of shape %v; want a floating-point type", x.view.DType, x))
	}
}

// checkInteger panics unless x holds int64 or int32.
func (x *Tensor) checkInteger(op string) {
	if t := x.view.DType; t != device.Int64 && t != device.Int32 {
		panic(Errorf(op, "the index is %s of shape %v; want int64 or int32", t, x))
	}
}

// like returns the constant v as a tensor of rank 0, for comparisons and choices with x.
func (x *Tensor) like(v float64) *Tensor { return OutputRowMajor(x, nil).Fill(v) }
