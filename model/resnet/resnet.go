// Package resnet holds the residual networks: stacks of blocks that add to what they are given.
package resnet

import (
	"fmt"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// depths says how many blocks each of the four stages has, by the number of layers of the network.
var depths = map[int][]int{
	18:  {2, 2, 2, 2},
	34:  {3, 4, 6, 3},
	50:  {3, 4, 6, 3},
	101: {3, 4, 23, 3},
	152: {3, 8, 36, 3},
}

// A Config describes a network. The zero value is ResNet-50.
type Config struct {
	Layers int   `json:"layers,omitempty"` // with parameters: 18, 34, 50, 101 or 152; 50 if 0
	Width  int   `json:"width,omitempty"`  // channels of the first stage; 64 if 0
	Depths []int `json:"depths,omitempty"` // blocks of each stage, in place of those of that many layers

	Groups     int `json:"groups,omitempty"`      // parts of the channels within a bottleneck that do not see each other; 1 if 0
	GroupWidth int `json:"group_width,omitempty"` // channels of each within the first stage's bottlenecks; the width if 0
}

func init() {
	model.Register(model.Architecture{
		Name: "resnet", About: "residual blocks of convolutions: ResNet-18 to ResNet-152, ResNeXt and wide ones; for pictures",
		Config:  Config{},
		Example: model.Photos(224),
		Variants: []model.Variant{
			{Name: "resnet18", Config: `{"layers": 18}`, Parameters: 11_689_512},
			{Name: "resnet34", Config: `{"layers": 34}`, Parameters: 21_797_672},
			{Name: "resnet50", Parameters: 25_557_032},
			{Name: "resnet101", Config: `{"layers": 101}`, Parameters: 44_549_160},
			{Name: "resnet152", Config: `{"layers": 152}`, Parameters: 60_192_808},
			{Name: "resnext50_32x4d", Config: `{"groups": 32, "group_width": 4}`, Parameters: 25_028_904},
			{Name: "resnext101_32x8d", Config: `{"layers": 101, "groups": 32, "group_width": 8}`, Parameters: 88_791_336},
			{Name: "resnext101_64x4d", Config: `{"layers": 101, "groups": 64, "group_width": 4}`, Parameters: 83_455_272, Preprocess: model.Preprocess{Resize: 232}},
			{Name: "wide_resnet50_2", Config: `{"group_width": 128}`, Parameters: 68_883_240},
			{Name: "wide_resnet101_2", Config: `{"layers": 101, "group_width": 128}`, Parameters: 126_886_696},
		},
		Build: model.BuildPictures(1, New),
	})
}

// A Model is a residual network.
//
//	x [n c h w] → logits [n out]
//
// Where a stage halves the picture, the stride is that of the 3×3 convolution, as in torchvision; in the paper it is that of
// the 1×1 before it. Names and shapes of the parameters are torchvision's.
//
// He, Zhang, Ren and Sun, Deep Residual Learning for Image Recognition, 2015 (arXiv:1512.03385), table 1. With groups: Xie,
// Girshick, Dollár, Tu and He, Aggregated Residual Transformations for Deep Neural Networks, 2016 (arXiv:1611.05431). With wider
// bottlenecks: Zagoruyko and Komodakis, Wide Residual Networks, 2016 (arXiv:1605.07146).
type Model struct {
	Conv1                          *nn.Conv2d
	Norm1                          *nn.BatchNorm `nn:"bn1"`
	Layer1, Layer2, Layer3, Layer4 nn.Sequential
	Head                           *nn.Linear `nn:"fc"`
}

// New returns a network for pictures of so many channels, with weights drawn as in torchvision. The error is that there is
// no such number of layers.
func New(r *rng.Rand, channels, out int, c Config) (*Model, error) {
	if c.Layers == 0 {
		c.Layers = 50
	}
	blocks, ok := depths[c.Layers]
	if !ok {
		return nil, fmt.Errorf("there is no ResNet of %d layers; there are 18, 34, 50, 101 and 152", c.Layers)
	}
	if c.Depths != nil {
		blocks = c.Depths
	}
	if len(blocks) != 4 {
		return nil, fmt.Errorf("depths %v are not those of 4 stages", blocks)
	}
	if c.Width == 0 {
		c.Width = 64
	}
	bottleneck := c.Layers >= 50
	if !bottleneck && (c.Groups != 0 || c.GroupWidth != 0) {
		return nil, fmt.Errorf("a ResNet of %d layers has no bottlenecks, and takes neither groups nor group_width", c.Layers)
	}
	if c.Groups == 0 {
		c.Groups = 1
	}
	if c.GroupWidth == 0 {
		c.GroupWidth = c.Width
	}
	m := &Model{Conv1: conv(r, channels, c.Width, 7, 2), Norm1: nn.NewBatchNorm(c.Width)}
	in := c.Width
	for i, stage := range []*nn.Sequential{&m.Layer1, &m.Layer2, &m.Layer3, &m.Layer4} {
		inner := shape{width: c.Width << i, inside: c.Width << i, groups: 1}
		if bottleneck {
			inner.inside, inner.groups = c.Groups*(c.GroupWidth<<i), c.Groups
		}
		for j := range blocks[i] {
			stride := 1
			if i > 0 && j == 0 {
				stride = 2
			}
			var b *Block
			b, in = newBlock(r, in, inner, stride, bottleneck)
			*stage = append(*stage, b)
		}
	}
	m.Head = nn.NewLinear(r, in, out)
	return m, nil
}

// Forward returns the logits of pictures.
func (m *Model) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	x = op.Relu(normed(p, m.Conv1, m.Norm1, x))                  // [n c h/2 w/2]
	x = op.MaxPool(x, op.PoolConfig{Size: 3, Stride: 2, Pad: 1}) // [n c h/4 w/4]
	for _, stage := range []nn.Sequential{m.Layer1, m.Layer2, m.Layer3, m.Layer4} {
		x = stage.Forward(p, x)
	}
	return m.Head.Forward(p, op.GlobalAvgPool(x).Flatten(1, -1))
}

func conv(r *rng.Rand, in, out, size, stride int) *nn.Conv2d {
	return redrawn(r, nn.NewConv2d(r, in, out, size, nn.ConvConfig{Stride: stride, Pad: size / 2, NoBias: true}))
}

// redrawn draws the weight of a convolution again, as torchvision does.
func redrawn(r *rng.Rand, l *nn.Conv2d) *nn.Conv2d {
	nn.Reset(&l.Weight, nn.HeNormalOut(nn.Gain(nn.ReLU{})), r.Next())
	return l
}

// normed returns the convolution of x, normalized unless the norm is folded into it.
func normed(p *nn.Pass, conv *nn.Conv2d, norm *nn.BatchNorm, x *tensor.Tensor) *tensor.Tensor {
	x = conv.Forward(p, x)
	if norm == nil {
		return x
	}
	return norm.Forward(p, x)
}
