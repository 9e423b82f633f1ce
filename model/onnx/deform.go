package onnx

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

func init() { register("DeformConv", 19, deformConv) }

// A deformation is where a deformable convolution looks.
type deformation struct {
	x, offset, mask []float64
	shape           []int // of x
	out             []int // positions along the two spatial axes
	axes            []op.WindowAxis
	groups          int // of channels that have offsets of their own
}

// deformConv is a convolution whose window looks where offsets say, between pixels. It has no gradient.
//
// Zhu, Hu, Lin and Dai, Deformable ConvNets v2, 2018 (arXiv:1811.11168), equation 1.
func deformConv(c *call) []*Value {
	x, w, offset := c.wants(0, 4), c.wants(1, 4), c.wants(2, 4)
	tensor.NonDifferentiable(c.node.op, x, w, offset)
	d := deformation{x: tensor.Values[float64](x), offset: tensor.Values[float64](offset), shape: x.Shape(), axes: c.window(x, c.kernel(w)), groups: c.integer("offset_group", 1)}
	for k, a := range d.axes {
		d.out = append(d.out, (x.Dim(2+k)+a.Pad[0]+a.Pad[1]-span(a))/a.Stride+1)
	}
	taps, groups := d.axes[0].Size*d.axes[1].Size, c.integer("group", 1)
	if d.groups < 1 || x.Dim(1)%d.groups != 0 || groups < 1 || w.Dim(0)%groups != 0 || x.Dim(1) != w.Dim(1)*groups ||
		!slices.Equal(offset.Shape(), []int{x.Dim(0), 2 * d.groups * taps, d.out[0], d.out[1]}) {
		c.fail("offsets of shape %v and a weight of %v for %v", offset, w, x)
	}
	if mask := c.maybe(4); mask != nil {
		if !slices.Equal(mask.Shape(), []int{x.Dim(0), d.groups * taps, d.out[0], d.out[1]}) {
			c.fail("a mask of shape %v for offsets of %v", mask, offset)
		}
		d.mask = tensor.Values[float64](mask)
	}
	n := c.product([]int{x.Dim(0), x.Dim(1), taps, d.out[0], d.out[1]})
	columns := make([]float64, n)
	d.fill(columns)
	seen := tensor.OutputOf(x.DType(), c.anchor, columns, []int{x.Dim(0), groups, n / max(1, x.Dim(0)*groups*d.out[0]*d.out[1]), d.out[0] * d.out[1]})
	y := w.Reshape(1, groups, w.Dim(0)/groups, w.Len()/w.Dim(0)).MatMul(seen).Reshape(x.Dim(0), w.Dim(0), d.out[0], d.out[1])
	if b := c.maybe(3); b != nil {
		y = y.Add(c.channels(b, 4, 1))
	}
	return c.as(0, y)
}

// fill writes what each tap of the window sees: [n c taps h w].
func (d *deformation) fill(columns []float64) {
	h, w := d.out[0], d.out[1]
	taps := d.axes[0].Size * d.axes[1].Size
	for i := range columns {
		col, row, tap := i%w, i/w%h, i/(w*h)%taps
		channel, n := i/(w*h*taps)%d.shape[1], i/(w*h*taps*d.shape[1])
		group := channel / (d.shape[1] / d.groups)
		at := (n*d.groups+group)*taps + tap
		dy := d.offset[((2*at)*h+row)*w+col]
		dx := d.offset[((2*at+1)*h+row)*w+col]
		y := float64(row*d.axes[0].Stride-d.axes[0].Pad[0]+tap/d.axes[1].Size*d.axes[0].Dilation) + dy
		x := float64(col*d.axes[1].Stride-d.axes[1].Pad[0]+tap%d.axes[1].Size*d.axes[1].Dilation) + dx
		columns[i] = d.between(n*d.shape[1]+channel, y, x)
		if d.mask != nil {
			columns[i] *= d.mask[(at*h+row)*w+col]
		}
	}
}

// between returns the number of a plane at a place between its pixels, 0 outside.
func (d *deformation) between(plane int, y, x float64) float64 {
	h, w := d.shape[2], d.shape[3]
	if !(y > -1 && y < float64(h) && x > -1 && x < float64(w)) {
		return 0
	}
	top, left := int(math.Floor(y)), int(math.Floor(x))
	sum := 0.0
	for i := top; i <= top+1; i++ {
		for j := left; j <= left+1; j++ {
			if i >= 0 && i < h && j >= 0 && j < w {
				sum += (1 - math.Abs(y-float64(i))) * (1 - math.Abs(x-float64(j))) * d.x[(plane*h+i)*w+j]
			}
		}
	}
	return sum
}
