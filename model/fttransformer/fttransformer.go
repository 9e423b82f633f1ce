// Package fttransformer holds the FT-Transformer: architectures by name for tables, in which every feature is a token.
package fttransformer

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Config describes a network. The zero value is the authors' default of three blocks.
type Config struct {
	Blocks           int     `json:"blocks,omitempty"`            // 3 if 0
	Width            int     `json:"width,omitempty"`             // of a token; the authors' for that many blocks if 0
	Heads            int     `json:"heads,omitempty"`             // 8 if 0
	Hidden           int     `json:"hidden,omitempty"`            // width inside the feed-forward layers; 4/3 of Width if 0
	AttentionDropout float64 `json:"attention_dropout,omitempty"` // the authors' for that many blocks if 0, none if below 0
	Dropout          float64 `json:"dropout,omitempty"`           // inside the feed-forward layers; as above
	Categories       []int   `json:"categories,omitempty"`        // how many there are of each of the last features, which hold them as numbers from 0
}

// widths are those of the authors' defaults, by the number of blocks.
var widths = []int{96, 128, 192, 256, 320, 384}

func init() {
	model.Register(model.Architecture{
		Name: "ft_transformer", About: "FT-Transformer: every feature of a row is a token; for tables",
		Config: Config{}, Example: model.Examples{Input: []int{8}, Outputs: 1},
		Build: func(r *rng.Rand, of model.Examples, text json.RawMessage) (nn.Layer, error) {
			var c Config
			if err := model.Decode(text, &c); err != nil {
				return nil, err
			}
			if len(of.Input) != 1 || of.Tokens > 0 {
				return nil, fmt.Errorf("examples of shape %v are no rows of a table", of.Input)
			}
			return New(r, of.Input[0], of.Outputs, c)
		},
	})
}

// A Model is an FT-Transformer.
//
//	x [n f] → logits [n out]
//	tokens [n f+1 d]: a learned one, then xⱼ·wⱼ + bⱼ of each number, or the row of a table + bⱼ of each category
//	t = t + attention(norm(t))      t = t + ffn(norm(t))      logits = W·relu(norm(t₀)) + b
//
// The first block has no norm before its attention, and the last attends from the learned token alone, since nothing else is
// read. Inside the feed-forward layers stands [op.Reglu]. Names and shapes of the parameters are those of the authors'
// package rtdl_revisiting_models.
//
// Gorishniy, Rubachev, Khrulkov and Babenko, Revisiting Deep Learning Models for Tabular Data, 2021 (arXiv:2106.11959), section 3.3.
type Model struct {
	Token struct {
		Weight tensor.Param // [d]
	} `nn:"cls_embedding"`
	Numbers    *Numbers    `nn:"cont_embeddings"`
	Categories *Categories `nn:"cat_embeddings"`
	Backbone   struct {
		Blocks []*Block
		Output struct {
			Norm   *nn.LayerNorm `nn:"normalization"`
			Linear *nn.Linear
		}
	}
}

// Numbers makes tokens of numbers: each has a direction and an offset of its own.
type Numbers struct{ Weight, Bias tensor.Param } // [f d]

// Categories makes tokens of categories: each feature has a table and an offset.
type Categories struct {
	Embeddings []*nn.Embedding // [categories d]
	Bias       tensor.Param    // [f d]
}

// New returns a network for rows of so many features. The error says which number of the configuration does not fit.
func New(r *rng.Rand, features, out int, c Config) (*Model, error) {
	if c.Blocks == 0 {
		c.Blocks = 3
	}
	if c.Width == 0 && c.Blocks > len(widths) {
		return nil, fmt.Errorf("the authors have no width for %d blocks; give one", c.Blocks)
	}
	if c.Width == 0 {
		c.Width = widths[c.Blocks-1]
	}
	if c.Heads == 0 {
		c.Heads = 8
	}
	numbers := features - len(c.Categories)
	if numbers < 0 || c.Width%c.Heads != 0 || c.Blocks < 0 {
		return nil, fmt.Errorf("%d features with %d categories, width %d with %d heads, %d blocks do not fit%s", features, len(c.Categories), c.Width, c.Heads, c.Blocks,
			model.Undivided(c.Width, c.Heads))
	}
	c.AttentionDropout = model.Dropout(c.AttentionDropout, 0.05+0.05*float64(c.Blocks))
	c.Dropout = model.Dropout(c.Dropout, 0.05*float64(c.Blocks-1))
	if c.Hidden == 0 {
		c.Hidden = c.Width * 4 / 3
	}
	m := &Model{}
	bound := 1 / math.Sqrt(float64(c.Width))
	draw := nn.Uniform(-bound, bound)
	m.Token.Weight.Value = draw(r.Next(), c.Width)
	if numbers > 0 {
		m.Numbers = &Numbers{}
		m.Numbers.Weight.Value, m.Numbers.Bias.Value = draw(r.Next(), numbers, c.Width), draw(r.Next(), numbers, c.Width)
	}
	if len(c.Categories) > 0 {
		m.Categories = &Categories{}
		for _, n := range c.Categories {
			e := &nn.Embedding{}
			e.Weight.Value = draw(r.Next(), n, c.Width)
			m.Categories.Embeddings = append(m.Categories.Embeddings, e)
		}
		m.Categories.Bias.Value = draw(r.Next(), len(c.Categories), c.Width)
	}
	for i := range c.Blocks {
		m.Backbone.Blocks = append(m.Backbone.Blocks, newBlock(r, c, i == 0))
	}
	m.Backbone.Output.Norm, m.Backbone.Output.Linear = nn.NewLayerNorm(c.Width), nn.NewLinear(r, c.Width, out)
	return m, nil
}

// Forward returns the logits of rows.
func (m *Model) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	t := m.tokens(p, x) // [n f+1 d]
	for i, b := range m.Backbone.Blocks {
		t = b.forward(p, t, i+1 == len(m.Backbone.Blocks))
	}
	t = op.Relu(m.Backbone.Output.Norm.Forward(p, t.Slice(1, 0, 1).Reshape(x.Dim(0), -1)))
	return m.Backbone.Output.Linear.Forward(p, t)
}

func (m *Model) tokens(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	first := p.Use(&m.Token.Weight)
	n, d := x.Dim(0), first.Dim(0)
	all := []*tensor.Tensor{first.Reshape(1, 1, d).Expand(n, 1, d)}
	numbers := x.Dim(1)
	if m.Categories != nil {
		numbers -= len(m.Categories.Embeddings)
	}
	if m.Numbers != nil {
		of := x.Slice(1, 0, numbers).Reshape(n, numbers, 1)
		all = append(all, of.Mul(p.Use(&m.Numbers.Weight)).Add(p.Use(&m.Numbers.Bias)))
	}
	if m.Categories != nil {
		var rows []*tensor.Tensor
		for i, e := range m.Categories.Embeddings {
			rows = append(rows, e.Forward(p, x.Slice(1, numbers+i, numbers+i+1).Reshape(n).Cast(device.Int64)))
		}
		all = append(all, tensor.Stack(1, rows...).Add(p.Use(&m.Categories.Bias)))
	}
	return tensor.Concat(1, all...)
}
