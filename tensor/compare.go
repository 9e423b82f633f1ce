package tensor

import "github.com/jimu-ml/jimu/device"

// Equal returns where x = y, broadcast, as booleans. No gradient flows through comparisons.
func (x *Tensor) Equal(y *Tensor) *Tensor { return binaryAs(device.Bool, device.Equal, x, y) }

// NotEqual returns where x ≠ y.
func (x *Tensor) NotEqual(y *Tensor) *Tensor { return x.Equal(y).Not() }

// Less returns where x < y.
func (x *Tensor) Less(y *Tensor) *Tensor { return binaryAs(device.Bool, device.Less, x, y) }

// LessEqual returns where x ≤ y.
func (x *Tensor) LessEqual(y *Tensor) *Tensor { return binaryAs(device.Bool, device.LessEqual, x, y) }

// Greater returns where x > y.
func (x *Tensor) Greater(y *Tensor) *Tensor { return y.Less(x) }

// GreaterEqual returns where x ≥ y.
func (x *Tensor) GreaterEqual(y *Tensor) *Tensor { return y.LessEqual(x) }

// And returns where the booleans x and y are both true.
func (x *Tensor) And(y *Tensor) *Tensor { return binary(device.And, x, y) }

// Or returns where one of the booleans x and y is true.
func (x *Tensor) Or(y *Tensor) *Tensor { return binary(device.Or, x, y) }

// Not returns where the booleans x are false.
func (x *Tensor) Not() *Tensor { return unary(device.Not, x) }

// Where returns a where the booleans c are true, else b, broadcast.
//
//	da = dy where c, else 0    db = 0 where c, else dy
func Where(c, a, b *Tensor) *Tensor {
	if c.view.DType != device.Bool || a.view.DType != b.view.DType {
		panic(Errorf("Where", "a %s condition between %s and %s; want bool and one type", c.view.DType, a.view.DType, b.view.DType))
	}
	shape := Broadcast("Where", a, b)
	like := a
	if len(shape) != a.Rank() || a.Len() < b.Len() {
		like = b
	}
	shape = Broadcast("Where", c, &Tensor{view: shaped(shape)})
	y := Output(like, shape, a, b, c)
	Run(device.Where, nil, []*Tensor{y}, c, a, b)
	return Record(y, "Where", func(dy, _ *Tensor, x []*Tensor) []*Tensor {
		zero := dy.FullLike(0)
		g := []*Tensor{nil, nil, nil}
		if x[1].Wanted() {
			g[1] = sumLike(Where(x[0], dy, zero), x[1])
		}
		if x[2].Wanted() {
			g[2] = sumLike(Where(x[0], zero, dy), x[2])
		}
		return g
	}, c, a, b)
}

func shaped(shape []int) (v device.View) {
	v.SetRowMajor(shape...)
	return v
}
