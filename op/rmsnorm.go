package op

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// RMSNorm scales the last axis of x to a mean square of 1, and then by a gain. Unlike [LayerNorm] it does not subtract
// the mean.
//
//	x [… d], gain [d] or nil → y [… d]
//	y = x · r · gain,  r = 1/√(mean(x²) + ε)
//	dx = r · (g − x̂ · mean(g·x̂)),  g = dy · gain,  x̂ = x · r    dgain = Σ dy·x̂
//
// It panics with a [tensor.Error] if gain is not [d].
//
// Zhang and Sennrich, Root Mean Square Layer Normalization, 2019 (arXiv:1910.07467), equation 4; the ε is usual since,
// 1e-6 or 1e-5.
func RMSNorm(x, gain *tensor.Tensor, eps float64) *tensor.Tensor {
	checkFloat("RMSNorm", x)
	if x.Rank() == 0 {
		panic(tensor.Errorf("RMSNorm", "shape %v has no last axis", x))
	}
	checkVector("RMSNorm", "gain", gain, x.Dim(-1), "the last axis", x)
	n := &rmsNorm{eps: eps}
	y := tensor.Output(x, x.Shape(), gain)
	n.rstd = tensor.OutputRowMajor(x, x.Shape()[:x.Rank()-1], gain)
	n.fused = tensor.Try(device.RMSNorm, n.attr(), []*tensor.Tensor{y, n.rstd}, x, gain)
	if !n.fused {
		y, _ = n.scaled(x.Bare())
		if gain != nil {
			y = y.Mul(gain.Bare())
		}
	}
	return tensor.Record(y, "RMSNorm", n.vjp, x, gain)
}

// An rmsNorm is one call of [RMSNorm].
type rmsNorm struct {
	eps   float64
	fused bool           // the device did it, and left
	rstd  *tensor.Tensor // of each row
}

func (n *rmsNorm) attr() *device.Attr { return &device.Attr{Scalars: [8]float64{n.eps}} }

// scaled returns x̂ and r.
func (n *rmsNorm) scaled(x *tensor.Tensor) (xhat, r *tensor.Tensor) {
	r = x.Square().MeanKeep(-1).AddScalar(n.eps).PowScalar(-0.5)
	return x.Mul(r), r
}

func (n *rmsNorm) vjp(dy, _ *tensor.Tensor, in []*tensor.Tensor) []*tensor.Tensor {
	x, gain := in[0], in[1]
	if n.fused && !tensor.Tracked(dy, x, gain) {
		out := []*tensor.Tensor{tensor.Output(x, x.Shape(), dy)}
		if gain.Wanted() {
			out = append(out, tensor.OutputRowMajor(dy, gain.Shape(), x))
		}
		if tensor.Try(device.RMSNormGrad, n.attr(), out, dy, x, gain, n.rstd) {
			return append(out, nil)[:2]
		}
	}
	g := []*tensor.Tensor{nil, nil}
	xhat, r := n.scaled(x)
	if gain.Wanted() {
		g[1] = dy.Mul(xhat).SumTo(gain.Shape()...)
	}
	if x.Wanted() {
		if gain != nil {
			dy = dy.Mul(gain)
		}
		g[0] = dy.Sub(xhat.Mul(dy.Mul(xhat).MeanKeep(-1))).Mul(r)
	}
	return g
}
