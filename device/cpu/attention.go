package cpu

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// Attention goes over the logits of some queries and some keys at a time, which lie in the second cache with what is
// needed of q, k and v; nothing is ever as large as queries times keys. The borders of the blocks are where they are
// because of the shapes alone, and each result is added up in the order of the keys, or of the queries.
const (
	queryBlock = 64  // queries, at most
	keyBlock   = 256 // and keys
)

// An attention is what Attention and its gradient have in common.
type attention struct {
	q, k, v, mask *device.View // [b h t d], [b g s d], [b g s e], [b h t s] or nil
	y, most, sum  *device.View // [b h t e], [b h t], [b h t]
	scale         float32
	causal        bool
	dropout, keep float32   // the share of the weights that are dropped, and what the others are multiplied by
	key           [2]uint64 // of the dropout

	batch, heads, groups, queries, keys int
	inner, outer                        int // d and e
	shared                              int // how many query heads have one key head
}

// newAttention returns the attention of views whose last axis is contiguous.
func newAttention(c *device.Call, q, k, v, mask *device.View) attention {
	return attention{
		q: q, k: k, v: v, mask: mask, scale: float32(c.Scalars[0]), causal: c.Flag,
		dropout: float32(c.Scalars[1]), keep: float32(1 / (1 - c.Scalars[1])), key: c.Key,
		batch: q.Shape[0], heads: q.Shape[1], groups: k.Shape[1], queries: q.Shape[2], keys: k.Shape[2],
		inner: q.Shape[3], outer: v.Shape[3], shared: q.Shape[1] / max(k.Shape[1], 1),
	}
}

// attend runs Attention and AttentionGrad, in float32.
func attend(c *device.Call) bool {
	grad := c.Op == device.AttentionGrad
	q, mask := c.In[0], c.In[3]
	if grad {
		q, mask = c.In[1], c.In[4]
	}
	if !half(q.DType) && q.DType != device.Float32 || mask != nil && mask.DType != device.Bool && mask.DType != device.Float32 || q.Shape[3] == 0 || c.Out[0].Shape[3] == 0 {
		return false
	}
	s := &device.Call{Op: c.Op, Attr: c.Attr, Out: make([]*device.View, len(c.Out)), In: make([]*device.View, len(c.In))}
	for i, v := range c.In {
		if s.In[i] = v; v != nil && v != mask {
			s.In[i] = straight(v, true)
		}
	}
	for i, v := range c.Out {
		s.Out[i] = straight(v, false)
	}
	if grad {
		attentionBackward(s)
	} else {
		attentionForward(s)
	}
	unsettle(c, s, true)
	return true
}

// straight returns v if it is of float32 and inRows; else a view of the same shape that is, with the elements of v if they are
// to be read. It has v's order of axes if that can be, so that the elements go over in one run.
func straight(v *device.View, read bool) *device.View {
	if v.DType == device.Float32 && inRows(v) {
		return v
	}
	w := temporary(device.Float32, v.Dims()...)
	if w.SetLike(v, v.Dims()...); !inRows(w) {
		w.SetRowMajor(v.Dims()...)
	}
	if read {
		convert(w, v)
	}
	return w
}

// inRows says whether the rows of the last axis are contiguous and one behind the other.
func inRows(v *device.View) bool {
	return v.Rank < 4 || (v.Stride[3] == 1 || v.Shape[3] == 1) && (v.Stride[2] >= v.Shape[3] || v.Shape[2] == 1)
}

// seen returns how many keys query i sees: those before that number.
func (a *attention) seen(i int) int {
	if !a.causal {
		return a.keys
	}
	return max(0, min(a.keys, i+1+a.keys-a.queries))
}

// chunk returns how many queries are worked on by one goroutine while it has a block of keys. There are several for
// each processor if there are enough queries.
func (a *attention) chunk() int {
	n := 8 * queryBlock
	for n > queryBlock && a.batch*a.groups*parallel.Blocks(a.queries, n) < 64 {
		n /= 2
	}
	return n
}

// row returns element i of a row of v: of batch b, head h and position t.
func row(v *device.View, b, h, t int) int {
	return v.Offset + b*v.Stride[0] + h*v.Stride[1] + t*v.Stride[2]
}

// rowsAt returns the elements of v from such a row on.
func rowsAt(v *device.View, b, h, t int) []float32 { return memory[float32](v)[row(v, b, h, t):] }

// drop drops weights of a query from key j on, or what else has the place of weights, in a row of keyBlock. It goes on to a whole
// step of the kernel, behind what anyone reads.
func (a *attention) drop(r *attentionRoom, x []float32, b, h, i, j int) {
	const step = 32
	if a.dropout != 0 {
		x = x[:upTo(len(x), step)]
		place := ((b*a.heads+h)*a.queries+i)*a.keys + j
		kernel.Dropout(x, x, r.chance, a.key[0], a.key[1]+uint64(place), a.dropout, a.keep)
	}
}

// addMask adds the mask to the logits of a query, from key j on.
func (a *attention) addMask(x []float32, b, h, i, j int) {
	if a.mask == nil || len(x) == 0 {
		return
	}
	at, step := row(a.mask, b, h, i)+j*a.mask.Stride[3], a.mask.Stride[3]
	if a.mask.DType == device.Bool {
		mask := memory[uint8](a.mask)
		for k := range x {
			if mask[at+k*step] == 0 {
				x[k] = minusInfinity
			}
		}
		return
	}
	mask := memory[float32](a.mask)
	if step == 1 {
		kernel.Add(x, x, mask[at:at+len(x)])
		return
	}
	for k := range x {
		x[k] += mask[at+k*step]
	}
}
