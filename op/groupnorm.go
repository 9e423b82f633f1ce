package op

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// GroupNorm normalizes groups of neighbouring channels of each example to mean 0 and variance 1, then scales and shifts
// each channel. With one group it is a layer norm of the whole example, with as many groups as channels the instance norm.
//
//	x [n c …], gain [c] or nil, bias [c] or nil → y [n c …]
//	y = (x − μ) / √(σ² + ε) · gain + bias     μ, σ² over a group's channels and all axes behind them
//
// It panics with a [tensor.Error] if gain or bias is not [c], or if the groups do not divide the channels.
//
// Wu and He, Group Normalization, 2018 (arXiv:1803.08494), equations 1, 2 and 7.
func GroupNorm(x *tensor.Tensor, groups int, gain, bias *tensor.Tensor, eps float64) *tensor.Tensor {
	checkFloat("GroupNorm", x)
	if x.Rank() < 2 || groups < 1 || x.Dim(1)%groups != 0 {
		panic(tensor.Errorf("GroupNorm", "shape %v is not [n c …] with c a multiple of the %d groups", x, groups))
	}
	n, c := x.Dim(0), x.Dim(1)
	checkVector("GroupNorm", "gain", gain, c, "axis 1", x)
	checkVector("GroupNorm", "bias", bias, c, "axis 1", x)
	g := &groupNorm{groups: groups, norm: norm{name: "GroupNorm", axes: []int{-1}, eps: eps}}
	g.shape = slices.Repeat([]int{1}, x.Rank()-1)
	g.shape[0] = c

	y := tensor.Output(x, x.Shape(), gain, bias)
	g.mean = tensor.OutputRowMajor(x, []int{n, groups}, gain, bias)
	g.rstd = tensor.OutputRowMajor(x, []int{n, groups}, gain, bias)
	fullGain, fullBias := affine(gain, bias, c)
	g.fused = tensor.Try(device.GroupNorm, g.attr(), []*tensor.Tensor{y, g.mean, g.rstd}, x, fullGain, fullBias)
	if !g.fused {
		y, _ = g.standardized(x.Bare())
		if gain != nil {
			y = y.Mul(gain.Bare().Reshape(g.shape...))
		}
		if bias != nil {
			y = y.Add(bias.Bare().Reshape(g.shape...))
		}
	}
	return tensor.Record(y, "GroupNorm", g.vjp, x, gain, bias)
}

// A groupNorm is one call of [GroupNorm]: a norm of x by rows [n g …].
type groupNorm struct {
	norm
	groups int
}

func (g *groupNorm) attr() *device.Attr {
	return &device.Attr{Scalars: [8]float64{g.eps, float64(g.groups)}}
}

// rows returns x with everything that is normalized together on one axis.
func (g *groupNorm) rows(x *tensor.Tensor) *tensor.Tensor {
	if x.Len() == 0 {
		return x.Reshape(x.Dim(0), g.groups, x.Len()/max(1, x.Dim(0)*g.groups))
	}
	return x.Reshape(x.Dim(0), g.groups, -1)
}

// standardized returns x̂ in the shape of x, and r by rows.
func (g *groupNorm) standardized(x *tensor.Tensor) (xhat, r *tensor.Tensor) {
	xhat, r = g.standardize(g.rows(x))
	return xhat.Reshape(x.Shape()...), r
}

func (g *groupNorm) vjp(dy, _ *tensor.Tensor, in []*tensor.Tensor) []*tensor.Tensor {
	x, gain, bias := in[0], in[1], in[2]
	if g.fused && !tensor.Tracked(dy, x, gain) {
		if d := g.fusedGrad(dy, x, gain, bias); d != nil {
			return d
		}
	}
	d := []*tensor.Tensor{nil, nil, nil}
	if bias.Wanted() {
		d[2] = dy.SumTo(g.shape...).Reshape(bias.Shape()...)
	}
	xhat, r := g.standardized(x)
	if gain.Wanted() {
		d[1] = dy.Mul(xhat).SumTo(g.shape...).Reshape(gain.Shape()...)
	}
	if x.Wanted() {
		if gain != nil {
			dy = dy.Mul(gain.Reshape(g.shape...))
		}
		dr, xr := g.rows(dy), g.rows(xhat)
		c := dr.Sub(dr.MeanKeep(-1)).Sub(xr.Mul(dr.Mul(xr).MeanKeep(-1)))
		d[0] = c.Mul(r).Reshape(x.Shape()...)
	}
	return d
}

// fusedGrad runs the device's gradient, or returns nil.
func (g *groupNorm) fusedGrad(dy, x, gain, bias *tensor.Tensor) []*tensor.Tensor {
	out := []*tensor.Tensor{tensor.Output(x, x.Shape(), dy)}
	full := gain
	if gain.Wanted() || bias.Wanted() {
		full, _ = affine(gain, bias, x.Dim(1))
		out = append(out, tensor.OutputRowMajor(dy, []int{x.Dim(1)}, x), tensor.OutputRowMajor(dy, []int{x.Dim(1)}, x))
	}
	if !tensor.Try(device.GroupNormGrad, g.attr(), out, dy, x, full, g.mean, g.rstd) {
		return nil
	}
	return append(out, nil, nil)[:3]
}
