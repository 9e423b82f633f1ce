package main

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// bent returns the probe of an activation, on numbers of both signs that are not near ±1/2, ±1 or 0, where some have kinks.
func bent(name string, f func(x array) array) probe {
	return of(name, func(x array) array { return f(x.AddScalar(-1.13)) })
}

// channels returns the probe of an operation on pictures [1 4 3 3].
func channels(name string, f func(x array) array) probe {
	return probe{name, [][]int{{1, 4, 3, 3}}, func(x inputs) array { return f(x[0]) }}
}

// gated returns the probe of an operation that halves the last axis.
func gated(name string, f func(x array, axis int) array) probe {
	return probe{name, [][]int{{3, 4}}, func(x inputs) array { return f(x[0].AddScalar(-1.13), -1) }}
}

// The operations of feed-forward layers are probes too.
var _ = func() bool {
	key := rng.KeyOf(3)
	probes = append(probes,
		bent("Mish", op.Mish), bent("QuickGelu", op.QuickGelu), bent("SquaredRelu", op.SquaredRelu), bent("Relu6", op.Relu6),
		bent("HardSigmoid", op.HardSigmoid), bent("HardSwish", op.HardSwish), bent("Selu", op.Selu), bent("TanhShrink", op.TanhShrink),
		bent("Softsign", op.Softsign), bent("LogSigmoid", op.LogSigmoid), bent("SparsePlus", op.SparsePlus), bent("SparseSigmoid", op.SparseSigmoid),
		bent("HardTanh", func(x array) array { return op.HardTanh(x, -0.9, 0.9) }),
		bent("Threshold", func(x array) array { return op.Threshold(x, 0.31, -2) }),
		bent("Celu", func(x array) array { return op.Celu(x, 1.5) }), bent("Squareplus", func(x array) array { return op.Squareplus(x, 4) }),
		bent("HardShrink", func(x array) array { return op.HardShrink(x, 0.3) }), bent("SoftShrink", func(x array) array { return op.SoftShrink(x, 0.3) }),
		bent("Rrelu", func(x array) array { return op.Rrelu(x, 0.1, 0.3, key) }),
		bent("Softmin", func(x array) array { return op.Softmin(x, -1) }), bent("Sparsemax", func(x array) array { return op.Sparsemax(x, -1) }),
		both("Swish", op.Swish), both("Prelu", func(x, w array) array { return op.Prelu(x.AddScalar(-1.13), w) }),
		gated("Glu", op.Glu), gated("Geglu", op.Geglu), gated("Reglu", op.Reglu), gated("Swiglu", op.Swiglu),
		gated("Maxout", func(x array, axis int) array { return op.Maxout(x, 2, axis) }),
		of("GaussianNoise", func(x array) array { return op.GaussianNoise(x, 0.3, key) }),
		of("GaussianDropout", func(x array) array { return op.GaussianDropout(x, 0.3, key) }),
		of("AlphaDropout", func(x array) array { return op.AlphaDropout(x, 0.3, key) }),
		of("DropPath", func(x array) array { return op.DropPath(x, 0.3, key) }),
		channels("ChannelDropout", func(x array) array { return op.ChannelDropout(x, 0.3, key) }),
		channels("ChannelAlphaDropout", func(x array) array { return op.ChannelAlphaDropout(x, 0.3, key) }),
	)
	probes = append(probes,
		channels("AdaptiveMaxPool", func(x array) array { return op.AdaptiveMaxPool(x, 2, 2) }), channels("GlobalMaxPool", op.GlobalMaxPool),
		channels("LpPool", func(x array) array { return op.LpPool(x, 2, op.PoolConfig{Size: 2, Stride: 1}) }),
		channels("FractionalMaxPool", func(x array) array { return op.FractionalMaxPool(x, 2, []int{2, 2}, []float64{0.3, 0.7}) }),
		channels("MaxUnpool", func(x array) array {
			c := op.PoolConfig{Size: 2, Stride: 1}
			return op.MaxUnpool(op.MaxPool(x, c), op.MaxPoolIndices(x.Detach(), c), 3, 3)
		}),
		of("Crop", func(x array) array { return op.Crop(x, [2]int{1, 0}, [2]int{0, 1}) }),
		channels("Resize", func(x array) array { return op.Resize(x, op.ResizeConfig{Scale: 2, Mode: op.ResizeLinear}) }),
		channels("PixelShuffle", func(x array) array { return op.PixelShuffle(x, 2) }),
		picture("PixelUnshuffle", func(x array) array { return op.PixelUnshuffle(x, 2) }),
		channels("ChannelShuffle", func(x array) array { return op.ChannelShuffle(x, 2) }),
		channels("Unfold", func(x array) array { return op.Unfold(x, op.UnfoldConfig{Size: 2}) }),
		channels("Fold", func(x array) array { c := op.UnfoldConfig{Size: 2}; return op.Fold(op.Unfold(x, c), []int{3, 3}, c) }),
		channels("LocalResponseNorm", func(x array) array { return op.LocalResponseNorm(x, op.LocalResponseConfig{}) }),
		probe{"InstanceNorm", [][]int{{2, 3, 4}, {3}, {3}}, func(x inputs) array { return op.InstanceNorm(x[0], x[1], x[2], 1e-5) }},
		probe{"Bilinear", [][]int{{3, 2}, {3, 4}, {2, 2, 4}, {2}}, func(x inputs) array { return op.Bilinear(x[0], x[1], x[2], x[3]) }},
		both("CosineSimilarity", func(x, y array) array { return op.CosineSimilarity(x, y.Expand(3, 4), -1, 1e-8) }),
		both("PairwiseDistance", func(x, y array) array { return op.PairwiseDistance(x, y.Expand(3, 4).AddScalar(2), 2, 1e-6) }),
		of("UnitNorm", func(x array) array { return op.UnitNorm(x, -1, 1e-12) }),
		of("WeightStandard", func(x array) array { return op.WeightStandard(x, 1e-5) }),
		probe{"WeightNorm", [][]int{{3, 5}, {3}}, func(x inputs) array { return op.WeightNorm(x[0], x[1]) }},
		of("SpectralNorm", func(x array) array {
			u, v := tensor.Of([]float32{0.6, 0, 0.8}, 3), tensor.Of([]float32{0.5, 0.5, 0.5, 0, 0.5}, 5)
			return op.SpectralNorm(x, u.Cast(x.DType()), v.Cast(x.DType()))
		}),
		of("EmbeddingBag", func(x array) array {
			return op.EmbeddingBag(x, tensor.Of([]int64{2, 0, 2, 1}, 2, 2), nil, op.BagConfig{})
		}),
		square("MatrixNorm", func(x array) array { return op.MatrixNorm(x, op.Nuclear) }), square("Cond", op.Cond),
		system("CholeskySolve", 3, func(a, b array) array { return op.CholeskySolve(op.Cholesky(a.MatMul(a.T())), b) }),
		probe{"TensorDot", [][]int{{2, 3}, {3, 4}}, func(x inputs) array { return op.TensorDot(x[0], x[1], []int{1}, []int{0}) }},
		both("BlockDiag", func(x, y array) array { return op.BlockDiag(x, y.Unsqueeze(0)) }),
	)
	return true
}()
