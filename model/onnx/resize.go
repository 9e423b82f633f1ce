package onnx

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

func init() {
	register("Upsample", 1, func(c *call) []*Value {
		if c.given("scales") {
			return c.as(0, c.resized(c.x(0), wide(c.floats("scales", nil)), nil, nil))
		}
		scales := []float64{1, 1, c.float("height_scale", 1), c.float("width_scale", 1)}
		return c.as(0, c.resized(c.x(0), scales, nil, nil))
	})
	register("Upsample", 9, func(c *call) []*Value {
		return c.as(0, c.resized(c.x(0), tensor.Values[float64](c.x(1)), nil, nil))
	})
	register("Upsample", 10, nil)
	register("Resize", 10, func(c *call) []*Value {
		return c.as(0, c.resized(c.x(0), tensor.Values[float64](c.x(1)), nil, nil))
	})
	register("Resize", 11, func(c *call) []*Value {
		var scales, roi []float64
		var sizes []int
		if c.has(2) && c.x(2).Len() > 0 {
			scales = tensor.Values[float64](c.x(2))
		} else {
			sizes = c.numbers(3, nil)
		}
		if c.has(1) {
			roi = tensor.Values[float64](c.x(1))
		}
		return c.as(0, c.resized(c.x(0), scales, sizes, roi))
	})
}

func wide(v []float32) []float64 {
	out := make([]float64, len(v))
	for i, x := range v {
		out[i] = float64(x)
	}
	return out
}

// A resizing is what becomes of one axis.
type resizing struct {
	axis, from, to int
	scale          float64
	roi            [2]float64
}

// resized resizes axis by axis: to scales, or to sizes, of all axes or of those that the attribute axes names.
func (c *call) resized(x *tensor.Tensor, scales []float64, sizes []int, roi []float64) *tensor.Tensor {
	axes := c.integers("axes", nil)
	if axes == nil {
		for i := range x.Rank() {
			axes = append(axes, i)
		}
	}
	axes = c.axes(axes, x.Rank())
	if len(scales) != len(axes) && len(sizes) != len(axes) {
		c.fail("%d scales and %d sizes for %d axes", len(scales), len(sizes), len(axes))
	}
	all := make([]resizing, len(axes))
	for i, a := range axes {
		r := resizing{axis: a, from: x.Dim(a), roi: [2]float64{0, 1}}
		if sizes != nil {
			r.to, r.scale = sizes[i], float64(sizes[i])/float64(r.from)
		} else {
			r.scale = scales[i]
			r.to = int(math.Floor(r.scale * float64(r.from)))
		}
		if !(r.scale > 0 && r.scale < 1<<30) || r.to < 0 {
			c.fail("axis %d of %d elements times %v", a, r.from, r.scale)
		}
		if len(roi) == 2*len(axes) {
			r.roi = [2]float64{roi[i], roi[i+len(axes)]}
		}
		all[i] = r
	}
	if sizes != nil {
		c.keepAspect(all)
	}
	t := x.DType()
	if !t.IsFloat() {
		x = x.Cast(device.Float64)
	}
	for _, r := range all {
		x = c.resizeAxis(x, r)
	}
	if !t.IsFloat() {
		lo, hi := limits(c.value(0).Type)
		x = x.Round().Clamp(float64(lo), float64(hi)).Cast(t)
	}
	return x
}

// keepAspect gives all axes one scale, if the attribute says so.
func (c *call) keepAspect(all []resizing) {
	policy := c.choice("keep_aspect_ratio_policy", "stretch", "stretch", "not_larger", "not_smaller")
	if policy == "stretch" || len(all) == 0 {
		return
	}
	scale := all[0].scale
	for _, r := range all {
		if policy == "not_larger" {
			scale = min(scale, r.scale)
		} else {
			scale = max(scale, r.scale)
		}
	}
	for i := range all {
		all[i].scale, all[i].to = scale, int(scale*float64(all[i].from)+0.5)
	}
}

// resizeAxis makes each new element a sum of a few old ones.
func (c *call) resizeAxis(x *tensor.Tensor, r resizing) *tensor.Tensor {
	if r.to == r.from && math.Abs(r.scale-1) < 1e-9 && r.roi == [2]float64{0, 1} {
		return x
	}
	shape := slices.Clone(x.Shape())
	shape[r.axis] = r.to
	c.product(shape)
	if r.from == 0 {
		c.fail("axis %d is empty", r.axis)
	}
	places, beyond := c.origins(r)
	mode := c.choice("mode", "nearest", "nearest", "linear", "bilinear", "cubic")
	var weights [][]float64
	index := make([][]int64, 0, 4)
	for at, p := range places {
		first, w := c.neighbours(mode, p, r.scale)
		if c.flag("exclude_outside", false) {
			excludeOutside(w, first, r.from)
		}
		for k := range w {
			if at == 0 {
				index, weights = append(index, make([]int64, r.to)), append(weights, make([]float64, r.to))
			}
			index[k][at] = int64(min(max(first+k, 0), r.from-1))
			weights[k][at] = w[k]
		}
	}
	var y *tensor.Tensor
	for k := range index {
		part := x.Take(r.axis, c.ofInts(index[k], r.to))
		if len(index) > 1 {
			part = part.Mul(c.channels(c.ofFloats(x.DType(), weights[k], r.to), x.Rank(), r.axis))
		}
		if y == nil {
			y = part
		} else {
			y = y.Add(part)
		}
	}
	if y == nil {
		return c.full(x.DType(), 0, shape...)
	}
	if slices.Contains(beyond, true) {
		mask := c.channels(tensor.OutputOf(device.Bool, c.anchor, beyond, []int{r.to}), x.Rank(), r.axis)
		y = tensor.Where(mask, c.full(x.DType(), c.float("extrapolation_value", 0)), y)
	}
	return y
}

