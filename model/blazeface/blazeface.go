// Package blazeface holds BlazeFace: architectures by name that find faces, small enough for a telephone.
package blazeface

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Config says which of the two published networks it is.
type Config struct {
	Back bool `json:"back,omitempty"` // the one for the camera at the back: pictures of 256×256, faces further away
}

func init() {
	front := model.Examples{Input: []int{3, 128, 128}, Outputs: 1}
	model.Register(model.Architecture{
		Name: "blazeface", About: "BlazeFace: finds faces with eyes, nose, mouth and ears",
		Config: Config{}, Classes: []string{"face"}, Example: front,
		Preprocess: model.Preprocess{Stretch: [2]int{128, 128}, Mean: model.Half(), Std: model.Half()},
		Variants: []model.Variant{
			{Name: "blazeface_front", Parameters: 101_390},
			{
				Name: "blazeface_back", Config: `{"back":true}`, Of: model.Examples{Input: []int{3, 256, 256}, Outputs: 1}, Parameters: 136_240,
				Preprocess: model.Preprocess{Stretch: [2]int{256, 256}, Mean: model.Half(), Std: model.Half()},
			},
		},
		Build: func(r *rng.Rand, of model.Examples, text json.RawMessage) (nn.Layer, error) {
			var c Config
			if err := model.Decode(text, &c); err != nil {
				return nil, err
			}
			m := New(r, c)
			if len(of.Input) != 3 || of.Input[0] != 3 || of.Input[1] != m.size() || of.Input[2] != m.size() {
				return nil, fmt.Errorf("examples of shape %v are no pictures [3 %d %d]", of.Input, m.size(), m.size())
			}
			return m, nil
		},
	})
}

// A Model is BlazeFace.
//
//	x [n 3 s s], from −1 to 1, s 128 or 256 → logits [n 896 1], boxes [n 896 16]
//
// Each of 896 anchors, two at each place of a grid of 16×16 and six at each of 8×8, has the logit of a face and 16 numbers: the
// middle and the size of its box and 6 points (eyes, nose, mouth, ears), in pixels from the anchor's middle.
// [Model.Detect] makes boxes of them. Names and shapes of the parameters are those of the conversion to PyTorch by
// M. Hollemans; norms are folded into the convolutions.
//
// Bazarevsky and others, BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs, 2019 (arXiv:1907.05047); the
// published networks have single blocks where the paper has double ones.
type Model struct {
	Backbone     nn.Sequential // of the back camera's
	Final        *Block
	Backbone1    nn.Sequential // of the front camera's
	Backbone2    nn.Sequential
	Classifier8  *nn.Conv2d `nn:"classifier_8"`
	Classifier16 *nn.Conv2d `nn:"classifier_16"`
	Regressor8   *nn.Conv2d `nn:"regressor_8"`
	Regressor16  *nn.Conv2d `nn:"regressor_16"`

	Config model.DetectConfig `nn:"-"` // of [Model.Detect]
	back   bool
}

// New returns a network.
func New(r *rng.Rand, c Config) *Model {
	m := &Model{back: c.Back}
	stem := nn.Sequential{nn.NewConv2d(r, 3, 24, 5, nn.ConvConfig{Stride: 2}), nn.ReLU{}}
	fine := 88
	if c.Back {
		fine = 96
		m.Backbone = slices.Concat(stem, blocks(r, 24, 24, 24, 24, 24, 24, 24, 24, -24, 24, 24, 24, 24, 24, 24, 24, -48, 48, 48, 48, 48, 48, 48, 48, -96, 96, 96, 96, 96, 96, 96, 96))
		m.Final = newBlock(r, 96, 96, true)
		m.Final.Alone = true
	} else {
		m.Backbone1 = slices.Concat(stem, blocks(r, 24, 24, 28, -32, 36, 42, -48, 56, 64, 72, 80, 88))
		m.Backbone2 = blocks(r, 88, -96, 96, 96, 96, 96)
	}
	m.Classifier8, m.Classifier16 = nn.NewConv2d(r, fine, 2, 1, nn.ConvConfig{}), nn.NewConv2d(r, 96, 6, 1, nn.ConvConfig{})
	m.Regressor8, m.Regressor16 = nn.NewConv2d(r, fine, 2*16, 1, nn.ConvConfig{}), nn.NewConv2d(r, 96, 6*16, 1, nn.ConvConfig{})
	return m
}

