package onnx

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
	proto "github.com/jimu-ml/jimu/format/onnx"
	"github.com/jimu-ml/jimu/tensor"
)

func init() {
	for _, normal := range []bool{false, true} {
		name := map[bool]string{false: "RandomUniform", true: "RandomNormal"}[normal]
		register(name, 1, func(c *call) []*Value {
			return c.draw(normal, proto.DataType(c.integer("dtype", int(proto.Float))), c.integers("shape", nil))
		})
		register(name+"Like", 1, func(c *call) []*Value {
			return c.draw(normal, proto.DataType(c.integer("dtype", int(c.value(0).Type))), c.value(0).Dims())
		})
	}
	register("Bernoulli", 15, func(c *call) []*Value {
		p := c.x(0).Detach().Cast(device.Float64)
		heads := c.numbersFrom(false, p.Shape()).Less(p)
		return []*Value{c.cast(Of(heads), proto.DataType(c.integer("dtype", int(c.value(0).Type))))}
	})
	register("Multinomial", 7, multinomial)
}

// numbersFrom draws numbers between 0 and 1, or from the standard normal distribution, with the node's key.
func (c *call) numbersFrom(normal bool, shape []int) *tensor.Tensor {
	c.product(shape)
	y := tensor.OutputAs(device.Float64, c.anchor, shape)
	if y.Len() > 0 {
		tensor.Run(device.Random, &device.Attr{Key: [2]uint64{uint64(c.random()), 0}, Flag: normal}, []*tensor.Tensor{y})
	}
	return y
}

func (c *call) draw(normal bool, t proto.DataType, shape []int) []*Value {
	y := c.numbersFrom(normal, shape)
	if normal {
		y = y.Scale(c.float("scale", 1)).AddScalar(c.float("mean", 0))
	} else {
		lo, hi := c.float("low", 0), c.float("high", 1)
		y = y.Scale(hi - lo).AddScalar(lo)
	}
	return []*Value{c.cast(Of(y), t)}
}

// multinomial draws classes by their log-probabilities, which need not be normalized: the largest of each and a number from
// the Gumbel distribution together.
func multinomial(c *call) []*Value {
	x, n := c.wants(0, 2), c.integer("sample_size", 1)
	if n < 1 || x.Dim(1) == 0 {
		c.fail("%d draws from %v", n, x)
	}
	u := c.numbersFrom(false, []int{x.Dim(0), n, x.Dim(1)})
	gumbel := u.AddScalar(1e-300).Log().Neg().Log().Neg()
	drawn := gumbel.Add(x.Detach().Cast(device.Float64).Unsqueeze(1)).ArgMax(2)
	return []*Value{c.cast(Of(drawn), proto.DataType(c.integer("dtype", int(proto.Int32))))}
}

// A twister is the Mersenne Twister, which NumPy draws from and the standard's reference with it: a seeded dropout gives the
// same numbers there and here.
//
// Matsumoto and Nishimura, Mersenne Twister, 1998.
type twister struct {
	state []uint32
	at    int
}

func newTwister(seed uint32) *twister {
	t := &twister{state: make([]uint32, 624), at: 624}
	t.state[0] = seed
	for i := uint32(1); i < 624; i++ {
		before := t.state[i-1]
		t.state[i] = 1812433253*(before^before>>30) + i
	}
	return t
}

func (t *twister) word() uint32 {
	if t.at == len(t.state) {
		for i := range t.state {
			y := t.state[i]&0x80000000 | t.state[(i+1)%624]&0x7fffffff
			next := t.state[(i+397)%624] ^ y>>1
			if y&1 == 1 {
				next ^= 0x9908b0df
			}
			t.state[i] = next
		}
		t.at = 0
	}
	y := t.state[t.at]
	t.at++
	y ^= y >> 11
	y ^= y << 7 & 0x9d2c5680
	y ^= y << 15 & 0xefc60000
	return y ^ y>>18
}

// float returns a number from 0 to 1, 1 excluded, of 53 bits.
func (t *twister) float() float64 {
	a, b := t.word()>>5, t.word()>>6
	return (float64(a)*(1<<26) + float64(b)) / (1 << 53)
}

// keepMask returns where a seeded dropout keeps elements.
func (c *call) keepMask(seed int64, rate float64, shape []int) *tensor.Tensor {
	t := newTwister(uint32(seed))
	keep := make([]bool, c.product(shape))
	for i := range keep {
		keep[i] = t.float() >= rate
	}
	return tensor.OutputOf(device.Bool, c.anchor, keep, slices.Clone(shape))
}
