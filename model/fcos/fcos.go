// Package fcos holds detectors without anchors: architectures by name in which every place of a pyramid says what is there, and how far
// its edges are.
package fcos

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Config describes a detector. The zero value is torchvision's.
type Config struct {
	Backbone string          `json:"backbone,omitempty"` // the name of an architecture that gives features; resnet50 if ""
	Body     json.RawMessage `json:"body,omitempty"`     // its configuration
	Width    int             `json:"width,omitempty"`    // channels of the pyramid; 256 if 0
	Groups   int             `json:"groups,omitempty"`   // of the norms of the heads; 32 if 0
	Convs    int             `json:"convs,omitempty"`    // of a head before its answer; 4 if 0
	Skip     int             `json:"skip,omitempty"`     // of the backbone's stages, the finest, that the pyramid leaves out; 1 if 0, none if below 0

	// Of [Model.Detect]; see [model.DetectConfig].
	Score   float64 `json:"score,omitempty"`   // 0.2 if 0
	Overlap float64 `json:"overlap,omitempty"` // 0.6 if 0
	Most    int     `json:"most,omitempty"`    // 100 if 0
}

func init() {
	model.Register(model.Architecture{
		Name: "fcos", About: "detector without anchors over a feature pyramid: FCOS; finds things in pictures",
		Config: Config{}, Example: model.Examples{Input: []int{3, 256, 256}, Outputs: 91},
		// torchvision counts 53120 fewer: there the norms of the backbone do not learn.
		Variants: []model.Variant{{Name: "fcos_resnet50_fpn", Of: model.Examples{Input: []int{3, 800, 800}, Outputs: 91}, Parameters: 32_322_720}},
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

// A Model is an FCOS detector.
//
//	x [n c h w] → logits [n a classes], boxes [n a 4], centrality [n a 1]
//
// a counts the places of all levels of the pyramid, from the finest to the coarsest, row by row. A place's boxes are how far the
// left, upper, right and lower edge are, in strides of its level; its centrality is the logit of how near it is to the middle.
// Names and shapes of the parameters are torchvision's.
//
// Tian, Shen, Chen and He, FCOS: Fully Convolutional One-Stage Object Detection, 2019 (arXiv:1904.01355); Lin and others,
// Feature Pyramid Networks for Object Detection, 2016 (arXiv:1612.03144).
type Model struct {
	Backbone struct {
		Body    model.Backbone
		Pyramid *Pyramid `nn:"fpn"`
	}
	Head struct {
		Classification *Classification `nn:"classification_head"`
		Regression     *Regression     `nn:"regression_head"`
	}
	Config  model.DetectConfig `nn:"-"` // of [Model.Detect]
	shape   []int
	classes int
}

// New returns a detector for pictures of that shape. The error is that there is no such backbone, or that the numbers of
// channels do not fit.
func New(r *rng.Rand, shape []int, classes int, c Config) (*Model, error) {
	if c.Backbone == "" {
		c.Backbone = "resnet50"
	}
	c.Width, c.Groups, c.Convs, c.Skip = cmp.Or(c.Width, 256), cmp.Or(c.Groups, 32), cmp.Or(c.Convs, 4), cmp.Or(c.Skip, 1)
	if c.Width%c.Groups != 0 {
		return nil, fmt.Errorf("%d channels are no multiple of %d groups", c.Width, c.Groups)
	}
	body, err := model.NewBackbone(c.Backbone, r, shape[0], c.Body)
	if err != nil {
		return nil, fmt.Errorf("backbone: %w", err)
	}
	m := &Model{Config: model.DetectConfig{Score: c.Score, Overlap: c.Overlap, Most: c.Most}, shape: shape, classes: classes}
	m.Backbone.Body = body
	if m.Backbone.Pyramid, err = newPyramid(r, body, shape[0], max(c.Skip, 0), c.Width); err != nil {
		return nil, err
	}
	m.Head.Classification = &Classification{Convs: tower(r, c), Logits: conv(r, c.Width, classes)}
	// At first a thing is thought to be at one place in a hundred.
	nn.Reset(&m.Head.Classification.Logits.Bias, nn.Constant(-math.Log(99)), r.Next())
	m.Head.Regression = &Regression{Convs: tower(r, c), Boxes: conv(r, c.Width, 4), Central: conv(r, c.Width, 1)}
	// At first boxes reach some places far. torchvision begins at 0, where half of the edges would have no gradient.
	nn.Reset(&m.Head.Regression.Boxes.Bias, nn.Constant(3), r.Next())
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
func (m *Model) Outputs() []string { return []string{"logits", "boxes", "centrality"} }

// Run returns what every place says of pictures.
func (m *Model) Run(p *nn.Pass, in []*tensor.Tensor) []*tensor.Tensor {
	a := m.Answer(p, in[0])
	return []*tensor.Tensor{a.Logits, a.Edges, a.Central}
}
