package nn

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// A KeyValueCache holds the keys and values of the tokens that a [MultiHeadAttention] has seen, so that a decoder computes
// those of each token once. It is for one sequence, or a batch of sequences of one length, and for one goroutine.
type KeyValueCache struct {
	keys, values *tensor.Tensor // [b room g d], of which the first n tokens are there
	n, room      int
	past         int // tokens before those, which a window has left behind
}

// NewKeyValueCache returns an empty cache with room for that many tokens.
func NewKeyValueCache(room int) *KeyValueCache { return &KeyValueCache{room: room} }

// NewKeyValueCaches returns an empty cache for each of so many layers, with room for so many tokens.
func NewKeyValueCaches(layers, room int) []*KeyValueCache {
	all := make([]*KeyValueCache, layers)
	for i := range all {
		all[i] = NewKeyValueCache(room)
	}
	return all
}

// Len returns how many tokens are in the cache.
func (c *KeyValueCache) Len() int { return c.n }

// Seen returns how many tokens have been in the cache: those that a window has left behind count too.
func (c *KeyValueCache) Seen() int { return c.past + c.n }

// Truncate forgets the tokens from number n on, of all that were seen.
func (c *KeyValueCache) Truncate(n int) { c.n = min(c.n, max(n-c.past, 0)) }

// slide makes room for t tokens, if there is none, by forgetting those that a window does not reach any more.
func (c *KeyValueCache) slide(window, t int) {
	keep := min(c.n, window-1)
	if c.n+t <= c.room || keep == c.n {
		return
	}
	for _, x := range []*tensor.Tensor{c.keys, c.values} {
		x.Slice(1, 0, keep).CopyFrom(x.Slice(1, c.n-keep, c.n).Clone())
	}
	c.past += c.n - keep
	c.n = keep
}

// Append adds the keys and values of tokens that follow, [b t g d], and returns views of all [b g n d]. With a window above 0, a
// full cache forgets what is out of its reach. It panics with a [tensor.Error] if there is no room.
func (c *KeyValueCache) Append(k, v *tensor.Tensor, window int) (keys, values *tensor.Tensor) {
	if window > 0 {
		c.slide(window, k.Dim(1))
	}
	return c.add(k, v)
}

// Reorder makes sequence i in the cache what was number rows[i], as [Memory.Reorder] does; there may be more or fewer than
// before.
func (c *KeyValueCache) Reorder(rows []int64) {
	if c.keys != nil {
		at := tensor.Of(rows, len(rows)).To(c.keys.Device())
		c.keys, c.values = c.keys.Take(0, at), c.values.Take(0, at)
	}
}

// add appends keys and values [b t g d], and returns views of all [b g n d].
func (c *KeyValueCache) add(k, v *tensor.Tensor) (keys, values *tensor.Tensor) {
	b, t, g, d := k.Dim(0), k.Dim(1), k.Dim(2), k.Dim(3)
	if c.n+t > c.room {
		panic(tensor.Errorf("KeyValueCache", "%d tokens and %d more do not fit in the room for %d", c.n, t, c.room))
	}
	if c.keys == nil {
		c.keys = tensor.New(k.Device(), k.DType(), b, c.room, g, d)
		c.values = tensor.New(k.Device(), k.DType(), b, c.room, g, d)
	}
	if c.keys.Dim(0) != b || c.keys.Dim(2) != g || c.keys.Dim(3) != d {
		panic(tensor.Errorf("KeyValueCache", "keys %v for a cache of %v", k, c.keys))
	}
	c.keys.Slice(1, c.n, c.n+t).CopyFrom(k)
	c.values.Slice(1, c.n, c.n+t).CopyFrom(v)
	c.n += t
	return c.keys.Slice(1, 0, c.n).Transpose(1, 2), c.values.Slice(1, 0, c.n).Transpose(1, 2)
}

// Decode is [MultiHeadAttention.Forward] for tokens that follow those in the cache, to which it adds them: each sees
// the cache and, of x, what is up to itself. No gradient flows. With a window, a full cache forgets what is out of reach:
// room for the window and the tokens of one call is enough for texts of any length.
//
//	x [b t d] → y [b t d]
func (l *MultiHeadAttention) Decode(p *Pass, x *tensor.Tensor, c *KeyValueCache) *tensor.Tensor {
	qkv := l.project(p, x, c.Seen())
	tensor.NonDifferentiable("Decode", qkv)
	groups := (qkv.Dim(2) - l.Heads) / 2
	parts := qkv.Split(2, l.Heads, groups, groups)
	k, v := c.Append(parts[1], parts[2], l.Window)
	q := parts[0].Transpose(1, 2)
	y := op.Attention(q, k, v, l.config(p, q, k, op.AttentionConfig{Causal: true}))
	return l.Output.Forward(p, y.Transpose(1, 2).Flatten(2, 3))
}
