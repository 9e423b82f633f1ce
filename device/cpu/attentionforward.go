package cpu

import (
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// attentionForward sets y, the largest logits and the sums.
func attentionForward(c *device.Call) {
	a := newAttention(c, c.In[0], c.In[1], c.In[2], c.In[3])
	a.y, a.most, a.sum = c.Out[0], c.Out[1], c.Out[2]
	if a.y.Len() == 0 {
		return
	}
	size := a.chunk()
	chunks := parallel.Blocks(a.queries, size)
	parallel.For(a.batch*a.groups*chunks, 1, func(lo, hi int) {
		r := a.room(false)
		defer r.put()
		for n := lo; n < hi; n++ {
			first, end := parallel.Block(a.queries, size, n%chunks)
			a.forward(r, n/chunks/a.groups, n/chunks%a.groups, first, end)
		}
	})
}

// forward computes the queries from first to end of the heads that have key head g.
func (a *attention) forward(r *attentionRoom, b, g, first, end int) {
	n := end - first
	state := r.state.grow(2 * a.shared * n)
	r.most, r.sum = state[:a.shared*n], state[a.shared*n:]
	for i := range r.most {
		r.most[i], r.sum[i] = minusInfinity, 0
		if a.seen(first+i%n) == 0 {
			clear(rowsAt(a.y, b, g*a.shared+i/n, first+i%n)[:a.outer])
		}
	}
	last := a.seen(end - 1)
	for j := 0; j < last; j += keyBlock {
		keys := min(keyBlock, last-j)
		r.loadColumns(r.keysT, a.k, b, g, j, keys)
		loadRows(r.values, r.outerWidth, a.v, b, g, j, keys)
		for h := range a.shared {
			for i := first; i < end; i += queryBlock {
				rows := min(queryBlock, end-i)
				if cols := min(keys, a.seen(i+rows-1)-j); cols > 0 {
					at := h*n + i - first
					a.block(r, b, g*a.shared+h, i, j, rows, cols, at)
				}
			}
		}
	}
	for i := range r.most {
		h, t := g*a.shared+i/n, first+i%n
		a.finish(b, h, t, r.most[i], r.sum[i])
		kernel.Checkpoint()
	}
}

// block adds some keys' part to the results of some queries. The state of the first is number at.
func (a *attention) block(r *attentionRoom, b, h, i, j, rows, cols, at int) {
	q, stride := rowsAt(a.q, b, h, i), a.q.Stride[2]
	if stride%alias == 0 {
		loadRows(r.q, r.innerWidth, a.q, b, h, i, rows)
		q, stride = r.q, r.innerWidth
	}
	r.multiply(attentionProduct{
		m: rows, n: cols, k: a.inner, a: q, ak: 1, ai: stride, b: r.keysT, c: r.p, ci: keyBlock, alpha: a.scale,
	})
	y, step := rowsAt(a.y, b, h, i), a.y.Stride[2]
	for k := range rows {
		p := r.p[k*keyBlock:][:cols]
		n := max(0, min(cols, a.seen(i+k)-j))
		clear(p[n:])
		p = p[:n]
		a.addMask(p, b, h, i+k, j)
		old := r.most[at+k]
		most := max(old, kernel.Max(p))
		if most == minusInfinity {
			clear(p)
			continue
		}
		sum := kernel.ExpShift(p, p, most)
		if old != most && j > 0 && old != minusInfinity {
			shrink := float32(math.Exp(float64(old - most)))
			r.sum[at+k] *= shrink
			row := y[k*step:][:a.outer]
			kernel.MulScalar(row, row, shrink)
		}
		r.most[at+k] = most
		r.sum[at+k] += sum
		a.drop(r, p, b, h, i+k, j)
		kernel.Checkpoint()
	}
	r.multiply(attentionProduct{
		m: rows, n: a.outer, k: cols, a: r.p, ak: 1, ai: keyBlock, b: r.values, bk: r.outerWidth, c: y, ci: step, alpha: 1, add: j > 0,
	})
}

// finish divides the result of a query by the sum of its weights, and stores what the gradient needs.
func (a *attention) finish(b, h, t int, most, sum float32) {
	if sum != 0 {
		y := rowsAt(a.y, b, h, t)[:a.outer]
		kernel.MulScalar(y, y, 1/sum)
	}
	memory[float32](a.most)[row(a.most, b, h, t)] = most
	memory[float32](a.sum)[row(a.sum, b, h, t)] = sum
}
