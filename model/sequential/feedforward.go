package sequential

import (
	"errors"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
)

var moreActivations = map[string]row{
	"relu6":          plain[nn.ReLU6](),
	"hardtanh":       plain[nn.Hardtanh](),
	"hardsigmoid":    plain[nn.Hardsigmoid](),
	"hardswish":      plain[nn.Hardswish](),
	"threshold":      plain[nn.Threshold](),
	"hardshrink":     plain[nn.Hardshrink](),
	"softshrink":     plain[nn.Softshrink](),
	"tanhshrink":     plain[nn.Tanhshrink](),
	"selu":           plain[nn.SELU](),
	"celu":           plain[nn.CELU](),
	"mish":           plain[nn.Mish](),
	"quick_gelu":     plain[nn.QuickGELU](),
	"squared_relu":   plain[nn.SquaredReLU](),
	"softsign":       plain[nn.Softsign](),
	"log_sigmoid":    plain[nn.LogSigmoid](),
	"squareplus":     plain[nn.Squareplus](),
	"sparse_plus":    plain[nn.SparsePlus](),
	"sparse_sigmoid": plain[nn.SparseSigmoid](),
	"log_softmax":    plain[nn.LogSoftmax](),
	"softmin":        plain[nn.Softmin](),
	"sparsemax":      plain[nn.Sparsemax](),
	"glu":            plain[nn.GLU](),
	"geglu":          plain[nn.GEGLU](),
	"reglu":          plain[nn.ReGLU](),
	"swiglu":         plain[nn.SwiGLU](),
	"prelu": with(func(b *builder, c struct{ Shared bool }) (nn.Layer, error) {
		n, err := b.first()
		if c.Shared {
			n = 1
		}
		return nn.NewPReLU(n), err
	}),
	"rrelu": with(func(b *builder, c struct{ Lo, Hi float64 }) (nn.Layer, error) {
		l := nn.NewRReLU(b.rand)
		l.Lo, l.Hi = c.Lo, c.Hi
		return l, nil
	}),
	"swish": with(func(*builder, struct{}) (nn.Layer, error) { return nn.NewSwish(), nil }),
	"maxout": with(func(b *builder, c struct{ Units, Pieces int }) (nn.Layer, error) {
		in, err := b.width()
		return nn.NewMaxout(b.rand, in, c.Units, c.Pieces), errors.Join(err, positive("units", c.Units), positive("pieces", c.Pieces))
	}),
}

// first returns the length of the first axis of what comes in: the channels, if there are axes behind.
func (b *builder) first() (int, error) {
	if len(b.shape) == 0 || b.tokens > 0 {
		return 0, errors.New("it takes channels and gets " + b.coming())
	}
	return b.shape[0], nil
}

var morePools = map[string]row{
	"max_pool1d":        with(func(_ *builder, p pool) (nn.Layer, error) { return nn.MaxPool1d(p.config()), positive("size", p.Size) }),
	"max_pool3d":        with(func(_ *builder, p pool) (nn.Layer, error) { return nn.MaxPool3d(p.config()), positive("size", p.Size) }),
	"avg_pool1d":        with(func(_ *builder, p pool) (nn.Layer, error) { return nn.AvgPool1d(p.config()), positive("size", p.Size) }),
	"avg_pool3d":        with(func(_ *builder, p pool) (nn.Layer, error) { return nn.AvgPool3d(p.config()), positive("size", p.Size) }),
	"adaptive_avg_pool": plain[nn.AdaptiveAvgPool](),
	"adaptive_max_pool": plain[nn.AdaptiveMaxPool](),
	"global_max_pool":   plain[nn.GlobalMaxPool](),
	"lp_pool":           plain[nn.LpPool](),
	"fractional_max_pool": with(func(b *builder, c struct {
		Window int
		Size   []int
	},
	) (nn.Layer, error) {
		return nn.NewFractionalMaxPool(b.rand, c.Window, c.Size...), positive("window", c.Window)
	}),
}

var places = map[string]row{
	"upsample":        plain[nn.Upsample](),
	"pixel_shuffle":   plain[nn.PixelShuffle](),
	"pixel_unshuffle": plain[nn.PixelUnshuffle](),
	"channel_shuffle": plain[nn.ChannelShuffle](),
	"unfold": with(func(_ *builder, c pool) (nn.Layer, error) {
		return nn.Unfold{Size: c.Size, Stride: c.Stride, Pad: c.Pad, Dilation: c.Dilation}, positive("size", c.Size)
	}),
	"fold": with(func(_ *builder, c struct {
		Output                      []int
		Size, Stride, Pad, Dilation int
	},
	) (nn.Layer, error) {
		window := op.UnfoldConfig{Size: c.Size, Stride: c.Stride, Pad: c.Pad, Dilation: c.Dilation}
		return nn.Fold{Output: c.Output, UnfoldConfig: window}, positive("size", c.Size)
	}),
	"pad":           plain[nn.Pad](),
	"reflect_pad":   plain[nn.ReflectPad](),
	"replicate_pad": plain[nn.ReplicatePad](),
	"circular_pad":  plain[nn.CircularPad](),
	"crop":          plain[nn.Crop](),
	"identity":      plain[nn.PassThrough](),
	"reshape":       plain[nn.Reshape](),
	"unflatten":     plain[nn.Unflatten](),
	"permute":       plain[nn.Permute](),
	"repeat_vector": plain[nn.RepeatVector](),
}