func excludeOutside(w []float64, first, n int) {
	sum := 0.0
	for k := range w {
		if first+k < 0 || first+k >= n {
			w[k] = 0
		}
		sum += w[k]
	}
	for k := range w {
		if sum != 0 {
			w[k] /= sum
		}
	}
}

// origins returns for each new position where it lies among the old ones, and which lie outside of what is cropped.
func (c *call) origins(r resizing) (places []float64, beyond []bool) {
	def := "half_pixel"
	if c.node.since < 11 {
		def = "asymmetric"
	}
	mode := c.choice("coordinate_transformation_mode", def, "half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric", "tf_crop_and_resize", "tf_half_pixel_for_nn")
	places, beyond = make([]float64, r.to), make([]bool, r.to)
	n, length := float64(r.from), r.scale*float64(r.from)
	for i := range places {
		x := float64(i)
		half := (x+0.5)/r.scale - 0.5
		switch mode {
		case "align_corners":
			if places[i] = 0; length != 1 {
				places[i] = x * (n - 1) / (length - 1)
			}
		case "asymmetric":
			places[i] = x / r.scale
		case "tf_half_pixel_for_nn":
			places[i] = (x + 0.5) / r.scale
		case "pytorch_half_pixel":
			if places[i] = half; length == 1 {
				places[i] = -0.5
			}
		case "half_pixel_symmetric":
			places[i] = n/2*(1-float64(r.to)/length) + half
		case "tf_crop_and_resize":
			if width := (r.roi[1] - r.roi[0]) * (n - 1); length == 1 {
				places[i] = width / 2
			} else {
				places[i] = x * width / (length - 1)
			}
			places[i] += r.roi[0] * (n - 1)
			beyond[i] = places[i] < 0 || places[i] > n-1
		default:
			places[i] = half
		}
	}
	return places, beyond
}

// neighbours returns which elements make one at a place between them, from the first on, and with what weights.
func (c *call) neighbours(mode string, at, scale float64) (first int, w []float64) {
	scale = min(scale, 1)
	floor := math.Floor(at)
	ratio := at - floor
	if ratio == 0 { // the element itself comes last of the two
		floor, ratio = floor-1, 1
	}
	smooth := c.flag("antialias", false)
	switch mode {
	case "nearest":
		return c.nearest(at), []float64{1}
	case "cubic":
		a := c.float("cubic_coeff_a", -0.75)
		if !smooth {
			return int(floor) - 1, []float64{cubic(a, ratio+1), cubic(a, ratio), cubic(a, 1-ratio), cubic(a, 2-ratio)}
		}
		start := int(math.Floor(-2/scale)) + 1
		for i := start; i < 2-start; i++ {
			w = append(w, cubic(a, math.Abs(scale*(float64(i)-ratio))))
		}
		return int(floor) + start, normalized(w)
	}
	if !smooth {
		return int(floor), []float64{1 - ratio, ratio}
	}
	start := int(math.Floor(-1/scale)) + 1
	for i := start; i < 2-start; i++ {
		w = append(w, max(0, 1-math.Abs(float64(i)-ratio)*scale))
	}
	return int(floor) + start, normalized(w)
}

func (c *call) nearest(at float64) int {
	def := "round_prefer_floor"
	if c.node.since < 11 {
		def = "floor"
	}
	switch c.choice("nearest_mode", def, "round_prefer_floor", "round_prefer_ceil", "floor", "ceil") {
	case "floor":
		return int(math.Floor(at))
	case "ceil":
		return int(math.Ceil(at))
	case "round_prefer_ceil":
		return int(math.Floor(at + 0.5))
	}
	return int(math.Ceil(at - 0.5))
}

// cubic is the kernel of cubic convolution at a distance (Keys, 1981).
func cubic(a, x float64) float64 {
	switch {
	case x <= 1:
		return ((a+2)*x-(a+3))*x*x + 1
	case x < 2:
		return ((a*x-5*a)*x+8*a)*x - 4*a
	}
	return 0
}

func normalized(w []float64) []float64 {
	sum := 0.0
	for _, v := range w {
		sum += v
	}
	for i := range w {
		w[i] /= sum
	}
	return w
}
