package stylegan

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Generator makes pictures of noise.
//
//	z [n latent] (and class [n] of int64) → x [n c h h], about −1 to 1
//
// The mapping makes a style of the noise; each layer of the synthesis is given one. In training every layer adds fresh noise
// to each pixel, in evaluation that which was drawn with the model. The average of styles is kept, and styles can be drawn
// towards it ([Generator.Truncate]).
//
// Karras and others, Analyzing and Improving the Image Quality of StyleGAN, 2019 (arXiv:1912.04958), figure 2 c and table 1,
// configuration E or F.
type Generator struct {
	Mapping   *Mapping
	Synthesis *Synthesis
	latent    int
}

// NewGenerator returns a generator. The error is that the size is no 4·2ᵏ.
func NewGenerator(r *rng.Rand, c Config) (*Generator, error) {
	c = c.filled()
	sizes, err := c.sizes()
	if err != nil {
		return nil, err
	}
	return &Generator{Mapping: newMapping(r, c, true), Synthesis: newSynthesis(r, c, sizes), latent: c.Latent}, nil
}

// Inputs returns the noise, and the class if there are some.
func (g *Generator) Inputs() []model.Port {
	ports := []model.Port{{Name: "z", Shape: []int{1, g.latent}}}
	if g.Mapping.Class != nil {
		ports = append(ports, classPort(g.Mapping.classes))
	}
	return ports
}

// Outputs returns the pictures.
func (g *Generator) Outputs() []string { return []string{"x"} }

// Run makes pictures, with one style for all layers.
func (g *Generator) Run(p *nn.Pass, in []*tensor.Tensor) []*tensor.Tensor {
	var class *tensor.Tensor
	if g.Mapping.Class != nil {
		class = in[1]
	}
	return []*tensor.Tensor{g.Synthesis.Pictures(p, g.Mapping.Style(p, in[0], class))}
}

// Truncate draws styles [n latent] towards the average: 1 leaves them, 0 gives the average itself. What is made is the more
// usual, and the less varied.
func (g *Generator) Truncate(p *nn.Pass, style *tensor.Tensor, share float64) *tensor.Tensor {
	mean := p.Buffer(&g.Mapping.Average)
	return mean.Add(style.Sub(mean).Scale(share))
}

// A Mapping makes styles of noise.
//
//	w = f(z / rms(z)), of Dense layers that learn at a hundredth of the rate
type Mapping struct {
	Class   *Dense `nn:"embed"` // nil without classes
	Layers  []*Dense
	Average tensor.Param `nn:"w_avg,buffer"` // [latent]
	classes int
}

// newMapping returns a mapping of noise, or of nothing but classes, as the discriminator has it.
func newMapping(r *rng.Rand, c Config, noise bool) *Mapping {
	m := &Mapping{classes: c.Classes}
	in := 0
	if noise {
		in = c.Latent
		m.Average.Value = tensor.Zeros(c.Latent)
	}
	if c.Classes > 0 {
		m.Class = newDense(r, c.Classes, c.Latent, 1, 0)
		in += c.Latent
	}
	for range c.Mapping {
		m.Layers = append(m.Layers, newDense(r, in, c.Latent, 0.01, 0))
		in = c.Latent
	}
	return m
}

// Style returns the styles [n latent] of noise z [n latent], of those classes if there are some; either may be nil. A step of training brings the
// average nearer to their mean, by 0.005 of the way.
func (m *Mapping) Style(p *nn.Pass, z, class *tensor.Tensor) *tensor.Tensor {
	var parts []*tensor.Tensor
	if z != nil {
		parts = append(parts, rms(z))
	}
	if m.Class != nil {
		parts = append(parts, rms(m.Class.Forward(p, op.OneHot(class, m.classes))))
	}
	w := tensor.Concat(1, parts...)
	for _, l := range m.Layers {
		w = active(l.Forward(p, w))
	}
	if p.Training() && m.Average.Value != nil {
		p.Stage(&m.Average, p.Buffer(&m.Average).Scale(0.995).Add(w.Detach().Mean(0).Scale(0.005)))
	}
	return w
}

// rms returns rows with the mean of their squares 1.
func rms(x *tensor.Tensor) *tensor.Tensor { return op.RMSNorm(x, nil, 1e-8) }

func classPort(classes int) model.Port {
	return model.Port{Name: "class", DType: device.Int64, Shape: []int{1}, Below: classes}
}
