// Package convlstm holds networks of convolutional LSTMs: an architecture by name that says what the next picture of a film is.
package convlstm

import (
	"encoding/json"
	"fmt"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Config describes a network.
type Config struct {
	Channels []int `json:"channels,omitempty"` // of the states of each layer; 128, 64, 64 if nil, as in the paper's best network
	Size     int   `json:"size,omitempty"`     // of the windows, odd; 5 if 0
	Patch    int   `json:"patch,omitempty"`    // side of the squares of pixels that become channels; 4 if 0
}

func init() {
	model.Register(model.Architecture{
		Name: "conv_lstm", About: "convolutional LSTMs over a film, and the picture that comes next after each; for films",
		Config: Config{}, Example: model.Examples{Input: []int{10, 1, 64, 64}, Outputs: 1},
		Build: func(r *rng.Rand, of model.Examples, text json.RawMessage) (nn.Layer, error) {
			var c Config
			if err := model.Decode(text, &c); err != nil {
				return nil, err
			}
			return New(r, of, c)
		},
	})
}

// A Model is a network of convolutional LSTMs.
//
//	x [n t c h w] → logits [n t c h w]: of the picture after each, given those up to it
//	patches [n t c·p² h/p w/p] → ConvLSTM, one or several → W * all their states + b → pictures
//
// The states of all layers go into the last convolution, as in the paper, whose networks encode and forecast in two halves; this
// one goes on from the state in which the last picture left it. See [Model.Next].
//
// Shi, Chen, Wang, Yeung, Wong and Woo, Convolutional LSTM Network, 2015 (arXiv:1506.04214), section 3.
type Model struct {
	Layers []*nn.ConvLSTM
	Head   *nn.Conv2d // [c·p² states 1 1]

	input []int
	patch int
}

// New returns a network for films of the size of.Input, [t c h w].
func New(r *rng.Rand, of model.Examples, c Config) (*Model, error) {
	if len(of.Input) != 4 || of.Tokens > 0 {
		return nil, fmt.Errorf("examples of shape %v are no films [t c h w]", of.Input)
	}
	if c.Channels == nil {
		c.Channels = []int{128, 64, 64}
	}
	if c.Size == 0 {
		c.Size = 5
	}
	if c.Patch == 0 {
		c.Patch = 4
	}
	height, width := of.Input[2], of.Input[3]
	if c.Size < 1 || c.Size%2 == 0 {
		return nil, fmt.Errorf("windows of %d pixels have no middle; want an odd number", c.Size)
	}
	if c.Patch < 1 || height%c.Patch != 0 || width%c.Patch != 0 {
		return nil, fmt.Errorf("squares of %d pixels do not divide pictures of %d×%d", c.Patch, height, width)
	}
	m := &Model{input: of.Input, patch: c.Patch}
	in := of.Input[1] * c.Patch * c.Patch
	states, from := 0, in
	for _, n := range c.Channels {
		if n < 1 {
			return nil, fmt.Errorf("a layer of %d channels; want 1 or more", n)
		}
		m.Layers = append(m.Layers, nn.NewConvLSTM(r, from, n, c.Size, nn.ConvConfig{}))
		states, from = states+n, n
	}
	m.Head = nn.NewConv2d(r, states, in, 1, nn.ConvConfig{})
	return m, nil
}

// Forward returns the logits of what comes next after each picture.
func (m *Model) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	y, _ := m.run(p, x, nil)
	return y
}

// A state is where a film left the network: hidden state and cell of each layer.
type state [][2]*tensor.Tensor

func (m *Model) run(p *nn.Pass, x *tensor.Tensor, from state) (*tensor.Tensor, state) {
	if x.Rank() != 5 || x.Dim(2) != m.input[1] || x.Dim(3) != m.input[2] || x.Dim(4) != m.input[3] {
		panic(tensor.Errorf("conv_lstm", "films of shape %v; want [n t %d %d %d]", x.Shape(), m.input[1], m.input[2], m.input[3]))
	}
	n, t := x.Dim(0), x.Dim(1)
	h := m.patches(x)
	var states []*tensor.Tensor
	to := make(state, len(m.Layers))
	for i, l := range m.Layers {
		var hidden, cell *tensor.Tensor
		if from != nil {
			hidden, cell = from[i][0], from[i][1]
		}
		h, cell = l.Continue(p, h, hidden, cell)
		to[i] = [2]*tensor.Tensor{h.Slice(1, t-1, t).Reshape(append([]int{n}, h.Shape()[2:]...)...), cell}
		states = append(states, h)
	}
	all := tensor.Concat(2, states...)
	y := m.Head.Forward(p, all.Reshape(append([]int{n * t}, all.Shape()[2:]...)...))
	return m.pictures(y.Reshape(append([]int{n, t}, y.Shape()[1:]...)...)), to
}

// patches returns [n t c·p² h/p w/p] of pictures [n t c h w].
func (m *Model) patches(x *tensor.Tensor) *tensor.Tensor {
	n, t, c, h, w, s := x.Dim(0), x.Dim(1), x.Dim(2), x.Dim(3), x.Dim(4), m.patch
	return x.Reshape(n, t, c, h/s, s, w/s, s).Permute(0, 1, 2, 4, 6, 3, 5).Reshape(n, t, c*s*s, h/s, w/s)
}

// pictures is the way back.
func (m *Model) pictures(x *tensor.Tensor) *tensor.Tensor {
	n, t, h, w, s := x.Dim(0), x.Dim(1), x.Dim(3), x.Dim(4), m.patch
	c := x.Dim(2) / s / s
	return x.Reshape(n, t, c, s, s, h, w).Permute(0, 1, 2, 5, 3, 6, 4).Reshape(n, t, c, h*s, w*s)
}

// Onward is Forward for films [n t c h w] of which the network sees the first so many pictures; in place of the others it sees its own,
// what it thinks comes next, as in Next. What learns so learns to go on from what it makes.
func (m *Model) Onward(p *nn.Pass, x *tensor.Tensor, seen int) *tensor.Tensor {
	y, at := m.run(p, x.Slice(1, 0, seen), nil)
	all := []*tensor.Tensor{y}
	for range x.Dim(1) - seen {
		y, at = m.run(p, op.Sigmoid(y.Slice(1, y.Dim(1)-1, y.Dim(1))).Cast(x.DType()), at)
		all = append(all, y)
	}
	return tensor.Concat(1, all...)
}

// Next returns the pictures [n ahead c h w] that the network thinks come after films [n t c h w], as numbers from 0 to 1: each is
// what it sees for the next.
func (m *Model) Next(p *nn.Pass, x *tensor.Tensor, ahead int) *tensor.Tensor {
	var all []*tensor.Tensor
	var at state
	for range ahead {
		var y *tensor.Tensor
		y, at = m.run(p, x, at)
		x = op.Sigmoid(y.Slice(1, y.Dim(1)-1, y.Dim(1))).Cast(device.Float32)
		all = append(all, x)
	}
	return tensor.Concat(1, all...)
}
