package onnx

import (
	"cmp"
	"math"
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

func init() {
	register("NonMaxSuppression", 10, nonMaxSuppression)
	register("RoiAlign", 10, func(c *call) []*Value { return c.roiAlign("output_half_pixel") })
	register("RoiAlign", 16, func(c *call) []*Value { return c.roiAlign("half_pixel") })
	register("CenterCropPad", 18, centerCropPad)
}

// nonMaxSuppression keeps, of the boxes of each class that overlap too much, the one with the largest score. It gives rows
// of batch, class and box.
func nonMaxSuppression(c *call) []*Value {
	boxes, scores := c.wants(0, 3), c.wants(1, 3)
	n := boxes.Dim(1)
	if boxes.Dim(2) != 4 || scores.Dim(0) != boxes.Dim(0) || scores.Dim(2) != n {
		c.fail("scores of %v for boxes of %v", scores, boxes)
	}
	most, overlap := int(c.scalar(2, 0)), c.scalar(3, 0)
	b, s := corners(tensor.Values[float64](boxes), c.integer("center_point_box", 0) == 1), tensor.Values[float64](scores)
	var out []int64
	for batch := range scores.Dim(0) {
		for class := range scores.Dim(1) {
			if err := c.ctx.Err(); err != nil {
				c.fail("%v", err)
			}
			row := s[(batch*scores.Dim(1)+class)*n:][:n]
			var order []int
			for i, v := range row {
				if !c.has(4) || v > c.scalar(4, 0) {
					order = append(order, i)
				}
			}
			slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(row[j], row[i]) })
			for _, i := range kept(b[batch*n:][:n], order, most, overlap) {
				out = append(out, int64(batch), int64(class), int64(i))
			}
		}
	}
	return c.give(c.ofInts(out, len(out)/3, 3))
}

// A box has its borders in ascending order.
type box struct{ top, left, bottom, right float64 }

func corners(v []float64, centred bool) []box {
	out := make([]box, len(v)/4)
	for i := range out {
		p := v[4*i:]
		if centred {
			out[i] = box{p[1] - p[3]/2, p[0] - p[2]/2, p[1] + p[3]/2, p[0] + p[2]/2}
			continue
		}
		out[i] = box{min(p[0], p[2]), min(p[1], p[3]), max(p[0], p[2]), max(p[1], p[3])}
	}
	return out
}

func (a box) area() float64 { return (a.bottom - a.top) * (a.right - a.left) }

// over returns the common area of two boxes over that of both together.
func (a box) over(b box) float64 {
	both := max(0, min(a.bottom, b.bottom)-max(a.top, b.top)) * max(0, min(a.right, b.right)-max(a.left, b.left))
	if both <= 0 {
		return 0
	}
	return both / (a.area() + b.area() - both)
}

func kept(boxes []box, order []int, most int, overlap float64) (keep []int) {
	for _, i := range order {
		if len(keep) >= most {
			break
		}
		if !slices.ContainsFunc(keep, func(k int) bool { return boxes[i].over(boxes[k]) > overlap }) {
			keep = append(keep, i)
		}
	}
	return keep
}

