package stylegan

import (
	"math"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Discriminator tells made pictures from true ones.
//
//	x [n c h h] (and class [n] of int64) → logits [n 1]: the larger, the truer
//
// Residual blocks halve the picture to 4×4; then each group of pictures is told how much it varies, and two linear layers
// follow. With classes, the answer is how much it is like what a mapping makes of the class.
//
// Karras and others, Analyzing and Improving the Image Quality of StyleGAN, 2019 (arXiv:1912.04958), figure 7 c; Karras and
// others, 2017 (arXiv:1710.10196), section 3, for the deviation of the group.
type Discriminator struct {
	Blocks  []*Residual // from pictures of 8×8 to the largest; the first to run is the last
	Mapping *Mapping    // nil without classes
	Last    *Epilogue   `nn:"b4"`
	classes int
	shape   []int
}

// NewDiscriminator returns a discriminator. The error is that the size is no 4·2ᵏ.
func NewDiscriminator(r *rng.Rand, c Config) (*Discriminator, error) {
	c = c.filled()
	sizes, err := c.sizes()
	if err != nil {
		return nil, err
	}
	d := &Discriminator{classes: c.Classes, shape: []int{c.Colours, c.Size, c.Size}, Blocks: make([]*Residual, len(sizes))}
	for i := len(sizes) - 1; i > 0; i-- {
		in, out := c.at(sizes[i]), c.at(sizes[i-1])
		b := &Residual{Conv0: newScaled(r, in, in, 3, true), Conv1: newScaled(r, in, out, 3, true), Skip: newScaled(r, in, out, 1, false)}
		if i == len(sizes)-1 {
			b.Colours = newScaled(r, c.Colours, in, 1, true)
		}
		d.Blocks[i] = b
	}
	features := c.at(4)
	d.Last = &Epilogue{Conv: newScaled(r, features+1, features, 3, true), Dense: newDense(r, features*16, features, 1, 0), group: c.Group}
	out := 1
	if c.Classes > 0 {
		out = c.Latent
		d.Mapping = newMapping(r, c, false)
	}
	d.Last.Out = newDense(r, features, out, 1, 0)
	return d, nil
}

// Inputs returns the pictures, and the class if there are some.
func (d *Discriminator) Inputs() []model.Port {
	ports := []model.Port{{Name: "x", Shape: append([]int{1}, d.shape...)}}
	if d.classes > 0 {
		ports = append(ports, classPort(d.classes))
	}
	return ports
}

// Outputs returns the logits.
func (d *Discriminator) Outputs() []string { return []string{"logits"} }

// Run is [Discriminator.Judge].
func (d *Discriminator) Run(p *nn.Pass, in []*tensor.Tensor) []*tensor.Tensor {
	var class *tensor.Tensor
	if d.classes > 0 {
		class = in[1]
	}
	return []*tensor.Tensor{d.Judge(p, in[0], class)}
}

// Judge returns a logit for each picture; class is nil for a model without classes.
func (d *Discriminator) Judge(p *nn.Pass, picture, class *tensor.Tensor) *tensor.Tensor {
	x := picture
	for i := len(d.Blocks) - 1; i > 0; i-- {
		x = d.Blocks[i].Forward(p, x)
	}
	y := d.Last.Forward(p, x)
	if class != nil {
		like := d.Mapping.Style(p, nil, class)
		y = y.Mul(like).SumKeep(1).Scale(1 / math.Sqrt(float64(like.Dim(1))))
	}
	return y
}

// A Residual halves a picture: two convolutions, the second after a blur, and every second pixel of a blurred picture, added.
type Residual struct {
	Colours      *Scaled `nn:"fromrgb"` // of the first to run: from colours to channels
	Conv0, Conv1 *Scaled
	Skip         *Scaled // without bias
}

// Forward returns the block of x.
func (b *Residual) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	if b.Colours != nil {
		x = active(b.Colours.conv(p, x, 1, 0))
	}
	short := b.Skip.conv(p, halved(x), 1, 0)
	y := active(b.Conv0.conv(p, x, 1, 1))
	y = active(b.Conv1.conv(p, blur(y, 2, 2, 1), 2, 0))
	return y.Add(short).Scale(math.Sqrt(0.5))
}

// Scaled is a convolution whose weights are scaled when they are used, as those of [Dense].
type Scaled struct {
	Weight tensor.Param // [out in k k]
	Bias   tensor.Param // [out], or without value
}

func newScaled(r *rng.Rand, in, out, size int, bias bool) *Scaled {
	l := &Scaled{}
	l.Weight.Value = nn.Normal(1)(r.Next(), out, in, size, size)
	if bias {
		l.Bias.Value = tensor.Zeros(out)
	}
	return l
}

func (l *Scaled) conv(p *nn.Pass, x *tensor.Tensor, stride, pad int) *tensor.Tensor {
	w := p.Use(&l.Weight)
	w = w.Scale(1 / math.Sqrt(float64(w.Dim(1)*w.Dim(2)*w.Dim(3))))
	var b *tensor.Tensor
	if l.Bias.Value != nil {
		b = p.Use(&l.Bias)
	}
	return op.Conv(x, w, b, op.ConvConfig{Stride: stride, Pad: pad})
}

// An Epilogue judges features of 4×4.
type Epilogue struct {
	Conv  *Scaled
	Dense *Dense `nn:"fc"`
	Out   *Dense
	group int
}

// Forward returns the answer to x [n c 4 4].
func (e *Epilogue) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	x = tensor.Concat(1, x, e.deviation(x))
	x = active(e.Conv.conv(p, x, 1, 1)).Flatten(1, -1)
	return e.Out.Forward(p, active(e.Dense.Forward(p, x)))
}

// deviation returns how much the pictures of a group vary, on average over the features, as a channel [n 1 4 4]. A group is every
// n/group-th picture of the batch.
func (e *Epilogue) deviation(x *tensor.Tensor) *tensor.Tensor {
	n, c, h, w := x.Dim(0), x.Dim(1), x.Dim(2), x.Dim(3)
	g := min(e.group, n)
	if n%g != 0 {
		panic(tensor.Errorf("stylegan.Discriminator", "a batch of %d pictures is no multiple of groups of %d", n, g))
	}
	y := x.Reshape(g, n/g, c, h, w)
	y = y.Sub(y.MeanKeep(0)).Square().Mean(0).AddScalar(1e-8).Sqrt().Mean(1, 2, 3) // [n/g]
	return y.Reshape(1, n/g, 1, 1, 1).Expand(g, n/g, 1, h, w).Reshape(n, 1, h, w)
}
