package nn

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// Heads is attention whose queries, keys and values come from maps that stand apart, as most published models keep them. It
// has no parameters of its own: a model holds the maps under the names of its files, and puts them together here for a call.
//
//	x [b t d], memory [b s m] → y [b t h·e]
//	q, k, v = the heads of query(x), key(memory), value(memory)    y = softmax(q kᵀ · scale + mask) v, side by side
//
// The map behind the heads is the model's. [Attention] and [MultiHeadAttention] are layers with one projection. See
// [op.Attention].
type Heads struct {
	Query, Key, Value Layer   // maps to h·e, g·e and g·e
	Count             int     // h, of the queries
	Groups            int     // g, of keys and values, each shared by h/g heads of queries; 0 means h
	Scale             float64 // of the logits; 0 means 1/√e
	Drop              *Dropout
}

// Attend lets the tokens of x look at those of memory, which may be x.
func (h Heads) Attend(p *Pass, x, memory *tensor.Tensor, c AttendConfig) *tensor.Tensor {
	return h.Recall(p, x, h.Remember(p, memory), c)
}

// Remember returns the keys and values of memory.
func (h Heads) Remember(p *Pass, memory *tensor.Tensor) Memory {
	return Memory{h.split(p, h.Key, memory, h.groups()), h.split(p, h.Value, memory, h.groups())}
}

// Recall is [Heads.Attend] with what was remembered.
func (h Heads) Recall(p *Pass, x *tensor.Tensor, m Memory, c AttendConfig) *tensor.Tensor {
	return h.mean(h.split(p, h.Query, x, h.Count), m, dropping(p, h.Drop, c.config()))
}

// Decode lets tokens that follow those in the cache, to which it adds them, look at those and, of x, at what is up to
// themselves. The masks of c are for all that is in the cache then. No gradient flows.
func (h Heads) Decode(p *Pass, x *tensor.Tensor, cache *KeyValueCache, c AttendConfig) *tensor.Tensor {
	q, m := h.split(p, h.Query, x, h.Count), h.Remember(p, x)
	tensor.NonDifferentiable("Decode", q, m.keys, m.values)
	m.keys, m.values = cache.add(m.keys.Transpose(1, 2), m.values.Transpose(1, 2))
	c.Causal = true
	return h.mean(q, m, c.config())
}

// Weights returns the weights of [Heads.Attend], [b h t s].
func (h Heads) Weights(p *Pass, x, memory *tensor.Tensor, c AttendConfig) *tensor.Tensor {
	o := c.config()
	o.Scale = h.Scale
	return op.AttentionWeights(h.split(p, h.Query, x, h.Count), h.split(p, h.Key, memory, h.groups()), o)
}

func (h Heads) groups() int {
	if h.Groups == 0 {
		return h.Count
	}
	return h.Groups
}

// split returns the heads that a map makes of x, [b heads t e].
func (h Heads) split(p *Pass, l Layer, x *tensor.Tensor, heads int) *tensor.Tensor {
	y := l.Forward(p, x)
	if y.Rank() != 3 || heads < 1 || y.Dim(2)%heads != 0 {
		panic(tensor.Errorf("Heads", "%v is not [b t e·h] for h = %d heads", y, heads))
	}
	return y.Reshape(y.Dim(0), y.Dim(1), heads, y.Dim(2)/heads).Transpose(1, 2)
}

func (h Heads) mean(q *tensor.Tensor, m Memory, c op.AttentionConfig) *tensor.Tensor {
	c.Scale = h.Scale
	return op.Attention(q, m.keys, m.values, c).Transpose(1, 2).Flatten(2, 3)
}

// Keep returns the memory as one that outlives the pass, for a decoder that looks at it in many.
func (m Memory) Keep(p *Pass) Memory { return Memory{p.Keep(m.keys), p.Keep(m.values)} }

// Reorder returns the memory with sequence rows[i] as number i; there may be more or fewer than before.
func (m Memory) Reorder(rows []int64) Memory {
	at := tensor.Of(rows, len(rows)).To(m.keys.Device())
	return Memory{m.keys.Take(0, at), m.values.Take(0, at)}
}

// Memories are those of the layers of a decoder.
type Memories []Memory

// Keep returns all of them as ones that outlive the pass.
func (m Memories) Keep(p *Pass) Memories {
	kept := make(Memories, len(m))
	for i := range m {
		kept[i] = m[i].Keep(p)
	}
	return kept
}

// Reorder returns those of the sequences of those numbers; see [Memory.Reorder].
func (m Memories) Reorder(rows []int64) Memories {
	all := make(Memories, len(m))
	for i := range m {
		all[i] = m[i].Reorder(rows)
	}
	return all
}

// Expand returns those of one sequence as those of a batch of n.
func (m Memories) Expand(n int) Memories {
	all := make(Memories, len(m))
	for i := range m {
		all[i] = m[i].Expand(n)
	}
	return all
}

// Expand returns the memory of one sequence as that of a batch of n, without copying it: so beams share what they look at.
func (m Memory) Expand(n int) Memory {
	k, v := m.keys.Shape(), m.values.Shape()
	return Memory{m.keys.Expand(n, k[1], k[2], k[3]), m.values.Expand(n, v[1], v[2], v[3])}
}
