package nn_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// plain is the sample of a layer without parameters.
func plain(name string, l nn.Layer, in *tensor.Tensor, golden string, shape ...int) sample {
	return sample{name: name, layer: always(l), in: in, shape: shape, golden: golden}
}

// pair hands the two halves of the last axis to a layer of two inputs.
type pair struct{ *nn.Bilinear }

func (l pair) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return l.Bilinear.Forward(p, x.Slice(-1, 0, 2), x.Slice(-1, 2, x.Dim(-1)))
}

var sides = nn.Sides{Each: [][2]int{{0, 1}, {1, 2}}}

var _ = []bool{
	register(plain("ReLU6", nn.ReLU6{}, smooth(2, 3), "ReLU6", 2, 3)),
	register(plain("Hardtanh", nn.Hardtanh{}, smooth(2, 3), "Hardtanh", 2, 3)),
	register(plain("Hardsigmoid", nn.Hardsigmoid{}, smooth(2, 3), "Hardsigmoid", 2, 3)),
	register(plain("Hardswish", nn.Hardswish{}, smooth(2, 3), "Hardswish", 2, 3)),
	register(plain("Threshold", nn.Threshold{At: 0.1, Value: 20}, smooth(2, 3), "Threshold", 2, 3)),
	register(plain("Hardshrink", nn.Hardshrink{}, smooth(2, 3), "Hardshrink", 2, 3)),
	register(plain("Softshrink", nn.Softshrink{}, smooth(2, 3), "Softshrink", 2, 3)),
	register(plain("Tanhshrink", nn.Tanhshrink{}, smooth(2, 3), "Tanhshrink", 2, 3)),
	register(plain("SELU", nn.SELU{}, smooth(2, 3), "SELU", 2, 3)),
	register(plain("CELU", nn.CELU{}, smooth(2, 3), "CELU", 2, 3)),
	register(plain("Mish", nn.Mish{}, smooth(2, 3), "Mish", 2, 3)),
	register(plain("QuickGELU", nn.QuickGELU{}, smooth(2, 3), "QuickGELU", 2, 3)),
	register(plain("SquaredReLU", nn.SquaredReLU{}, smooth(2, 3), "SquaredReLU", 2, 3)),
	register(plain("Softsign", nn.Softsign{}, smooth(2, 3), "Softsign", 2, 3)),
	register(plain("LogSigmoid", nn.LogSigmoid{}, smooth(2, 3), "LogSigmoid", 2, 3)),
	register(plain("Squareplus", nn.Squareplus{}, smooth(2, 3), "Squareplus", 2, 3)),
	register(plain("SparsePlus", nn.SparsePlus{}, smooth(2, 3), "SparsePlus", 2, 3)),
	register(plain("SparseSigmoid", nn.SparseSigmoid{}, smooth(2, 3), "SparseSigmoid", 2, 3)),
	register(plain("LogSoftmax", nn.LogSoftmax{}, smooth(2, 3), "LogSoftmax", 2, 3)),
	register(plain("Softmin", nn.Softmin{}, smooth(2, 3), "Softmin", 2, 3)),
	register(plain("Sparsemax", nn.Sparsemax{}, smooth(2, 3), "Sparsemax", 2, 3)),
	register(plain("Softmax/channels", nn.Softmax{Axis: 1}, smooth(2, 3, 2), "Softmax/channels", 2, 3, 2)),
	register(plain("GLU", nn.GLU{}, smooth(2, 4), "GLU", 2, 2)),
	register(plain("GEGLU", nn.GEGLU{}, smooth(2, 4), "GEGLU", 2, 2)),
	register(plain("ReGLU", nn.ReGLU{}, smooth(2, 4), "ReGLU", 2, 2)),
	register(plain("SwiGLU", nn.SwiGLU{}, smooth(2, 4), "SwiGLU", 2, 2)),

	register(plain("MaxPool1d", nn.MaxPool1d{Size: 3, Stride: 2, Pad: 1}, smooth(2, 2, 5), "MaxPool1d", 2, 2, 3)),
	register(plain("MaxPool3d", nn.MaxPool3d{Size: 2}, smooth(1, 2, 2, 4, 2), "MaxPool3d", 1, 2, 1, 2, 1)),
	register(plain("AvgPool1d", nn.AvgPool1d{Size: 3, Stride: 2, Pad: 1}, smooth(2, 2, 5), "AvgPool1d", 2, 2, 3)),
	register(plain("AvgPool3d", nn.AvgPool3d{Size: 2}, smooth(1, 2, 2, 4, 2), "AvgPool3d", 1, 2, 1, 2, 1)),
	register(plain("AdaptiveAvgPool", nn.AdaptiveAvgPool{Size: []int{3, 2}}, smooth(1, 2, 5, 3), "AdaptiveAvgPool", 1, 2, 3, 2)),
	register(plain("AdaptiveMaxPool", nn.AdaptiveMaxPool{Size: []int{3, 2}}, smooth(1, 2, 5, 3), "AdaptiveMaxPool", 1, 2, 3, 2)),
	register(plain("AdaptiveMaxPool/one for all", nn.AdaptiveMaxPool{Size: []int{2}}, smooth(1, 2, 5, 3), "", 1, 2, 2, 2)),
	register(plain("GlobalMaxPool", nn.GlobalMaxPool{}, smooth(2, 3, 2, 2), "GlobalMaxPool", 2, 3, 1, 1)),
	register(plain("LpPool", nn.LpPool{Size: 2}, smooth(2, 2, 4, 4), "LpPool", 2, 2, 2, 2)),
	register(plain("Upsample", nn.Upsample{Scale: 2}, smooth(1, 2, 3, 2), "Upsample/nearest", 1, 2, 6, 4)),
	register(plain("Upsample/bilinear", nn.Upsample{Size: []int{5, 6}, Mode: op.ResizeLinear, AlignCorners: true}, smooth(1, 2, 3, 4), "Upsample/bilinear", 1, 2, 5, 6)),
	register(plain("PixelShuffle", nn.PixelShuffle{Factor: 2}, smooth(1, 4, 2, 2), "PixelShuffle", 1, 1, 4, 4)),
	register(plain("PixelUnshuffle", nn.PixelUnshuffle{Factor: 2}, smooth(1, 1, 4, 4), "PixelUnshuffle", 1, 4, 2, 2)),
	register(plain("ChannelShuffle", nn.ChannelShuffle{Groups: 2}, smooth(1, 6, 2), "ChannelShuffle", 1, 6, 2)),
	register(plain("Unfold", nn.Unfold{Size: 2, Pad: 1, Stride: 2}, smooth(1, 2, 4, 5), "Unfold", 1, 8, 9)),
	register(plain("Fold", nn.Fold{Output: []int{4, 5}, UnfoldConfig: op.UnfoldConfig{Size: 2, Pad: 1, Stride: 2}}, smooth(1, 8, 9), "Fold", 1, 2, 4, 5)),
	register(plain("Pad", nn.Pad{Sides: nn.Sides{Each: [][2]int{{0, 3}, {1, 2}}}, Value: 1.5}, smooth(1, 2, 3, 4), "Pad", 1, 2, 6, 7)),
	register(plain("Pad/all", nn.Pad{Sides: nn.Sides{All: 1}}, smooth(1, 2, 3, 4), "", 1, 2, 5, 6)),
	register(plain("ReflectPad", nn.ReflectPad{Sides: nn.Sides{Each: [][2]int{{0, 2}, {1, 2}}}}, smooth(1, 2, 3, 4), "ReflectPad", 1, 2, 5, 7)),
	register(plain("ReplicatePad", nn.ReplicatePad{Sides: nn.Sides{Each: [][2]int{{0, 3}, {1, 2}}}}, smooth(1, 2, 3, 4), "ReplicatePad", 1, 2, 6, 7)),
	register(plain("CircularPad", nn.CircularPad{Sides: nn.Sides{Each: [][2]int{{0, 3}, {1, 2}}}}, smooth(1, 2, 3, 4), "CircularPad", 1, 2, 6, 7)),
	register(plain("Crop", nn.Crop{Sides: sides}, smooth(1, 2, 3, 4), "Crop", 1, 2, 2, 1)),
	register(plain("PassThrough", nn.PassThrough{}, smooth(2, 3), "PassThrough", 2, 3)),
	register(plain("Lambda", nn.Lambda(func(_ *nn.Pass, x *tensor.Tensor) *tensor.Tensor { return x.Square().Sum(-1) }), smooth(2, 3), "", 2)),
	register(plain("Reshape", nn.Reshape{Shape: []int{3, -1}}, smooth(2, 6), "Reshape", 2, 3, 2)),
	register(plain("Unflatten", nn.Unflatten{Shape: []int{2, 3}}, smooth(2, 6, 2), "Unflatten", 2, 2, 3, 2)),
	register(plain("Permute", nn.Permute{Axes: []int{3, 1, 2}}, smooth(2, 3, 4, 5), "Permute", 2, 5, 3, 4)),
	register(plain("RepeatVector", nn.RepeatVector{Times: 3}, smooth(2, 4), "RepeatVector", 2, 3, 4)),
	register(plain("LocalResponseNorm", nn.LocalResponseNorm{}, smooth(2, 6, 2), "LocalResponseNorm", 2, 6, 2)),
	register(plain("UnitNorm", nn.UnitNorm{Axis: 1}, smooth(2, 3, 2), "UnitNorm", 2, 3, 2)),
}

