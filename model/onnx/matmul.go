package onnx

import (
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

func init() {
	register("MatMul", 1, func(c *call) []*Value {
		x, y := c.pair()
		return c.as(0, c.wrapped(c.value(0).Type, c.matmul(x, y)))
	})
	register("Gemm", 1, gemm)
	register("Einsum", 12, einsum)
	register("Det", 11, func(c *call) []*Value { return c.as(0, op.Det(c.x(0))) })
}

// matmul is NumPy's: vectors are rows on the left and columns on the right.
func (c *call) matmul(x, y *tensor.Tensor) *tensor.Tensor {
	if x.Rank() == 0 || y.Rank() == 0 {
		c.fail("shapes %v and %v have no product", x, y)
	}
	a, b := x, y
	if x.Rank() == 1 {
		a = x.Unsqueeze(0)
	}
	if y.Rank() == 1 {
		b = y.Unsqueeze(1)
	}
	if a.Dim(-1) != b.Dim(-2) {
		c.fail("shapes %v and %v do not fit", x, y)
	}
	z := c.product2(a, b)
	if y.Rank() == 1 {
		z = z.Squeeze(-1)
	}
	if x.Rank() == 1 {
		if y.Rank() == 1 {
			return z.Squeeze(-1)
		}
		z = z.Squeeze(-2)
	}
	return z
}

// product2 multiplies the matrices of the last two axes.
func (c *call) product2(a, b *tensor.Tensor) *tensor.Tensor {
	if t := a.DType(); t == device.Uint8 || t == device.Bool {
		return c.product2(a.Cast(device.Int32), b.Cast(device.Int32)).Cast(t)
	}
	if b.Rank() == 2 && a.Rank() > 2 { // one product of many rows
		shape := slices.Clone(a.Shape())
		shape[len(shape)-1] = b.Dim(1)
		return a.Reshape(length(shape[:len(shape)-1]), a.Dim(-1)).MatMul(b).Reshape(shape...)
	}
	return a.MatMul(b)
}

// gemm gives α·A·B + β·C.
func gemm(c *call) []*Value {
	x, w, b := c.wants(0, 2), c.wants(1, 2), c.maybe(2)
	alpha, beta := c.float("alpha", 1), c.float("beta", 1)
	transposed := c.flag("transB", false)
	if c.flag("transA", false) {
		x = x.T()
	}
	if transposed && alpha == 1 && x.DType().IsFloat() && x.Dim(1) == w.Dim(1) && (b == nil || b.Rank() == 1 && beta == 1 && b.Dim(0) == w.Dim(0)) {
		return c.as(0, op.Linear(x, w, b))
	}
	if transposed {
		w = w.T()
	}
	y := c.matmul(x, w)
	if alpha != 1 {
		y = y.Scale(alpha)
	}
	if b != nil && beta != 0 {
		b = c.aligned(y, b)
		if beta != 1 {
			b = b.Scale(beta)
		}
		y = y.Add(b)
	}
	if want := []int{x.Dim(0), w.Dim(1)}; !slices.Equal(y.Shape(), want) {
		c.fail("the third input of shape %v does not broadcast to %v", b, want)
	}
	return c.as(0, c.wrapped(c.value(0).Type, y))
}

// einsum writes the ellipsis as letters that are not used otherwise.
func einsum(c *call) []*Value {
	equation := strings.ReplaceAll(c.text("equation", ""), " ", "")
	x := make([]*tensor.Tensor, len(c.in))
	for i := range x {
		x[i] = c.x(i)
	}
	return c.as(0, op.Einsum(equation, x...))
}
