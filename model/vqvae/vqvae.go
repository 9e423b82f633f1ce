// Package vqvae holds vector-quantized autoencoders: architectures by name that code a picture as a grid of entries of a code
// book.
package vqvae

import (
	"cmp"
	"encoding/json"
	"fmt"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Config describes a network. The zero value is that of the paper's section 4.1, with its code book.
type Config struct {
	Width    int `json:"width,omitempty"`    // channels inside; 256 if 0
	Residual int `json:"residual,omitempty"` // channels inside the residual blocks; Width if 0
	Blocks   int `json:"blocks,omitempty"`   // residual blocks on each side; 2 if 0
	Codes    int `json:"codes,omitempty"`    // entries of the code book; 512 if 0
	Code     int `json:"code,omitempty"`     // numbers of an entry; 64 if 0
}

func init() {
	model.Register(model.Architecture{
		Name: "vqvae", About: "vector-quantized autoencoder: a picture as a grid of codes; for pictures",
		Config: Config{}, Example: model.Examples{Input: []int{3, 32, 32}, Outputs: 1},
		Assemble: func(r *rng.Rand, of model.Examples, text json.RawMessage) (model.Program, error) {
			var c Config
			if err := model.Decode(text, &c); err != nil {
				return nil, err
			}
			if len(of.Input) != 3 || of.Input[1]%4 != 0 || of.Input[2]%4 != 0 {
				return nil, fmt.Errorf("examples of shape %v are no pictures [c h w] whose height and width can be halved twice", of.Input)
			}
			return New(r, of.Input, c), nil
		},
	})
}

// A Model is a vector-quantized autoencoder.
//
//	x [n c h w] → picture [n c h w], encoded [n h/4 w/4 d], code [n h/4 w/4 d]
//	code = the entry of the book that is nearest to what was encoded
//
// The gradient of the decoder's input goes to what was encoded, past the choice, which has none. The objective is what the
// picture lacks, plus objective.VectorQuantizationLoss of the two others.
//
// Van den Oord, Vinyals and Kavukcuoglu, Neural Discrete Representation Learning, 2017 (arXiv:1711.00937), sections 3 and 4.1.
type Model struct {
	Encoder nn.Sequential
	Book    tensor.Param // [codes d]
	Decoder nn.Sequential
	shape   []int
}

// New returns a network for pictures of that shape.
func New(r *rng.Rand, shape []int, c Config) *Model {
	c.Width, c.Blocks, c.Codes, c.Code = cmp.Or(c.Width, 256), cmp.Or(c.Blocks, 2), cmp.Or(c.Codes, 512), cmp.Or(c.Code, 64)
	if c.Residual == 0 {
		c.Residual = c.Width
	}
	half := nn.ConvConfig{Stride: 2, Pad: 1}
	m := &Model{shape: shape}
	m.Encoder = append(m.Encoder, nn.NewConv2d(r, shape[0], c.Width, 4, half), nn.ReLU{}, nn.NewConv2d(r, c.Width, c.Width, 4, half))
	m.Encoder = append(m.Encoder, blocks(r, c)...)
	m.Encoder = append(m.Encoder, nn.ReLU{}, nn.NewConv2d(r, c.Width, c.Code, 1, nn.ConvConfig{}))
	bound := 1 / float64(c.Codes)
	m.Book.Value = nn.Uniform(-bound, bound)(r.Next(), c.Codes, c.Code)
	double := nn.ConvTransposeConfig{ConvConfig: half}
	m.Decoder = append(m.Decoder, nn.NewConv2d(r, c.Code, c.Width, 3, nn.ConvConfig{Pad: 1}))
	m.Decoder = append(m.Decoder, blocks(r, c)...)
	m.Decoder = append(m.Decoder, nn.ReLU{}, nn.NewConvTranspose2d(r, c.Width, c.Width, 4, double), nn.ReLU{}, nn.NewConvTranspose2d(r, c.Width, shape[0], 4, double))
	return m
}

// A Block adds what a 3×3 and a 1×1 convolution make of its input, each of a rectified one.
type Block struct{ Conv1, Conv2 *nn.Conv2d }

func blocks(r *rng.Rand, c Config) (all nn.Sequential) {
	for range c.Blocks {
		all = append(all, &Block{nn.NewConv2d(r, c.Width, c.Residual, 3, nn.ConvConfig{Pad: 1}), nn.NewConv2d(r, c.Residual, c.Width, 1, nn.ConvConfig{})})
	}
	return all
}

// Forward returns the block of x.
func (b *Block) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return x.Add(b.Conv2.Forward(p, op.Relu(b.Conv1.Forward(p, op.Relu(x)))))
}

// Encode returns what the encoder makes of pictures, and the numbers of the nearest entries of the book.
//
//	x [n c h w] → encoded [n h/4 w/4 d], number [n h/4 w/4] of int64
func (m *Model) Encode(p *nn.Pass, x *tensor.Tensor) (encoded, number *tensor.Tensor) {
	z := m.Encoder.Forward(p, x).Permute(0, 2, 3, 1)
	book := p.Use(&m.Book).Detach()
	flat := z.Detach().Reshape(-1, z.Dim(3))
	// The square of z is the same for all entries, and does not count.
	far := book.Square().Sum(1).Sub(flat.MatMul(book.T()).Scale(2))
	return z, far.ArgMin(1).Reshape(z.Shape()[:3]...)
}

// Codes returns the entries of the book of those numbers [n h w], as [n h w d].
func (m *Model) Codes(p *nn.Pass, number *tensor.Tensor) *tensor.Tensor {
	return op.Embedding(p.Use(&m.Book), number)
}

// Decode returns the pictures of codes [n h w d].
func (m *Model) Decode(p *nn.Pass, code *tensor.Tensor) *tensor.Tensor {
	return m.Decoder.Forward(p, code.Permute(0, 3, 1, 2))
}

// Inputs returns the pictures.
func (m *Model) Inputs() []model.Port {
	return []model.Port{{Name: "x", Shape: append([]int{1}, m.shape...)}}
}

// Outputs returns what [Model.Run] computes.
func (m *Model) Outputs() []string { return []string{"picture", "encoded", "code"} }

// Run codes pictures and decodes them.
func (m *Model) Run(p *nn.Pass, in []*tensor.Tensor) []*tensor.Tensor {
	z, number := m.Encode(p, in[0])
	code := m.Codes(p, number)
	return []*tensor.Tensor{m.Decode(p, z.Add(code.Sub(z).Detach())), z, code}
}
