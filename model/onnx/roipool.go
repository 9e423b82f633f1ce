package onnx

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

func init() { register("MaxRoiPool", 1, maxRoiPool) }

// maxRoiPool pools regions of images to one size: the largest element of each bin, whose borders are rounded to whole pixels.
// A bin without pixels is 0. It has no gradient.
//
// Girshick, Fast R-CNN, 2015 (arXiv:1504.08083), section 2.1.
func maxRoiPool(c *call) []*Value {
	x, rois := c.wants(0, 4), c.wants(1, 2)
	tensor.NonDifferentiable(c.node.op, x)
	size := c.integers("pooled_shape", nil)
	if rois.Dim(1) != 5 || len(size) != 2 || min(size[0], size[1]) < 1 {
		c.fail("regions of %v, each to %v", rois, size)
	}
	shape := []int{rois.Dim(0), x.Dim(1), size[0], size[1]}
	out := make([]float64, c.product(shape))
	v, r, scale := tensor.Values[float64](x), tensor.Values[float64](rois), c.float("spatial_scale", 1)
	for i := range rois.Dim(0) {
		image := r[5*i]
		if !(image >= 0 && int(image) < x.Dim(0)) {
			c.fail("there is no image %v of %d", image, x.Dim(0))
		}
		var at [4]int // left, top, right, bottom
		for k := range at {
			border := math.Round(float64(float32(r[5*i+1+k]) * float32(scale))) // in float32, as others round
			if !(math.Abs(border) < 1<<30) {
				c.fail("a border at %v", border)
			}
			at[k] = int(border)
		}
		for k := range x.Dim(1) {
			plane := v[(int(image)*x.Dim(1)+k)*x.Dim(2)*x.Dim(3):][:x.Dim(2)*x.Dim(3)]
			poolRegion(out[(i*x.Dim(1)+k)*size[0]*size[1]:][:size[0]*size[1]], plane, x.Dim(2), x.Dim(3), size, at)
		}
	}
	return c.as(0, c.ofFloats(x.DType(), out, shape...))
}

func poolRegion(out, plane []float64, height, width int, size []int, at [4]int) {
	// bin returns the pixels of bin i of n along an axis of the image, from one to another.
	bin := func(i, n, first, last, most int) (lo, hi int) {
		each := float64(max(last-first+1, 1)) / float64(n)
		lo, hi = first+int(math.Floor(float64(i)*each)), first+int(math.Ceil(float64(i+1)*each))
		return min(max(lo, 0), most), min(max(hi, 0), most)
	}
	for i := range out {
		top, bottom := bin(i/size[1], size[0], at[1], at[3], height)
		left, right := bin(i%size[1], size[1], at[0], at[2], width)
		if top >= bottom || left >= right {
			continue
		}
		most := math.Inf(-1)
		for y := top; y < bottom; y++ {
			for _, p := range plane[y*width+left : y*width+right] {
				most = max(most, p)
			}
		}
		out[i] = most
	}
}
