// Package efficientnet holds the EfficientNets: one network found by search and scaled in depth, width and picture at once,
// and the second version of it.
package efficientnet

import (
	"fmt"
	"math"

	"github.com/jimu-ml/jimu/data/picture"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Stage is some blocks, the first of which may halve the picture.
type Stage struct {
	Fused    bool    `json:"fused,omitempty"` // one full convolution in place of a 1×1 and one that keeps the channels apart
	Expand   float64 `json:"expand"`          // channels within a block, in multiples of those that come in
	Size     int     `json:"size"`            // of the windows
	Stride   int     `json:"stride"`          // of the first block
	Channels int     `json:"channels"`        // that come out
	Blocks   int     `json:"blocks"`
}

// A Config describes a network. The zero value is EfficientNet-B0.
type Config struct {
	Version string  `json:"version,omitempty"` // "b0", which "" means, to "b7"; "v2_s", "v2_m" or "v2_l"
	Stages  []Stage `json:"stages,omitempty"`  // in place of those of that version, and not scaled
	First   int     `json:"first,omitempty"`   // channels of the first convolution, in place of those of that version
	Last    int     `json:"last,omitempty"`    // channels of the last one, likewise
	Dropout float64 `json:"dropout,omitempty"` // before the linear layer; that of the version if 0, none if below 0
	Drop    float64 `json:"drop,omitempty"`    // of whole blocks, from 0 at the first to this; 0.2 if 0, none if below 0
}

func init() {
	model.Register(model.Architecture{
		Name: "efficientnet", About: "blocks with squeeze and excitation, scaled together: EfficientNet B0 to B7, V2 S, M and L; for pictures",
		Config: Config{}, Example: model.Photos(224),
		Variants: []model.Variant{
			{Name: "efficientnet_b0", Parameters: 5_288_548, Of: model.Photos(224), Preprocess: model.Preprocess{Resize: 256, Crop: 224, Filter: picture.Bicubic}},
			{Name: "efficientnet_b1", Config: `{"version": "b1"}`, Parameters: 7_794_184, Of: model.Photos(240), Preprocess: model.Preprocess{Resize: 256, Crop: 240, Filter: picture.Bicubic}},
			{Name: "efficientnet_b2", Config: `{"version": "b2"}`, Parameters: 9_109_994, Of: model.Photos(288), Preprocess: model.Preprocess{Resize: 288, Crop: 288, Filter: picture.Bicubic}},
			{Name: "efficientnet_b3", Config: `{"version": "b3"}`, Parameters: 12_233_232, Of: model.Photos(300), Preprocess: model.Preprocess{Resize: 320, Crop: 300, Filter: picture.Bicubic}},
			{Name: "efficientnet_b4", Config: `{"version": "b4"}`, Parameters: 19_341_616, Of: model.Photos(380), Preprocess: model.Preprocess{Resize: 384, Crop: 380, Filter: picture.Bicubic}},
			{Name: "efficientnet_b5", Config: `{"version": "b5"}`, Parameters: 30_389_784, Of: model.Photos(456), Preprocess: model.Preprocess{Resize: 456, Crop: 456, Filter: picture.Bicubic}},
			{Name: "efficientnet_b6", Config: `{"version": "b6"}`, Parameters: 43_040_704, Of: model.Photos(528), Preprocess: model.Preprocess{Resize: 528, Crop: 528, Filter: picture.Bicubic}},
			{Name: "efficientnet_b7", Config: `{"version": "b7"}`, Parameters: 66_347_960, Of: model.Photos(600), Preprocess: model.Preprocess{Resize: 600, Crop: 600, Filter: picture.Bicubic}},
			{Name: "efficientnet_v2_s", Config: `{"version": "v2_s"}`, Parameters: 21_458_488, Of: model.Photos(384), Preprocess: model.Preprocess{Resize: 384, Crop: 384}},
			{Name: "efficientnet_v2_m", Config: `{"version": "v2_m"}`, Parameters: 54_139_356, Of: model.Photos(480), Preprocess: model.Preprocess{Resize: 480, Crop: 480}},
			{Name: "efficientnet_v2_l", Config: `{"version": "v2_l"}`, Parameters: 118_515_272, Of: model.Photos(480), Preprocess: model.Preprocess{Resize: 480, Crop: 480, Filter: picture.Bicubic, Mean: model.Half(), Std: model.Half()}},
		},
		Build: model.BuildPictures(1, New),
	})
}

// A Model is an EfficientNet.
//
//	x [n c h w] → logits [n out]
//
// Names and shapes of the parameters are torchvision's.
//
// Tan and Le, EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks, 2019 (arXiv:1905.11946), table 1 and
// equation 3; EfficientNetV2: Smaller Models and Faster Training, 2021 (arXiv:2104.00298), table 4.
type Model struct {
	Features   nn.Sequential
	Classifier nn.Sequential
}

// New returns a network for pictures of so many channels, with weights drawn as in torchvision. The error is that there is no
// such version, or that a stage is none.
func New(r *rng.Rand, channels, out int, c Config) (*Model, error) {
	s, err := c.shape()
	if err != nil {
		return nil, err
	}
	blocks := 0
	for i, stage := range s.stages {
		if stage.Expand <= 0 || stage.Size < 1 || stage.Size%2 == 0 || stage.Stride < 1 || stage.Channels < 1 || stage.Blocks < 1 {
			return nil, fmt.Errorf("stage %d, %+v, lacks one of expand, size, stride, channels and blocks, or its size is even", i, stage)
		}
		blocks += stage.Blocks
	}
	w, in, built := maker{r, s.eps, s.momentum}, s.first, 0
	m := &Model{Features: nn.Sequential{w.unit(channels, in, window{3, 2, 1}, nn.SiLU{})}}
	for _, stage := range s.stages {
		var seq nn.Sequential
		for j := range stage.Blocks {
			if j > 0 {
				stage.Stride = 1
			}
			b := w.block(in, stage)
			b.drop = nn.NewDropPath(r, max(c.Drop, 0)*float64(built)/float64(blocks))
			seq = append(seq, b)
			in = stage.Channels
			built++
		}
		m.Features = append(m.Features, seq)
	}
	m.Features = append(m.Features, w.unit(in, s.last, window{1, 1, 1}, nn.SiLU{}))
	head, bound := nn.NewLinear(r, s.last, out), 1/math.Sqrt(float64(out))
	nn.Reset(&head.Weight, nn.Uniform(-bound, bound), r.Next())
	nn.Reset(&head.Bias, nn.Constant(0), r.Next())
	m.Classifier = nn.Sequential{nn.NewDropout(r, max(s.dropout, 0)), head}
	return m, nil
}

// Forward returns the logits of pictures.
func (m *Model) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	x = op.GlobalAvgPool(m.Features.Forward(p, x)).Flatten(1, -1)
	return m.Classifier.Forward(p, x)
}
