package resnet

import (
	"fmt"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A SmallConfig describes a network for small pictures. The zero value is ResNet-20.
type SmallConfig struct {
	Layers int `json:"layers,omitempty"` // with parameters: 6n + 2, such as 20, 56 or 110; 20 if 0
	Width  int `json:"width,omitempty"`  // channels of the first stage; 16 if 0
}

func init() {
	prepared := model.Preprocess{Resize: 32, Crop: 32}
	variant := func(layers, parameters int) model.Variant {
		return model.Variant{
			Name: fmt.Sprintf("resnet%d_cifar", layers), Config: fmt.Sprintf(`{"layers": %d}`, layers), Parameters: parameters, Preprocess: prepared,
		}
	}
	model.Register(model.Architecture{
		Name: "resnet_cifar", About: "residual blocks for pictures of 32×32: ResNet-20 to ResNet-1202; for pictures",
		Config: SmallConfig{}, Example: model.Examples{Input: []int{3, 32, 32}, Outputs: 10},
		Variants: []model.Variant{
			variant(20, 269_722), variant(32, 464_154), variant(44, 658_586), variant(56, 853_018), variant(110, 1_727_962), variant(1202, 19_421_274),
		},
		Build: model.BuildPictures(4, NewSmall),
	})
}

// A Small is a residual network for small pictures, as those of CIFAR-10.
//
//	x [n c h w] → logits [n out]
//
// Three stages of n blocks of two 3×3 convolutions, with 16, 32 and 64 channels. Where a stage halves the picture, what is
// added takes every second pixel, and its channels get zeros on both sides: shortcuts have no parameters (the paper's option
// A). The last layer's name is that of the most used checkpoints, those of Yerlan Idelbayev.
//
// He, Zhang, Ren and Sun, Deep Residual Learning for Image Recognition, 2015 (arXiv:1512.03385), section 4.2.
type Small struct {
	Conv1                  *nn.Conv2d
	Norm1                  *nn.BatchNorm `nn:"bn1"`
	Layer1, Layer2, Layer3 nn.Sequential
	Head                   *nn.Linear `nn:"linear"`
}

// A SmallBlock adds to x, halved and widened with zeros if need be, what its two convolutions make of it.
//
//	y = relu(bn₂(conv₂(relu(bn₁(conv₁ x)))) + x′)
type SmallBlock struct {
	Conv1 *nn.Conv2d
	Norm1 *nn.BatchNorm `nn:"bn1"`
	Conv2 *nn.Conv2d
	Norm2 *nn.BatchNorm `nn:"bn2"`
}

// NewSmall returns a network for pictures of so many channels. The error is that there is no such number of layers.
func NewSmall(r *rng.Rand, channels, out int, c SmallConfig) (*Small, error) {
	if c.Layers == 0 {
		c.Layers = 20
	}
	if c.Layers < 8 || c.Layers%6 != 2 {
		return nil, fmt.Errorf("there is no ResNet of %d layers for small pictures; there are those of 6n + 2, such as 20, 32, 44, 56 and 110", c.Layers)
	}
	if c.Width == 0 {
		c.Width = 16
	}
	m := &Small{Conv1: conv(r, channels, c.Width, 3, 1), Norm1: nn.NewBatchNorm(c.Width)}
	in := c.Width
	for i, stage := range []*nn.Sequential{&m.Layer1, &m.Layer2, &m.Layer3} {
		width := c.Width << i
		for j := range (c.Layers - 2) / 6 {
			stride := 1
			if i > 0 && j == 0 {
				stride = 2
			}
			*stage = append(*stage, &SmallBlock{
				Conv1: conv(r, in, width, 3, stride), Norm1: nn.NewBatchNorm(width),
				Conv2: conv(r, width, width, 3, 1), Norm2: nn.NewBatchNorm(width),
			})
			in = width
		}
	}
	m.Head = nn.NewLinear(r, in, out)
	return m, nil
}

// Forward returns the logits of pictures.
func (m *Small) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	x = op.Relu(normed(p, m.Conv1, m.Norm1, x)) // [n c h w]
	for _, stage := range []nn.Sequential{m.Layer1, m.Layer2, m.Layer3} {
		x = stage.Forward(p, x)
	}
	return m.Head.Forward(p, op.GlobalAvgPool(x).Flatten(1, -1))
}

// Forward returns x with what the block adds to it, rectified.
func (b *SmallBlock) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	y := op.Relu(normed(p, b.Conv1, b.Norm1, x))
	y = normed(p, b.Conv2, b.Norm2, y)
	if more := y.Dim(1) - x.Dim(1); more > 0 {
		x = x.SliceStep(2, 0, x.Dim(2), 2).SliceStep(3, 0, x.Dim(3), 2)
		x = op.Pad(x, 0, [2]int{}, [2]int{more / 2, more - more/2}, [2]int{}, [2]int{})
	}
	return op.Relu(y.Add(x))
}
