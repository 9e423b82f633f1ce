package dcgan

import (
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Generator makes a picture of noise.
//
//	z [n latent] → x [n c h h], in (−1, 1)
//
// A transposed convolution makes 4×4 of the noise, others double that until the picture's size is reached; all but the last
// are normalized and rectified, and the last goes through tanh. Names and shapes of the parameters are those of PyTorch's
// example, the initial weights too: of mean 0 (of norms 1) and deviation 0.02.
//
// Radford, Metz and Chintala, Unsupervised Representation Learning with Deep Convolutional Generative Adversarial Networks,
// 2015 (arXiv:1511.06434), figure 1.
type Generator struct{ Main nn.Sequential }

// NewGenerator returns a generator. The error is that the size is no 4·2ᵏ.
func NewGenerator(r *rng.Rand, c Config) (*Generator, error) {
	c = c.filled()
	return newGenerator(r, c, c.Latent)
}

func newGenerator(r *rng.Rand, c Config, in int) (*Generator, error) {
	halvings, err := c.halvings()
	if err != nil {
		return nil, err
	}
	g := &Generator{}
	stride, pad := 1, 0
	for i := halvings - 1; i >= 0; i-- {
		out := c.Width << i
		g.Main = append(g.Main, transposed(r, in, out, stride, pad), norm(r, out), nn.ReLU{})
		in, stride, pad = out, 2, 1
	}
	g.Main = append(g.Main, transposed(r, in, c.Channels, 2, 1), nn.Tanh{})
	return g, nil
}

// Forward returns pictures of noise.
func (g *Generator) Forward(p *nn.Pass, z *tensor.Tensor) *tensor.Tensor {
	return g.Main.Forward(p, z.Reshape(z.Dim(0), -1, 1, 1))
}

func transposed(r *rng.Rand, in, out, stride, pad int) *nn.ConvTranspose2d {
	l := nn.NewConvTranspose2d(r, in, out, 4, nn.ConvTransposeConfig{ConvConfig: nn.ConvConfig{Stride: stride, Pad: pad, NoBias: true}})
	nn.Reset(&l.Weight, nn.Normal(0.02), r.Next())
	return l
}

func norm(r *rng.Rand, channels int) *nn.BatchNorm {
	l := nn.NewBatchNorm(channels)
	l.Gain.Value = nn.Normal(0.02)(r.Next(), channels)
	if r != nil {
		l.Gain.Value = l.Gain.Value.Add(tensor.Ones(channels))
	}
	return l
}
