package export

import (
	"math"

	"github.com/jimu-ml/jimu/device"
)

// gelu is an operator from opset 20 on. Before, it is composed as runtimes know to fuse it.
func (g *graph) gelu(x *value, tanh bool) *value {
	if g.opset >= 20 {
		if tanh {
			return g.unary("Gelu", x, attr{"approximate", "tanh"})
		}
		return g.unary("Gelu", x)
	}
	c := func(v float64) *value { return g.number(x.dtype, v) }
	if tanh {
		cube := g.binary("Mul", g.binary("Mul", x, g.binary("Mul", x, x)), c(0.044715))
		inner := g.unary("Tanh", g.binary("Mul", g.binary("Add", x, cube), c(math.Sqrt(2/math.Pi))))
		return g.binary("Mul", g.binary("Mul", x, c(0.5)), g.binary("Add", inner, c(1)))
	}
	inner := g.unary("Erf", g.binary("Div", x, c(math.Sqrt2)))
	return g.binary("Mul", g.binary("Mul", x, g.binary("Add", inner, c(1))), c(0.5))
}

// lowest returns the smallest finite number of a type.
func lowest(t device.DType) float64 {
	switch t {
	case device.Float16:
		return -65504
	case device.BFloat16:
		return -0x1.fep127
	}
	return -math.MaxFloat32
}
