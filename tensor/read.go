package tensor

import (
	"fmt"
	"strings"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
)

// Values returns a copy of the elements of x in row-major order, converted to T. It waits for the device.
func Values[T Element](x *Tensor) []T {
	out := make([]T, x.Len())
	if len(out) == 0 {
		return out
	}
	host := &Tensor{dev: cpu.Device}
	host.view.DType = DTypeOf[T]()
	host.view.SetRowMajor(x.Shape()...)
	host.own.buffer = cpu.Of(out)
	host.mem = &host.own
	host.view.Buffer = host.own.buffer
	Run(device.Copy, nil, []*Tensor{host}, x)
	if err := x.dev.Sync(); err != nil {
		panic(Errorf("Values", "%s: %v", x.dev.Name(), err))
	}
	return out
}

// Peek returns the elements as [Values] does, but where they lie, if they lie row-major and as T in the memory of the host. They must
// not be changed, nor kept.
func Peek[T Element](x *Tensor) []T {
	x.alive()
	if b, host := x.mem.buffer.(device.HostBuffer); host && x.view.DType == DTypeOf[T]() && x.view.RowMajor() {
		return device.Elements[T](b)[x.view.Offset:][:x.Len()]
	}
	return Values[T](x)
}

// Floats returns a copy of the elements of x in row-major order, as float32.
func (x *Tensor) Floats() []float32 { return Values[float32](x) }

// Ints returns a copy of the elements of x in row-major order, as int64.
func (x *Tensor) Ints() []int64 { return Values[int64](x) }

// Item returns the one element of x. It panics with an [Error] if there are more, or none.
func (x *Tensor) Item() float64 {
	if x.Len() != 1 {
		panic(Errorf("Item", "shape %v has not one element", x))
	}
	return Values[float64](x)[0]
}

// String returns the type, shape and first elements of x.
func (x *Tensor) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s%v on %s", x.view.DType, x.Shape(), x.dev.Name())
	if x.mem.gone {
		return b.String() + " (gone)"
	}
	if _, host := x.mem.buffer.(device.HostBuffer); !host {
		return b.String()
	}
	const most = 8
	flat := x.Detach().Reshape(-1)
	n := min(most, flat.Len())
	fmt.Fprintf(&b, " %.6g", Values[float64](flat.Slice(0, 0, n)))
	if n < flat.Len() {
		b.WriteString(" …")
	}
	return b.String()
}
