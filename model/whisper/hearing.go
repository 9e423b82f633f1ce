package whisper

import (
	"math"

	"github.com/jimu-ml/jimu/data/audio"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/tensor"
)

// Rate is the samples a second of the sound that is heard.
const Rate = 16000

// hop is the samples from one frame to the next.
const hop = 160

// Features returns what a model hears of a sound of one channel at [Rate]: the strength of each band in each hundredth of a
// second, the sound cut off or filled up with silence to that many frames.
//
//	samples [n] → y [1 bands frames]
//	y = (max(x, max x − 8) + 4) / 4     x = log₁₀ max(mel, 10⁻¹⁰)
//
// 80 bands, of version large-v3 128, and 3000 frames are what the published models hear.
func Features(samples []float32, bands, frames int) *tensor.Tensor {
	sound := make([]float32, frames*hop)
	copy(sound, samples)
	mel := audio.Mel{Spectrogram: audio.Spectrogram{Size: 400, Hop: hop}, Bands: bands, Slaney: true}.Of(sound, Rate)
	x := mel.Slice(0, 0, frames).Transpose(0, 1) // without the frame behind the end
	x = x.Maximum(x.FullLike(1e-10)).Log().Scale(1 / math.Ln10)
	x = x.Maximum(x.Max().AddScalar(-8))
	return x.AddScalar(4).Scale(0.25).Unsqueeze(0).Contiguous()
}

// A Hearing is a sound that a model has heard. With it the model is a decoder of tokens, which package generate can draw from or
// search.
type Hearing struct {
	model  *Model
	memory nn.Memories
}

// Hear hears one sound, [1 bands frames].
func (m *Model) Hear(features *tensor.Tensor) *Hearing {
	if features.Rank() != 3 || features.Dim(0) != 1 {
		panic(tensor.Errorf("whisper.Hear", "%v are not features [1 bands frames] of one sound", features))
	}
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	h := &Hearing{model: m}
	h.memory = nn.Memories(m.Decoder.remember(p, m.Encode(p, p.Input(features)))).Keep(p)
	return h
}

// Forward returns the logits of the token behind each that was written.
//
//	ids [b t] → logits [b t v]
func (h *Hearing) Forward(p *nn.Pass, ids *tensor.Tensor) *tensor.Tensor {
	return h.model.write(p, ids, h.memory.Expand(ids.Dim(0)))
}

// Caches returns an empty cache for each layer, with room for so many tokens, of which there are no more than the context.
func (h *Hearing) Caches(room int) []*nn.KeyValueCache {
	return nn.NewKeyValueCaches(len(h.memory), min(room, h.model.Config.Context))
}

// Decode is [Hearing.Forward] for tokens that follow those in the caches, to which it adds them, and gives the logits of the last
// alone. No gradient flows.
//
//	ids [b t] → logits [b v]
func (h *Hearing) Decode(p *nn.Pass, ids *tensor.Tensor, c []*nn.KeyValueCache) *tensor.Tensor {
	d := h.model.Decoder
	x := d.run(p, d.embed(p, ids, c[0].Len()), h.memory.Expand(ids.Dim(0)), func(i int, l *Layer, x *tensor.Tensor) *tensor.Tensor {
		return l.Attention.heads().Decode(p, x, c[i], nn.AttendConfig{})
	})
	return h.model.logits(p, x.Slice(1, x.Dim(1)-1, x.Dim(1))).Squeeze(1)
}
