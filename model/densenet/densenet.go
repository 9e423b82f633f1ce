// Package densenet holds the densely connected networks: every layer sees the channels of all before it.
package densenet

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// depths says how many layers each of the four blocks has, by the number of layers of the network.
var depths = map[int][]int{
	121: {6, 12, 24, 16},
	161: {6, 12, 36, 24},
	169: {6, 12, 32, 32},
	201: {6, 12, 48, 32},
}

// A Config describes a network. The zero value is DenseNet-121.
type Config struct {
	Layers     int     `json:"layers,omitempty"`     // with parameters: 121, 161, 169 or 201; 121 if 0
	Growth     int     `json:"growth,omitempty"`     // channels that each layer adds; 32 if 0, and 48 for 161 layers
	Width      int     `json:"width,omitempty"`      // channels of the first convolution; twice the growth if 0
	Bottleneck int     `json:"bottleneck,omitempty"` // channels within a layer, in multiples of the growth; 4 if 0
	Depths     []int   `json:"depths,omitempty"`     // layers of each block, in place of those of that many layers
	Dropout    float64 `json:"dropout,omitempty"`    // behind each layer
}

func init() {
	model.Register(model.Architecture{
		Name: "densenet", About: "blocks whose layers see all before them: DenseNet-121 to DenseNet-201; for pictures",
		Config: Config{}, Example: model.Photos(224),
		Variants: []model.Variant{
			{Name: "densenet121", Parameters: 7_978_856},
			{Name: "densenet161", Config: `{"layers": 161}`, Parameters: 28_681_000},
			{Name: "densenet169", Config: `{"layers": 169}`, Parameters: 14_149_480},
			{Name: "densenet201", Config: `{"layers": 201}`, Parameters: 20_013_928},
		},
		Layouts: []model.Layout{{
			Name: "torchvision-2017", Marks: []string{"features.denseblock1.denselayer1.norm.1.weight"},
			Source: func(ours string) model.Source {
				return model.Source{Names: []string{numbered.ReplaceAllString(ours, "$1.$2.")}}
			},
		}},
		Build: model.BuildPictures(29, New),
	})
}

// numbered finds the layers within a dense layer, whose numbers stand apart in the files that torchvision publishes.
var numbered = regexp.MustCompile(`(denselayer\d+\.(?:norm|conv))(\d)\.`)

// A Model is a DenseNet-BC: bottlenecks in the layers, and half of the channels behind each block.
//
//	x [n c h w] → logits [n out]
//
// Names and shapes of the parameters are torchvision's.
//
// Huang, Liu, van der Maaten and Weinberger, Densely Connected Convolutional Networks, 2016 (arXiv:1608.06993), table 1.
type Model struct {
	Features   Features
	Classifier *nn.Linear
}

// Features make channels of a picture.
type Features struct {
	Conv0  *nn.Conv2d
	Norm0  *nn.BatchNorm
	Stages []*Stage `nn:",stacked"`
	Norm5  *nn.BatchNorm
}

// A Stage is one block, and what halves picture and channels behind it.
type Stage struct {
	Block      *Block      `nn:"denseblock#"`
	Transition *Transition `nn:"transition#"` // nil behind the last block
}

// A Block is layers each of which sees what all before it gave.
type Block struct {
	Layers []*Layer `nn:",stacked"`
}

// A Layer adds a few channels.
type Layer struct {
	*nn.DenseLayer `nn:"denselayer#"`
}

// A Transition halves channels, height and width.
type Transition struct {
	Norm *nn.BatchNorm
	Conv *nn.Conv2d // 1×1
}

// New returns a network for pictures of so many channels, with weights drawn as in torchvision. The error is that there is
// no such number of layers.
func New(r *rng.Rand, channels, out int, c Config) (*Model, error) {
	if c.Layers == 0 {
		c.Layers = 121
	}
	blocks, ok := depths[c.Layers]
	if !ok {
		return nil, fmt.Errorf("there is no DenseNet of %d layers; there are 121, 161, 169 and 201", c.Layers)
	}
	if c.Depths != nil {
		blocks = c.Depths
	}
	if c.Growth == 0 {
		c.Growth = 32
		if c.Layers == 161 {
			c.Growth = 48
		}
	}
	if c.Width == 0 {
		c.Width = 2 * c.Growth
	}
	if slices.Min(append([]int{1}, blocks...)) < 1 {
		return nil, fmt.Errorf("depths %v have a block without layers", blocks)
	}
	m, in := new(Model), c.Width
	m.Features.Conv0 = conv(r, nn.NewConv2d(r, channels, in, 7, nn.ConvConfig{Stride: 2, Pad: 3, NoBias: true}))
	m.Features.Norm0 = nn.NewBatchNorm(in)
	for i, depth := range blocks {
		s := &Stage{Block: newBlock(r, in, depth, c)}
		in += depth * c.Growth
		if i+1 < len(blocks) {
			s.Transition = &Transition{nn.NewBatchNorm(in), conv(r, nn.NewConv2d(r, in, in/2, 1, nn.ConvConfig{NoBias: true}))}
			in /= 2
		}
		m.Features.Stages = append(m.Features.Stages, s)
	}
	m.Features.Norm5 = nn.NewBatchNorm(in)
	m.Classifier = nn.NewLinear(r, in, out)
	nn.Reset(&m.Classifier.Bias, nn.Constant(0), r.Next())
	return m, nil
}

func newBlock(r *rng.Rand, in, depth int, c Config) *Block {
	b := new(Block)
	for i := range depth {
		l := nn.NewDenseLayer(r, in+i*c.Growth, c.Growth, nn.DenseConfig{Bottleneck: c.Bottleneck, Dropout: c.Dropout})
		conv(r, l.Conv1)
		conv(r, l.Conv2)
		b.Layers = append(b.Layers, &Layer{l})
	}
	return b
}

// Forward returns the logits of pictures.
func (m *Model) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	f := &m.Features
	x = op.Relu(f.Norm0.Forward(p, f.Conv0.Forward(p, x)))       // [n c h/2 w/2]
	x = op.MaxPool(x, op.PoolConfig{Size: 3, Stride: 2, Pad: 1}) // [n c h/4 w/4]
	for _, s := range f.Stages {
		for _, l := range s.Block.Layers {
			x = tensor.Concat(1, x, l.Forward(p, x).Cast(x.DType()))
		}
		if t := s.Transition; t != nil {
			x = op.AvgPool(t.Conv.Forward(p, op.Relu(t.Norm.Forward(p, x))), op.PoolConfig{Size: 2})
		}
	}
	x = op.Relu(f.Norm5.Forward(p, x))
	return m.Classifier.Forward(p, op.GlobalAvgPool(x).Flatten(1, -1))
}

// conv draws the weight of a convolution again, as torchvision does.
func conv(r *rng.Rand, l *nn.Conv2d) *nn.Conv2d {
	nn.Reset(&l.Weight, nn.HeNormal(nn.Gain(nn.ReLU{})), r.Next())
	return l
}
