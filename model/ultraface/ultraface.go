// Package ultraface holds the ultra-light face detector: architectures by name that find faces, in a megabyte of weights.
package ultraface

import (
	"encoding/json"
	"fmt"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Config has nothing to choose: the pictures' size is that of the examples.
type Config struct{}

func init() {
	model.Register(model.Architecture{
		Name: "ultraface", About: "ultra-light face detector RFB: single-shot detection on four grids",
		Config: Config{}, Classes: []string{"face"}, Example: model.Examples{Input: []int{3, 240, 320}, Outputs: 2},
		Preprocess: model.Preprocess{Stretch: [2]int{240, 320}, Scale: 1, Mean: &[3]float64{127, 127, 127}, Std: &[3]float64{128, 128, 128}},
		Variants:   []model.Variant{{Name: "ultraface_rfb_320", Parameters: 276_292}},
		Build: func(r *rng.Rand, of model.Examples, text json.RawMessage) (nn.Layer, error) {
			if err := model.Decode(text, &Config{}); err != nil {
				return nil, err
			}
			if len(of.Input) != 3 || of.Input[0] != 3 || min(of.Input[1], of.Input[2]) < 32 {
				return nil, fmt.Errorf("examples of shape %v are no pictures [3 h w] of 32×32 or more", of.Input)
			}
			return New(r, of.Input[1], of.Input[2]), nil
		},
	})
}

// A Model is a single-shot detector of faces.
//
//	x [n 3 h w], from about −1 to 1 → scores [n a 2] of no face and of a face, boxes [n a 4] by their corners, in shares
//
// Each place of four grids, of strides 8, 16, 32 and 64, has two or three anchors; their logits go through [op.Softmax], and
// what the boxes say about the anchors is decoded. Names and shapes of the parameters are those of the authors' files.
//
// Linzaer, Ultra-Light-Fast-Generic-Face-Detector-1MB, 2019; Liu and others, SSD, 2015 (arXiv:1512.02325); Liu and others,
// Receptive Field Block Net, 2017 (arXiv:1711.07767).
type Model struct {
	Base        nn.Sequential   `nn:"base_net"`
	Extras      []nn.Sequential // after the base, each a grid
	Classifiers []nn.Layer      `nn:"classification_headers"`
	Regressors  []nn.Layer      `nn:"regression_headers"`

	Config model.DetectConfig `nn:"-"` // of [Model.Detect]
	height int
	width  int
}

// New returns a network for pictures of that size.
func New(r *rng.Rand, height, width int) *Model {
	m := &Model{height: height, width: width, Base: nn.Sequential{stem(r)}}
	in := 16
	for _, out := range []int{32, -32, 32, -64, 64, 64} {
		m.Base = append(m.Base, separable(r, in, out))
		in = max(out, -out)
	}
	m.Base = append(m.Base, newField(r, in, in))
	for _, out := range []int{-128, 128, 128, -256, 256} {
		m.Base = append(m.Base, separable(r, in, out))
		in = max(out, -out)
	}
	m.Extras = []nn.Sequential{{nn.NewConv2d(r, 256, 64, 1, nn.ConvConfig{}), nn.ReLU{}, head(r, 64, 256, 2), nn.ReLU{}}}
	for i, channels := range []int{64, 128, 256} {
		m.Classifiers = append(m.Classifiers, head(r, channels, 2*len(sizes[i]), 1))
		m.Regressors = append(m.Regressors, head(r, channels, 4*len(sizes[i]), 1))
	}
	m.Classifiers = append(m.Classifiers, nn.NewConv2d(r, 256, 2*len(sizes[3]), 3, nn.ConvConfig{Pad: 1}))
	m.Regressors = append(m.Regressors, nn.NewConv2d(r, 256, 4*len(sizes[3]), 3, nn.ConvConfig{Pad: 1}))
	return m
}

// Forward returns the scores.
func (m *Model) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return m.Run(p, []*tensor.Tensor{x})[0]
}

// Inputs returns the pictures.
func (m *Model) Inputs() []model.Port {
	return []model.Port{{Name: "x", Shape: []int{1, 3, m.height, m.width}}}
}

// Outputs returns what [Model.Run] computes.
func (m *Model) Outputs() []string { return []string{"scores", "boxes"} }

// Run returns the scores and the boxes of pictures.
func (m *Model) Run(p *nn.Pass, in []*tensor.Tensor) []*tensor.Tensor {
	logits, codes, grids := m.heads(p, in[0])
	return []*tensor.Tensor{op.Softmax(logits, -1), decode(codes, m.anchors(grids).To(codes.Device()))}
}

// heads returns what the heads say: logits [n a 2] and codes of boxes [n a 4], and the height and width of each grid.
func (m *Model) heads(p *nn.Pass, x *tensor.Tensor) (logits, codes *tensor.Tensor, grids [][2]int) {
	var l, c []*tensor.Tensor
	grid := func(x *tensor.Tensor) {
		i := len(grids)
		rows := func(head nn.Layer, d int) *tensor.Tensor {
			return head.Forward(p, x).Permute(0, 2, 3, 1).Reshape(x.Dim(0), -1, d)
		}
		l, c = append(l, rows(m.Classifiers[i], 2)), append(c, rows(m.Regressors[i], 4))
		grids = append(grids, [2]int{x.Dim(2), x.Dim(3)})
	}
	for i, layer := range m.Base {
		x = layer.Forward(p, x)
		if i == 7 || i == 10 || i == 12 {
			grid(x)
		}
	}
	grid(m.Extras[0].Forward(p, x))
	return tensor.Concat(1, l...), tensor.Concat(1, c...), grids
}
