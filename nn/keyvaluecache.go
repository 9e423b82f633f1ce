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
}

// NewKeyValueCache returns an empty cache with room for that many tokens.
func NewKeyValueCache(room int) *KeyValueCache { return &KeyValueCache{room: room} }

// Len returns how many tokens are in the cache.
func (c *KeyValueCache) Len() int { return c.n }

// Truncate forgets the tokens from number n on.
func (c *KeyValueCache) Truncate(n int) { c.n = min(c.n, max(n, 0)) }

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
// the cache and, of x, what is up to itself. No gradient flows.
//
//	x [b t d] → y [b t d]
func (l *MultiHeadAttention) Decode(p *Pass, x *tensor.Tensor, c *KeyValueCache) *tensor.Tensor {
	qkv := l.project(p, x)
	tensor.NonDifferentiable("Decode", qkv)
	groups := (qkv.Dim(2) - l.Heads) / 2
	parts := qkv.Split(2, l.Heads, groups, groups)
	k, v := c.add(parts[1], parts[2])
	y := op.Attention(parts[0].Transpose(1, 2), k, v, op.AttentionConfig{Causal: true})
	return l.Output.Forward(p, y.Transpose(1, 2).Flatten(2, 3))
}
