package nn

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// Sides says how much is put on, or taken off, before and behind the last axes: the spatial ones.
type Sides struct {
	All  int      // on both sides of every spatial axis
	Each [][2]int // if not nil, before and behind each of the last axes, in their order
}

// pairs returns a pair for each axis of x.
func (s Sides) pairs(op string, x *tensor.Tensor) [][2]int {
	p := make([][2]int, x.Rank())
	if len(s.Each) > len(p) || s.Each == nil && len(p) < 3 {
		panic(tensor.Errorf(op, "%d pairs for the last axes of %v", len(s.Each), x))
	}
	if s.Each != nil {
		copy(p[len(p)-len(s.Each):], s.Each)
		return p
	}
	for k := 2; k < len(p); k++ {
		p[k] = [2]int{s.All, s.All}
	}
	return p
}

// Pad puts a constant around the spatial axes. See [op.Pad].
type Pad struct {
	Sides
	Value float64
}

// Forward returns x with the constant around.
func (l Pad) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.Pad(x, l.Value, l.pairs("Pad", x)...)
}

// ReflectPad continues the spatial axes by their mirror image. See [op.PadReflect].
type ReflectPad struct{ Sides }

// Forward returns x continued.
func (l ReflectPad) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.PadReflect(x, l.pairs("ReflectPad", x)...)
}

// ReplicatePad continues the spatial axes by their outermost elements. See [op.PadReplicate].
type ReplicatePad struct{ Sides }

// Forward returns x continued.
func (l ReplicatePad) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.PadReplicate(x, l.pairs("ReplicatePad", x)...)
}

// CircularPad continues the spatial axes as rings. See [op.PadCircular].
type CircularPad struct{ Sides }

// Forward returns x continued.
func (l CircularPad) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.PadCircular(x, l.pairs("CircularPad", x)...)
}

// Crop takes elements off the spatial axes. See [op.Crop].
type Crop struct{ Sides }

// Forward returns what is left of x.
func (l Crop) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.Crop(x, l.pairs("Crop", x)...)
}
