package sequential

import (
	"errors"
	"maps"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
)

func init() { maps.Copy(rows, attentions) }

// attention is a self-attention of sequences.
type attention struct {
	Heads, Groups, Window         int
	Causal, NoBias, Rotary, Alibi bool
	RotaryBase, Dropout           float64
}

func (c attention) config() nn.AttentionConfig {
	a := nn.AttentionConfig{Groups: c.Groups, Window: c.Window, Causal: c.Causal, NoBias: c.NoBias, ALiBi: c.Alibi, Dropout: c.Dropout}
	if c.Rotary || c.RotaryBase != 0 {
		a.Rotary = &op.RotaryConfig{Base: c.RotaryBase}
	}
	return a
}

// encoder is one encoder layer of a Transformer, or several.
type encoder struct {
	Heads, Hidden, Layers int
	PreNorm               bool
	Dropout               float64
}

// headed returns the width of sequences for so many heads, and checks a share that is dropped.
func headed(b *builder, heads int, dropout float64) (int, error) {
	d, err := b.steps()
	if dropout < 0 || dropout >= 1 {
		err = errors.Join(err, errors.New("dropout: want 0 or more and below 1"))
	}
	return d, errors.Join(err, positive("heads", heads))
}

var attentions = map[string]row{
	"multi_head_attention": with(func(b *builder, c attention) (nn.Layer, error) {
		d, err := headed(b, c.Heads, c.Dropout)
		if err != nil {
			return nil, err
		}
		return nn.NewMultiHeadAttention(b.rand, d, c.Heads, c.config()), nil
	}),
	"transformer_encoder": with(func(b *builder, c encoder) (nn.Layer, error) {
		d, err := headed(b, c.Heads, c.Dropout)
		if err := errors.Join(err, positive("layers", c.Layers)); err != nil {
			return nil, err
		}
		return nn.NewTransformerEncoder(b.rand, c.Layers, d, c.Heads, nn.TransformerLayerConfig{Hidden: c.Hidden, PreNorm: c.PreNorm, Dropout: c.Dropout}), nil
	}),
	"feed_forward": with(func(b *builder, c inside) (nn.Layer, error) {
		d, f, err := c.of(b)
		if err != nil {
			return nil, err
		}
		l := nn.NewFeedForward(b.rand, d, c.Hidden, f)
		if c.Dropout > 0 {
			l.Drop = nn.NewDropout(b.rand, c.Dropout)
		}
		return l, nil
	}),
	"mixture_of_experts": with(func(b *builder, c struct {
		Experts, K, Hidden int
		Capacity           float64
		Raw                bool
	},
	) (nn.Layer, error) {
		d, err := b.width()
		if err := errors.Join(err, positive("experts", c.Experts)); err != nil {
			return nil, err
		}
		return nn.NewMixtureOfExperts(b.rand, d, c.Experts, nn.MixtureConfig{K: c.K, Raw: c.Raw, Capacity: c.Capacity, Hidden: c.Hidden}), nil
	}),
	"learned_positions": with(func(b *builder, _ struct{}) (nn.Layer, error) {
		d, err := b.steps()
		if err != nil {
			return nil, err
		}
		return nn.NewLearnedPositions(b.rand, b.shape[0], d), nil
	}),
	"sinusoidal_positions": with(func(b *builder, c nn.SinusoidalPositions) (nn.Layer, error) {
		_, err := b.steps()
		return c, err
	}),
	"attention_pool": with(func(b *builder, c struct{ Hidden int }) (nn.Layer, error) {
		d, err := b.steps()
		if err := errors.Join(err, positive("hidden", c.Hidden)); err != nil {
			return nil, err
		}
		return nn.NewAttentionPool(b.rand, d, c.Hidden), nil
	}),
	"first_step": overSteps(nn.FirstStep{}),
	"max_steps":  overSteps(nn.MaxSteps{}),
}
