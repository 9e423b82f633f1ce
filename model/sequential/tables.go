package sequential

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
)

var activations = map[string]row{
	"relu":       plain[nn.ReLU](),
	"leaky_relu": plain[nn.LeakyReLU](),
	"elu":        plain[nn.ELU](),
	"sigmoid":    plain[nn.Sigmoid](),
	"tanh":       plain[nn.Tanh](),
	"gelu":       plain[nn.GELU](),
	"silu":       plain[nn.SiLU](),
	"softplus":   plain[nn.Softplus](),
	"softmax":    plain[nn.Softmax](),
}

type convolution struct {
	Channels, Size, Stride, Pad, Dilation, Groups int
	NoBias                                        bool
}

func (c convolution) config() nn.ConvConfig {
	return nn.ConvConfig{Stride: c.Stride, Pad: c.Pad, Dilation: c.Dilation, Groups: c.Groups, NoBias: c.NoBias}
}

// convolve is the row of a convolution over so many axes.
func convolve[L nn.Layer](axes int, of func(b *builder, in int, c convolution) L) row {
	return with(func(b *builder, c convolution) (nn.Layer, error) {
		in, err := b.channels(axes)
		if err := errors.Join(err, positive("channels", c.Channels), positive("size", c.Size)); err != nil {
			return nil, err
		}
		return of(b, in, c), nil
	})
}

var convolutions = map[string]row{
	"conv1d": convolve(1, func(b *builder, in int, c convolution) *nn.Conv1d {
		return nn.NewConv1d(b.rand, in, c.Channels, c.Size, c.config())
	}),
	"conv2d": convolve(2, func(b *builder, in int, c convolution) *nn.Conv2d {
		return nn.NewConv2d(b.rand, in, c.Channels, c.Size, c.config())
	}),
	"conv3d": convolve(3, func(b *builder, in int, c convolution) *nn.Conv3d {
		return nn.NewConv3d(b.rand, in, c.Channels, c.Size, c.config())
	}),
}

type pool struct{ Size, Stride, Dilation, Pad int }

func (p pool) config() op.PoolConfig {
	return op.PoolConfig{Size: p.Size, Stride: p.Stride, Dilation: p.Dilation, Pad: p.Pad}
}

var pools = map[string]row{
	"max_pool2d": with(func(_ *builder, p pool) (nn.Layer, error) {
		return nn.MaxPool2d(p.config()), positive("size", p.Size)
	}),
	"avg_pool2d": with(func(_ *builder, p pool) (nn.Layer, error) {
		return nn.AvgPool2d(p.config()), positive("size", p.Size)
	}),
	"global_avg_pool2d": plain[nn.GlobalAvgPool2d](),
}

var norms = map[string]row{
	"batch_norm": with(func(b *builder, c struct{ Momentum, Eps float64 }) (nn.Layer, error) {
		if len(b.shape) == 0 || b.tokens > 0 {
			return nil, errors.New("it takes channels and gets " + b.coming())
		}
		l := nn.NewBatchNorm(b.shape[0])
		l.Momentum, l.Eps = or(c.Momentum, l.Momentum), or(c.Eps, l.Eps)
		return l, nil
	}),
	"layer_norm": with(func(b *builder, c struct{ Eps float64 }) (nn.Layer, error) {
		d, err := b.width()
		if err != nil {
			return nil, err
		}
		l := nn.NewLayerNorm(d)
		l.Eps = or(c.Eps, l.Eps)
		return l, nil
	}),
	"rms_norm": with(func(b *builder, c struct{ Eps float64 }) (nn.Layer, error) {
		d, err := b.width()
		if err != nil {
			return nil, err
		}
		l := nn.NewRMSNorm(d)
		l.Eps = or(c.Eps, l.Eps)
		return l, nil
	}),
	"group_norm": with(func(b *builder, c struct {
		Groups int
		Eps    float64
	},
	) (nn.Layer, error) {
		if err := positive("groups", c.Groups); err != nil {
			return nil, err
		}
		if len(b.shape) == 0 || b.tokens > 0 {
			return nil, errors.New("it takes channels and gets " + b.coming())
		}
		l := nn.NewGroupNorm(b.shape[0], c.Groups)
		l.Eps = or(c.Eps, l.Eps)
		return l, nil
	}),
}

