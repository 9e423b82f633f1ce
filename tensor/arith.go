package tensor

import "github.com/jimu-ml/jimu/device"

// Add returns x + y, broadcast.
func (x *Tensor) Add(y *Tensor) *Tensor {
	return Record(binary(device.Add, x, y), "Add", func(dy, _ *Tensor, x []*Tensor) []*Tensor {
		return []*Tensor{sumLike(dy, x[0]), sumLike(dy, x[1])}
	}, x, y)
}

// Sub returns x − y, broadcast.
func (x *Tensor) Sub(y *Tensor) *Tensor {
	return Record(binary(device.Sub, x, y), "Sub", func(dy, _ *Tensor, x []*Tensor) []*Tensor {
		g := []*Tensor{sumLike(dy, x[0]), nil}
		if x[1].Wanted() {
			g[1] = sumLike(dy.Neg(), x[1])
		}
		return g
	}, x, y)
}

// Mul returns x · y elementwise, broadcast.
//
//	dx = dy · y
func (x *Tensor) Mul(y *Tensor) *Tensor {
	return Record(binary(device.Mul, x, y), "Mul", func(dy, _ *Tensor, x []*Tensor) []*Tensor {
		g := []*Tensor{nil, nil}
		if x[0].Wanted() {
			g[0] = sumLike(dy.Mul(x[1]), x[0])
		}
		if x[1].Wanted() {
			g[1] = sumLike(dy.Mul(x[0]), x[1])
		}
		return g
	}, x, y)
}

// Div returns x / y elementwise, broadcast. Integers are divided towards zero.
//
//	dx = dq / y    dy = −dq · q / y
func (x *Tensor) Div(y *Tensor) *Tensor {
	return Record(binary(device.Div, x, y), "Div", func(dq, q *Tensor, x []*Tensor) []*Tensor {
		dx := dq.Div(x[1])
		g := []*Tensor{sumLike(dx, x[0]), nil}
		if x[1].Wanted() {
			g[1] = sumLike(dx.Mul(q).Neg(), x[1])
		}
		return g
	}, x, y)
}

// Pow returns x to the power of y elementwise, broadcast. For a constant exponent [Tensor.PowScalar] is faster.
//
//	dx = dz · y · xʸ⁻¹    dy = dz · xʸ · ln x
//
// The gradient with respect to y is taken as 0 where x ≤ 0.
func (x *Tensor) Pow(y *Tensor) *Tensor {
	return Record(binary(device.Pow, x, y), "Pow", func(dz, z *Tensor, x []*Tensor) []*Tensor {
		g := []*Tensor{nil, nil}
		if x[0].Wanted() {
			g[0] = sumLike(dz.Mul(x[1]).Mul(x[0].Pow(x[1].AddScalar(-1))), x[0])
		}
		if x[1].Wanted() {
			positive := Full(0).To(x[0].dev).Cast(x[0].DType()).Less(x[0])
			one := x[0].FullLike(1)
			g[1] = sumLike(dz.Mul(z).Mul(Where(positive, x[0], one).Log()), x[1])
		}
		return g
	}, x, y)
}

// Maximum returns the larger of x and y elementwise, broadcast; NaN if either is. Where they are equal the gradient
// flows to x and y in halves.
func (x *Tensor) Maximum(y *Tensor) *Tensor {
	return Record(binary(device.Maximum, x, y), "Maximum", extremumVJP, x, y)
}

// Minimum returns the smaller of x and y elementwise, broadcast; NaN if either is. Where they are equal the gradient
// flows to x and y in halves.
func (x *Tensor) Minimum(y *Tensor) *Tensor {
	return Record(binary(device.Minimum, x, y), "Minimum", extremumVJP, x, y)
}

func extremumVJP(dz, z *Tensor, x []*Tensor) []*Tensor {
	a := z.Detach().Equal(x[0].Detach()).Cast(z.DType())
	b := z.Detach().Equal(x[1].Detach()).Cast(z.DType())
	share := dz.Div(a.Add(b).Maximum(a.FullLike(1))) // NaN equals nothing
	return []*Tensor{sumLike(share.Mul(a), x[0]), sumLike(share.Mul(b), x[1])}
}

