// Package tensor holds an n-dimensional array, its algebra, and how it was computed; Param, the cell that holds a learned one.
//
// What NumPy's array can do is a method here; what a paper introduced is a function of package op. A tensor's
// elements do not change once it is made. Operations panic with an [Error] on misuse, and [Catch] turns that panic
// into an error at the boundary of a program.
package tensor

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
)

// A Tensor is an n-dimensional array on a device.
//
// Operations on tensors of a [Scope] give tensors of that scope. Operations on a tensor that needs a gradient record
// how their result was computed.
type Tensor struct {
	view   device.View
	dev    device.Device
	mem    *memory
	own    memory // what mem points to, unless t is a view
	scope  *Scope
	node   *Node
	bare   *Tensor // t without history, once asked for
	origin *Tensor // what the leaf t was made from
	name   string  // of the parameter that t is, for messages
	room   nodeRoom
	walk   uint64 // the walk that gave it its number
	number int

	leaf   bool // a gradient is wanted
	wanted bool // a bare tensor: the gradient of the original is wanted
	muted  bool // its history is left out of account
}

// Element is a Go type that tensor elements can have.
type Element interface {
	float32 | float64 | int64 | int32 | uint8 | bool
}

// DTypeOf returns the element type that holds T.
func DTypeOf[T Element]() device.DType {
	var zero T
	switch any(zero).(type) {
	case float64:
		return device.Float64
	case int64:
		return device.Int64
	case int32:
		return device.Int32
	case uint8:
		return device.Uint8
	case bool:
		return device.Bool
	}
	return device.Float32
}

// Of returns a tensor of that shape on the CPU over data, which it does not copy. No shape means one axis, and none at all
// for a single element.
//
// It panics with an [Error] if the shape does not have as many elements as data.
func Of[T Element](data []T, shape ...int) *Tensor {
	if len(shape) == 0 && len(data) != 1 {
		shape = []int{len(data)}
	}
	t := &Tensor{dev: cpu.Device}
	t.view.DType = DTypeOf[T]()
	checkShape("Of", shape)
	t.view.SetRowMajor(shape...)
	if t.view.Len() != len(data) {
		panic(Errorf("Of", "%d elements do not fill the shape %v", len(data), shape))
	}
	t.own.buffer = cpu.Of(data)
	t.mem = &t.own
	t.view.Buffer = t.own.buffer
	return t
}

// Scalar returns a float32 tensor of rank 0 on the CPU.
func Scalar(v float64) *Tensor { return Full(v) }

// New returns a row-major tensor with any content on device d.
func New(d device.Device, t device.DType, shape ...int) *Tensor {
	checkShape("New", shape)
	y := &Tensor{dev: d}
	y.view.DType = t
	y.view.SetRowMajor(shape...)
	y.alloc(nil)
	return y
}

// Full returns a float32 tensor on the CPU with every element v.
func Full(v float64, shape ...int) *Tensor {
	return New(cpu.Device, device.Float32, shape...).Fill(v)
}

// Zeros returns a float32 tensor of zeros on the CPU.
func Zeros(shape ...int) *Tensor { return Full(0, shape...) }

// Ones returns a float32 tensor of ones on the CPU.
func Ones(shape ...int) *Tensor { return Full(1, shape...) }

// Arange returns the integers from 0 to n−1 on the CPU, as int64.
func Arange(n int) *Tensor {
	y := New(cpu.Device, device.Int64, n)
	Run(device.Iota, &device.Attr{Scalars: [8]float64{0, 1}}, []*Tensor{y})
	return y
}

// Output returns a new tensor with any content and no history for the result of an operation: of like's device and
// type, and of the scope that like or one of the inputs in belongs to. If the ranks agree, the order of its axes in
// memory is that of like.
func Output(like *Tensor, shape []int, in ...*Tensor) *Tensor {
	return OutputAs(like.view.DType, like, shape, in...)
}

// OutputAs is [Output] with another element type.
func OutputAs(t device.DType, like *Tensor, shape []int, in ...*Tensor) *Tensor {
	checkShape("Output", shape)
	scope := scopeOf(like, in)
	y := scope.tensor()
	y.dev = like.dev
	y.view.DType = t
	if len(shape) == like.view.Rank && !like.view.RowMajor() {
		y.view.SetLike(&like.view, shape...)
	} else {
		y.view.SetRowMajor(shape...)
	}
	y.alloc(scope)
	return y
}

