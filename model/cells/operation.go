package cells

import (
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Operations are the names of what an edge can be:
//
//	none                          nothing: 0
//	skip_connect                  x as it is
//	max_pool_3x3, avg_pool_3x3    the largest or the mean of windows of 3
//	sep_conv_3x3, 5x5, 7x7        twice relu, a convolution that keeps the channels apart, one of 1×1, and a norm
//	dil_conv_3x3, 5x5             once so, with windows that leave out every second pixel
//	conv_7x1_1x7                  relu, a row and a column of 7, and a norm
func Operations() []string {
	return []string{
		"none", "skip_connect", "max_pool_3x3", "avg_pool_3x3", "sep_conv_3x3", "sep_conv_5x5", "sep_conv_7x7",
		"dil_conv_3x3", "dil_conv_5x5", "conv_7x1_1x7",
	}
}

// A maker draws the weights of one cell, all operations of which have so many channels.
type maker struct {
	r      *rng.Rand
	width  int
	drop   float64
	halves bool
}

// A Layer is a cell in a network.
//
//	x₀ [n c₀ h₀ w₀], x₁ [n c₁ h w] → y [n out·width h′ w′]
type Layer struct {
	Before *Reduction     `nn:"preprocess0"` // of x₀, where it is twice as large as x₁
	First  *Unit          `nn:"preprocess0"` // of x₀ otherwise
	Last   *Unit          `nn:"preprocess1"` // of x₁
	Edges  []nn.Layer     `nn:"_ops"`        // in the order of the nodes
	drops  []*nn.DropPath // nil where nothing is dropped
	cell   Cell
}

// layer makes a cell between numbers of channels; halved says that x₀ is twice as large as x₁.
func (m maker) layer(c Cell, before, last int, halved bool) *Layer {
	l := &Layer{cell: c, Last: m.unit(last)}
	if halved {
		l.Before = m.reduction(before)
	} else {
		l.First = m.unit(before)
	}
	for _, node := range c.Nodes {
		for _, e := range node {
			stride := 1
			if m.halves && e.From < 2 {
				stride = 2
			}
			l.Edges = append(l.Edges, m.operation(e.Op, stride))
			var drop *nn.DropPath
			if m.drop > 0 && (e.Op != "skip_connect" || stride == 2) {
				drop = nn.NewDropPath(m.r, m.drop)
			}
			l.drops = append(l.drops, drop)
		}
	}
	return l
}

// Forward returns the values that come out of the cell, one behind the other.
func (l *Layer) Forward(p *nn.Pass, before, last *tensor.Tensor) *tensor.Tensor {
	if l.Before != nil {
		before = l.Before.Forward(p, before)
	} else {
		before = l.First.Forward(p, before)
	}
	values := []*tensor.Tensor{before, l.Last.Forward(p, last)}
	at := 0
	for _, node := range l.cell.Nodes {
		var sum *tensor.Tensor
		for _, e := range node {
			y := l.Edges[at].Forward(p, values[e.From])
			if l.drops[at] != nil {
				y = l.drops[at].Forward(p, y)
			}
			if sum == nil {
				sum = y
			} else {
				sum = sum.Add(y.Cast(sum.DType()))
			}
			at++
		}
		values = append(values, sum)
	}
	var out []*tensor.Tensor
	for _, v := range l.cell.Out {
		out = append(out, values[v])
	}
	return tensor.Concat(1, out...)
}

func (m maker) operation(name string, stride int) nn.Layer {
	window := op.PoolConfig{Size: 3, Stride: stride, Pad: 1, SkipPad: true}
	switch name {
	case "none":
		return zero{stride}
	case "skip_connect":
		if stride == 2 {
			return m.reduction(m.width)
		}
		return nn.PassThrough{}
	case "max_pool_3x3":
		window.SkipPad = false
		return nn.MaxPool2d(window)
	case "avg_pool_3x3":
		return nn.AvgPool2d(window)
	case "dil_conv_3x3", "dil_conv_5x5":
		size := int(name[9] - '0')
		return &Unit{m.separable(size, nn.ConvConfig{Stride: stride, Pad: size - 1, Dilation: 2})}
	case "conv_7x1_1x7":
		row := []op.WindowAxis{{Size: 1}, {Size: 7, Stride: stride, Pad: [2]int{3, 3}}}
		column := []op.WindowAxis{{Size: 7, Stride: stride, Pad: [2]int{3, 3}}, {Size: 1}}
		return nn.Sequential{nn.ReLU{}, m.conv(m.width, 7, nn.ConvConfig{Axes: row}), m.conv(m.width, 7, nn.ConvConfig{Axes: column}), nn.NewBatchNorm(m.width)}
	}
	size := int(name[9] - '0') // sep_conv_3x3
	twice := m.separable(size, nn.ConvConfig{Stride: stride, Pad: size / 2})
	return &Unit{append(twice, m.separable(size, nn.ConvConfig{Pad: size / 2})...)}
}

// separable is a rectifier, a convolution that keeps the channels apart, one of 1×1, and a norm.
func (m maker) separable(size int, c nn.ConvConfig) nn.Sequential {
	c.Groups = m.width
	return nn.Sequential{nn.ReLU{}, m.conv(m.width, size, c), m.conv(m.width, 1, nn.ConvConfig{}), nn.NewBatchNorm(m.width)}
}

func (m maker) conv(in, size int, c nn.ConvConfig) *nn.Conv2d {
	c.NoBias = true
	return nn.NewConv2d(m.r, in, m.width, size, c)
}

// A Unit is rectifiers, convolutions and norms in turn.
type Unit struct {
	Layers nn.Sequential `nn:"op"`
}

func (m maker) unit(in int) *Unit {
	return &Unit{nn.Sequential{nn.ReLU{}, m.conv(in, 1, nn.ConvConfig{}), nn.NewBatchNorm(m.width)}}
}

// Forward hands x through the layers.
func (u *Unit) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor { return u.Layers.Forward(p, x) }

// A Reduction halves a picture by two convolutions of 1×1, which see the pixels of even and of odd places: half of the channels
// is made of each.
//
//	x [n in h w] → y [n width h/2 w/2], h and w even
type Reduction struct {
	Conv1 *nn.Conv2d    `nn:"conv_1"`
	Conv2 *nn.Conv2d    `nn:"conv_2"`
	Norm  *nn.BatchNorm `nn:"bn"`
}

func (m maker) reduction(in int) *Reduction {
	half := func() *nn.Conv2d { return nn.NewConv2d(m.r, in, m.width/2, 1, nn.ConvConfig{Stride: 2, NoBias: true}) }
	return &Reduction{half(), half(), nn.NewBatchNorm(m.width)}
}

// Forward returns the halved x. It panics with a [tensor.Error] if height or width is odd.
func (d *Reduction) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	h, w := x.Dim(2), x.Dim(3)
	if h%2 != 0 || w%2 != 0 {
		panic(tensor.Errorf("Reduction", "a picture of %d×%d cannot be halved; cells want pictures that are even wherever they are halved, such as 32×32, or 224×224 if large", h, w))
	}
	x = op.Relu(x)
	odd := x.Slice(2, 1, h).Slice(3, 1, w)
	return d.Norm.Forward(p, tensor.Concat(1, d.Conv1.Forward(p, x), d.Conv2.Forward(p, odd)))
}

// zero gives nothing, of the size that others give.
type zero struct{ stride int }

func (z zero) Forward(_ *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return x.SliceStep(2, 0, x.Dim(2), z.stride).SliceStep(3, 0, x.Dim(3), z.stride).Scale(0)
}
