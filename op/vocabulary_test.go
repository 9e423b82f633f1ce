package op_test

import (
	"testing"

	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// BenchmarkVocabulary times operations that were not written as one kernel, at sizes that people use.
func BenchmarkVocabulary(b *testing.B) {
	cpu.Debug(false)
	defer cpu.Debug(true)
	r := rng.New(1)
	normal := func(shape ...int) *tensor.Tensor {
		x := tensor.Zeros(shape...)
		v := x.Floats()
		r.Next().Normal(v)
		return tensor.Of(v, shape...)
	}
	million, wide := normal(1<<20), normal(1<<24)
	rows, prime, picture := normal(1024, 1024), normal(1024, 1009), normal(8, 64, 56, 56)
	for _, c := range []struct {
		name string
		run  func()
	}{
		{"CumSum", func() { million.CumSum(0) }},
		{"CumProd", func() { million.CumProd(0) }},
		{"CumMax", func() { million.CumMax(0) }},
		{"Sort", func() { million.Sort(0, false) }},
		{"SortRows", func() { rows.Sort(-1, true) }},
		{"TopK", func() { op.TopK(million, 50, 0, false) }},
		{"TopKMany", func() { op.TopK(million, 1000, 0, false) }},
		{"TopKRows", func() { op.TopK(rows, 10, -1, false) }},
		{"FFT", func() { op.FFT(rows.Reshape(1024, 512, 2), op.NormBackward) }},
		{"RFFT", func() { op.RFFT(rows, op.NormBackward) }},
		{"RFFTPrime", func() { op.RFFT(prime, op.NormBackward) }},
		{"STFT", func() { op.STFT(million, op.STFTConfig{}) }},
		{"Mish", func() { op.Mish(wide) }},
		{"HardSwish", func() { op.HardSwish(wide) }},
		{"Selu", func() { op.Selu(wide) }},
		{"LogSigmoid", func() { op.LogSigmoid(wide) }},
		{"Softsign", func() { op.Softsign(wide) }},
		{"Relu6", func() { op.Relu6(wide) }},
		{"LeakyRelu", func() { op.LeakyRelu(wide, 0.01) }},
		{"Silu", func() { op.Silu(wide) }},
		{"Resize", func() { op.Resize(picture, op.ResizeConfig{Scale: 2, Mode: op.ResizeLinear}) }},
		{"InstanceNorm", func() { op.InstanceNorm(picture, nil, nil, 1e-5) }},
		{"LocalResponseNorm", func() { op.LocalResponseNorm(picture, op.LocalResponseConfig{}) }},
		{"PixelShuffle", func() { op.PixelShuffle(picture, 2) }},
		{"Einsum", func() { op.Einsum("ij,kj->ik", rows, rows) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				c.run()
			}
		})
	}
}
