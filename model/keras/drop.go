package keras

import (
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
)

// noise is a layer that does something at random in training, and nothing in evaluation.
type noise struct {
	Layer   nn.Layer `nn:"-"`
	create  func(r *rng.Rand) nn.Layer
	spatial bool // of whole channels
}

func (l *noise) build(r *rng.Rand, _ [][]int) { l.Layer = l.create(r) }

func (l *noise) forward(p *nn.Pass, in []value, _ call) []value {
	x := in[0].Tensor
	if !p.Training() {
		return []value{in[0]}
	}
	if l.spatial {
		return []value{{behind(l.Layer.Forward(p, first(x, false)), false), in[0].mask}}
	}
	return []value{{l.Layer.Forward(p, x), in[0].mask}}
}

func (l *noise) weights() []slot { return nil }

// rate reads the share that is dropped.
func (h *hyper) rate() float64 {
	v := h.float("rate", 0)
	h.must(v >= 0 && v < 1, "rate is %v", v)
	return v
}

func newDropout(h *hyper) layer {
	rate := h.rate()
	if h.has("noise_shape") {
		shape := read(h, "noise_shape", []*int{})
		whole := len(shape) > 1 && shape[0] == nil
		for _, n := range shape[min(1, len(shape)):] {
			whole = whole && n != nil && *n == 1
		}
		h.must(whole, "noise_shape is %s, and only that of whole examples is known", h.values["noise_shape"])
		return &noise{create: func(r *rng.Rand) nn.Layer { return nn.NewDropPath(r, rate) }}
	}
	return &noise{create: func(r *rng.Rand) nn.Layer { return nn.NewDropout(r, rate) }}
}

func newSpatialDropout(h *hyper) layer {
	rate := h.rate()
	h.must(h.text("data_format", "channels_last") != "channels_first", "channels first are not known here")
	return &noise{create: func(r *rng.Rand) nn.Layer { return nn.NewChannelDropout(r, rate) }, spatial: true}
}

func newGaussianNoise(h *hyper) layer {
	std := h.float("stddev", 0)
	h.must(std >= 0, "stddev is %v", std)
	return &noise{create: func(r *rng.Rand) nn.Layer { return nn.NewGaussianNoise(r, std) }}
}

func newGaussianDropout(h *hyper) layer {
	rate := h.rate()
	return &noise{create: func(r *rng.Rand) nn.Layer { return nn.NewGaussianDropout(r, rate) }}
}

func newAlphaDropout(h *hyper) layer {
	rate := h.rate()
	return &noise{create: func(r *rng.Rand) nn.Layer { return nn.NewAlphaDropout(r, rate) }}
}
