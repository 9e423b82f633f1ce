package tensor

import "github.com/jimu-ml/jimu/device"

// Cast returns x with elements of another type. Floats become integers towards zero; 0 is false and all else true. A
// gradient flows between floating-point types.
func (x *Tensor) Cast(t device.DType) *Tensor {
	if x.view.DType == t {
		return x
	}
	y := OutputAs(t, x, x.Shape())
	Run(device.Copy, nil, []*Tensor{y}, x)
	if !t.IsFloat() {
		return y
	}
	return Record(y, "Cast", func(dy, _ *Tensor, x []*Tensor) []*Tensor {
		return []*Tensor{dy.Cast(x[0].DType())}
	}, x)
}

// Contiguous returns x with its elements row-major without gaps: x itself, if they are.
func (x *Tensor) Contiguous() *Tensor {
	if x.view.RowMajor() {
		return x
	}
	y := OutputRowMajor(x, x.Shape())
	Run(device.Copy, nil, []*Tensor{y}, x)
	return Record(y, "Contiguous", func(dy, _ *Tensor, _ []*Tensor) []*Tensor { return []*Tensor{dy} }, x)
}

// Clone returns a row-major copy of x.
func (x *Tensor) Clone() *Tensor {
	y := OutputRowMajor(x, x.Shape())
	Run(device.Copy, nil, []*Tensor{y}, x)
	return Record(y, "Clone", func(dy, _ *Tensor, _ []*Tensor) []*Tensor { return []*Tensor{dy} }, x)
}

// To returns x on another device: x itself, if it is there.
func (x *Tensor) To(d device.Device) *Tensor {
	if x.dev == d {
		return x
	}
	y := &Tensor{dev: d}
	y.view.DType = x.view.DType
	y.view.SetRowMajor(x.Shape()...)
	y.alloc(x.scope)
	Run(device.Copy, nil, []*Tensor{y}, x)
	back := x.dev
	return Record(y, "To", func(dy, _ *Tensor, _ []*Tensor) []*Tensor { return []*Tensor{dy.To(back)} }, x)
}

// CopyFrom overwrites the elements of x with those of y, converted to its type. It is for what owns x, such as a
// parameter being loaded: history that refers to x then tells of other numbers.
func (x *Tensor) CopyFrom(y *Tensor) {
	if len(x.Shape()) != len(y.Shape()) || x.view.Shape != y.view.Shape {
		panic(Errorf("CopyFrom", "shape %v does not fit in %v", y, x))
	}
	Run(device.Copy, nil, []*Tensor{x}, y)
}
