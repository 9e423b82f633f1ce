package cpu

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// An attentionGrad is the gradient of an attention. With P the weights and D the row sums of dy·y,
//
//	dv = Pᵀ dy    dS = P·(dy vᵀ − D)    dq = scale·dS k    dk = scale·dSᵀ q
//
// Where weights are dropped, P in dv is what is left of them, and dy vᵀ is dropped alike. The weights are computed again. Their
// division by the sum of the row is done to dy instead, of which there is less.
type attentionGrad struct {
	attention
	dy, dq, dk, dv *device.View
}

// A span is a range of numbers.
type span struct{ lo, hi int }

func attentionBackward(c *device.Call) {
	a := attentionGrad{attention: newAttention(c, c.In[1], c.In[2], c.In[3], c.In[4])}
	a.y, a.most, a.sum = c.In[5], c.In[6], c.In[7]
	a.dy, a.dq, a.dk, a.dv = c.In[0], c.Out[0], c.Out[1], c.Out[2]
	all, queries, keys := a.batch*a.groups, span{0, a.queries}, span{0, a.keys}
	if threads := parallel.Threads(); threads == 1 || all >= 2*threads {
		a.each(all, func(r *attentionRoom, n int) { a.walk(r, n, queries, keys, true, true) })
		return
	}
	// Too few heads for the processors: first dk and dv by blocks of keys, then dq by blocks of queries. Each is summed
	// in the order in which it would be otherwise.
	blocks := max(1, parallel.Blocks(a.keys, keyBlock))
	a.each(all*blocks, func(r *attentionRoom, n int) {
		lo, hi := parallel.Block(a.keys, keyBlock, n%blocks)
		a.walk(r, n/blocks, queries, span{lo, hi}, false, true)
	})
	size := a.chunk()
	chunks := parallel.Blocks(a.queries, size)
	a.each(all*chunks, func(r *attentionRoom, n int) {
		lo, hi := parallel.Block(a.queries, size, n%chunks)
		a.walk(r, n/chunks, span{lo, hi}, keys, true, false)
	})
}

// each calls f for numbers below n, in parallel.
func (a *attentionGrad) each(n int, f func(r *attentionRoom, n int)) {
	parallel.For(n, 1, func(lo, hi int) {
		r := a.room(true)
		defer r.put()
		for ; lo < hi; lo++ {
			f(r, lo)
		}
	})
}

// walk computes dq of the queries, or dk and dv of the keys, or all, for key head number n of all batches.
func (a *attentionGrad) walk(r *attentionRoom, n int, queries, keys span, wantQ, wantKV bool) {
	b, g := n/a.groups, n%a.groups
	last := a.seen(queries.hi - 1)
	if wantQ {
		for h := range a.shared {
			a.clearBlind(b, g*a.shared+h, queries)
		}
	}
	if wantKV && a.queries == 0 {
		clearRows(a.dk, b, g, keys)
		clearRows(a.dv, b, g, keys)
	}
	for j := keys.lo; j < min(keys.hi, last); j += keyBlock {
		t := attentionTile{b: b, g: g, j: j, cols: min(keyBlock, keys.hi-j), wantQ: wantQ, wantKV: wantKV, first: true}
		r.loadColumns(r.keysT, a.k, b, g, j, t.cols)
		r.loadColumns(r.valuesT, a.v, b, g, j, t.cols)
		if wantQ {
			loadRows(r.keys, r.innerWidth, a.k, b, g, j, t.cols)
		}
		for h := range a.shared {
			t.h = g*a.shared + h
			// From the last queries, which see all keys, to the first: so the first tile sets all that others add to.
			for i := (parallel.Blocks(queries.hi-queries.lo, queryBlock) - 1) * queryBlock; i >= 0; i -= queryBlock {
				t.i = queries.lo + i
				t.rows = min(queryBlock, queries.hi-t.i)
				part := t
				part.cols = min(t.cols, a.seen(t.i+t.rows-1)-j)
				if part.cols > 0 {
					a.tile(r, part)
					t.first = false
				}
			}
		}
	}
}

// clearBlind clears dq of the queries that see no key.
func (a *attentionGrad) clearBlind(b, h int, s span) {
	for t := s.lo; t < s.hi && a.seen(t) == 0; t++ {
		clear(rowsAt(a.dq, b, h, t)[:a.inner])
	}
}

func clearRows(v *device.View, b, h int, s span) {
	for t := s.lo; t < s.hi; t++ {
		clear(rowsAt(v, b, h, t)[:v.Shape[3]])
	}
}