var (
	_ = register(sample{
		name: "PReLU", in: smooth(2, 3, 2), shape: []int{2, 3, 2}, params: "weight", count: 3, golden: "PReLU",
		layer: func(*rng.Rand) nn.Layer { return nn.NewPReLU(3) },
	})
	_ = register(sample{
		name: "RReLU", in: smooth(3, 4), shape: []int{3, 4}, golden: "RReLU",
		layer: func(r *rng.Rand) nn.Layer { return nn.NewRReLU(r) },
	})
	_ = register(sample{
		name: "Swish", in: smooth(3, 4), shape: []int{3, 4}, params: "beta", count: 1, golden: "Swish",
		layer: func(*rng.Rand) nn.Layer { return nn.NewSwish() },
	})
	_ = register(sample{
		name: "Maxout", in: smooth(3, 2), shape: []int{3, 2}, params: "weight bias", count: 18, golden: "Maxout",
		layer: func(r *rng.Rand) nn.Layer { return nn.NewMaxout(r, 2, 2, 3) },
	})
	_ = register(sample{
		name: "GatedFeedForward", in: smooth(2, 3), shape: []int{2, 3}, params: "gate.weight up.weight down.weight", count: 36, golden: "GatedFeedForward",
		layer: func(r *rng.Rand) nn.Layer { return nn.NewGatedFeedForward(r, 3, 4, nn.GatedConfig{}) },
	})
	_ = register(sample{
		name: "GatedFeedForward/dropped", in: smooth(2, 3), shape: []int{2, 3}, params: "gate.weight up.weight down.weight", count: 36,
		layer: func(r *rng.Rand) nn.Layer {
			return nn.NewGatedFeedForward(r, 3, 4, nn.GatedConfig{Activation: nn.Tanh{}, Dropout: 0.3})
		},
	})
	_ = register(sample{
		name: "FractionalMaxPool", in: smooth(1, 2, 7, 6), shape: []int{1, 2, 4, 4},
		layer: func(*rng.Rand) nn.Layer { return nn.NewFractionalMaxPool(rng.New(4), 2, 4) },
	})
	_ = register(sample{
		name: "InstanceNorm", in: smooth(2, 3, 4), shape: []int{2, 3, 4}, params: "weight bias", count: 6, golden: "InstanceNorm",
		layer: func(*rng.Rand) nn.Layer { return nn.NewInstanceNorm(3) },
	})
	_ = register(sample{
		name: "InstanceNorm/plain", in: smooth(2, 3, 4), shape: []int{2, 3, 4}, layer: always(&nn.InstanceNorm{}),
	})
	_ = register(sample{
		name: "ConvTranspose1d", in: smooth(2, 2, 3), shape: []int{2, 4, 6}, params: "weight bias", count: 16, golden: "ConvTranspose1d",
		layer: func(r *rng.Rand) nn.Layer {
			return nn.NewConvTranspose1d(r, 2, 4, 3, nn.ConvTransposeConfig{ConvConfig: nn.ConvConfig{Stride: 2, Pad: 1, Groups: 2}, OutputPad: 1})
		},
	})
	_ = register(sample{
		name: "ConvTranspose2d", in: smooth(1, 3, 2, 3), shape: []int{1, 2, 4, 6}, params: "weight bias", count: 56, golden: "ConvTranspose2d",
		layer: func(r *rng.Rand) nn.Layer {
			return nn.NewConvTranspose2d(r, 3, 2, 3, nn.ConvTransposeConfig{ConvConfig: nn.ConvConfig{Stride: 2, Pad: 1}, OutputPad: 1})
		},
	})
	_ = register(sample{
		name: "ConvTranspose3d", in: smooth(1, 2, 2, 1, 2), shape: []int{1, 1, 3, 2, 3}, params: "weight", count: 16, golden: "ConvTranspose3d",
		layer: func(r *rng.Rand) nn.Layer {
			return nn.NewConvTranspose3d(r, 2, 1, 2, nn.ConvTransposeConfig{ConvConfig: nn.ConvConfig{NoBias: true}})
		},
	})
	_ = register(sample{
		name: "DepthwiseConv2d", in: smooth(1, 3, 3, 4), shape: []int{1, 6, 3, 4}, params: "weight bias", count: 60, golden: "DepthwiseConv2d",
		layer: func(r *rng.Rand) nn.Layer {
			return nn.NewDepthwiseConv2d(r, 3, 3, nn.DepthwiseConfig{Multiplier: 2, Pad: 1})
		},
	})
	_ = register(sample{
		name: "DepthwiseConv1d", in: smooth(2, 3, 4), shape: []int{2, 3, 2}, params: "weight bias", count: 9, golden: "DepthwiseConv1d",
		layer: func(r *rng.Rand) nn.Layer {
			return nn.NewDepthwiseConv1d(r, 3, 2, nn.DepthwiseConfig{Stride: 2})
		},
	})
	_ = register(sample{
		name: "SeparableConv2d", in: smooth(1, 2, 4, 3), shape: []int{1, 3, 2, 1}, params: "depthwise.weight pointwise.weight pointwise.bias", count: 51,
		golden: "SeparableConv2d",
		layer: func(r *rng.Rand) nn.Layer {
			return nn.NewSeparableConv2d(r, 2, 3, 3, nn.DepthwiseConfig{Multiplier: 2})
		},
	})
	_ = register(sample{
		name: "SeparableConv1d", in: smooth(1, 2, 4), shape: []int{1, 3, 2}, params: "depthwise.weight pointwise.weight pointwise.bias", count: 15,
		golden: "SeparableConv1d",
		layer:  func(r *rng.Rand) nn.Layer { return nn.NewSeparableConv1d(r, 2, 3, 3, nn.DepthwiseConfig{}) },
	})
	_ = register(sample{
		name: "Bilinear", in: smooth(2, 5), shape: []int{2, 2}, params: "weight bias", count: 14, golden: "Bilinear",
		layer: func(r *rng.Rand) nn.Layer { return pair{nn.NewBilinear(r, 2, 3, 2)} },
	})
	_ = register(sample{
		name: "EmbeddingBag", in: tensor.Of([]int64{3, 0, 3, 1}, 2, 2), shape: []int{2, 3}, params: "weight", count: 15, golden: "EmbeddingBag",
		layer: func(r *rng.Rand) nn.Layer { return nn.NewEmbeddingBag(r, 5, 3, op.BagConfig{}) },
	})
	_ = register(sample{
		name: "Embedding/padding", in: tensor.Of([]int64{3, 0, 3, 2}, 2, 2), shape: []int{2, 2, 3}, params: "weight", count: 15, golden: "Embedding/padding",
		layer: func(r *rng.Rand) nn.Layer { return nn.NewEmbedding(r, 5, 3).Padding(1) },
	})
	_ = register(sample{
		name: "WeightNorm", in: smooth(2, 4), shape: []int{2, 3}, params: "layer.weight layer.bias length", count: 18, golden: "WeightNorm",
		layer: func(r *rng.Rand) nn.Layer { l := nn.NewLinear(r, 4, 3); return nn.NewWeightNorm(l, &l.Weight) },
	})
	_ = register(sample{
		name: "WeightStandard", in: smooth(1, 2, 3, 3), shape: []int{1, 3, 2, 2}, params: "layer.weight layer.bias", count: 27, golden: "WeightStandard",
		layer: func(r *rng.Rand) nn.Layer {
			l := nn.NewConv2d(r, 2, 3, 2, nn.ConvConfig{})
			return nn.NewWeightStandard(l, &l.Weight)
		},
	})
	_ = register(sample{
		name: "SpectralNorm", in: smooth(1, 2, 3, 3), shape: []int{1, 3, 2, 2}, params: "layer.weight layer.bias u v", count: 27,
		golden: "SpectralNorm/evaluation", layer: spectral,
	})
	_ = register(sample{
		name: "SpectralNorm/training", in: smooth(1, 2, 3, 3), shape: []int{1, 3, 2, 2}, params: "layer.weight layer.bias u v", count: 27,
		golden: "SpectralNorm/training", training: true, layer: spectral, like: func(*check.Case) nn.Layer {
			l := spectral(rng.New(1)).(*nn.SpectralNorm)
			l.Steps = 1
			return l
		},
	})
	_ = register(sample{name: "ChannelDropout", in: smooth(3, 4, 2), shape: []int{3, 4, 2}, layer: func(r *rng.Rand) nn.Layer { return nn.NewChannelDropout(r, 0.4) }})
	_ = register(sample{name: "DropPath", in: smooth(5, 3), shape: []int{5, 3}, layer: func(r *rng.Rand) nn.Layer { return nn.NewDropPath(r, 0.4) }})
	_ = register(sample{name: "AlphaDropout", in: smooth(3, 4), shape: []int{3, 4}, layer: func(r *rng.Rand) nn.Layer { return nn.NewAlphaDropout(r, 0.4) }})
	_ = register(sample{name: "ChannelAlphaDropout", in: smooth(3, 4, 2), shape: []int{3, 4, 2}, layer: func(r *rng.Rand) nn.Layer { return nn.NewChannelAlphaDropout(r, 0.4) }})
	_ = register(sample{name: "GaussianDropout", in: smooth(3, 4), shape: []int{3, 4}, layer: func(r *rng.Rand) nn.Layer { return nn.NewGaussianDropout(r, 0.4) }})
	_ = register(sample{name: "GaussianNoise", in: smooth(3, 4), shape: []int{3, 4}, layer: func(r *rng.Rand) nn.Layer { return nn.NewGaussianNoise(r, 0.4) }})
	_ = register(sample{
		name: "Parallel", in: smooth(2, 3), shape: []int{2, 6}, params: "branches.0.weight branches.0.bias", count: 12, golden: "Parallel",
		layer: func(r *rng.Rand) nn.Layer {
			return &nn.Parallel{Branches: []nn.Layer{nn.NewLinear(r, 3, 3), nn.Tanh{}}}
		},
	})
	_ = register(sample{
		name: "Residual", in: smooth(2, 3), shape: []int{2, 4}, params: "layer.weight layer.bias shortcut.weight", count: 28, golden: "Residual",
		layer: func(r *rng.Rand) nn.Layer {
			return &nn.Residual{Layer: nn.NewLinear(r, 3, 4), Shortcut: nn.NewLinearNoBias(r, 3, 4), After: nn.Tanh{}}
		},
	})
	_ = register(sample{
		name: "SqueezeExcitation", in: smooth(2, 4, 2, 2), shape: []int{2, 4, 2, 2}, params: "fc1.weight fc1.bias fc2.weight fc2.bias", count: 22,
		golden: "SqueezeExcitation", layer: func(r *rng.Rand) nn.Layer { return nn.NewSqueezeExcitation(r, 4, 2) },
	})
	_ = register(sample{
		name: "DenseLayer", in: smooth(2, 3, 2, 2).AddScalar(1), shape: []int{2, 2, 2, 2}, count: 6 + 12 + 8 + 72, params: denseLayer(""),
		golden: "DenseLayer", training: true,
		layer: func(r *rng.Rand) nn.Layer { return nn.NewDenseLayer(r, 3, 2, nn.DenseConfig{Bottleneck: 2}) },
	})
	_ = register(sample{
		name: "DenseBlock", in: smooth(2, 3, 2, 2).AddScalar(1), shape: []int{2, 7, 2, 2}, count: 98 + 10 + 20 + 8 + 72,
		params: denseLayer("layers.0.") + " " + denseLayer("layers.1."), golden: "DenseBlock", training: true,
		layer: func(r *rng.Rand) nn.Layer { return nn.NewDenseBlock(r, 3, 2, 2, nn.DenseConfig{Bottleneck: 2}) },
	})
	_ = register(sample{
		name: "InvertedResidual", in: smooth(2, 2, 3, 2), shape: []int{2, 2, 3, 2}, count: 12 + 12 + 54 + 12 + 12 + 4,
		params: norm("conv.0.0", "conv.0.1") + " " + norm("conv.1.0", "conv.1.1") + " " + norm("conv.2", "conv.3"),
		golden: "InvertedResidual/added", training: true,
		layer: func(r *rng.Rand) nn.Layer { return nn.NewInvertedResidual(r, 2, 2, nn.InvertedConfig{Expand: 3}) },
	})
	_ = register(sample{
		name: "InvertedResidual/strided", in: smooth(2, 2, 3, 4), shape: []int{2, 3, 2, 2}, count: 18 + 4 + 6 + 6,
		params: norm("conv.0.0", "conv.0.1") + " " + norm("conv.1", "conv.2"), golden: "InvertedResidual/strided", training: true,
		layer: func(r *rng.Rand) nn.Layer {
			return nn.NewInvertedResidual(r, 2, 3, nn.InvertedConfig{Expand: 1, Stride: 2})
		},
	})
)

