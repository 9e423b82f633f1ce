package export

import "slices"

// batchNorm returns x·scale + shift as a norm, if scale and shift are made of moments, a gain and a bias as those of a batch
// norm in evaluation are:
//
//	scale = (variance + ε)^(−½) · gain    shift = bias − mean · scale
func (g *graph) batchNorm(y, shift *value) *value {
	if !isOp(y, "Mul") || !y.varies || shift.varies || len(y.shape) < 2 {
		return nil
	}
	x, scale := y.from.in[0], y.from.in[1]
	if scale.varies || !x.varies || !slices.Equal(x.shape, y.shape) || !slices.Equal(scale.shape, shift.shape) {
		return nil
	}
	scale, shift = perChannel(scale, y.shape), perChannel(shift, y.shape)
	if scale == nil || shift == nil {
		return nil
	}
	m, ok := momentsOf(scale, shift)
	if !ok {
		return nil
	}
	for i, one := range []float64{1, 0} {
		if m.affine[i] == nil {
			m.affine[i] = g.filled(x.dtype, one, scale.shape)
		}
	}
	in := []*value{x, m.affine[0], m.affine[1], m.mean, m.variance}
	return g.one("BatchNormalization", x.dtype, y.shape, in, attr{"epsilon", m.eps})
}

// perChannel returns a value [c 1 …] as [c].
func perChannel(x *value, of []int) *value {
	if isOp(x, "Reshape", "Unsqueeze") {
		x = x.from.in[0]
	}
	if len(x.shape) != 1 || x.shape[0] != of[1] {
		return nil
	}
	return x
}

type moments struct {
	mean, variance *value
	affine         [2]*value // gain and bias, nil if there are none
	eps            float64
}

func momentsOf(scale, shift *value) (m moments, ok bool) {
	root := scale
	if isOp(scale, "Mul") {
		root, m.affine[0] = scale.from.in[0], scale.from.in[1]
	}
	if !isOp(root, "Pow") || !isNumber(root.from.in[1], -0.5) || !isOp(root.from.in[0], "Add") {
		return m, false
	}
	sum := root.from.in[0].from
	if sum.in[1].fill == nil {
		return m, false
	}
	m.variance, m.eps = sum.in[0], *sum.in[1].fill
	if isOp(shift, "Add") {
		shift, m.affine[1] = shift.from.in[0], shift.from.in[1]
	}
	if !isOp(shift, "Neg") || !isOp(shift.from.in[0], "Mul") || shift.from.in[0].from.in[1] != scale {
		return m, false
	}
	m.mean = shift.from.in[0].from.in[0]
	return m, true
}

func isNumber(x *value, v float64) bool { return x.fill != nil && *x.fill == v }
