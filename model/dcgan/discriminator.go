package dcgan

import (
	"fmt"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Discriminator tells made pictures from true ones.
//
//	x [n c h h] → logits [n 1]: the larger, the truer
//
// Convolutions halve the picture until it is 4×4, and the last makes one number of it; between them stand leaky rectifiers of
// slope 0.2, and behind all but the first a norm. With layers or instances normalized, or nothing, it is the critic of
// WGAN-GP, whose penalty is for each example and does not allow norms over the batch. The probability is the logistic function
// of a logit, which stands in the objective here, and at the end of PyTorch's example. Names and shapes of the parameters
// are those of that example.
//
// Radford, Metz and Chintala, 2015 (arXiv:1511.06434); Gulrajani and others, Improved Training of Wasserstein GANs, 2017
// (arXiv:1704.00028), section 4.
type Discriminator struct{ Main nn.Sequential }

// NewDiscriminator returns a discriminator. The error is that the size is no 4·2ᵏ, or that there is no such norm.
func NewDiscriminator(r *rng.Rand, c Config) (*Discriminator, error) {
	c = c.filled()
	return newDiscriminator(r, c, c.Channels)
}

func newDiscriminator(r *rng.Rand, c Config, in int) (*Discriminator, error) {
	halvings, err := c.halvings()
	if err != nil {
		return nil, err
	}
	d := &Discriminator{}
	for i := range halvings {
		out := c.Width << i
		d.Main = append(d.Main, conv(r, in, out, 2, 1))
		if i > 0 {
			norm, err := normOf(r, c.Norm, out)
			if err != nil {
				return nil, err
			}
			d.Main = append(d.Main, norm)
		}
		d.Main = append(d.Main, nn.LeakyReLU{Slope: 0.2})
		in = out
	}
	d.Main = append(d.Main, conv(r, in, 1, 1, 0))
	return d, nil
}

// normOf returns the norm of that name; none keeps the place, so that the layers behind have the names they are known by.
func normOf(r *rng.Rand, name string, channels int) (nn.Layer, error) {
	switch name {
	case "", "batch":
		return norm(r, channels), nil
	case "layer":
		return nn.NewGroupNorm(channels, 1), nil
	case "instance":
		return nn.NewInstanceNorm(channels), nil
	case "none":
		return nn.NewDropout(r, 0), nil
	}
	return nil, fmt.Errorf("there is no norm %q; want batch, layer, instance or none", name)
}

// Forward returns a logit for each picture.
func (d *Discriminator) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return d.Main.Forward(p, x).Flatten(1, -1)
}

func conv(r *rng.Rand, in, out, stride, pad int) *nn.Conv2d {
	l := nn.NewConv2d(r, in, out, 4, nn.ConvConfig{Stride: stride, Pad: pad, NoBias: true})
	nn.Reset(&l.Weight, nn.Normal(0.02), r.Next())
	return l
}
