// Package shufflenet holds ShuffleNet v2: half of the channels pass each block untouched, and are then dealt out among the
// others.
package shufflenet

import (
	"fmt"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Config describes a network. The zero value is that of width 1.
type Config struct {
	Channels []int `json:"channels,omitempty"` // of the first convolution, the three stages and the last; [24, 116, 232, 464, 1024] if empty
	Depths   []int `json:"depths,omitempty"`   // blocks of the three stages; the paper's [4, 8, 4] if empty
}

func init() {
	model.Register(model.Architecture{
		Name: "shufflenet_v2", About: "blocks that half of the channels pass untouched, shuffled behind each: ShuffleNet v2; for pictures",
		Config: Config{}, Example: model.Photos(224),
		Variants: []model.Variant{
			{Name: "shufflenet_v2_x0_5", Config: `{"channels": [24, 48, 96, 192, 1024]}`, Parameters: 1_366_792},
			{Name: "shufflenet_v2_x1_0", Parameters: 2_278_604},
			{Name: "shufflenet_v2_x1_5", Config: `{"channels": [24, 176, 352, 704, 1024]}`, Parameters: 3_503_624, Preprocess: model.Preprocess{Resize: 232}},
			{Name: "shufflenet_v2_x2_0", Config: `{"channels": [24, 244, 488, 976, 2048]}`, Parameters: 7_393_996, Preprocess: model.Preprocess{Resize: 232}},
		},
		Build: model.BuildPictures(1, New),
	})
}

// A Model is a ShuffleNet v2.
//
//	x [n c h w] → logits [n out]
//
// Names and shapes of the parameters are torchvision's.
//
// Ma, Zhang, Zheng and Sun, ShuffleNet V2: Practical Guidelines for Efficient CNN Architecture Design, 2018
// (arXiv:1807.11164), figure 3 and table 5.
type Model struct {
	Conv1                  nn.Sequential
	Stage2, Stage3, Stage4 nn.Sequential
	Conv5                  nn.Sequential
	Head                   *nn.Linear `nn:"fc"`
}

// New returns a network for pictures of so many channels. The error is that channels or depths are not those of its stages.
func New(r *rng.Rand, channels, out int, c Config) (*Model, error) {
	if c.Channels == nil {
		c.Channels = []int{24, 116, 232, 464, 1024}
	}
	if c.Depths == nil {
		c.Depths = []int{4, 8, 4}
	}
	if len(c.Depths) != 3 || min(c.Depths[0], c.Depths[1], c.Depths[2]) < 1 {
		return nil, fmt.Errorf("depths %v are not those of 3 stages", c.Depths)
	}
	if len(c.Channels) != 5 {
		return nil, fmt.Errorf("channels %v are not those of the first convolution, 3 stages and the last", c.Channels)
	}
	for _, n := range c.Channels[1:4] {
		if n%2 != 0 || n < 2 {
			return nil, fmt.Errorf("%d channels of a stage have no halves", n)
		}
	}
	in := c.Channels[0]
	first := nn.NewConv2d(r, channels, in, 3, nn.ConvConfig{Stride: 2, Pad: 1, NoBias: true})
	m := &Model{Conv1: nn.Sequential{first, nn.NewBatchNorm(in), nn.ReLU{}}}
	for i, stage := range []*nn.Sequential{&m.Stage2, &m.Stage3, &m.Stage4} {
		width := c.Channels[i+1]
		for j := range c.Depths[i] {
			*stage = append(*stage, newBlock(r, in, width, j == 0))
			in = width
		}
	}
	m.Conv5 = append(pointwise(r, in, c.Channels[4]), nn.ReLU{})
	m.Head = nn.NewLinear(r, c.Channels[4], out)
	return m, nil
}

// Forward returns the logits of pictures.
func (m *Model) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	x = op.MaxPool(m.Conv1.Forward(p, x), op.PoolConfig{Size: 3, Stride: 2, Pad: 1}) // [n c h/4 w/4]
	for _, stage := range []nn.Sequential{m.Stage2, m.Stage3, m.Stage4, m.Conv5} {
		x = stage.Forward(p, x)
	}
	return m.Head.Forward(p, op.GlobalAvgPool(x).Flatten(1, -1))
}

// A Block has two branches, whose channels are shuffled behind it. Where it halves the picture both see all of x; else the
// first half of the channels stays as it is.
//
//	x [n in h w] → y [n out h′ w′]
type Block struct {
	Branch1 nn.Sequential // nil: half of x
	Branch2 nn.Sequential
}

func newBlock(r *rng.Rand, in, out int, halves bool) *Block {
	half, stride := out/2, 1
	b := new(Block)
	if halves {
		stride = 2
		b.Branch1 = append(append(depthwise(r, in, 2), pointwise(r, in, half)...), nn.ReLU{})
	} else {
		in = half
	}
	b.Branch2 = append(pointwise(r, in, half), nn.ReLU{})
	b.Branch2 = append(b.Branch2, depthwise(r, half, stride)...)
	b.Branch2 = append(append(b.Branch2, pointwise(r, half, half)...), nn.ReLU{})
	return b
}

// Forward returns the shuffled branches of x.
func (b *Block) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	var one, two *tensor.Tensor
	if b.Branch1 != nil {
		one, two = b.Branch1.Forward(p, x), b.Branch2.Forward(p, x)
	} else {
		half := x.Dim(1) / 2
		one, two = x.Slice(1, 0, half), b.Branch2.Forward(p, x.Slice(1, half, 2*half))
	}
	return nn.ChannelShuffle{Groups: 2}.Forward(p, tensor.Concat(1, one, two.Cast(one.DType())))
}

func pointwise(r *rng.Rand, in, out int) nn.Sequential {
	return nn.Sequential{nn.NewConv2d(r, in, out, 1, nn.ConvConfig{NoBias: true}), nn.NewBatchNorm(out)}
}

func depthwise(r *rng.Rand, channels, stride int) nn.Sequential {
	l := nn.NewConv2d(r, channels, channels, 3, nn.ConvConfig{Stride: stride, Pad: 1, Groups: channels, NoBias: true})
	return nn.Sequential{l, nn.NewBatchNorm(channels)}
}
