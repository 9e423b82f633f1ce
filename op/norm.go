package op

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// A norm is the part that the normalizations share: over some axes x is brought to mean 0 and variance 1, then scaled
// and shifted by a gain and a bias of a shape that broadcasts to x's.
type norm struct {
	name  string
	axes  []int // normalized over
	shape []int // of gain and bias, so that they broadcast
	eps   float64

	fused      bool           // the device did it, and left
	mean, rstd *tensor.Tensor // of the type that all is computed in
	grad       device.Op      // its gradient
}

// record notes how y was computed, having composed it where the device refused.
func (n *norm) record(y, x, gain, bias *tensor.Tensor) *tensor.Tensor {
	if !n.fused {
		y, _ = n.standardize(x.Bare().Cast(n.mean.DType()))
		if gain != nil {
			y = y.Mul(gain.Bare().Reshape(n.shape...))
		}
		if bias != nil {
			y = y.Add(bias.Bare().Reshape(n.shape...))
		}
		y = y.Cast(x.DType())
	}
	return tensor.Record(y, n.name, n.vjp, x, gain, bias)
}

// standardize returns x̂ = (x − μ)·r with r = 1/√(σ² + ε), and r.
func (n *norm) standardize(x *tensor.Tensor) (xhat, r *tensor.Tensor) {
	c := x.Sub(x.MeanKeep(n.axes...))
	r = c.Square().MeanKeep(n.axes...).AddScalar(n.eps).PowScalar(-0.5)
	return c.Mul(r), r
}

// vjp is, with g = dy · gain and means over the axes,
//
//	dx = r · (g − mean(g) − x̂ · mean(g·x̂))    dgain = Σ dy·x̂    dbias = Σ dy
func (n *norm) vjp(dy, _ *tensor.Tensor, in []*tensor.Tensor) []*tensor.Tensor {
	x, gain, bias := in[0], in[1], in[2]
	if n.fused && !tensor.Tracked(dy, x, gain) {
		if g := n.fusedGrad(dy, x, gain, bias); g != nil {
			return g
		}
	}
	g := []*tensor.Tensor{nil, nil, nil}
	dy = dy.Cast(n.mean.DType())
	if bias.Wanted() {
		g[2] = dy.SumTo(n.shape...).Reshape(bias.Shape()...)
	}
	if !x.Wanted() && !gain.Wanted() {
		return g
	}
	xhat, r := n.standardize(x.Cast(n.mean.DType()))
	if gain.Wanted() {
		g[1] = dy.Mul(xhat).SumTo(n.shape...).Reshape(gain.Shape()...)
	}
	if x.Wanted() {
		if gain != nil {
			dy = dy.Mul(gain.Reshape(n.shape...))
		}
		c := dy.Sub(dy.MeanKeep(n.axes...)).Sub(xhat.Mul(dy.Mul(xhat).MeanKeep(n.axes...)))
		g[0] = c.Mul(r).Cast(x.DType())
	}
	return g
}

// fusedGrad runs the device's gradient, or returns nil.
func (n *norm) fusedGrad(dy, x, gain, bias *tensor.Tensor) []*tensor.Tensor {
	out := []*tensor.Tensor{tensor.Output(x, x.Shape(), dy)}
	full := gain
	if gain.Wanted() || bias.Wanted() {
		like := gain
		if like == nil {
			like = bias
		}
		full, _ = affine(gain, bias, like.Dim(0))
		out = append(out, tensor.OutputRowMajor(like, like.Shape(), dy, x), tensor.OutputRowMajor(like, like.Shape(), dy, x))
	}
	if !tensor.Try(n.grad, &device.Attr{Scalars: [8]float64{n.eps}}, out, dy, x, full, n.mean, n.rstd) {
		return nil
	}
	return append(out, nil, nil)[:3]
}
