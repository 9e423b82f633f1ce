// Package detr holds detectors by sets: architectures by name that look at a whole picture, with a question for every thing there may be.
package detr

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

// A Config describes a detector. The zero value is the paper's.
type Config struct {
	Backbone string          `json:"backbone,omitempty"` // the name of an architecture that gives features; resnet50 if ""
	Body     json.RawMessage `json:"body,omitempty"`     // its configuration
	Width    int             `json:"width,omitempty"`    // 256 if 0
	Heads    int             `json:"heads,omitempty"`    // 8 if 0
	Hidden   int             `json:"hidden,omitempty"`   // inside the feed-forward layers; 2048 if 0
	Layers   int             `json:"layers,omitempty"`   // of the encoder, and of the decoder; 6 if 0
	Queries  int             `json:"queries,omitempty"`  // things that can be found; 100 if 0
	Dropout  float64         `json:"dropout,omitempty"`  // 0.1 if 0, none if below 0
}

func init() {
	model.Register(model.Architecture{
		Name: "detr", About: "detector by sets: a Transformer over the features of a picture, DETR; finds things in pictures",
		Config: Config{}, Example: model.Examples{Input: []int{3, 256, 256}, Outputs: 91},
		// The authors count 275520 fewer: there the backbone's norms, its first convolution and its first stage do not learn.
		Variants: []model.Variant{{Name: "detr_resnet50", Of: model.Examples{Input: []int{3, 800, 800}, Outputs: 91}, Parameters: 41_577_888}},
		Build: func(r *rng.Rand, of model.Examples, text json.RawMessage) (nn.Layer, error) {
			var c Config
			if err := model.Decode(text, &c); err != nil {
				return nil, err
			}
			if err := of.Picture(32); err != nil {
				return nil, err
			}
			return New(r, of.Input, of.Outputs, c)
		},
	})
}

// A Model is a DETR detector.
//
//	x [n c h w] → logits [n q classes+1], boxes [n q 4]: middle and size, in shares; the last class is nothing
//
// The coarsest features of the backbone, with waves for their places, go through the encoder; each of the q questions of the
// decoder looks at them and answers with one thing, or nothing. Names and shapes of the parameters are those of the authors'
// files.
//
// Carion and others, End-to-End Object Detection with Transformers, 2020 (arXiv:2005.12872), section 3 and appendix A.4.
type Model struct {
	Backbone []*Body
	Project  *nn.Conv2d `nn:"input_proj"`
	Parts    struct {
		Encoder struct{ Layers []*EncoderLayer }
		Decoder struct {
			Layers []*DecoderLayer
			Norm   *nn.LayerNorm
		}
	} `nn:"transformer"`
	Queries *nn.Embedding `nn:"query_embed"`
	Class   *nn.Linear    `nn:"class_embed"`
	Box     *Perceptron   `nn:"bbox_embed"`

	Config  model.DetectConfig `nn:"-"` // of [Model.Detect]
	shape   []int
	classes int
	queries int
}

// A Body is the backbone, under the name that the authors' files have for it.
type Body struct{ Body model.Backbone }

// A Perceptron is linear layers with rectifiers between them.
type Perceptron struct{ Layers []*nn.Linear }

// New returns a detector for pictures of that shape. The error says what does not fit.
func New(r *rng.Rand, shape []int, classes int, c Config) (*Model, error) {
	if c.Backbone == "" {
		c.Backbone = "resnet50"
	}
	c.Width, c.Heads, c.Hidden = cmp.Or(c.Width, 256), cmp.Or(c.Heads, 8), cmp.Or(c.Hidden, 2048)
	c.Layers, c.Queries = cmp.Or(c.Layers, 6), cmp.Or(c.Queries, 100)
	if c.Dropout == 0 {
		c.Dropout = 0.1
	}
	c.Dropout = max(c.Dropout, 0)
	if c.Width%c.Heads != 0 || c.Width%4 != 0 {
		return nil, fmt.Errorf("a width of %d with %d heads, or not a multiple of 4, does not fit", c.Width, c.Heads)
	}
	body, err := model.NewBackbone(c.Backbone, r, shape[0], c.Body)
	if err != nil {
		return nil, fmt.Errorf("backbone: %w", err)
	}
	stages, err := model.Stages(body, shape[0])
	if err != nil {
		return nil, fmt.Errorf("backbone: %w", err)
	}
	m := &Model{shape: shape, classes: classes, queries: c.Queries, Backbone: []*Body{{body}}}
	m.Project = nn.NewConv2d(r, stages[len(stages)-1], c.Width, 1, nn.ConvConfig{})
	for range c.Layers {
		m.Parts.Encoder.Layers = append(m.Parts.Encoder.Layers, newEncoderLayer(r, c))
		m.Parts.Decoder.Layers = append(m.Parts.Decoder.Layers, newDecoderLayer(r, c))
	}
	m.Parts.Decoder.Norm = nn.NewLayerNorm(c.Width)
	m.Queries = nn.NewEmbedding(r, c.Queries, c.Width)
	m.Class = nn.NewLinear(r, c.Width, classes+1)
	m.Box = &Perceptron{[]*nn.Linear{nn.NewLinear(r, c.Width, c.Width), nn.NewLinear(r, c.Width, c.Width), nn.NewLinear(r, c.Width, 4)}}
	return m, nil
}

// Forward returns the logits.
func (m *Model) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return m.Run(p, []*tensor.Tensor{x})[0]
}

// Inputs returns the pictures.
func (m *Model) Inputs() []model.Port {
	return []model.Port{{Name: "x", Shape: append([]int{1}, m.shape...)}}
}

// Outputs returns what [Model.Run] computes.
func (m *Model) Outputs() []string { return []string{"logits", "boxes"} }

// Run returns the logits and the boxes of the last layer of the decoder.
func (m *Model) Run(p *nn.Pass, in []*tensor.Tensor) []*tensor.Tensor {
	all := m.Layers(p, in[0])
	return m.Answer(p, all[len(all)-1])
}

// Layers returns what each layer of the decoder makes of the questions, [n q d], normalized: in training all of them answer, for
// the losses of the layers before the last.
func (m *Model) Layers(p *nn.Pass, x *tensor.Tensor) []*tensor.Tensor {
	features := m.Backbone[0].Body.Features(p, x)
	f := m.Project.Forward(p, features[len(features)-1]) // [n d h w]
	places := waves(f.Dim(1), f.Dim(2), f.Dim(3)).To(f.Device())
	memory := f.Flatten(2, 3).Transpose(1, 2) // [n hw d]
	for _, l := range m.Parts.Encoder.Layers {
		memory = l.forward(p, memory, places)
	}
	questions := p.Use(&m.Queries.Weight)
	y := questions.Scale(0).Expand(append([]int{x.Dim(0)}, questions.Shape()...)...)
	keys := memory.Add(places)
	var all []*tensor.Tensor
	for _, l := range m.Parts.Decoder.Layers {
		y = l.forward(p, y, questions, keys, memory)
		all = append(all, m.Parts.Decoder.Norm.Forward(p, y))
	}
	return all
}

// Answer returns the logits and the boxes of what a layer of the decoder made.
func (m *Model) Answer(p *nn.Pass, y *tensor.Tensor) []*tensor.Tensor {
	box := y
	for i, l := range m.Box.Layers {
		if box = l.Forward(p, box); i+1 < len(m.Box.Layers) {
			box = op.Relu(box)
		}
	}
	return []*tensor.Tensor{m.Class.Forward(p, y), op.Sigmoid(box)}
}
