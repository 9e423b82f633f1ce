package nn_test

import (
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// headsOf returns the heads of an attention whose one projection is cut into three maps.
func headsOf(l *nn.Attention) nn.Heads {
	d := l.InWeight.Value.Dim(1)
	part := func(k int) nn.Layer {
		m := new(nn.Linear)
		m.Weight.Value = l.InWeight.Value.Slice(0, k*d, (k+1)*d)
		m.Bias.Value = l.InBias.Value.Slice(0, k*d, (k+1)*d)
		return m
	}
	return nn.Heads{Query: part(0), Key: part(1), Value: part(2), Count: l.Heads}
}

func TestHeadsEqualOneProjection(t *testing.T) {
	l := nn.NewAttention(rng.New(1), 6, 2, 0)
	l.InBias.Value = smooth(18)
	h, p := headsOf(l), nn.NewPass(nn.PassConfig{})
	defer p.Close()
	x, memory := p.Input(smooth(2, 3, 6)), p.Input(smooth(2, 5, 6).Scale(-1))
	for name, c := range map[string]nn.AttendConfig{
		"all": {}, "causal": {Causal: true}, "keys": {Keys: tensor.Of([]bool{true, true, false, true, false, false, true, true, true, true}, 2, 5)},
	} {
		check.Close(t, name, l.Output.Forward(p, h.Attend(p, x, memory, c)).Floats(), l.Attend(p, x, memory, c).Floats(), 1e-6)
		check.Close(t, name+" weights", h.Weights(p, x, memory, c).Floats(), l.Weights(p, x, memory, c).Floats(), 1e-6)
	}
	h.Scale = 1e-9
	weights := h.Weights(p, x, memory, nn.AttendConfig{})
	check.Close(t, "scaled away", weights.Floats(), weights.FullLike(0.2, 2, 2, 3, 5).Floats(), 1e-6)
}

// What is decoded token by token, or remembered for another pass, is what one look at all gives.
func TestHeadsDecodeWhatIsCached(t *testing.T) {
	h := headsOf(nn.NewAttention(rng.New(1), 6, 2, 0))
	x := smooth(2, 5, 6)
	cache := nn.NewKeyValueCache(5)
	p := nn.NewPass(nn.PassConfig{})
	whole := p.Keep(h.Attend(p, p.Input(x), p.Input(x), nn.AttendConfig{Causal: true}))
	h.Decode(p, p.Input(x.Slice(1, 0, 3)), cache, nn.AttendConfig{})
	kept := h.Remember(p, p.Input(x)).Keep(p)
	p.Close()
	p = nn.NewPass(nn.PassConfig{})
	defer p.Close()
	got := h.Decode(p, p.Input(x.Slice(1, 3, 5)), cache, nn.AttendConfig{})
	check.Close(t, "decoded", got.Floats(), whole.Slice(1, 3, 5).Floats(), 1e-6)
	got = h.Recall(p, p.Input(x), kept, nn.AttendConfig{Causal: true})
	check.Close(t, "recalled", got.Floats(), whole.Floats(), 1e-6)
	one := h.Remember(p, p.Input(x.Slice(0, 1, 2))).Expand(2)
	got = h.Recall(p, p.Input(x.Take(0, tensor.Of([]int64{1, 1}))), one, nn.AttendConfig{Causal: true})
	check.Close(t, "of one for two", got.Slice(0, 1, 2).Floats(), whole.Slice(0, 1, 2).Floats(), 1e-6)
}
