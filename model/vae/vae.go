// Package vae holds variational autoencoders: architectures by name that code a picture as a distribution, and make pictures of
// what is drawn from one.
package vae

import (
	"encoding/json"
	"fmt"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Config describes a network. The zero value is that of PyTorch's example.
type Config struct {
	Hidden int `json:"hidden,omitempty"` // units of the hidden layers; 400 if 0
	Latent int `json:"latent,omitempty"` // numbers of the code; 20 if 0
}

func init() {
	model.Register(model.Architecture{
		Name: "vae", About: "variational autoencoder of linear layers; for pictures",
		Config: Config{}, Example: model.Examples{Input: []int{1, 28, 28}, Outputs: 1},
		Variants: []model.Variant{{Name: "vae_mnist", Parameters: 652_824}},
		Assemble: func(r *rng.Rand, of model.Examples, text json.RawMessage) (model.Program, error) {
			var c Config
			if err := model.Decode(text, &c); err != nil {
				return nil, err
			}
			if of.Tokens > 0 {
				return nil, fmt.Errorf("examples are numbers here, and not tokens")
			}
			return New(r, of.Input, c), nil
		},
	})
}

// A Model is a variational autoencoder.
//
//	x [n …], in [0, 1] → logits [n …] of the pixels, mean [n d] and log variance [n d] of the code
//
// In training the code is drawn, μ + e^(½ ln σ²)·ε with standard normal ε; in evaluation it is the mean. The objective is
// objective.ELBOLoss. Names and shapes of the parameters are those of PyTorch's example, whose last layer has the logistic
// function behind it, which stands in the objective here.
//
// Kingma and Welling, Auto-Encoding Variational Bayes, 2013 (arXiv:1312.6114), appendix C.
type Model struct {
	FC1, FC21, FC22 *nn.Linear // the encoder: hidden, mean, log variance
	FC3, FC4        *nn.Linear // the decoder
	shape           []int
	key             rng.Key
}

// New returns a network for pictures of that shape.
func New(r *rng.Rand, shape []int, c Config) *Model {
	if c.Hidden == 0 {
		c.Hidden = 400
	}
	if c.Latent == 0 {
		c.Latent = 20
	}
	in := 1
	for _, d := range shape {
		in *= d
	}
	return &Model{
		FC1: nn.NewLinear(r, in, c.Hidden), FC21: nn.NewLinear(r, c.Hidden, c.Latent), FC22: nn.NewLinear(r, c.Hidden, c.Latent),
		FC3: nn.NewLinear(r, c.Latent, c.Hidden), FC4: nn.NewLinear(r, c.Hidden, in), shape: shape, key: r.Next(),
	}
}

// Encode returns the mean and the logarithm of the variance of the codes of pictures.
func (m *Model) Encode(p *nn.Pass, x *tensor.Tensor) (mean, logVariance *tensor.Tensor) {
	h := op.Relu(m.FC1.Forward(p, x.Flatten(1, -1)))
	return m.FC21.Forward(p, h), m.FC22.Forward(p, h)
}

// Draw returns codes: drawn in training, the means in evaluation.
func (m *Model) Draw(p *nn.Pass, mean, logVariance *tensor.Tensor) *tensor.Tensor {
	if !p.Training() {
		return mean
	}
	noise := tensor.Zeros(mean.Shape()...).To(mean.Device())
	return mean.Add(logVariance.Scale(0.5).Exp().Mul(op.GaussianNoise(noise, 1, p.Random(m.key))))
}

// Decode returns the logits of the pixels of pictures with those codes.
func (m *Model) Decode(p *nn.Pass, code *tensor.Tensor) *tensor.Tensor {
	y := m.FC4.Forward(p, op.Relu(m.FC3.Forward(p, code)))
	return y.Reshape(append([]int{code.Dim(0)}, m.shape...)...)
}

// Inputs returns the pictures.
func (m *Model) Inputs() []model.Port {
	return []model.Port{{Name: "x", Shape: append([]int{1}, m.shape...)}}
}

// Outputs returns what [Model.Run] computes.
func (m *Model) Outputs() []string { return []string{"logits", "mean", "log_variance"} }

// Run codes pictures and decodes them.
func (m *Model) Run(p *nn.Pass, in []*tensor.Tensor) []*tensor.Tensor {
	mean, logVariance := m.Encode(p, in[0])
	return []*tensor.Tensor{m.Decode(p, m.Draw(p, mean, logVariance)), mean, logVariance}
}
