// Package conformer holds Conformers: architectures by name that hear speech, by attention for what is far and convolution for what is
// near.
package conformer

import (
	"cmp"
	"encoding/json"
	"fmt"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Config describes a network. The zero value is the paper's small one.
type Config struct {
	Layers  int     `json:"layers,omitempty"`  // 16 if 0
	Width   int     `json:"width,omitempty"`   // 144 if 0
	Heads   int     `json:"heads,omitempty"`   // 4 if 0
	Hidden  int     `json:"hidden,omitempty"`  // inside the feed-forward layers; four times Width if 0
	Window  int     `json:"window,omitempty"`  // of the convolutions over time, odd; 31 if 0
	Dropout float64 `json:"dropout,omitempty"` // 0.1 if 0, none if below 0
}

func init() {
	model.Register(model.Architecture{
		Name: "conformer", About: "attention and convolution over spectra, for speech: Conformer with a head for CTC",
		Config: Config{}, Example: model.Examples{Input: []int{200, 80}, Outputs: 29},
		Build: func(r *rng.Rand, of model.Examples, text json.RawMessage) (nn.Layer, error) {
			var c Config
			if err := model.Decode(text, &c); err != nil {
				return nil, err
			}
			if len(of.Input) != 2 || of.Tokens > 0 || of.Input[0] < 7 || of.Input[1] < 7 {
				return nil, fmt.Errorf("examples of shape %v are no spectra [t bands] of 7 × 7 or more", of.Input)
			}
			return New(r, of.Input[1], of.Outputs, c)
		},
	})
}

// A Model hears speech.
//
//	x [n t bands] → logits [n t′ out], t′ = (t − 3)/4 or so: see [Model.Length]
//
// Two convolutions of stride 2 take a fourth of the steps; then follow the layers, and a linear head whose class 0 is CTC's
// blank, with which it begins (see [nn.Likely]). Names and shapes of the layers' parameters are those of torchaudio's Conformer, which has no relative positions.
//
// Gulati and others, Conformer: Convolution-augmented Transformer for Speech Recognition, 2020 (arXiv:2005.08100).
type Model struct {
	Subsample struct {
		Conv1, Conv2 *nn.Conv2d
		Linear       *nn.Linear
	}
	Encoder struct {
		Layers []*Layer `nn:"conformer_layers"`
	}
	Head *nn.Linear
	drop *nn.Dropout
}

// New returns a network for spectra of so many bands. The error says what does not fit.
func New(r *rng.Rand, bands, out int, c Config) (*Model, error) {
	c.Layers, c.Width, c.Heads, c.Window = cmp.Or(c.Layers, 16), cmp.Or(c.Width, 144), cmp.Or(c.Heads, 4), cmp.Or(c.Window, 31)
	if c.Hidden == 0 {
		c.Hidden = 4 * c.Width
	}
	if c.Dropout == 0 {
		c.Dropout = 0.1
	}
	c.Dropout = max(c.Dropout, 0)
	if c.Width%c.Heads != 0 || c.Window%2 == 0 {
		return nil, fmt.Errorf("width %d with %d heads, or windows of %d, which must be odd, do not fit", c.Width, c.Heads, c.Window)
	}
	m := &Model{drop: nn.NewDropout(r, c.Dropout)}
	half := nn.ConvConfig{Stride: 2}
	m.Subsample.Conv1, m.Subsample.Conv2 = nn.NewConv2d(r, 1, c.Width, 3, half), nn.NewConv2d(r, c.Width, c.Width, 3, half)
	m.Subsample.Linear = nn.NewLinear(r, c.Width*m.Length(bands), c.Width)
	for range c.Layers {
		m.Encoder.Layers = append(m.Encoder.Layers, newLayer(r, c))
	}
	m.Head = nn.NewLinear(r, c.Width, out)
	nn.Reset(&m.Head.Bias, nn.Likely(0, 0.9), r.Next())
	return m, nil
}

// Length returns how many steps are left of t.
func (m *Model) Length(t int) int { return max(0, ((t-1)/2-1)/2) }

// Forward returns the logits of spectra of one length.
func (m *Model) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor { return m.Hear(p, x, nil) }

// Hear is [Model.Forward] for spectra of their own lengths [n] in steps of x, which the attention does not look behind. Convolutions do: what
// fills a spectrum up behind its end reaches the steps near the end, half of a window in each layer, and by attention the others, so
// that the logits of an utterance depend a little on how long its batch is.
func (m *Model) Hear(p *nn.Pass, x, lengths *tensor.Tensor) *tensor.Tensor {
	y := op.Relu(m.Subsample.Conv1.Forward(p, x.Unsqueeze(1)))
	y = op.Relu(m.Subsample.Conv2.Forward(p, y)) // [n d t′ bands′]
	y = m.Subsample.Linear.Forward(p, y.Transpose(1, 2).Flatten(2, 3))
	y = m.drop.Forward(p, y)
	var see nn.AttendConfig
	if lengths != nil {
		see.Keys = op.LengthMask(tensor.Of(m.lengths(lengths), lengths.Dim(0)).To(x.Device()), y.Dim(1))
	}
	for _, l := range m.Encoder.Layers {
		y = l.attend(p, y, see)
	}
	return m.Head.Forward(p, y)
}

func (m *Model) lengths(lengths *tensor.Tensor) []int64 {
	all := tensor.Values[int64](lengths)
	for i, t := range all {
		all[i] = int64(m.Length(int(t)))
	}
	return all
}
