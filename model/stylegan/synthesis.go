package stylegan

import (
	"math"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Synthesis makes pictures of styles: blocks that double the size, each of which adds to the picture.
type Synthesis struct{ Blocks []*Synthetic }

func newSynthesis(r *rng.Rand, c Config, sizes []int) *Synthesis {
	s := &Synthesis{}
	for i, size := range sizes {
		out := c.at(size)
		b := &Synthetic{Conv1: newStyled(r, c, out, out, size), Colours: newColours(r, c, out)}
		if i == 0 {
			b.Constant = new(tensor.Param)
			b.Constant.Value = nn.Normal(1)(r.Next(), out, size, size)
		} else {
			b.Conv0 = newStyled(r, c, c.at(sizes[i-1]), out, size)
			b.Conv0.double = true
		}
		s.Blocks = append(s.Blocks, b)
	}
	return s
}

// Layers returns how many styles the layers take, one each; what a block adds to the picture has that of the next block's
// first layer.
func (s *Synthesis) Layers() int { return 2 * len(s.Blocks) }

// Pictures returns the pictures of styles: [n latent] for all layers, or [n layers latent] for each, which may be mixed of several
// noises.
func (s *Synthesis) Pictures(p *nn.Pass, style *tensor.Tensor) *tensor.Tensor {
	at := func(int) *tensor.Tensor { return style }
	if style.Rank() == 3 {
		at = func(i int) *tensor.Tensor { return style.Slice(1, i, i+1).Squeeze(1) }
	}
	var x, picture *tensor.Tensor
	layer := 0
	for _, b := range s.Blocks {
		if b.Constant != nil {
			c := p.Use(b.Constant)
			x = c.Expand(append([]int{style.Dim(0)}, c.Shape()...)...)
		} else {
			x = b.Conv0.run(p, x, at(layer))
			layer++
		}
		x = b.Conv1.run(p, x, at(layer))
		layer++
		more := b.Colours.run(p, x, at(layer))
		if picture == nil {
			picture = more
		} else {
			picture = doubled(picture).Add(more)
		}
	}
	return picture
}

// A Synthetic is the block of one size.
type Synthetic struct {
	Constant *tensor.Param `nn:"const"` // [c 4 4], of the first block
	Conv0    *Styled       // doubles; nil in the first block
	Conv1    *Styled
	Colours  *Colours `nn:"torgb"`
}

// Styled is a modulated convolution of 3×3, to which noise is added, and a leaky rectifier.
type Styled struct {
	Affine   *Dense       // from the style to scales of the input's channels
	Weight   tensor.Param // [o c 3 3]
	Bias     tensor.Param // [o]
	Strength tensor.Param `nn:"noise_strength"`     // []
	Noise    tensor.Param `nn:"noise_const,buffer"` // [h h], of evaluation
	double   bool
	key      rng.Key
}

func newStyled(r *rng.Rand, c Config, in, out, size int) *Styled {
	l := &Styled{Affine: newDense(r, c.Latent, in, 1, 1), key: r.Next()}
	l.Weight.Value, l.Bias.Value = nn.Normal(1)(r.Next(), out, in, 3, 3), tensor.Zeros(out)
	l.Strength.Value, l.Noise.Value = tensor.Scalar(0), nn.Normal(1)(r.Next(), size, size)
	return l
}

func (l *Styled) run(p *nn.Pass, x, style *tensor.Tensor) *tensor.Tensor {
	y := modulated(x, p.Use(&l.Weight), l.Affine.Forward(p, style), l.double, true)
	noise := p.Buffer(&l.Noise)
	if p.Training() {
		noise = op.GaussianNoise(y.Detach().Slice(1, 0, 1).Scale(0), 1, p.Random(l.key))
	}
	y = y.Add(noise.Mul(p.Use(&l.Strength)))
	return active(y.Add(p.Use(&l.Bias).Reshape(-1, 1, 1)))
}

// Colours is a modulated convolution of 1×1 from channels to colours, whose weights are not normalized.
type Colours struct {
	Affine *Dense
	Weight tensor.Param // [colours c 1 1]
	Bias   tensor.Param // [colours]
}

func newColours(r *rng.Rand, c Config, in int) *Colours {
	l := &Colours{Affine: newDense(r, c.Latent, in, 1, 1)}
	l.Weight.Value, l.Bias.Value = nn.Normal(1)(r.Next(), c.Colours, in, 1, 1), tensor.Zeros(c.Colours)
	return l
}

func (l *Colours) run(p *nn.Pass, x, style *tensor.Tensor) *tensor.Tensor {
	s := l.Affine.Forward(p, style).Scale(1 / math.Sqrt(float64(x.Dim(1))))
	return modulated(x, p.Use(&l.Weight), s, false, false).Add(p.Use(&l.Bias).Reshape(-1, 1, 1))
}
