package cpu

import (
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// A group norm is a batch norm of each image by itself, the sums of whose channels are added up by groups.
func groupNorm(c *device.Call) bool {
	images, stats := 1, c.Out
	if c.Op == device.GroupNormGrad {
		images, stats = 2, c.In[2:]
	}
	switch computed(c.Out[0], c.In[0], stats[1], stats[2]) {
	case device.Float32:
		return overChannelsLast(c, images, func(c *device.Call) bool { return groupNormOf(c, normalization32) })
	case device.Float64:
		return overChannelsLast(c, images, func(c *device.Call) bool { return groupNormOf(c, normalization64) })
	}
	return false
}

// A grouped is a group norm.
type grouped[T float32 | float64] struct {
	call     *device.Call
	whole    *normalization[T] // of all images, for the kernels
	groups   int
	channels int // of a group
	pixels   int // of an image
}

func groupNormOf[T float32 | float64](c *device.Call, of func(x *device.View) *normalization[T]) bool {
	x := c.In[0]
	if c.Op == device.GroupNormGrad {
		x = c.In[1]
	}
	n, channels := x.Shape[0], x.Shape[1]
	if x.Len() == 0 {
		for _, v := range c.Out {
			if v != nil {
				clear(elements[T](v))
			}
		}
		return true
	}
	g := &grouped[T]{call: c, whole: of(x), groups: int(c.Scalars[1]), pixels: x.Len() / n / channels}
	if c.Op == device.GroupNormGrad {
		g.groups = c.In[3].Shape[1]
	}
	g.channels = channels / g.groups
	if c.Op == device.GroupNorm {
		parallel.For(n, 1, func(lo, hi int) {
			for i := lo; i < hi; i++ {
				g.forward(i)
			}
		})
		return true
	}
	sums := temporary(x.DType, n, 2*channels) // of dgain and dbias, by images
	parallel.For(n, 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			g.backward(i, elements[T](sums)[i*2*channels:][:2*channels])
		}
	})
	g.add(elements[T](sums), n)
	release(sums)
	return true
}

// image returns the normalization of image i, and where its elements begin.
func (g *grouped[T]) image(i int) (m normalization[T], at int) {
	m = *g.whole
	m.n = g.pixels
	at = i * m.n * m.c
	m.x = m.x[at : at+m.n*m.c]
	return m, at
}

// gather adds up the sums of channels by groups, and divides by the number of elements.
func (g *grouped[T]) gather(sum, gain []T, group int) (mean T) {
	for j := group * g.channels; j < (group+1)*g.channels; j++ {
		if gain != nil {
			mean += T(sum[j] * gain[j])
		} else {
			mean += sum[j]
		}
	}
	return mean / T(g.channels*g.pixels)
}

func (g *grouped[T]) forward(i int) {
	m, at := g.image(i)
	c := g.call
	y, gain, bias := elements[T](c.Out[0])[at:], elements[T](optional(c.In, 1)), elements[T](optional(c.In, 2))
	mean, rstd := elements[T](c.Out[1])[i*g.groups:][:g.groups], elements[T](c.Out[2])[i*g.groups:][:g.groups]
	room := make([]T, 3*m.c)
	means, scale, shift := room[:m.c], room[m.c:2*m.c], room[2*m.c:]
	m.sums(scale, func(sum []T, at, end int) { m.add(sum, sum, m.x[at:end]) })
	for k := range mean {
		mean[k] = g.gather(scale, nil, k)
		for j := k * g.channels; j < (k+1)*g.channels; j++ {
			means[j] = mean[k]
		}
	}
	m.sums(scale, func(sum []T, at, end int) { m.centeredSquare(sum, m.x[at:end], means) })
	for k := range rstd {
		rstd[k] = T(1 / math.Sqrt(float64(g.gather(scale, nil, k))+c.Scalars[0]))
		for j := k * g.channels; j < (k+1)*g.channels; j++ {
			scale[j] = rstd[k]
			if gain != nil {
				scale[j] *= gain[j]
			}
			shift[j] = -mean[k] * scale[j]
			if bias != nil {
				shift[j] += bias[j]
			}
		}
	}
	rows(m.n, m.c, func(lo, hi int) {
		m.eachRow(lo, hi, func(at, end int) { m.normalize(y[at:end], m.x[at:end], scale, shift) })
	})
}

// backward sets dx of image i, and its part of dgain and dbias.
func (g *grouped[T]) backward(i int, sums []T) {
	m, at := g.image(i)
	c := g.call
	dy, gain, dx := elements[T](c.In[0])[at:], elements[T](c.In[2]), elements[T](c.Out[0])[at:]
	mean, rstd := elements[T](c.In[3])[i*g.groups:], elements[T](c.In[4])[i*g.groups:]
	room := make([]T, 4*m.c)
	means, p, q, r := room[:m.c], room[m.c:2*m.c], room[2*m.c:3*m.c], room[3*m.c:]
	for j := range means {
		means[j] = mean[j/g.channels]
	}
	t := sumRows(m.t, m.n, 2*m.c, m.add, func(sum []T, lo, hi int) {
		m.eachRow(lo, hi, func(at, end int) {
			m.add(sum[:m.c], sum[:m.c], dy[at:end])
			m.product(sum[m.c:], dy[at:end], m.x[at:end], means)
		})
	})
	s1, s2 := elements[T](t)[:m.c], elements[T](t)[m.c:2*m.c]
	for k := range g.groups {
		a, b := g.gather(s1, gain, k), g.gather(s2, gain, k)
		for j := k * g.channels; j < (k+1)*g.channels; j++ {
			p[j] = rstd[k]
			if gain != nil {
				p[j] *= gain[j]
			}
			q[j], r[j] = -rstd[k]*rstd[k]*rstd[k]*b, -rstd[k]*a
			sums[j], sums[m.c+j] = s2[j]*rstd[k], s1[j]
		}
	}
	release(t)
	rows(m.n, m.c, func(lo, hi int) {
		m.eachRow(lo, hi, func(at, end int) { m.gradient(dx[at:end], dy[at:end], m.x[at:end], means, p, q, r) })
	})
}

// add sets dgain and dbias, if they are wanted, to the sums over the images.
func (g *grouped[T]) add(sums []T, n int) {
	width := 2 * g.whole.c
	for i := 1; i < n; i++ {
		g.whole.add(sums[:width], sums[:width], sums[i*width:(i+1)*width])
		kernel.Checkpoint()
	}
	copy(elements[T](optional(g.call.Out, 1)), sums[:g.whole.c])
	copy(elements[T](optional(g.call.Out, 2)), sums[g.whole.c:width])
}