// spectral makes so many steps that the singular vectors are those: only then does what the weight does to them not matter, which
// the gradient leaves out and the differences do not.
func spectral(r *rng.Rand) nn.Layer {
	l := nn.NewConv2d(r, 2, 3, 2, nn.ConvConfig{})
	n := nn.NewSpectralNorm(r, l, &l.Weight)
	n.Steps = 40
	return n
}

// norm is the names of a convolution without bias and the batch norm behind it.
func norm(conv, norm string) string {
	return conv + ".weight " + strings.Join([]string{norm + ".weight", norm + ".bias", norm + ".running_mean", norm + ".running_var"}, " ")
}

func denseLayer(path string) string {
	return strings.ReplaceAll("@norm1.weight @norm1.bias @norm1.running_mean @norm1.running_var @conv1.weight "+
		"@norm2.weight @norm2.bias @norm2.running_mean @norm2.running_var @conv2.weight", "@", path)
}

// What draws does so in training alone, and other numbers in each pass.
func TestDrawing(t *testing.T) {
	x := smooth(6, 5, 4)
	r := rng.New(3)
	for name, l := range map[string]nn.Layer{
		"ChannelDropout": nn.NewChannelDropout(r, 0.5), "DropPath": nn.NewDropPath(r, 0.5), "AlphaDropout": nn.NewAlphaDropout(r, 0.5),
		"ChannelAlphaDropout": nn.NewChannelAlphaDropout(r, 0.5), "GaussianDropout": nn.NewGaussianDropout(r, 0.5), "GaussianNoise": nn.NewGaussianNoise(r, 0.5),
	} {
		if evaluate(l, x) != x {
			t.Errorf("%s draws in evaluation", name)
		}
		other := l.Forward(nn.NewPass(nn.PassConfig{Training: true, Key: 8}), x)
		if y := train(l, x); slices.Equal(y.Floats(), x.Floats()) || slices.Equal(y.Floats(), other.Floats()) || !slices.Equal(y.Floats(), train(l, x).Floats()) {
			t.Errorf("%s does not draw, or not from the key of the pass", name)
		}
	}
	l := nn.NewRReLU(r)
	if slices.Equal(train(l, x).Floats(), evaluate(l, x).Floats()) {
		t.Error("RReLU does the same in training and in evaluation")
	}
}

