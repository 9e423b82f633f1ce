package onnx

import (
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

func init() {
	register("Reshape", 1, func(c *call) []*Value { return c.reshape(c.integers("shape", nil)) })
	register("Reshape", 5, func(c *call) []*Value { return c.reshape(c.numbers(1, nil)) })
	register("Flatten", 1, func(c *call) []*Value {
		shape := c.value(0).Dims()
		a := c.integer("axis", 1)
		if a < 0 {
			a += len(shape)
		}
		if a < 0 || a > len(shape) {
			c.fail("there is no axis %d of %d", a, len(shape))
		}
		return c.view(length(shape[:a]), length(shape[a:]))
	})
	register("Squeeze", 1, func(c *call) []*Value { return c.squeeze(c.integers("axes", nil)) })
	register("Squeeze", 13, func(c *call) []*Value { return c.squeeze(c.numbers(1, nil)) })
	register("Unsqueeze", 1, func(c *call) []*Value { return c.unsqueeze(c.integers("axes", nil)) })
	register("Unsqueeze", 13, func(c *call) []*Value { return c.unsqueeze(c.numbers(1, nil)) })
	register("Transpose", 1, func(c *call) []*Value {
		rank := len(c.value(0).Dims())
		def := make([]int, rank)
		for i := range def {
			def[i] = rank - 1 - i
		}
		perm := c.axes(c.integers("perm", def), rank)
		if len(perm) != rank {
			c.fail("perm is %v, and there are %d axes", perm, rank)
		}
		if c.value(0).Type.IsComplex() {
			perm = append(perm, rank)
		}
		return c.moved(0, func(x *tensor.Tensor) *tensor.Tensor { return x.Permute(perm...) })
	})
	register("Expand", 8, expand)
	register("Tile", 1, func(c *call) []*Value {
		reps := make([]int, len(c.value(0).Dims()))
		for i := range reps {
			reps[i] = 1
		}
		reps[c.axis(int(c.longs(2)[0]), len(reps))] = int(c.longs(1)[0])
		return c.tile(reps)
	})
	register("Tile", 6, func(c *call) []*Value { return c.tile(c.numbers(1, nil)) })
	register("DepthToSpace", 1, depthToSpace)
	register("SpaceToDepth", 1, spaceToDepth)
}

// length returns the product of a shape that is there.
func length(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

// view gives input 0 in another shape of as many elements.
func (c *call) view(shape ...int) []*Value {
	if have := length(c.value(0).Dims()); c.product(shape) != have {
		c.fail("%v does not fit the shape %v", c.value(0), shape)
	}
	if c.value(0).Type.IsComplex() {
		shape = append(shape, 2)
	}
	return c.moved(0, func(x *tensor.Tensor) *tensor.Tensor { return x.Reshape(shape...) })
}

// reshape fills in what a shape leaves open: 0 is the length that was there, −1 follows from the others.
func (c *call) reshape(shape []int) []*Value {
	shape = slices.Clone(shape)
	old := c.value(0).Dims()
	open, rest := -1, 1
	for i, d := range shape {
		switch {
		case d == 0 && !c.flag("allowzero", false):
			if i >= len(old) {
				c.fail("the shape %v copies axis %d of %v", shape, i, c.value(0))
			}
			shape[i] = old[i]
		case d == -1 && open < 0:
			open = i
			continue
		case d < 0:
			c.fail("the shape is %v", shape)
		}
		if shape[i] > 0 && rest > (1<<48)/shape[i] {
			c.fail("the shape is %v", shape)
		}
		rest *= shape[i]
	}
	if open >= 0 {
		if rest == 0 || length(old)%rest != 0 {
			c.fail("%v does not fit the shape %v", c.value(0), shape)
		}
		shape[open] = length(old) / rest
	}
	return c.view(shape...)
}

func (c *call) squeeze(axes []int) []*Value {
	old := c.value(0).Dims()
	axes = c.axes(axes, len(old))
	var shape []int
	for i, d := range old {
		switch {
		case len(axes) == 0 && d == 1:
		case slices.Contains(axes, i):
			if d != 1 {
				c.fail("axis %d of %v has not the length 1", i, c.value(0))
			}
		default:
			shape = append(shape, d)
		}
	}
	return c.view(shape...)
}

func (c *call) unsqueeze(axes []int) []*Value {
	old := c.value(0).Dims()
	axes = c.axes(axes, len(old)+len(axes))
	shape := make([]int, 0, len(old)+len(axes))
	for i, k := 0, 0; i < len(old)+len(axes); i++ {
		if slices.Contains(axes, i) {
			shape = append(shape, 1)
		} else {
			shape = append(shape, old[k])
			k++
		}
	}
	return c.view(shape...)
}

// expand broadcasts input 0 and a shape to each other.
func expand(c *call) []*Value {
	old, want := c.value(0).Dims(), c.numbers(1, nil)
	shape := make([]int, max(len(old), len(want)))
	for i := range shape {
		a, b := 1, 1
		if k := i - len(shape) + len(old); k >= 0 {
			a = old[k]
		}
		if k := i - len(shape) + len(want); k >= 0 {
			b = want[k]
		}
		if a != b && a != 1 && b != 1 {
			c.fail("%v does not broadcast to %v", c.value(0), want)
		}
		if shape[i] = a; a == 1 {
			shape[i] = b
		}
	}
	c.product(shape)
	return c.moved(0, func(x *tensor.Tensor) *tensor.Tensor { return x.Expand(shape...) })
}

func (c *call) tile(reps []int) []*Value {
	shape := c.value(0).Dims()
	if len(reps) != len(shape) {
		c.fail("there are %d axes and %d repeats", len(shape), len(reps))
	}
	for i, n := range reps {
		if n < 0 || n > 1<<40 {
			c.fail("the repeats are %v", reps)
		}
		c.product([]int{shape[i], n})
		shape[i] *= n
	}
	c.product(shape)
	return c.moved(0, func(x *tensor.Tensor) *tensor.Tensor { return x.Tile(reps...) })
}

func depthToSpace(c *call) []*Value {
	x, b := c.wants(0, 4), c.integer("blocksize", 0)
	n, d, h, w := x.Dim(0), x.Dim(1), x.Dim(2), x.Dim(3)
	if b < 1 || b > 1<<16 || d%(b*b) != 0 {
		c.fail("%d channels are no blocks of %d by %d", d, b, b)
	}
	d /= b * b
	if c.choice("mode", "DCR", "DCR", "CRD") == "DCR" {
		x = x.Reshape(n, b, b, d, h, w).Permute(0, 3, 4, 1, 5, 2)
	} else {
		x = x.Reshape(n, d, b, b, h, w).Permute(0, 1, 4, 2, 5, 3)
	}
	return c.as(0, x.Reshape(n, d, h*b, w*b))
}

func spaceToDepth(c *call) []*Value {
	x, b := c.wants(0, 4), c.integer("blocksize", 0)
	n, d, h, w := x.Dim(0), x.Dim(1), x.Dim(2), x.Dim(3)
	if b < 1 || h%b != 0 || w%b != 0 {
		c.fail("%d by %d pixels are no blocks of %d by %d", h, w, b, b)
	}
	y := x.Reshape(n, d, h/b, b, w/b, b)
	if c.choice("mode", "DCR", "DCR", "CRD") == "DCR" {
		y = y.Permute(0, 3, 5, 1, 2, 4)
	} else {
		y = y.Permute(0, 1, 3, 5, 2, 4)
	}
	return c.as(0, y.Reshape(n, d*b*b, h/b, w/b))
}