// An attentionTile is rows queries from i on and cols keys from j on, of query head h and key head g.
type attentionTile struct {
	b, h, g, i, j, rows, cols int
	wantQ, wantKV             bool
	first                     bool // of those with the same keys
}

// tile adds its part to the gradients.
func (a *attentionGrad) tile(r *attentionRoom, t attentionTile) {
	loadRows(r.q, r.innerWidth, a.q, t.b, t.h, t.i, t.rows)
	a.loadGradient(r, t)
	r.multiply(attentionProduct{
		m: t.rows, n: t.cols, k: a.inner, a: r.q, ak: 1, ai: r.innerWidth, b: r.keysT, c: r.p, ci: keyBlock, alpha: a.scale,
	})
	r.multiply(attentionProduct{
		m: t.rows, n: t.cols, k: a.outer, a: r.dy, ak: 1, ai: r.outerWidth, b: r.valuesT, c: r.dp, ci: keyBlock, alpha: 1,
	})
	a.weigh(r, t)
	if t.wantKV {
		r.multiply(attentionProduct{
			m: t.cols, n: a.outer, k: t.rows, a: r.p, ak: keyBlock, ai: 1, b: r.dy, bk: r.outerWidth,
			c: rowsAt(a.dv, t.b, t.g, t.j), ci: a.dv.Stride[2], alpha: 1, add: !t.first,
		})
		r.multiply(attentionProduct{
			m: t.cols, n: a.inner, k: t.rows, a: r.dp, ak: keyBlock, ai: 1, b: r.q, bk: r.innerWidth,
			c: rowsAt(a.dk, t.b, t.g, t.j), ci: a.dk.Stride[2], alpha: a.scale, add: !t.first,
		})
	}
	if t.wantQ {
		r.multiply(attentionProduct{
			m: t.rows, n: a.inner, k: t.cols, a: r.dp, ak: 1, ai: keyBlock, b: r.keys, bk: r.innerWidth,
			c: rowsAt(a.dq, t.b, t.h, t.i), ci: a.dq.Stride[2], alpha: a.scale, add: t.j > 0,
		})
	}
}

// loadGradient copies dy, each row divided by the sum of its weights.
func (a *attentionGrad) loadGradient(r *attentionRoom, t attentionTile) {
	for k := range t.rows {
		row := r.dy[k*r.outerWidth:][:r.outerWidth]
		if sum := a.statistic(a.sum, t, k); sum != 0 {
			kernel.MulScalar(row[:a.outer], rowsAt(a.dy, t.b, t.h, t.i+k)[:a.outer], 1/sum)
			clear(row[a.outer:])
		} else {
			clear(row)
		}
		kernel.Checkpoint()
	}
}

// statistic returns what was stored of query k of the tile.
func (a *attentionGrad) statistic(v *device.View, t attentionTile, k int) float32 {
	return memory[float32](v)[row(v, t.b, t.h, t.i+k)]
}

// weigh makes the logits weights, and the gradients of the weights those of the logits.
func (a *attentionGrad) weigh(r *attentionRoom, t attentionTile) {
	for k := range t.rows {
		p, dp := r.p[k*keyBlock:][:t.cols], r.dp[k*keyBlock:][:t.cols]
		n := max(0, min(t.cols, a.seen(t.i+k)-t.j))
		if a.statistic(a.sum, t, k) == 0 {
			n = 0
		}
		clear(p[n:])
		clear(dp[n:])
		if n == 0 {
			continue
		}
		p, dp = p[:n], dp[:n]
		a.addMask(p, t.b, t.h, t.i+k, t.j)
		kernel.ExpShift(p, p, a.statistic(a.most, t, k))
		a.drop(r, dp, t.b, t.h, t.i+k, t.j)
		kernel.WeighFrom(dp, dp, p, a.mean(r, t, k, p, dp))
		a.drop(r, p, t.b, t.h, t.i+k, t.j)
		kernel.Checkpoint()
	}
}

// mean returns D of query k of the tile. With all keys at hand it is the mean of the gradients of the weights, which makes
// the gradient of a query that sees one key exactly 0.
func (a *attentionGrad) mean(r *attentionRoom, t attentionTile, k int, p, dp []float32) float32 {
	if a.keys <= keyBlock {
		return kernel.Dot(p, dp) / a.statistic(a.sum, t, k)
	}
	return kernel.Dot(r.dy[k*r.outerWidth:][:a.outer], rowsAt(a.y, t.b, t.h, t.i+k))
}