// OutputRowMajor is [Output], row-major whatever like is.
func OutputRowMajor(like *Tensor, shape []int, in ...*Tensor) *Tensor {
	return outputRowMajorAs(like.view.DType, like, shape, in)
}

func outputRowMajorAs(t device.DType, like *Tensor, shape []int, in []*Tensor) *Tensor {
	checkShape("Output", shape)
	scope := scopeOf(like, in)
	y := scope.tensor()
	y.dev = like.dev
	y.view.DType = t
	y.view.SetRowMajor(shape...)
	y.alloc(scope)
	return y
}

// OutputChannelsLast is [Output] with axis 1 innermost in memory and the others in their order: images [n c h w] as the
// convolutions of a CPU like them.
func OutputChannelsLast(like *Tensor, shape []int, in ...*Tensor) *Tensor {
	checkShape("Output", shape)
	scope := scopeOf(like, in)
	y := scope.tensor()
	y.dev = like.dev
	y.view.DType = like.view.DType
	y.view.SetRowMajor(shape...)
	if len(shape) > 2 {
		n := 1
		for i := range shape {
			k := 1
			if i > 0 {
				if k = len(shape) - i; k == 1 {
					k = 0
				}
			}
			y.view.Stride[k] = n
			n *= shape[k]
		}
	}
	y.alloc(scope)
	return y
}

func scopeOf(like *Tensor, in []*Tensor) *Scope {
	if like.scope != nil {
		return like.scope
	}
	for _, x := range in {
		if x != nil && x.scope != nil {
			return x.scope
		}
	}
	return nil
}

// FullLike returns a tensor of x's device, type and scope with every element v.
func (x *Tensor) FullLike(v float64, shape ...int) *Tensor { return OutputRowMajor(x, shape).Fill(v) }

// Fill sets every element of x, which must be freshly made, and returns x.
func (x *Tensor) Fill(v float64) *Tensor {
	Run(device.Fill, &device.Attr{Scalars: [8]float64{v}}, []*Tensor{x})
	return x
}

// Shape returns the lengths of the axes. The slice is the tensor's own: do not change it.
func (x *Tensor) Shape() []int { return x.view.Dims() }

// Rank returns the number of axes.
func (x *Tensor) Rank() int { return x.view.Rank }

// Len returns the number of elements.
func (x *Tensor) Len() int { return x.view.Len() }

// Dim returns the length of an axis; a negative axis counts from the end.
func (x *Tensor) Dim(axis int) int { return x.view.Shape[x.axis("Dim", axis)] }

// DType returns the type of the elements.
func (x *Tensor) DType() device.DType { return x.view.DType }

// Device returns where x lives.
func (x *Tensor) Device() device.Device { return x.dev }

// View returns the window on memory that x is, for calls of a device. It panics with an [Error] if that memory is gone.
func (x *Tensor) View() *device.View {
	x.alive()
	return &x.view
}

// Name returns the name of the parameter that x is in this pass, or "".
func (x *Tensor) Name() string { return x.name }

// Rename sets the name of the parameter that x is, for messages.
func (x *Tensor) Rename(name string) { x.name = name }

// alias returns a tensor that shares x's memory, without history.
func (x *Tensor) alias() *Tensor {
	return x.aliasIn(x.scope)
}

// aliasIn is alias for a tensor of another scope, or of none.
func (x *Tensor) aliasIn(s *Scope) *Tensor {
	y := s.tensor()
	y.view, y.dev, y.mem, y.scope, y.name = x.view, x.dev, x.mem, s, x.name
	return y
}

func checkShape(op string, shape []int) {
	if len(shape) > device.MaxRank {
		panic(Errorf(op, "shape %v has more than %d axes", shape, device.MaxRank))
	}
	n := 1
	for _, d := range shape {
		if d < 0 {
			panic(Errorf(op, "shape %v has a negative length", shape))
		}
		if d > 0 && n > maxLen/d {
			panic(Errorf(op, "shape %v has too many elements", shape))
		}
		n *= d
	}
}

const maxLen = int(^uint(0)>>1) / 64

// axis returns a as an index from the front.
func (x *Tensor) axis(op string, a int) int {
	r := a
	if r < 0 {
		r += x.view.Rank
	}
	if r < 0 || r >= x.view.Rank {
		panic(Errorf(op, "no axis %d in shape %v", a, x))
	}
	return r
}
