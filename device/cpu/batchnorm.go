package cpu

import (
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
)

// channelsLast returns v [n c …] if its channels lie contiguously and everything else follows without gaps: if it is a
// row-major matrix of [n·… c]. Otherwise it returns a temporary view that is, with the elements of v if they are to
// be read.
func channelsLast(v *device.View, read bool) *device.View {
	w := &device.View{Rank: v.Rank, Shape: v.Shape, DType: inFloat32(v.DType)}
	stride := v.Shape[1]
	w.Stride[1] = 1
	for k := v.Rank - 1; k >= 0; k-- {
		if k != 1 {
			w.Stride[k] = stride
			stride *= v.Shape[k]
		}
	}
	if v.DType == w.DType && v.SameLayout(w) {
		return v
	}
	w.Buffer = pool.take(w.Len() * w.DType.Bytes())
	if read {
		convert(w, v)
	}
	return w
}

// overChannelsLast runs f on a call whose first output and first inputs, so many of them, have their channels last, and
// the others are row-major.
func overChannelsLast(c *device.Call, images int, f func(c *device.Call) bool) bool {
	s := &device.Call{Op: c.Op, Attr: c.Attr, Out: make([]*device.View, len(c.Out)), In: make([]*device.View, len(c.In))}
	for i, v := range c.In {
		if i < images {
			s.In[i] = channelsLast(v, true)
		} else {
			s.In[i] = settle(v, true)
		}
	}
	for i, v := range c.Out {
		if i == 0 {
			s.Out[i] = channelsLast(v, false)
		} else {
			s.Out[i] = settle(v, false)
		}
	}
	ok := f(s)
	unsettle(c, s, ok)
	return ok
}

// A normalization of the columns of a matrix [n c], with its kernels.
type normalization[T float32 | float64] struct {
	t              device.DType
	n, c           int
	x              []T
	add            func(dst, a, b []T)
	centeredSquare func(sum, x, mean []T)
	normalize      func(dst, x, scale, shift []T)
	product        func(sum, dy, x, mean []T)
	gradient       func(dst, dy, x, mean, a, b, c []T)
}

func batchNorm(c *device.Call) bool {
	switch computed(c.Out[0], c.Out[1], c.Out[2], c.In[0]) {
	case device.Float32:
		return overChannelsLast(c, 1, func(c *device.Call) bool { return normalization32(c.In[0]).run(c) })
	case device.Float64:
		return overChannelsLast(c, 1, func(c *device.Call) bool { return normalization64(c.In[0]).run(c) })
	}
	return false
}

func batchNormGrad(c *device.Call) bool {
	switch computed(c.Out[0], c.In[0], c.In[1], c.In[3], c.In[4]) {
	case device.Float32:
		return overChannelsLast(c, 2, func(c *device.Call) bool { return normalization32(c.In[1]).grad(c) })
	case device.Float64:
		return overChannelsLast(c, 2, func(c *device.Call) bool { return normalization64(c.In[1]).grad(c) })
	}
	return false
}

func normalization32(x *device.View) *normalization[float32] {
	m := &normalization[float32]{
		add: kernel.Add, centeredSquare: kernel.CenteredSquare, normalize: kernel.Normalize,
		product: kernel.CenteredProduct, gradient: kernel.NormalizeGrad,
	}
	return m.of(x)
}

func normalization64(x *device.View) *normalization[float64] {
	m := &normalization[float64]{
		add: kernel.Add64, centeredSquare: kernel.CenteredSquare64, normalize: kernel.Normalize64,
		product: kernel.CenteredProduct64, gradient: kernel.NormalizeGrad64,
	}
	return m.of(x)
}

func (m *normalization[T]) of(x *device.View) *normalization[T] {
	m.t, m.c, m.x = x.DType, x.Shape[1], elements[T](x)
	m.n = len(m.x) / max(m.c, 1)
	return m
}

// eachRow calls f for every row of x from lo to hi.
func (m *normalization[T]) eachRow(lo, hi int, f func(at, end int)) {
	for i := lo; i < hi; i++ {
		f(i*m.c, (i+1)*m.c)
		kernel.Checkpoint()
	}
}

// run sets y, mean and rstd.
func (m *normalization[T]) run(c *device.Call) bool {
	y, mean, rstd := elements[T](c.Out[0]), elements[T](c.Out[1]), elements[T](c.Out[2])
	gain, bias := elements[T](optional(c.In, 1)), elements[T](optional(c.In, 2))
	m.sums(mean, func(sum []T, at, end int) { m.add(sum, sum, m.x[at:end]) })
	for j := range mean {
		mean[j] /= T(m.n)
	}
	m.sums(rstd, func(sum []T, at, end int) { m.centeredSquare(sum, m.x[at:end], mean) })
	scale, shift := make([]T, m.c), make([]T, m.c)
	for j, v := range rstd {
		rstd[j] = T(1 / math.Sqrt(float64(v)/float64(m.n)+c.Scalars[0]))
		scale[j] = rstd[j]
		if gain != nil {
			scale[j] *= gain[j]
		}
		shift[j] = T(-mean[j] * scale[j]) // rounded, also where the processor would fuse it with the sum
		if bias != nil {
			shift[j] += bias[j]
		}
	}
	rows(m.n, m.c, func(lo, hi int) {
		m.eachRow(lo, hi, func(at, end int) { m.normalize(y[at:end], m.x[at:end], scale, shift) })
	})
	return true
}

// sums sets dst to the sum over the rows of what f adds to sum.
func (m *normalization[T]) sums(dst []T, f func(sum []T, at, end int)) {
	t := sumRows(m.t, m.n, m.c, m.add, func(sum []T, lo, hi int) {
		m.eachRow(lo, hi, func(at, end int) { f(sum, at, end) })
	})
	copy(dst, elements[T](t)[:m.c])
	release(t)
}

// grad sets dx, dgain and dbias.
func (m *normalization[T]) grad(c *device.Call) bool {
	dy, gain, mean, rstd := elements[T](c.In[0]), elements[T](c.In[2]), elements[T](c.In[3]), elements[T](c.In[4])
	dx, dgain, dbias := elements[T](c.Out[0]), elements[T](optional(c.Out, 1)), elements[T](optional(c.Out, 2))
	t := sumRows(m.t, m.n, 2*m.c, m.add, func(sum []T, lo, hi int) {
		m.eachRow(lo, hi, func(at, end int) {
			m.add(sum[:m.c], sum[:m.c], dy[at:end])
			m.product(sum[m.c:], dy[at:end], m.x[at:end], mean)
		})
	})
	s1, s2 := elements[T](t)[:m.c], elements[T](t)[m.c:2*m.c]
	p, q, r := make([]T, m.c), make([]T, m.c), make([]T, m.c)
	for j := range p {
		p[j] = rstd[j]
		if gain != nil {
			p[j] *= gain[j]
		}
		q[j] = -p[j] * rstd[j] * rstd[j] * s2[j] / T(m.n)
		r[j] = -p[j] * s1[j] / T(m.n)
		if dgain != nil {
			dgain[j] = s2[j] * rstd[j]
		}
	}
	copy(dbias, s1)
	release(t)
	rows(m.n, m.c, func(lo, hi int) {
		m.eachRow(lo, hi, func(at, end int) { m.gradient(dx[at:end], dy[at:end], m.x[at:end], mean, p, q, r) })
	})
	return true
}