type transposed struct {
	convolution
	OutputPad int
}

// spreads is the row of a transposed convolution over so many axes.
func spreads[L nn.Layer](axes int, of func(r *rng.Rand, in, out, size int, c nn.ConvTransposeConfig) L) row {
	return with(func(b *builder, c transposed) (nn.Layer, error) {
		in, err := b.channels(axes)
		if err := errors.Join(err, positive("channels", c.Channels), positive("size", c.Size)); err != nil {
			return nil, err
		}
		return of(b.rand, in, c.Channels, c.Size, nn.ConvTransposeConfig{ConvConfig: c.config(), OutputPad: c.OutputPad}), nil
	})
}

type depthwise struct {
	Size int
	nn.DepthwiseConfig
}

type separable struct {
	Channels int
	depthwise
}

// apart is the row of a convolution that keeps the channels apart over so many axes.
func apart[L nn.Layer](axes int, of func(r *rng.Rand, in, size int, c nn.DepthwiseConfig) L) row {
	return with(func(b *builder, c depthwise) (nn.Layer, error) {
		in, err := b.channels(axes)
		if err := errors.Join(err, positive("size", c.Size)); err != nil {
			return nil, err
		}
		return of(b.rand, in, c.Size, c.DepthwiseConfig), nil
	})
}

// twoSteps is the row of a separable convolution over so many axes.
func twoSteps[L nn.Layer](axes int, of func(r *rng.Rand, in, out, size int, c nn.DepthwiseConfig) L) row {
	return with(func(b *builder, c separable) (nn.Layer, error) {
		in, err := b.channels(axes)
		if err := errors.Join(err, positive("channels", c.Channels), positive("size", c.Size)); err != nil {
			return nil, err
		}
		return of(b.rand, in, c.Channels, c.Size, c.DepthwiseConfig), nil
	})
}

var moreConvolutions = map[string]row{
	"conv_transpose1d": spreads(1, nn.NewConvTranspose1d),
	"conv_transpose2d": spreads(2, nn.NewConvTranspose2d),
	"conv_transpose3d": spreads(3, nn.NewConvTranspose3d),
	"depthwise_conv1d": apart(1, nn.NewDepthwiseConv1d),
	"depthwise_conv2d": apart(2, nn.NewDepthwiseConv2d),
	"separable_conv1d": twoSteps(1, nn.NewSeparableConv1d),
	"separable_conv2d": twoSteps(2, nn.NewSeparableConv2d),
}

var moreNorms = map[string]row{
	"instance_norm": with(func(b *builder, c struct {
		Eps   float64
		Plain bool // without gain and bias
	},
	) (nn.Layer, error) {
		n, err := b.first()
		if c.Plain {
			return &nn.InstanceNorm{Eps: c.Eps}, err
		}
		l := nn.NewInstanceNorm(n)
		l.Eps = c.Eps
		return l, err
	}),
	"local_response_norm": plain[nn.LocalResponseNorm](),
	"unit_norm":           plain[nn.UnitNorm](),
}

type dropping struct{ Rate float64 }

// drops is the row of a layer that drops at a rate.
func drops[L nn.Layer](of func(r *rng.Rand, rate float64) L) row {
	return with(func(b *builder, c dropping) (nn.Layer, error) {
		if c.Rate < 0 || c.Rate >= 1 {
			return nil, errors.New("rate: want 0 or more and below 1")
		}
		return of(b.rand, c.Rate), nil
	})
}

var moreDrops = map[string]row{
	"channel_dropout":       drops(nn.NewChannelDropout),
	"drop_path":             drops(nn.NewDropPath),
	"alpha_dropout":         drops(nn.NewAlphaDropout),
	"channel_alpha_dropout": drops(nn.NewChannelAlphaDropout),
	"gaussian_dropout":      drops(nn.NewGaussianDropout),
	"gaussian_noise": with(func(b *builder, c struct{ Std float64 }) (nn.Layer, error) {
		if c.Std < 0 {
			return nil, errors.New("std: want 0 or more")
		}
		return nn.NewGaussianNoise(b.rand, c.Std), nil
	}),
}