// The ways to join.
func TestJoins(t *testing.T) {
	x := tensor.Of([]float32{1, -2}, 1, 2)
	double := nn.Lambda(func(_ *nn.Pass, x *tensor.Tensor) *tensor.Tensor { return x.Scale(2) })
	for join, want := range map[nn.Join][]float32{
		"": {1, -2, 2, -4}, nn.JoinAdd: {3, -6}, nn.JoinMean: {1.5, -3}, nn.JoinMultiply: {2, 8}, nn.JoinMax: {2, -2}, nn.JoinMin: {1, -4},
	} {
		if y := evaluate(&nn.Parallel{Branches: []nn.Layer{nn.PassThrough{}, double}, Join: join}, x); !slices.Equal(y.Floats(), want) {
			t.Errorf("join %q: %v, want %v", join, y.Floats(), want)
		}
	}
}

// The singular vectors change with a step that succeeds, and come nearer: the weight's largest singular value is then 1.
func TestSpectralNormConverges(t *testing.T) {
	r := rng.New(1)
	l := nn.NewLinearNoBias(r, 4, 3)
	n := nn.NewSpectralNorm(r, l, &l.Weight)
	n.Steps = 20
	u, weight := n.U.Value.Clone(), l.Weight.Value.Clone()
	p := nn.NewPass(nn.PassConfig{Training: true, Watch: nn.Params(n)})
	n.Forward(p, smooth(2, 4))
	if !slices.Equal(n.U.Value.Floats(), u.Floats()) {
		t.Error("u changes before the step succeeds")
	}
	p.Commit()
	y := evaluate(n, n.V.Value.Reshape(1, 4)) // the longest of the images of unit vectors
	if length := y.Norm().Item(); length < 1-1e-5 || length > 1+1e-5 {
		t.Errorf("the first singular vector becomes %g long", length)
	}
	if !slices.Equal(l.Weight.Value.Floats(), weight.Floats()) || slices.Equal(n.U.Value.Floats(), u.Floats()) {
		t.Error("the weight has changed, or u has not")
	}
}

