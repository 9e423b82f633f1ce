// Package tabresnet holds residual perceptrons: architectures by name for tables.
package tabresnet

import (
	"encoding/json"
	"fmt"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Config describes a network.
type Config struct {
	Blocks          int     `json:"blocks,omitempty"`           // 2 if 0
	Width           int     `json:"width,omitempty"`            // between the blocks; 192 if 0
	Hidden          int     `json:"hidden,omitempty"`           // inside them; twice Width if 0
	Dropout         float64 `json:"dropout,omitempty"`          // inside them; 0.25 if 0, none if below 0
	ResidualDropout float64 `json:"residual_dropout,omitempty"` // of what is added
}

func init() {
	model.Register(model.Architecture{
		Name: "tab_resnet", About: "perceptron of residual blocks with normalization; for tables",
		Config: Config{}, Example: model.Examples{Input: []int{8}, Outputs: 1},
		Build: func(r *rng.Rand, of model.Examples, text json.RawMessage) (nn.Layer, error) {
			var c Config
			if err := model.Decode(text, &c); err != nil {
				return nil, err
			}
			if len(of.Input) != 1 || of.Tokens > 0 {
				return nil, fmt.Errorf("examples of shape %v are no rows of a table", of.Input)
			}
			return New(r, of.Input[0], of.Outputs, c), nil
		},
	})
}

// A Model is a residual perceptron.
//
//	x [n f] → logits [n out]
//	h = W·x + b      h = h + W₂·relu(W₁·norm(h) + b₁) + b₂ in each block      logits = W·relu(norm(h)) + b
//
// Names and shapes of the parameters are those of the authors' package rtdl_revisiting_models.
//
// Gorishniy, Rubachev, Khrulkov and Babenko, Revisiting Deep Learning Models for Tabular Data, 2021 (arXiv:2106.11959), section 3.2.
type Model struct {
	Input  *nn.Linear `nn:"input_projection"`
	Blocks []*Block
	Output struct {
		Norm   *nn.BatchNorm `nn:"normalization"`
		Linear *nn.Linear
	}
}

// A Block adds to what it is given.
type Block struct {
	Norm             *nn.BatchNorm `nn:"normalization"`
	Linear1, Linear2 *nn.Linear
	drop, sumDrop    *nn.Dropout
}

// New returns a network for rows of so many features.
func New(r *rng.Rand, features, out int, c Config) *Model {
	if c.Blocks == 0 {
		c.Blocks = 2
	}
	if c.Width == 0 {
		c.Width = 192
	}
	if c.Hidden == 0 {
		c.Hidden = 2 * c.Width
	}
	if c.Dropout == 0 {
		c.Dropout = 0.25
	}
	m := &Model{Input: nn.NewLinear(r, features, c.Width)}
	for range c.Blocks {
		m.Blocks = append(m.Blocks, &Block{
			Norm: nn.NewBatchNorm(c.Width), Linear1: nn.NewLinear(r, c.Width, c.Hidden), Linear2: nn.NewLinear(r, c.Hidden, c.Width),
			drop: nn.NewDropout(r, max(c.Dropout, 0)), sumDrop: nn.NewDropout(r, c.ResidualDropout),
		})
	}
	m.Output.Norm, m.Output.Linear = nn.NewBatchNorm(c.Width), nn.NewLinear(r, c.Width, out)
	return m
}

// Forward returns the logits of rows.
func (m *Model) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	h := m.Input.Forward(p, x)
	for _, b := range m.Blocks {
		y := op.Relu(b.Linear1.Forward(p, b.Norm.Forward(p, h)))
		h = h.Add(b.sumDrop.Forward(p, b.Linear2.Forward(p, b.drop.Forward(p, y))))
	}
	return m.Output.Linear.Forward(p, op.Relu(m.Output.Norm.Forward(p, h)))
}
