package dit

import (
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// waves is how many numbers say which step it is.
const waves = 256

// A Block is attention and a perceptron, each shifted, scaled and gated by the condition.
type Block struct {
	Attention struct {
		QKV    *nn.Linear
		Output *nn.Linear `nn:"proj"`
	} `nn:"attn"`
	MLP struct {
		FC1, FC2 *nn.Linear
	}
	Modulation nn.Sequential `nn:"adaLN_modulation"`
	heads      int
}

func newBlock(r *rng.Rand, width, heads int) *Block {
	b := &Block{heads: heads, Modulation: modulation(r, width, 6)}
	xavier := func(in, out int) *nn.Linear {
		l := nn.NewLinear(r, in, out)
		nn.Reset(&l.Weight, nn.XavierUniform(1), r.Next())
		nn.Reset(&l.Bias, nn.Constant(0), r.Next())
		return l
	}
	b.Attention.QKV, b.Attention.Output = xavier(width, 3*width), xavier(width, width)
	b.MLP.FC1, b.MLP.FC2 = xavier(width, 4*width), xavier(4*width, width)
	return b
}

// forward returns the block of t [n s d] under a condition [n d].
func (b *Block) forward(p *nn.Pass, t, condition *tensor.Tensor) *tensor.Tensor {
	c := chunks(b.Modulation[1].Forward(p, condition), 6) // shift, scale and gate of each part, [n 1 d]
	qkv := b.Attention.QKV.Forward(p, modulated(t, c[0], c[1]))
	qkv = qkv.Reshape(t.Dim(0), t.Dim(1), 3*b.heads, -1)
	y := op.SelfAttention(qkv, b.heads, op.AttentionConfig{}).Flatten(2, 3)
	t = t.Add(b.Attention.Output.Forward(p, y).Mul(c[2]))
	y = op.GeluTanh(b.MLP.FC1.Forward(p, modulated(t, c[3], c[4])))
	return t.Add(b.MLP.FC2.Forward(p, y).Mul(c[5]))
}

// A Final makes pixels of patches.
type Final struct {
	Linear     *nn.Linear
	Modulation nn.Sequential `nn:"adaLN_modulation"`
}

func (f *Final) forward(p *nn.Pass, t, condition *tensor.Tensor) *tensor.Tensor {
	c := chunks(f.Modulation[1].Forward(p, condition), 2)
	return f.Linear.Forward(p, modulated(t, c[0], c[1]))
}

// modulated returns norm(t) · (1 + scale) + shift.
func modulated(t, shift, scale *tensor.Tensor) *tensor.Tensor {
	return op.LayerNorm(t, nil, nil, 1e-6).Mul(scale.AddScalar(1)).Add(shift)
}

// chunks cuts x [n k·d] into k pieces [n 1 d].
func chunks(x *tensor.Tensor, k int) []*tensor.Tensor {
	d := x.Dim(1) / k
	all := make([]*tensor.Tensor, k)
	for i := range all {
		all[i] = x.Slice(1, i*d, (i+1)*d).Unsqueeze(1)
	}
	return all
}

// modulation returns silu, which stands before all of them and is taken once, and a map that gives 0 at first.
func modulation(r *rng.Rand, width, pieces int) nn.Sequential {
	return nn.Sequential{nn.SiLU{}, linear(r, width, pieces*width, 0)}
}

func linear(r *rng.Rand, in, out int, std float64) *nn.Linear {
	l := nn.NewLinear(r, in, out)
	nn.Reset(&l.Weight, nn.Normal(std), r.Next())
	nn.Reset(&l.Bias, nn.Constant(0), r.Next())
	return l
}

// wavesOf returns cosines and sines of steps [n], as [n 256].
//
//	angle_i = step · 10000^(−i/128)
func wavesOf(step *tensor.Tensor) *tensor.Tensor {
	rate := make([]float32, waves/2)
	for i := range rate {
		rate[i] = float32(math.Exp(-math.Log(10000) * float64(i) / (waves / 2)))
	}
	angle := step.Cast(device.Float32).Reshape(-1, 1).Mul(tensor.Of(rate, 1, waves/2).To(step.Device()))
	return tensor.Concat(1, angle.Cos(), angle.Sin())
}

// positions returns sines and cosines of the column and of the row of each patch, [1 side·side d].
func positions(d, side int) *tensor.Tensor {
	x := make([]float32, 0, side*side*d)
	quarter := d / 4
	for row := range side {
		for column := range side {
			for _, at := range []int{column, row} {
				for _, wave := range []func(float64) float64{math.Sin, math.Cos} {
					for i := range quarter {
						x = append(x, float32(wave(float64(at)/math.Pow(10000, float64(i)/float64(quarter)))))
					}
				}
			}
		}
	}
	return tensor.Of(x, 1, side*side, d)
}