// A row of padding is zeros and stays.
func TestEmbeddingPadding(t *testing.T) {
	l := nn.NewEmbedding(rng.New(1), 4, 2).Padding(2)
	p := nn.NewPass(nn.PassConfig{Watch: nn.Params(l)})
	y := l.Forward(p, tensor.Of([]int64{2, 1}, 1, 2))
	rows := y.Floats()
	g := autograd.Backward(y.Sum()).Of(p.Use(&l.Weight)).Floats()
	if rows[0] != 0 || rows[1] != 0 || !slices.Equal(g, []float32{0, 0, 1, 1, 0, 0, 0, 0}) {
		t.Errorf("rows %v, gradient %v", rows, g)
	}
}

// Fractions are the same in evaluation, and drawn anew in training.
func TestFractionalMaxPoolDraws(t *testing.T) {
	l := nn.NewFractionalMaxPool(rng.New(2), 2, 6)
	x := smooth(1, 1, 10, 10)
	if !slices.Equal(evaluate(l, x).Floats(), evaluate(l, x).Floats()) {
		t.Error("evaluation draws")
	}
	seen := map[float32]bool{}
	for key := range rng.Key(20) {
		y := l.Forward(nn.NewPass(nn.PassConfig{Training: true, Key: key}), x)
		seen[y.Floats()[8]] = true
	}
	if len(seen) < 2 {
		t.Error("training always takes the same windows")
	}
}