// AddScalar returns x + a.
func (x *Tensor) AddScalar(a float64) *Tensor {
	return Record(scalar(device.AddScalar, device.Add, x, a), "AddScalar",
		func(dy, _ *Tensor, _ []*Tensor) []*Tensor { return []*Tensor{dy} }, x)
}

// Scale returns a · x.
func (x *Tensor) Scale(a float64) *Tensor {
	return Record(scalar(device.MulScalar, device.Mul, x, a), "Scale",
		func(dy, _ *Tensor, _ []*Tensor) []*Tensor { return []*Tensor{dy.Scale(a)} }, x)
}

// PowScalar returns x to the power of a constant a, elementwise.
//
//	dx = dy · a · xᵃ⁻¹
func (x *Tensor) PowScalar(a float64) *Tensor {
	return Record(binary(device.Pow, x, x.FullLike(a)), "PowScalar", func(dy, _ *Tensor, x []*Tensor) []*Tensor {
		if a == 0 {
			return []*Tensor{nil}
		}
		return []*Tensor{dy.Mul(x[0].PowScalar(a - 1)).Scale(a)}
	}, x)
}

// Square returns x², elementwise.
func (x *Tensor) Square() *Tensor {
	return Record(binary(device.Mul, x, x), "Square", func(dy, _ *Tensor, x []*Tensor) []*Tensor {
		return []*Tensor{dy.Mul(x[0]).Scale(2)}
	}, x)
}

// binary runs an elementwise primitive of two inputs.
func binary(op device.Op, x, y *Tensor) *Tensor {
	return binaryAs(x.view.DType, op, x, y)
}

func binaryAs(t device.DType, op device.Op, x, y *Tensor) *Tensor {
	if x.view.DType != y.view.DType {
		panic(Errorf(op.String(), "%s %v and %s %v differ in type; Cast one", x.view.DType, x, y.view.DType, y))
	}
	if x.view.SameLayout(&y.view) || y.view.Rank == 0 {
		out := OutputAs(t, x, x.Shape(), y)
		Run(op, nil, []*Tensor{out}, x, y)
		return out
	}
	var buf [device.MaxRank]int
	shape := broadcast(buf[:0], op.String(), x, y)
	like := x
	if x.view.Rank != len(shape) || x.view.Len() < y.view.Len() {
		like = y
	}
	out := OutputAs(t, like, shape, x, y)
	Run(op, nil, []*Tensor{out}, x, y)
	return out
}

// scalar runs fused with the constant a, or op with a tensor of it where the device refuses.
func scalar(fused, op device.Op, x *Tensor, a float64) *Tensor {
	y := Output(x, x.Shape())
	if Try(fused, &device.Attr{Scalars: [8]float64{a}}, []*Tensor{y}, x) {
		return y
	}
	Run(op, nil, []*Tensor{y}, x, x.FullLike(a))
	return y
}

// Broadcast returns the shape that x and y are both broadcast to: NumPy's rule. It panics with an [Error] of operation
// op if there is none.
func Broadcast(op string, x, y *Tensor) []int { return broadcast(nil, op, x, y) }

func broadcast(out []int, op string, x, y *Tensor) []int {
	a, b := x.Shape(), y.Shape()
	if len(a) < len(b) {
		a, b = b, a
	}
	out = append(out, a...)
	lead := len(a) - len(b)
	for i, d := range b {
		switch {
		case out[lead+i] == d || d == 1:
		case out[lead+i] == 1:
			out[lead+i] = d
		default:
			panic(Errorf(op, "shapes %v and %v do not broadcast", x, y))
		}
	}
	return out
}

// sumLike sums dy to the shape of x: the gradient of a broadcast.
func sumLike(dy, x *Tensor) *Tensor {
	if !x.Wanted() {
		return nil
	}
	return dy.SumTo(x.Shape()...)
}
