package main

import (
	"math"

	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A network is two affine layers with tanh between them.
//
//	x [n in] → z1 = x W1 + b1 → a1 = tanh z1 [n hidden] → y = a1 W2 + b2 [n out]
//
// The output is linear, which is right for numbers and squared error; classes want logits and a cross-entropy.
type network struct{ w1, b1, w2, b2 *tensor.Tensor } // [in hidden], [1 hidden], [hidden out], [1 out]

// newNetwork draws the weights with the deviation √(2/(in+out)) of Glorot and Bengio. The article's have deviation 1: with
// many inputs nearly every tanh then starts where it is flat. The same key gives the same network, which the article's
// unseeded generator does not.
func newNetwork(key rng.Key, in, hidden, out int) *network {
	return &network{
		w1: normal(key.Child("w1"), math.Sqrt(2/float64(in+hidden)), in, hidden),
		b1: zeros(1, hidden),
		w2: normal(key.Child("w2"), math.Sqrt(2/float64(hidden+out)), hidden, out),
		b2: zeros(1, out),
	}
}

func normal(key rng.Key, deviation float64, rows, columns int) *tensor.Tensor {
	drawn := make([]float32, rows*columns)
	key.Normal(drawn)
	x := make([]float64, len(drawn))
	for i, v := range drawn {
		x[i] = deviation * float64(v)
	}
	return tensor.Of(x, rows, columns)
}

func zeros(rows, columns int) *tensor.Tensor {
	return tensor.Of(make([]float64, rows*columns), rows, columns)
}

// forward returns the output, and what the hidden layer puts out: its activation, not its input, as the article has it.
func (n *network) forward(x *tensor.Tensor) (a1, y *tensor.Tensor) {
	a1 = x.MatMul(n.w1).Add(n.b1).Tanh()
	return a1, a1.MatMul(n.w2).Add(n.b2)
}

// loss is the mean squared error over all elements. The article computes none.
func loss(y, target *tensor.Tensor) float64 { return y.Sub(target).Square().Mean().Item() }

// backward returns the gradients of the loss with respect to the parameters. It neither updates them nor gives ∂loss/∂x,
// which nothing needs here: the article does the one, and claims the other.
func (n *network) backward(x, a1, y, target *tensor.Tensor) *network {
	dy := y.Sub(target).Scale(2 / float64(y.Len())) // the mean's: without the division the step grows with the batch
	da1 := dy.MatMul(n.w2.T())
	dz1 := da1.Mul(a1.Square().Neg().AddScalar(1)) // tanh′(z1) = 1 − a1²: the factor that is missing in print
	return &network{
		w1: x.T().MatMul(dz1), b1: dz1.SumKeep(0),
		w2: a1.T().MatMul(dy), b2: dy.SumKeep(0),
	}
}

// printedBackward is the article's: the gradient of the sum of squares, and da1 taken for dz1.
func (n *network) printedBackward(x, a1, y, target *tensor.Tensor) *network {
	dy := y.Sub(target).Scale(2)
	dz1 := dy.MatMul(n.w2.T())
	return &network{
		w1: x.T().MatMul(dz1), b1: dz1.SumKeep(0),
		w2: a1.T().MatMul(dy), b2: dy.SumKeep(0),
	}
}

// step returns the network moved against its gradients.
func (n *network) step(g *network, rate float64) *network {
	return &network{
		w1: n.w1.Sub(g.w1.Scale(rate)), b1: n.b1.Sub(g.b1.Scale(rate)),
		w2: n.w2.Sub(g.w2.Scale(rate)), b2: n.b2.Sub(g.b2.Scale(rate)),
	}
}
