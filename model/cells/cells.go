// Package cells holds networks of cells: small graphs of operations, written down as data, found by search instead of drawn by
// hand; and the spaces that such cells are searched in.
package cells

import (
	"fmt"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Config describes a network. The zero value is DARTS's for CIFAR-10.
type Config struct {
	Genotype string  `json:"genotype,omitempty"` // published cells: "darts_v2", which "" means, "darts_v1", "nasnet_a" or "amoebanet_a"
	Normal   *Cell   `json:"normal,omitempty"`   // in place of the genotype's cell that keeps the picture's size
	Reduce   *Cell   `json:"reduce,omitempty"`   // in place of the one that halves it
	Width    int     `json:"width,omitempty"`    // channels of each operation in the first cells; 36 if 0
	Layers   int     `json:"layers,omitempty"`   // cells; 20 if 0. Those at a third and at two thirds halve the picture
	Large    bool    `json:"large,omitempty"`    // for pictures of 224×224, which the first convolutions make an eighth as large
	Drop     float64 `json:"drop,omitempty"`     // of the operations' results, each with this probability
}

func init() {
	small := model.Examples{Input: []int{3, 32, 32}, Outputs: 10}
	const large = `{"genotype": "%s", "width": 48, "layers": 14, "large": true}`
	model.Register(model.Architecture{
		Name: "cells", About: "cells of operations as data, found by architecture search: DARTS, NASNet-A, AmoebaNet-A or your own; for pictures",
		Config: Config{}, Example: small,
		Variants: []model.Variant{
			{Name: "darts_v1_cifar10", Config: `{"genotype": "darts_v1"}`, Parameters: 3_169_414},
			{Name: "darts_v2_cifar10", Parameters: 3_349_342},
			{Name: "darts_v2_imagenet", Config: fmt.Sprintf(large, "darts_v2"), Of: model.Photos(224), Parameters: 4_718_752},
		},
		Build: model.BuildPictures(16, New),
	})
}

// A Model is a stack of cells, each of which sees what the two before it gave.
//
//	x [n c h w] → logits [n out]
//
// Names and shapes of the parameters are those of DARTS's own implementation, whose auxiliary head is left out.
//
// Zoph and Le, Neural Architecture Search with Reinforcement Learning, 2016 (arXiv:1611.01578); Zoph, Vasudevan, Shlens and
// Le, Learning Transferable Architectures for Scalable Image Recognition, 2017 (arXiv:1707.07012), section 3; Liu, Simonyan and
// Yang, DARTS: Differentiable Architecture Search, 2018 (arXiv:1806.09055).
type Model struct {
	Stem         nn.Sequential
	Stem0, Stem1 nn.Sequential // in place of Stem in large networks
	Cells        []*Layer
	Head         *nn.Linear `nn:"classifier"`
}

// New returns a network for pictures of so many channels. The error is that there is no such genotype, or that a cell is none.
func New(r *rng.Rand, channels, out int, c Config) (*Model, error) {
	normal, reduce, err := c.cells()
	if err != nil {
		return nil, err
	}
	if c.Width == 0 {
		c.Width = 36
	}
	if c.Layers == 0 {
		c.Layers = 20
	}
	if c.Width < 2 || c.Width%2 != 0 || c.Layers < 3 || c.Drop < 0 || c.Drop >= 1 {
		return nil, fmt.Errorf("width %d, layers %d and drop %g make no network of cells; want an even width, 3 layers or more, and a probability", c.Width, c.Layers, c.Drop)
	}
	m := new(Model)
	before, last := m.stem(r, channels, c) // channels of the two results before a cell
	width, halved := c.Width, c.Large
	for i := range c.Layers {
		cell, halves := normal, i == c.Layers/3 || i == 2*c.Layers/3
		if halves {
			cell, width = reduce, 2*width
		}
		w := maker{r: r, width: width, drop: c.Drop, halves: halves}
		m.Cells = append(m.Cells, w.layer(cell, before, last, halved))
		before, last, halved = last, len(cell.Out)*width, halves
	}
	m.Head = nn.NewLinear(r, last, out)
	return m, nil
}

// cells returns the cells of a configuration.
func (c Config) cells() (normal, reduce Cell, err error) {
	normal, reduce, ok := Genotype(c.Genotype)
	if !ok {
		return normal, reduce, fmt.Errorf("there is no genotype %q; there are darts_v1, darts_v2, nasnet_a and amoebanet_a", c.Genotype)
	}
	if c.Normal != nil {
		normal = *c.Normal
	}
	if c.Reduce != nil {
		reduce = *c.Reduce
	}
	if err := normal.Check(); err != nil {
		return normal, reduce, fmt.Errorf("the normal cell: %w", err)
	}
	if err := reduce.Check(); err != nil {
		return normal, reduce, fmt.Errorf("the reducing cell: %w", err)
	}
	return normal, reduce, nil
}

// stem makes the first convolutions, and returns the channels of what the first cell sees.
func (m *Model) stem(r *rng.Rand, channels int, c Config) (before, last int) {
	three := func(in, out, stride int) *nn.Conv2d {
		return nn.NewConv2d(r, in, out, 3, nn.ConvConfig{Stride: stride, Pad: 1, NoBias: true})
	}
	if !c.Large {
		m.Stem = nn.Sequential{three(channels, 3*c.Width, 1), nn.NewBatchNorm(3 * c.Width)}
		return 3 * c.Width, 3 * c.Width
	}
	half := c.Width / 2
	m.Stem0 = nn.Sequential{three(channels, half, 2), nn.NewBatchNorm(half), nn.ReLU{}, three(half, c.Width, 2), nn.NewBatchNorm(c.Width)}
	m.Stem1 = nn.Sequential{nn.ReLU{}, three(c.Width, c.Width, 2), nn.NewBatchNorm(c.Width)}
	return c.Width, c.Width
}

// Forward returns the logits of pictures.
func (m *Model) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	before := m.Stem.Forward(p, x)
	last := before
	if m.Stem0 != nil {
		before = m.Stem0.Forward(p, x) // [n c h/4 w/4]
		last = m.Stem1.Forward(p, before)
	}
	for _, l := range m.Cells {
		before, last = last, l.Forward(p, before, last)
	}
	return m.Head.Forward(p, op.GlobalAvgPool(last).Flatten(1, -1))
}
