package cpu

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// The convolutions of float64 follow the definition, loop by loop. They are there for checking gradients.

// directForward computes y = x ∗ w + bias, and the relu of it if asked for.
func directForward(c *convolution, bias *device.View, relu bool) {
	x, w, y := memory[float64](c.x), memory[float64](c.w), memory[float64](c.y)
	inputs, outputs := c.inputs/c.groups, c.outputs/c.groups
	parallel.For(c.n*c.outputs, 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			n, j := i/c.outputs, i%c.outputs
			first := 0.0
			if bias != nil {
				first = memory[float64](bias)[bias.Offset+j*bias.Stride[0]]
			}
			each(c.out, func(o [3]int) {
				sum := first
				c.seen(o, func(k, p [3]int) {
					for i := range inputs {
						sum += x[place(c.x, n, j/outputs*inputs+i, p)] * w[place(c.w, j, i, k)]
					}
				})
				if relu && sum < 0 {
					sum = 0
				}
				y[place(c.y, n, j, o)] = sum
			})
		}
	})
}

// directInput computes dx from dy and w.
func directInput(c *convolution) {
	dx, w, dy := memory[float64](c.x), memory[float64](c.w), memory[float64](c.y)
	inputs, outputs := c.inputs/c.groups, c.outputs/c.groups
	parallel.For(c.n*c.inputs, 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			n, i := i/c.inputs, i%c.inputs
			each(c.in, func(p [3]int) { dx[place(c.x, n, i, p)] = 0 })
			each(c.out, func(o [3]int) {
				c.seen(o, func(k, p [3]int) {
					for j := i / inputs * outputs; j < (i/inputs+1)*outputs; j++ {
						dx[place(c.x, n, i, p)] += dy[place(c.y, n, j, o)] * w[place(c.w, j, i%inputs, k)]
					}
				})
			})
		}
	})
}

// directWeight computes dw, and db if it is there, from x and dy.
func directWeight(c *convolution, db *device.View) {
	x, dw, dy := memory[float64](c.x), memory[float64](c.w), memory[float64](c.y)
	inputs, outputs := c.inputs/c.groups, c.outputs/c.groups
	parallel.For(c.outputs, 1, func(lo, hi int) {
		for j := lo; j < hi; j++ {
			each(c.window, func(k [3]int) {
				for i := range inputs {
					dw[place(c.w, j, i, k)] = 0
				}
			})
			sum := 0.0
			for n := range c.n {
				each(c.out, func(o [3]int) {
					g := dy[place(c.y, n, j, o)]
					sum += g
					c.seen(o, func(k, p [3]int) {
						for i := range inputs {
							dw[place(c.w, j, i, k)] += g * x[place(c.x, n, j/outputs*inputs+i, p)]
						}
					})
				})
			}
			if db != nil {
				memory[float64](db)[db.Offset+j*db.Stride[0]] = sum
			}
		}
	})
}

// seen calls f for every position k of the window for which output o sees a position p within the input.
func (c *convolution) seen(o [3]int, f func(k, p [3]int)) {
	each(c.window, func(k [3]int) {
		var p [3]int
		for a := range p {
			p[a] = o[a]*c.stride[a] + k[a]*c.dilation[a] - c.pad[a]
			if p[a] < 0 || p[a] >= c.in[a] {
				return
			}
		}
		f(k, p)
	})
}

// each calls f for every position of a grid, the last axis fastest.
func each(shape [3]int, f func(p [3]int)) {
	for d := range shape[0] {
		for h := range shape[1] {
			for w := range shape[2] {
				f([3]int{d, h, w})
			}
		}
	}
}

// place returns where the element of image n, channel c, position p lies.
func place(v *device.View, n, c int, p [3]int) int {
	return v.Offset + n*v.Stride[0] + c*v.Stride[1] + p[0]*v.Stride[2] + p[1]*v.Stride[3] + p[2]*v.Stride[4]
}
