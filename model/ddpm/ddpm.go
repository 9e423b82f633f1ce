// Package ddpm holds the U-Net of diffusion models: architectures by name that tell the noise in a picture; for pictures.
package ddpm

import (
	"encoding/json"
	"fmt"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Config describes a network. The zero value is that of the paper for CIFAR-10.
type Config struct {
	Channels  []int   `json:"channels,omitempty"`   // of each level, halved from one to the next; [128, 256, 256, 256] if empty
	Blocks    int     `json:"blocks,omitempty"`     // of each level; 2 if 0
	Attention []int   `json:"attention,omitempty"`  // the levels that have it; [1] if nil
	HeadWidth int     `json:"head_width,omitempty"` // channels of a head; all of them, one head, if 0
	Groups    int     `json:"groups,omitempty"`     // of the norms; 32 if 0
	Classes   int     `json:"classes,omitempty"`    // of pictures that are asked for by their class; 0: none
	Dropout   float64 `json:"dropout,omitempty"`    // in the blocks; the paper has 0.1 for CIFAR-10
	Published bool    `json:"published,omitempty"`  // waves and padding as in the paper's files, ε 10⁻⁶; diffusers' defaults if not
}

func init() {
	model.Register(model.Architecture{
		Name: "ddpm", About: "U-Net with attention that tells the noise in a picture: DDPM; for pictures",
		Config: Config{}, Example: model.Examples{Input: []int{3, 32, 32}, Outputs: 3},
		Variants: []model.Variant{
			{Name: "ddpm-cifar10-32", Config: `{"published":true}`, Parameters: 35_746_307},
			{
				Name: "ddpm-celebahq-256", Config: `{"published":true,"channels":[128,128,256,256,512,512],"attention":[4]}`,
				Of: model.Examples{Input: []int{3, 256, 256}, Outputs: 3}, Parameters: 113_673_219,
			},
		},
		Assemble: func(r *rng.Rand, of model.Examples, text json.RawMessage) (model.Program, error) {
			var c Config
			if err := model.Decode(text, &c); err != nil {
				return nil, err
			}
			if len(of.Input) != 3 {
				return nil, fmt.Errorf("examples of shape %v are no pictures [c h w]", of.Input)
			}
			return New(r, of.Input, c)
		},
	})
}

// A Model is a U-Net over noisy pictures.
//
//	x [n c h w], step [n] (and class [n] of int64) → noise [n c h w]
//
// The step goes through waves and two linear layers into every residual block. Names and shapes of the parameters are those of
// UNet2DModel in diffusers.
//
// Ho, Jain and Abbeel, Denoising Diffusion Probabilistic Models, 2020 (arXiv:2006.11239), appendix B.
type Model struct {
	First *nn.Conv2d `nn:"conv_in"`
	Time  struct {
		Linear1 *nn.Linear `nn:"linear_1"`
		Linear2 *nn.Linear `nn:"linear_2"`
	} `nn:"time_embedding"`
	Class     *nn.Embedding `nn:"class_embedding"` // nil without classes
	Down      []*Level      `nn:"down_blocks"`
	Middle    Level         `nn:"mid_block"`
	Up        []*Level      `nn:"up_blocks"`
	Norm      *nn.GroupNorm `nn:"conv_norm_out"`
	Last      *nn.Conv2d    `nn:"conv_out"`
	shape     []int
	waves     int
	published bool
}

// A Level is some residual blocks, each with attention behind it or none has, and a change of size.
type Level struct {
	Attention []*Attention `nn:"attentions"`
	Blocks    []*Block     `nn:"resnets"`
	Half      []*Half      `nn:"downsamplers"` // one or none
	Double    []*Double    `nn:"upsamplers"`   // one or none
}

// New returns a network for pictures of that shape. The error says what does not fit.
func New(r *rng.Rand, shape []int, c Config) (*Model, error) {
	c = c.filled()
	for i, n := range c.Channels {
		if n%c.Groups != 0 || c.HeadWidth > 0 && n%c.HeadWidth != 0 {
			return nil, fmt.Errorf("%d channels at level %d are no multiple of %d groups, or of heads of %d", n, i, c.Groups, c.HeadWidth)
		}
	}
	if by := 1 << (len(c.Channels) - 1); shape[1]%by != 0 || shape[2]%by != 0 {
		return nil, fmt.Errorf("pictures of %d×%d cannot be halved at %d levels", shape[1], shape[2], len(c.Channels)-1)
	}
	first := c.Channels[0]
	m := &Model{shape: shape, waves: first, published: c.Published, First: conv3(r, shape[0], first)}
	m.Time.Linear1, m.Time.Linear2 = nn.NewLinear(r, first, 4*first), nn.NewLinear(r, 4*first, 4*first)
	if c.Classes > 0 {
		m.Class = nn.NewEmbedding(r, c.Classes, 4*first)
	}
	m.levels(r, c)
	m.Norm, m.Last = norm(first, c), conv3(r, first, shape[0])
	return m, nil
}

func (c Config) filled() Config {
	if len(c.Channels) == 0 {
		c.Channels = []int{128, 256, 256, 256}
	}
	if c.Blocks == 0 {
		c.Blocks = 2
	}
	if c.Attention == nil {
		c.Attention = []int{1}
	}
	if c.Groups == 0 {
		c.Groups = 32
	}
	return c
}

// levels builds the way down, whose results are kept for the way up, which takes them from the last to the first.
func (m *Model) levels(r *rng.Rand, c Config) {
	skips := []int{c.Channels[0]}
	in := c.Channels[0]
	for i, out := range c.Channels {
		l := &Level{}
		for range c.Blocks {
			l.add(r, c, in, out, i)
			in = out
			skips = append(skips, out)
		}
		if i+1 < len(c.Channels) {
			l.Half = []*Half{newHalf(r, out, c)}
			skips = append(skips, out)
		}
		m.Down = append(m.Down, l)
	}
	m.Middle = Level{Blocks: []*Block{newBlock(r, in, in, 4*m.waves, c), newBlock(r, in, in, 4*m.waves, c)}, Attention: []*Attention{newAttention(r, in, c)}}
	for i := len(c.Channels) - 1; i >= 0; i-- {
		l, out := &Level{}, c.Channels[i]
		for range c.Blocks + 1 {
			skip := skips[len(skips)-1]
			skips = skips[:len(skips)-1]
			l.add(r, c, in+skip, out, i)
			in = out
		}
		if i > 0 {
			l.Double = []*Double{{conv3(r, out, out)}}
		}
		m.Up = append(m.Up, l)
	}
}

// Inputs returns the pictures and the steps, and the classes if there are some.
func (m *Model) Inputs() []model.Port {
	ports := []model.Port{{Name: "x", Shape: append([]int{1}, m.shape...)}, {Name: "step", Shape: []int{1}}}
	if m.Class != nil {
		ports = append(ports, classPort(m.Class))
	}
	return ports
}

// Outputs returns the noise.
func (m *Model) Outputs() []string { return []string{"noise"} }

// Run is [Model.Noise].
func (m *Model) Run(p *nn.Pass, in []*tensor.Tensor) []*tensor.Tensor {
	var class *tensor.Tensor
	if m.Class != nil {
		class = in[2]
	}
	return []*tensor.Tensor{m.Noise(p, in[0], in[1], class)}
}

// Noise returns what the model takes for noise in pictures [n c h w] at steps [n], numbers or integers; class [n] is nil for a
// model without classes.
func (m *Model) Noise(p *nn.Pass, x, step, class *tensor.Tensor) *tensor.Tensor {
	t := m.Time.Linear2.Forward(p, op.Silu(m.Time.Linear1.Forward(p, m.wavesOf(step)))) // [n 4d]
	if class != nil {
		t = t.Add(m.Class.Forward(p, class))
	}
	t = op.Silu(t)
	x = m.First.Forward(p, x)
	kept := []*tensor.Tensor{x}
	for _, l := range m.Down {
		for i := range l.Blocks {
			x = l.step(p, i, x, t)
			kept = append(kept, x)
		}
		if l.Half != nil {
			x = l.Half[0].Forward(p, x)
			kept = append(kept, x)
		}
	}
	x = m.Middle.Blocks[0].forward(p, x, t)
	x = m.Middle.Blocks[1].forward(p, m.Middle.Attention[0].Forward(p, x), t)
	for _, l := range m.Up {
		for i := range l.Blocks {
			last := len(kept) - 1
			x = l.step(p, i, tensor.Concat(1, x, kept[last]), t)
			kept = kept[:last]
		}
		if l.Double != nil {
			x = l.Double[0].Forward(p, x)
		}
	}
	return m.Last.Forward(p, op.Silu(m.Norm.Forward(p, x)))
}
