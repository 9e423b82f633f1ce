package cpu

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
)

type unaryTable[T any] [device.Ops]func(dst, x []T)

var unary32 = unaryTable[float32]{
	device.Neg: kernel.Neg, device.Abs: kernel.Abs, device.Sign: kernel.Sign[float32], device.Exp: kernel.Exp,
	device.Log: kernel.Log, device.Sqrt: kernel.Sqrt, device.Sin: kernel.Sin, device.Cos: kernel.Cos,
	device.Tanh: kernel.Tanh, device.Erf: kernel.Erf, device.Floor: kernel.Floor[float32],
	device.Ceil: kernel.Ceil[float32], device.Round: kernel.Round[float32], device.Relu: kernel.Relu,
	device.Sigmoid: kernel.Sigmoid, device.Gelu: kernel.Gelu, device.Silu: kernel.Silu, device.Softplus: kernel.Softplus,
}

var unary64 = unaryTable[float64]{
	device.Neg: kernel.Neg64, device.Abs: kernel.Abs64, device.Sign: kernel.Sign[float64], device.Exp: kernel.Exp64,
	device.Log: kernel.Log64, device.Sqrt: kernel.Sqrt64, device.Sin: kernel.Sin64, device.Cos: kernel.Cos64,
	device.Tanh: kernel.Tanh64, device.Erf: kernel.Erf64, device.Floor: kernel.Floor[float64],
	device.Ceil: kernel.Ceil[float64], device.Round: kernel.Round[float64], device.Relu: kernel.Relu64,
	device.Sigmoid: kernel.Sigmoid64, device.Gelu: kernel.Gelu64, device.Silu: kernel.Silu64,
	device.Softplus: kernel.Softplus64,
}

func unaryInt[T kernel.Integer]() unaryTable[T] {
	same := func(dst, x []T) { copy(dst, x) }
	return unaryTable[T]{
		device.Neg: kernel.NegInt[T], device.Abs: kernel.AbsInt[T], device.Sign: kernel.Sign[T],
		device.Floor: same, device.Ceil: same, device.Round: same,
	}
}

var (
	unaryInt64 = unaryInt[int64]()
	unaryInt32 = unaryInt[int32]()
	unaryUint8 = unaryInt[uint8]()
	unaryBool  = unaryTable[bool]{device.Not: kernel.Not}
)

// unary runs an elementwise operation of one input. Halves are computed in float32.
func unary(c *device.Call) bool {
	y, x := c.Out[0], c.In[0]
	switch computed(y, x) {
	case device.Float32:
		if c.Op == device.Gelu && c.Flag {
			return with1(c, kernel.GeluTanh)
		}
		return with1(c, unary32[c.Op])
	case device.Float64:
		if c.Op == device.Gelu && c.Flag {
			return with1(c, kernel.GeluTanh64)
		}
		return with1(c, unary64[c.Op])
	case device.Int64:
		return with1(c, unaryInt64[c.Op])
	case device.Int32:
		return with1(c, unaryInt32[c.Op])
	case device.Uint8:
		return with1(c, unaryUint8[c.Op])
	case device.Bool:
		return with1(c, unaryBool[c.Op])
	}
	return false
}

// with1 runs f, or returns false if there is none.
func with1[R, T any](c *device.Call, f func(dst []R, x []T)) bool {
	if f == nil {
		return false
	}
	var l loop
	l.plan(c.Out[0], c.In[0])
	run1(&l, f)
	return true
}

// mixed is what computed returns for views that cannot be computed with together.
const mixed = device.DType(device.DTypes)

// computed returns the type in which an operation on views is computed: float32 for halves, else the
// one that they all have.
func computed(views ...*device.View) device.DType {
	t := inFloat32(views[0].DType)
	for _, v := range views[1:] {
		if inFloat32(v.DType) != t {
			return mixed
		}
	}
	return t
}

func inFloat32(t device.DType) device.DType {
	if half(t) {
		return device.Float32
	}
	return t
}
