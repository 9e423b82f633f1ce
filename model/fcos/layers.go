package fcos

import (
	"fmt"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Pyramid brings the features of a backbone to one number of channels, each level joined with the coarser ones, and adds two
// that are coarser still.
type Pyramid struct {
	Inner []nn.Sequential `nn:"inner_blocks"`
	Layer []nn.Sequential `nn:"layer_blocks"`
	Extra struct {
		P6, P7 *nn.Conv2d
	} `nn:"extra_blocks"`
	skip int // stages of the backbone that are left out
}

func newPyramid(r *rng.Rand, body model.Backbone, channels, skip, width int) (*Pyramid, error) {
	in, err := model.Stages(body, channels)
	if err != nil {
		return nil, err
	}
	if skip >= len(in) {
		return nil, fmt.Errorf("of %d stages %d cannot be left out", len(in), skip)
	}
	q := &Pyramid{skip: skip}
	for _, c := range in[skip:] {
		q.Inner = append(q.Inner, nn.Sequential{nn.NewConv2d(r, c, width, 1, nn.ConvConfig{})})
		q.Layer = append(q.Layer, nn.Sequential{conv(r, width, width)})
	}
	half := nn.ConvConfig{Stride: 2, Pad: 1}
	q.Extra.P6, q.Extra.P7 = nn.NewConv2d(r, width, width, 3, half), nn.NewConv2d(r, width, width, 3, half)
	return q, nil
}

// levels returns the levels of the pyramid, from the finest to the coarsest.
func (q *Pyramid) levels(p *nn.Pass, features []*tensor.Tensor) []*tensor.Tensor {
	features = features[q.skip:]
	all := make([]*tensor.Tensor, len(features), len(features)+2)
	var coarser *tensor.Tensor
	for i := len(features) - 1; i >= 0; i-- {
		x := q.Inner[i].Forward(p, features[i])
		if coarser != nil {
			x = x.Add(op.Resize(coarser, op.ResizeConfig{Size: []int{x.Dim(2), x.Dim(3)}, Mode: op.ResizeNearest}))
		}
		all[i], coarser = q.Layer[i].Forward(p, x), x
	}
	p6 := q.Extra.P6.Forward(p, all[len(all)-1])
	return append(all, p6, q.Extra.P7.Forward(p, op.Relu(p6)))
}

// Classification says of what class a thing is.
type Classification struct {
	Convs  nn.Sequential `nn:"conv"`
	Logits *nn.Conv2d    `nn:"cls_logits"`
}

// Regression says where its edges are, and how near to its middle a place is.
type Regression struct {
	Convs   nn.Sequential `nn:"conv"`
	Boxes   *nn.Conv2d    `nn:"bbox_reg"`
	Central *nn.Conv2d    `nn:"bbox_ctrness"`
}

// tower is the convolutions before an answer.
func tower(r *rng.Rand, c Config) (all nn.Sequential) {
	for range c.Convs {
		all = append(all, conv(r, c.Width, c.Width), nn.NewGroupNorm(c.Width, c.Groups), nn.ReLU{})
	}
	return all
}

func conv(r *rng.Rand, in, out int) *nn.Conv2d {
	l := nn.NewConv2d(r, in, out, 3, nn.ConvConfig{Pad: 1})
	nn.Reset(&l.Weight, nn.Normal(0.01), r.Next())
	nn.Reset(&l.Bias, nn.Constant(0), r.Next())
	return l
}