func TestMistakesOfLayers(t *testing.T) {
	p := nn.NewPass(nn.PassConfig{})
	x := smooth(2, 3)
	for want, f := range map[string]func(){
		"MaxPool1d: shape [2 3] is not [n c …] with 1 spatial axes": func() { nn.MaxPool1d{Size: 2}.Forward(p, x) },
		"Pad: 0 pairs for the last axes of [2 3]":                   func() { nn.Pad{}.Forward(p, x) },
		"Unflatten: no axis 3 in shape [2 3]":                       func() { nn.Unflatten{Axis: 3}.Forward(p, x) },
		"RepeatVector: 0 times [2 3]":                               func() { nn.RepeatVector{}.Forward(p, x) },
		"Reshape: a scalar holds no examples":                       func() { nn.Reshape{}.Forward(p, tensor.Scalar(1)) },
		"Parallel: no branches for [2 3]":                           func() { (&nn.Parallel{}).Forward(p, x) },
		`Parallel: no way to join "sum"`:                            func() { (&nn.Parallel{Branches: []nn.Layer{nn.Tanh{}}, Join: "sum"}).Forward(p, x) },
		"ConvTranspose: 3 groups do not divide 4 channels into 6": func() {
			nn.NewConvTranspose2d(rng.New(1), 4, 6, 3, nn.ConvTransposeConfig{ConvConfig: nn.ConvConfig{Groups: 3}})
		},
		"ConvTranspose: a window of 1 axes for a convolution of 2": func() {
			nn.NewConvTranspose2d(rng.New(1), 4, 6, 3, nn.ConvTransposeConfig{ConvConfig: nn.ConvConfig{Axes: make([]op.WindowAxis, 1)}})
		},
		"Embedding: padding 4 is outside the table [4 2]": func() { nn.NewEmbedding(rng.New(1), 4, 2).Padding(4) },
	} {
		if err := tensor.Catch(f); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}
