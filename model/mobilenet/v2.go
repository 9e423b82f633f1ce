package mobilenet

import (
	"fmt"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
)

// A V2Stage is some blocks of [V2Config], the first of which may halve the picture.
type V2Stage struct {
	Expand   int `json:"expand"`   // channels within a block, in multiples of those that come in
	Channels int `json:"channels"` // between the blocks, before they are scaled
	Blocks   int `json:"blocks"`
	Stride   int `json:"stride"` // of the first block
}

// paper is table 2 of the paper.
func paper() []V2Stage {
	return []V2Stage{{1, 16, 1, 1}, {6, 24, 2, 2}, {6, 32, 3, 2}, {6, 64, 4, 2}, {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}}
}

// A V2Config describes a network. The zero value is the paper's of width 1.
type V2Config struct {
	Width   float64   `json:"width,omitempty"`   // by which all channels are multiplied; 1 if 0
	Stages  []V2Stage `json:"stages,omitempty"`  // in place of the paper's
	Dropout float64   `json:"dropout,omitempty"` // before the linear layer; 0.2 if 0, none if below 0
}

// NewV2 returns a MobileNet 2 for pictures of so many channels, with weights drawn as in torchvision. The error is that a
// stage is none.
//
// Sandler, Howard, Zhu, Zhmoginov and Chen, MobileNetV2: Inverted Residuals and Linear Bottlenecks, 2018 (arXiv:1801.04381).
func NewV2(r *rng.Rand, channels, out int, c V2Config) (*Model, error) {
	if c.Width == 0 {
		c.Width = 1
	}
	if c.Stages == nil {
		c.Stages = paper()
	}
	if c.Dropout == 0 {
		c.Dropout = 0.2
	}
	in := divisible(32 * c.Width)
	m := &Model{Features: nn.Sequential{unit6(r, nn.NewConv2d(r, channels, in, 3, nn.ConvConfig{Stride: 2, Pad: 1, NoBias: true}))}}
	for i, s := range c.Stages {
		if s.Expand < 1 || s.Channels < 1 || s.Blocks < 1 || s.Stride < 1 {
			return nil, fmt.Errorf("stage %d, %+v, lacks one of expand, channels, blocks and stride", i, s)
		}
		width := divisible(float64(s.Channels) * c.Width)
		for j := range s.Blocks {
			stride := 1
			if j == 0 {
				stride = s.Stride
			}
			b := nn.NewInvertedResidual(r, in, width, nn.InvertedConfig{Expand: s.Expand, Stride: stride})
			redrawAll(r, b.Conv)
			m.Features = append(m.Features, b)
			in = width
		}
	}
	last := divisible(1280 * max(1, c.Width))
	m.Features = append(m.Features, unit6(r, nn.NewConv2d(r, in, last, 1, nn.ConvConfig{NoBias: true})))
	m.Classifier = nn.Sequential{nn.NewDropout(r, max(c.Dropout, 0)), linear(r, last, out)}
	return m, nil
}

// unit6 is a convolution with norm and rectifier, cut off at 6.
func unit6(r *rng.Rand, l *nn.Conv2d) nn.Sequential {
	return nn.Sequential{redrawn(r, l), nn.NewBatchNorm(l.Weight.Value.Dim(0)), nn.ReLU6{}}
}

// redrawAll draws the weights of all convolutions in s again.
func redrawAll(r *rng.Rand, s nn.Sequential) {
	for _, l := range s {
		switch l := l.(type) {
		case nn.Sequential:
			redrawAll(r, l)
		case *nn.Conv2d:
			redrawn(r, l)
		}
	}
}
