// Package dit holds diffusion Transformers: architectures by name that tell the noise in the patches of a picture.
package dit

import (
	"cmp"
	"encoding/json"
	"fmt"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Config describes a network. The zero value is the paper's XL/2.
type Config struct {
	Patch         int  `json:"patch,omitempty"`          // side of a patch; 2 if 0
	Width         int  `json:"width,omitempty"`          // 1152 if 0
	Depth         int  `json:"depth,omitempty"`          // blocks; 28 if 0
	Heads         int  `json:"heads,omitempty"`          // 16 if 0
	Classes       int  `json:"classes,omitempty"`        // 1000 if 0; one more stands for none, for guidance
	FixedVariance bool `json:"fixed_variance,omitempty"` // only the noise comes out, and not what its variance is
}

func init() {
	// Twice as many channels come out: the learned variance. The parameters are counted without the positions, which do not learn.
	latents := model.Examples{Input: []int{4, 32, 32}, Outputs: 8}
	model.Register(model.Architecture{
		Name: "dit", About: "Transformer over patches that tells the noise in them, asked for by class: DiT; for pictures, or codes of some",
		Config: Config{}, Example: latents,
		Variants: []model.Variant{
			{Name: "DiT-S/2", Config: `{"width":384,"depth":12,"heads":6}`, Parameters: 32_865_056},
			{Name: "DiT-B/2", Config: `{"width":768,"depth":12,"heads":12}`, Parameters: 130_315_808},
			{Name: "DiT-L/2", Config: `{"width":1024,"depth":24}`, Parameters: 457_840_672},
			{Name: "DiT-XL/2", Parameters: 674_834_720},
			{Name: "DiT-XL/4", Config: `{"patch":4}`, Parameters: 675_000_704},
		},
		Assemble: func(r *rng.Rand, of model.Examples, text json.RawMessage) (model.Program, error) {
			var c Config
			if err := model.Decode(text, &c); err != nil {
				return nil, err
			}
			if len(of.Input) != 3 || of.Input[1] != of.Input[2] {
				return nil, fmt.Errorf("examples of shape %v are no square pictures [c h h]", of.Input)
			}
			return New(r, of.Input, c)
		},
	})
}

// A Model is a Transformer over the patches of noisy pictures.
//
//	x [n c h h], step [n], class [n] of int64 → noise [n c h h], or with it, as [n 2c h h], what its variance is
//
// The step and the class shift and scale what every block normalizes, and gate what it adds; at first all gates are shut, so
// that the model gives 0. Names and shapes of the parameters are those of the authors' repository; the positions are waves
// that do not learn.
//
// Peebles and Xie, Scalable Diffusion Models with Transformers, 2022 (arXiv:2212.09748), section 3.2, adaLN-Zero.
type Model struct {
	Patches struct {
		Project *nn.Conv2d `nn:"proj"`
	} `nn:"x_embedder"`
	Step struct {
		MLP nn.Sequential
	} `nn:"t_embedder"`
	Class struct {
		Table *nn.Embedding `nn:"embedding_table"`
	} `nn:"y_embedder"`
	Positions tensor.Param `nn:"pos_embed,buffer"` // [1 s d]
	Blocks    []*Block
	Final     Final `nn:"final_layer"`
	shape     []int
	patch     int
}

// New returns a network for pictures of that shape. The error says what does not fit.
func New(r *rng.Rand, shape []int, c Config) (*Model, error) {
	c.Patch, c.Width, c.Depth = cmp.Or(c.Patch, 2), cmp.Or(c.Width, 1152), cmp.Or(c.Depth, 28)
	c.Heads, c.Classes = cmp.Or(c.Heads, 16), cmp.Or(c.Classes, 1000)
	side := shape[1] / max(1, c.Patch)
	if side*c.Patch != shape[1] || c.Width%4 != 0 || c.Width%c.Heads != 0 {
		return nil, fmt.Errorf("patches of %d in pictures of %d, or a width of %d with %d heads, do not fit", c.Patch, shape[1], c.Width, c.Heads)
	}
	m := &Model{shape: shape, patch: c.Patch}
	m.Patches.Project = nn.NewConv2d(r, shape[0], c.Width, c.Patch, nn.ConvConfig{Stride: c.Patch})
	m.Step.MLP = nn.Sequential{linear(r, waves, c.Width, 0.02), nn.SiLU{}, linear(r, c.Width, c.Width, 0.02)}
	m.Class.Table = nn.NewEmbedding(r, c.Classes+1, c.Width)
	nn.Reset(&m.Class.Table.Weight, nn.Normal(0.02), r.Next())
	m.Positions.Value = positions(c.Width, side)
	for range c.Depth {
		m.Blocks = append(m.Blocks, newBlock(r, c.Width, c.Heads))
	}
	out := shape[0]
	if !c.FixedVariance {
		out *= 2
	}
	m.Final = Final{Linear: linear(r, c.Width, c.Patch*c.Patch*out, 0), Modulation: modulation(r, c.Width, 2)}
	return m, nil
}

// Inputs returns the pictures, the steps and the classes.
func (m *Model) Inputs() []model.Port {
	return []model.Port{
		{Name: "x", Shape: append([]int{1}, m.shape...)},
		{Name: "step", Shape: []int{1}},
		{Name: "class", DType: device.Int64, Shape: []int{1}, Below: m.Class.Table.Weight.Value.Dim(0)},
	}
}

// Outputs returns the noise.
func (m *Model) Outputs() []string { return []string{"noise"} }

// Run is [Model.Noise].
func (m *Model) Run(p *nn.Pass, in []*tensor.Tensor) []*tensor.Tensor {
	return []*tensor.Tensor{m.Noise(p, in[0], in[1], in[2])}
}

// Noise returns what the model takes for noise in pictures [n c h h] of classes at steps [n], numbers or integers.
func (m *Model) Noise(p *nn.Pass, x, step, class *tensor.Tensor) *tensor.Tensor {
	c := m.Step.MLP.Forward(p, wavesOf(step)).Add(m.Class.Table.Forward(p, class))
	c = op.Silu(c)                                                     // [n d]
	t := m.Patches.Project.Forward(p, x).Flatten(2, 3).Transpose(1, 2) // [n s d]
	t = t.Add(p.Buffer(&m.Positions))
	for _, b := range m.Blocks {
		t = b.forward(p, t, c)
	}
	return m.unpatched(m.Final.forward(p, t, c))
}

// unpatched puts patches [n s q·q·c] where they belong, as [n c h h].
func (m *Model) unpatched(t *tensor.Tensor) *tensor.Tensor {
	n, side, q := t.Dim(0), m.shape[1]/m.patch, m.patch
	t = t.Reshape(n, side, side, q, q, -1).Permute(0, 5, 1, 3, 2, 4)
	return t.Reshape(n, t.Dim(1), m.shape[1], m.shape[1])
}