func (m *Model) size() int {
	if m.back {
		return 256
	}
	return 128
}

// Forward returns the logits.
func (m *Model) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return m.Run(p, []*tensor.Tensor{x})[0]
}

// Inputs returns the pictures.
func (m *Model) Inputs() []model.Port {
	return []model.Port{{Name: "x", Shape: []int{1, 3, m.size(), m.size()}}}
}

// Outputs returns what [Model.Run] computes.
func (m *Model) Outputs() []string { return []string{"logits", "boxes"} }

// Run returns the logits and the boxes of pictures.
func (m *Model) Run(p *nn.Pass, in []*tensor.Tensor) []*tensor.Tensor {
	x := op.Pad(in[0], 0, [2]int{}, [2]int{}, [2]int{1, 2}, [2]int{1, 2}) // as TensorFlow pads before a stride of 2
	var coarse *tensor.Tensor
	if m.back {
		x = m.Backbone.Forward(p, x)
		coarse = m.Final.Forward(p, x)
	} else {
		x = m.Backbone1.Forward(p, x)
		coarse = m.Backbone2.Forward(p, x)
	}
	rows := func(fine, coarseHead *nn.Conv2d, d int) *tensor.Tensor {
		flat := func(l *nn.Conv2d, x *tensor.Tensor) *tensor.Tensor {
			return l.Forward(p, x).Permute(0, 2, 3, 1).Reshape(x.Dim(0), -1, d)
		}
		return tensor.Concat(1, flat(fine, x), flat(coarseHead, coarse))
	}
	return []*tensor.Tensor{rows(m.Classifier8, m.Classifier16, 1), rows(m.Regressor8, m.Regressor16, 16)}
}

// A Block adds a separable convolution to its input.
type Block struct {
	Convs nn.Sequential // over each channel by itself, and then over the channels
	Half  bool          `nn:"-"` // the stride is 2, and the input's windows give their largest
	Alone bool          `nn:"-"` // nothing is added
	more  int           // channels than the input has
}

func newBlock(r *rng.Rand, in, out int, half bool) *Block {
	c := nn.ConvConfig{Groups: in, Pad: 1}
	if half {
		c = nn.ConvConfig{Groups: in, Stride: 2}
	}
	return &Block{Convs: nn.Sequential{nn.NewConv2d(r, in, in, 3, c), nn.NewConv2d(r, in, out, 1, nn.ConvConfig{})}, Half: half, more: out - in}
}

// blocks returns blocks of so many channels; a number below 0 halves the picture.
func blocks(r *rng.Rand, in int, out ...int) (all nn.Sequential) {
	for _, n := range out {
		all = append(all, newBlock(r, in, max(n, -n), n < 0))
		in = max(n, -n)
	}
	return all
}

// Forward returns the block of x.
func (b *Block) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	h := x
	if b.Half {
		h = op.Pad(x, 0, [2]int{}, [2]int{}, [2]int{0, 2}, [2]int{0, 2})
	}
	h = b.Convs.Forward(p, h)
	if b.Alone {
		return op.Relu(h)
	}
	if b.Half {
		x = op.MaxPool(x, op.PoolConfig{Size: 2, Stride: 2})
	}
	if b.more > 0 {
		x = op.Pad(x, 0, [2]int{}, [2]int{0, b.more}, [2]int{}, [2]int{})
	}
	return op.Relu(h.Add(x))
}
