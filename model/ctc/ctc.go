// Package ctc holds recurrent networks that hear speech: architectures by name of convolutions, recurrent layers and a head for CTC.
package ctc

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

// A Config describes a network. The zero value has two convolutions, and three layers of 256 LSTM units in both directions.
type Config struct {
	Convs    int     `json:"convs,omitempty"`    // each halves the bands; 2 if 0, none if below 0
	Channels int     `json:"channels,omitempty"` // of the convolutions; 32 if 0
	Stride   int     `json:"stride,omitempty"`   // of the first over time; 2 if 0
	Cell     string  `json:"cell,omitempty"`     // lstm or gru; lstm if ""
	Layers   int     `json:"layers,omitempty"`   // 3 if 0
	Hidden   int     `json:"hidden,omitempty"`   // units of a layer and direction; 256 if 0
	Dropout  float64 `json:"dropout,omitempty"`  // between the layers
}

func init() {
	model.Register(model.Architecture{
		Name: "ctc_rnn", About: "convolutions and recurrent layers over spectra, for speech: a head for CTC, as in Deep Speech 2",
		Config: Config{}, Example: model.Examples{Input: []int{200, 80}, Outputs: 29},
		Build: func(r *rng.Rand, of model.Examples, text json.RawMessage) (nn.Layer, error) {
			var c Config
			if err := model.Decode(text, &c); err != nil {
				return nil, err
			}
			if len(of.Input) != 2 || of.Tokens > 0 {
				return nil, fmt.Errorf("examples of shape %v are no spectra [t bands]", of.Input)
			}
			return New(r, of.Input[1], of.Outputs, c)
		},
	})
}

// A Model hears speech.
//
//	x [n t bands] → logits [n t′ out], t′ = ⌈t / stride⌉
//
// Convolutions of 3×3, normalized and rectified, halve the bands, the first also the steps; recurrent layers read both ways,
// and a linear head answers for each step, its class 0 being CTC's blank, with which it begins (see [nn.Likely]). The parameters have PyTorch's names, as modules convs,
// rnn and head.
//
// Amodei and others, Deep Speech 2: End-to-End Speech Recognition in English and Mandarin, 2015 (arXiv:1512.02595), section 3;
// Graves, Fernández, Gomez and Schmidhuber, Connectionist Temporal Classification, 2006.
type Model struct {
	Convs  nn.Sequential
	RNN    reader
	Head   *nn.Linear
	stride int
}

// A reader runs over sequences of their own lengths.
type reader interface {
	Run(p *nn.Pass, x, lengths *tensor.Tensor, from nn.RecurrentState) (*tensor.Tensor, nn.RecurrentState)
}

// New returns a network for spectra of so many bands. The error is that there is no such cell.
func New(r *rng.Rand, bands, out int, c Config) (*Model, error) {
	c.Convs, c.Channels, c.Stride = cmp.Or(c.Convs, 2), cmp.Or(c.Channels, 32), cmp.Or(c.Stride, 2)
	c.Layers, c.Hidden = cmp.Or(c.Layers, 3), cmp.Or(c.Hidden, 256)
	m := &Model{stride: 1}
	in := 1
	for i := range max(c.Convs, 0) {
		stride := [2]int{1, 2}
		if i == 0 {
			stride[0], m.stride = c.Stride, c.Stride
		}
		axes := []op.WindowAxis{{Size: 3, Stride: stride[0], Pad: [2]int{1, 1}}, {Size: 3, Stride: stride[1], Pad: [2]int{1, 1}}}
		m.Convs = append(m.Convs, nn.NewConv2d(r, in, c.Channels, 3, nn.ConvConfig{Axes: axes}), nn.NewBatchNorm(c.Channels), nn.ReLU{})
		in, bands = c.Channels, (bands+1)/2
	}
	rc := nn.RecurrentConfig{Layers: c.Layers, Bidirectional: true, Dropout: c.Dropout}
	switch c.Cell {
	case "", "lstm":
		m.RNN = nn.NewLSTM(r, in*bands, c.Hidden, rc)
	case "gru":
		m.RNN = nn.NewGRU(r, in*bands, c.Hidden, rc)
	default:
		return nil, fmt.Errorf("there is no cell %q; want lstm or gru", c.Cell)
	}
	m.Head = nn.NewLinear(r, 2*c.Hidden, out)
	nn.Reset(&m.Head.Bias, nn.Likely(0, 0.9), r.Next())
	return m, nil
}

// Length returns how many steps are left of t.
func (m *Model) Length(t int) int { return (t + m.stride - 1) / m.stride }

// Forward returns the logits of spectra of one length.
func (m *Model) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor { return m.Hear(p, x, nil) }

// Hear is [Model.Forward] for spectra of their own lengths [n] in steps of x: the recurrent layers do not read behind them. Convolutions
// do: what fills a spectrum up behind its end reaches the last steps, and by the layers that read backwards the others, so that the
// logits of an utterance depend a little on how long its batch is.
func (m *Model) Hear(p *nn.Pass, x, lengths *tensor.Tensor) *tensor.Tensor {
	y := m.Convs.Forward(p, x.Unsqueeze(1)) // [n c t′ bands′]
	y = y.Transpose(1, 2).Flatten(2, 3)     // [n t′ c·bands′]
	if lengths != nil {
		all := tensor.Values[int64](lengths)
		for i, t := range all {
			all[i] = int64(m.Length(int(t)))
		}
		lengths = tensor.Of(all, len(all)).To(x.Device())
	}
	y, _ = m.RNN.Run(p, y, lengths, nn.RecurrentState{})
	return m.Head.Forward(p, y)
}
