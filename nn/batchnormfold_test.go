package nn

import (
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

func TestFoldBatchNorm(t *testing.T) {
	r := rng.New(1)
	draw := func(shape ...int) *tensor.Tensor { return Uniform(0.5, 2)(r.Next(), shape...) }
	for _, c := range []ConvConfig{{}, {NoBias: true, Groups: 2, Pad: 1}} {
		conv, norm := NewConv2d(r, 4, 6, 3, c), NewBatchNorm(6)
		norm.Gain.Value, norm.Bias.Value, norm.RunningMean.Value, norm.RunningVariance.Value = draw(6), draw(6), draw(6), draw(6)
		p := NewPass(PassConfig{})
		x := draw(2, 4, 5, 5)
		want := norm.Forward(p, conv.Forward(p, x)).Floats()
		check.Close(t, "folded", FoldBatchNorm(conv, norm).Forward(p, x).Floats(), want, 1e-5)
		p.Close()
	}
}