var shapes = map[string]row{
	"flatten": plain[nn.Flatten](),
	"dropout": with(func(b *builder, c struct{ Rate float64 }) (nn.Layer, error) {
		if c.Rate < 0 || c.Rate >= 1 {
			return nil, errors.New("rate: want 0 or more and below 1")
		}
		return nn.NewDropout(b.rand, c.Rate), nil
	}),
	"linear": with(func(b *builder, c struct {
		Units  int // the outputs of the examples, if 0
		NoBias bool
	},
	) (nn.Layer, error) {
		in, err := b.width()
		if err != nil {
			return nil, err
		}
		if c.Units == 0 {
			c.Units = b.outputs
		}
		if c.NoBias {
			return nn.NewLinearNoBias(b.rand, in, c.Units), positive("units", c.Units)
		}
		return nn.NewLinear(b.rand, in, c.Units), positive("units", c.Units)
	}),
	"sequential": {keys: []string{"layers"}, make: func(b *builder, keys map[string]json.RawMessage, path string) (nn.Layer, error) {
		layers, err := inner(keys)
		if err != nil {
			return nil, err
		}
		before := *b
		m, err := b.all(layers, path+".layers")
		b.shape, b.tokens = before.shape, before.tokens // one passes the whole
		return m, err
	}},
}

// inner takes the layers out of the keys of a layer that is made of others.
func inner(keys map[string]json.RawMessage) (layers []json.RawMessage, err error) {
	for key := range keys {
		if key != "layers" {
			return nil, unknown(key, []string{"layers"})
		}
	}
	if err := json.Unmarshal(keys["layers"], &layers); err != nil || len(layers) == 0 {
		return nil, errors.New("layers: want a list of layers")
	}
	return layers, nil
}

var sequences = map[string]row{
	"embedding": with(func(b *builder, c struct {
		Width     int
		Padding   *int64  // the id whose row stays 0
		Deviation float64 // of the first weights; 1 if 0
	},
	) (nn.Layer, error) {
		if b.tokens == 0 {
			return nil, errors.New("it takes tokens and gets numbers")
		}
		if err := positive("width", c.Width); err != nil {
			return nil, err
		}
		if c.Deviation < 0 {
			return nil, fmt.Errorf("deviation is %v; want more than 0", c.Deviation)
		}
		l := nn.NewEmbedding(b.rand, b.tokens, c.Width)
		if c.Deviation > 0 {
			nn.Reset(&l.Weight, nn.Normal(c.Deviation), b.rand.Next())
		}
		if c.Padding == nil {
			return l, nil
		}
		if *c.Padding < 0 || *c.Padding >= int64(b.tokens) {
			return nil, fmt.Errorf("padding: there is no token %d among %d", *c.Padding, b.tokens)
		}
		return l.Padding(*c.Padding), nil
	}),
	"transformer_block": with(func(b *builder, c struct {
		Heads, Groups, Hidden int
		Causal, PostNorm      bool
		Dropout               float64
	},
	) (nn.Layer, error) {
		d, err := b.steps()
		if err := errors.Join(err, positive("heads", c.Heads)); err != nil {
			return nil, err
		}
		return nn.NewTransformerBlock(b.rand, d, c.Heads, nn.TransformerConfig{
			Attention: nn.AttentionConfig{Groups: c.Groups, Causal: c.Causal}, Hidden: c.Hidden, PostNorm: c.PostNorm, Dropout: c.Dropout,
		}), nil
	}),
	"mean_steps": overSteps(nn.MeanSteps{}),
	"last_step":  overSteps(nn.LastStep{}),
}

// overSteps is the row of a layer without hyperparameters that takes sequences.
func overSteps(l nn.Layer) row {
	return with(func(b *builder, _ struct{}) (nn.Layer, error) {
		_, err := b.steps()
		return l, err
	})
}

func or(x, otherwise float64) float64 {
	if x == 0 {
		return otherwise
	}
	return x
}