// roiAlign pools regions of images to one size, between the pixels. It has no gradient.
func (c *call) roiAlign(def string) []*Value {
	x, rois, batch := c.wants(0, 4), c.wants(1, 2), c.longs(2)
	tensor.NonDifferentiable(c.node.op, x)
	h, w := c.integer("output_height", 1), c.integer("output_width", 1)
	if rois.Dim(1) != 4 || len(batch) != rois.Dim(0) || h < 1 || w < 1 {
		c.fail("%d batch indices for regions of %v, each to %d by %d", len(batch), rois, h, w)
	}
	shape := []int{rois.Dim(0), x.Dim(1), h, w}
	out := make([]float64, c.product(shape))
	offset, malformed := 0.0, true
	if c.choice("coordinate_transformation_mode", def, "half_pixel", "output_half_pixel") == "half_pixel" {
		offset, malformed = 0.5, false
	}
	scale, v, r := c.float("spatial_scale", 1), tensor.Values[float64](x), tensor.Values[float64](rois)
	for i, b := range batch {
		if b < 0 || b >= int64(x.Dim(0)) {
			c.fail("there is no image %d of %d", b, x.Dim(0))
		}
		a := region{left: r[4*i]*scale - offset, top: r[4*i+1]*scale - offset, height: (r[4*i+3] - r[4*i+1]) * scale, width: (r[4*i+2] - r[4*i]) * scale}
		if malformed {
			a.height, a.width = max(a.height, 1), max(a.width, 1)
		}
		a.h, a.w, a.largest = h, w, c.text("mode", "avg") == "max"
		a.rows, a.cols = c.samples(a.height/float64(h)), c.samples(a.width/float64(w))
		for k := range x.Dim(1) {
			plane := v[(int(b)*x.Dim(1)+k)*x.Dim(2)*x.Dim(3):][:x.Dim(2)*x.Dim(3)]
			a.pool(out[(i*x.Dim(1)+k)*h*w:][:h*w], plane, x.Dim(2), x.Dim(3))
		}
	}
	return c.as(0, c.ofFloats(x.DType(), out, shape...))
}

// samples returns how many points of a bin are looked at along an axis.
func (c *call) samples(size float64) int {
	if n := c.integer("sampling_ratio", 0); n > 0 {
		c.room(n)
		return n
	}
	if !(size < 1<<20) {
		c.fail("a bin of %v pixels", size)
	}
	return int(math.Ceil(size))
}

type region struct {
	left, top, height, width float64
	h, w, rows, cols         int
	largest                  bool
}

// pool writes the bins of a region: the mean, or the largest, of what its points see.
func (a *region) pool(out, plane []float64, height, width int) {
	for i := range out {
		sum, most := 0.0, math.Inf(-1)
		for k := range a.rows * a.cols {
			y := a.top + (float64(i/a.w)+(float64(k/a.cols)+0.5)/float64(a.rows))*a.height/float64(a.h)
			x := a.left + (float64(i%a.w)+(float64(k%a.cols)+0.5)/float64(a.cols))*a.width/float64(a.w)
			for _, v := range corner(plane, height, width, y, x) {
				sum += v
				most = max(most, v)
			}
		}
		out[i] = sum / float64(max(1, a.rows*a.cols))
		if a.largest {
			out[i] = most
		}
	}
}

// corner returns the weighted four pixels around a place.
func corner(plane []float64, height, width int, y, x float64) [4]float64 {
	if y < -1 || y > float64(height) || x < -1 || x > float64(width) {
		return [4]float64{}
	}
	low := func(v float64, n int) (i, j int, f float64) {
		v = max(v, 0)
		if i = int(v); i >= n-1 {
			return n - 1, n - 1, 0
		}
		return i, i + 1, v - float64(i)
	}
	y0, y1, fy := low(y, height)
	x0, x1, fx := low(x, width)
	return [4]float64{
		(1 - fy) * (1 - fx) * plane[y0*width+x0], (1 - fy) * fx * plane[y0*width+x1],
		fy * (1 - fx) * plane[y1*width+x0], fy * fx * plane[y1*width+x1],
	}
}

// centerCropPad cuts axes to lengths, or fills them up with zeros, the same on both sides.
func centerCropPad(c *call) []*Value {
	x, shape := c.x(0), c.numbers(1, nil)
	axes := c.integers("axes", nil)
	if axes == nil {
		for i := range x.Rank() {
			axes = append(axes, i)
		}
	}
	axes = c.axes(axes, x.Rank())
	if len(shape) != len(axes) {
		c.fail("%d lengths for %d axes", len(shape), len(axes))
	}
	for i, a := range axes {
		more := shape[i] - x.Dim(a)
		c.room(max(more, -more))
		before := more / 2
		x = c.surrounded(x, a, before, more-before, c.full(x.DType(), 0))
	}
	return c.as(0, x)
}
