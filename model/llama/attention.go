package llama

import (
	"cmp"
	"fmt"
	"math"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// An Attention lets each token look at those up to itself, in several heads, a group of which shares its keys and values.
//
//	x [b t d] → y [b t d]
//	q, k = the heads of x·Wᵀ + b, turned by their positions    v = those of x·Wᵀ + b
//	y = (softmax(q kᵀ · scale) v of all heads, side by side)·Oᵀ
//
// See [op.Attention] and [op.Rotary].
type Attention struct {
	Query     nn.Layer `nn:"q_proj"` // to heads · head
	Key       nn.Layer `nn:"k_proj"` // to groups · head
	Value     nn.Layer `nn:"v_proj"` // to groups · head
	Output    nn.Layer `nn:"o_proj"` // from heads · head
	QueryNorm *Norm    `nn:"q_norm"` // of each head; nil: none
	KeyNorm   *Norm    `nn:"k_norm"`

	head   int
	rotary op.RotaryConfig
	see    op.AttentionConfig
}

func newAttention(r *rng.Rand, i int, c Config) *Attention {
	l := &Attention{
		Query: linear(r, c.Width, c.Heads*c.Head, c.Biases), Key: linear(r, c.Width, c.Groups*c.Head, c.Biases),
		Value: linear(r, c.Width, c.Groups*c.Head, c.Biases), Output: linear(r, c.Heads*c.Head, c.Width, c.OutputBias), head: c.Head,
		see: op.AttentionConfig{Causal: true, Window: c.window(i), Scale: 1 / math.Sqrt(c.QueryWidth), Cap: c.AttentionCap},
	}
	if c.HeadNorm {
		l.QueryNorm, l.KeyNorm = newNorm(r, c.Head, c), newNorm(r, c.Head, c)
	}
	if l.see.Window > 0 && c.LocalBase > 0 {
		l.rotary.Base = c.LocalBase
		return l
	}
	frequencies, temperature, _ := c.Scaling.frequencies(c.Head, c.Base)
	l.rotary.Frequencies = frequencies
	l.see.Scale *= temperature
	return l
}

// Forward lets the tokens of x look at each other.
func (l *Attention) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	q, k, v := l.project(p, x, 0)
	return l.attend(p, q, k.Transpose(1, 2), v.Transpose(1, 2))
}

// Decode is [Attention.Forward] for tokens that follow those in the cache, to which it adds them. No gradient flows.
func (l *Attention) Decode(p *nn.Pass, x *tensor.Tensor, c *nn.KeyValueCache) *tensor.Tensor {
	q, k, v := l.project(p, x, c.Seen())
	tensor.NonDifferentiable("Decode", q, k, v)
	keys, values := c.Append(k, v, l.see.Window)
	return l.attend(p, q, keys, values)
}

// attend returns what queries [b t h d] see of keys and values [b g s d].
func (l *Attention) attend(p *nn.Pass, q, k, v *tensor.Tensor) *tensor.Tensor {
	y := op.Attention(q.Transpose(1, 2), k, v, l.see)
	return l.Output.Forward(p, y.Transpose(1, 2).Flatten(2, 3))
}

// project returns queries, keys and values of tokens [b t d], the first of which stands at that position: [b t heads d].
func (l *Attention) project(p *nn.Pass, x *tensor.Tensor, first int) (q, k, v *tensor.Tensor) {
	heads := func(m nn.Layer, norm *Norm) *tensor.Tensor {
		y := m.Forward(p, x).Reshape(x.Dim(0), x.Dim(1), -1, l.head)
		if norm != nil {
			y = norm.Forward(p, y)
		}
		return y
	}
	turn := l.rotary
	turn.First = first
	return op.Rotary(heads(l.Query, l.QueryNorm), turn), op.Rotary(heads(l.Key, l.KeyNorm), turn), heads(l.Value, nil)
}

// A Scaling slows down the turning of queries and keys, for texts longer than those of the training.
type Scaling struct {
	Kind     string    `json:"kind"`               // "linear", "ntk", "llama3", "yarn" or "factors"
	Factor   float64   `json:"factor,omitempty"`   // how many times longer
	Low      float64   `json:"low,omitempty"`      // turns within original of what slows down wholly; 1 if 0
	High     float64   `json:"high,omitempty"`     // turns of what stays as it is; 4 if 0, for "yarn" 32
	Original int       `json:"original,omitempty"` // tokens of the texts of the training
	Factors  []float64 `json:"factors,omitempty"`  // of "factors": how many times slower each pair turns
	Heat     float64   `json:"heat,omitempty"`     // of "yarn" and "factors": queries and keys are multiplied by it
}

// frequencies returns the angles of a head of d numbers, nil for those of the base, and what the logits of attention are
// multiplied by.
func (s *Scaling) frequencies(d int, base float64) (f []float64, temperature float64, err error) {
	if s == nil {
		return op.RotaryFrequencies(d, base), 1, nil
	}
	if s.Factor <= 0 && s.Kind != "factors" {
		return nil, 0, fmt.Errorf("positions scaled by %g", s.Factor)
	}
	temperature = 1
	switch s.Kind {
	case "linear":
		f = op.LinearFrequencies(d, base, s.Factor)
	case "ntk":
		f = op.NTKFrequencies(d, base, s.Factor)
	case "llama3":
		f = op.Llama3Scaling{Factor: s.Factor, Low: s.Low, High: s.High, Original: s.Original}.Frequencies(d, base)
	case "yarn":
		y := op.YaRN{Factor: s.Factor, Slow: s.Low, Fast: s.High, Original: s.Original}
		f, temperature = y.Frequencies(d, base), cmp.Or(s.Heat*s.Heat, y.Temperature())
	case "factors":
		if len(s.Factors) != d/2 {
			return nil, 0, fmt.Errorf("%d factors for the %d pairs of a head", len(s.Factors), d/2)
		}
		f, temperature = op.RotaryFrequencies(d, base), cmp.Or(s.Heat*s.Heat, 1)
		for i := range f {
			f[i] /= s.Factors[i]
		}
	default:
		return nil, 0, fmt.Errorf("there is no scaling %q; there are linear, ntk, llama3, yarn and factors", s.Kind)
	}
	return f, temperature, nil
}
