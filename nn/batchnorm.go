package nn

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// BatchNorm normalizes each channel of [n c …]: with the moments of the batch in training, with running averages of them
// in evaluation. See [op.BatchNorm].
//
// The averages are staged in the pass and written when its step succeeds. The running variance is the unbiased one, as in
// PyTorch. A layer whose RunningMean is frozen normalizes with the averages in training too, and keeps them, as in Keras: it
// stays the function that it was.
type BatchNorm struct {
	Gain            tensor.Param `nn:"weight"`              // [c]
	Bias            tensor.Param `nn:"bias"`                // [c]
	RunningMean     tensor.Param `nn:"running_mean,buffer"` // [c]
	RunningVariance tensor.Param `nn:"running_var,buffer"`  // [c]
	Momentum        float64      // the weight of a new batch in the averages
	Eps             float64
}

// NewBatchNorm returns a layer for c channels, with gain 1, bias 0, running mean 0 and variance 1, momentum 0.1 and ε 1e-5.
func NewBatchNorm(c int) *BatchNorm {
	l := &BatchNorm{Momentum: 0.1, Eps: 1e-5}
	l.Gain.Value, l.Bias.Value = tensor.Ones(c), tensor.Zeros(c)
	l.RunningMean.Value, l.RunningVariance.Value = tensor.Zeros(c), tensor.Ones(c)
	return l
}

// Forward returns x normalized.
func (l *BatchNorm) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	gain, bias := p.UseFull(&l.Gain), p.UseFull(&l.Bias)
	t := x.DType()
	x = p.like(gain, x)
	mean, variance := p.Buffer(&l.RunningMean), p.Buffer(&l.RunningVariance)
	if !p.Training() || l.RunningMean.Frozen {
		return op.BatchNormGiven(x, gain, bias, op.Moments{Mean: mean, Variance: variance}, l.Eps).Cast(t)
	}
	y, m := op.BatchNorm(x, gain, bias, l.Eps)
	p.Stage(&l.RunningMean, mean.Scale(1-l.Momentum).Add(m.Mean.Scale(l.Momentum)))
	p.Stage(&l.RunningVariance, variance.Scale(1-l.Momentum).Add(m.Variance.Scale(l.Momentum)))
	return y.Cast(t)
}
