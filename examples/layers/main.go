// Layers builds a network as an article does, a list of layers with a forward and a backward each, and trains it: the
// exclusive or, learned without autograd. File printed.go has the article's own steps, which learn nothing.
//
//	go run ./examples/layers
package main

import (
	"fmt"

	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// crossEntropy returns the mean loss of logits z for targets y of 0 and 1, and its gradient.
//
//	J = mean of ln(1 + eᶻ) − y z    ∂J/∂z = (σ(z) − y)/n
func crossEntropy(z, y *tensor.Tensor) (loss float64, dz *tensor.Tensor) {
	return op.Softplus(z).Sub(y.Mul(z)).Mean().Item(), op.Sigmoid(z).Sub(y).Scale(1 / float64(z.Len()))
}

// backpropagate returns the loss, and leaves the gradient of each parameter in it. The article's version hands the network's
// output to backward, where x is expected, and returns the gradient of the input, where those of the weights are needed.
func backpropagate(n network, x, y *tensor.Tensor) float64 {
	loss, dz := crossEntropy(n.forward(x), y)
	n.backward(dz)
	return loss
}

// descend moves each parameter against its gradient: w ← w − rate · ∂L/∂w.
func descend(params []*param, rate float64) {
	for _, p := range params {
		p.value = p.value.Sub(p.grad.Scale(rate))
	}
}

// exclusive returns the four examples of the exclusive or.
func exclusive() (x, y *tensor.Tensor) {
	return tensor.Of([]float64{0, 0, 0, 1, 1, 0, 1, 1}, 4, 2), tensor.Of([]float64{0, 1, 1, 0}, 4, 1)
}

func newNetwork() network {
	key := rng.KeyOf(1)
	return network{newLinear(key.At(0), 2, 8), &tanh{}, newLinear(key.At(1), 8, 1)}
}

func main() {
	x, y := exclusive()
	n := newNetwork()
	for step := range 1001 {
		loss := backpropagate(n, x, y)
		if step%250 == 0 {
			fmt.Printf("step %4d: loss %.3f\n", step, loss)
		}
		descend(n.params(), 0.5)
	}
	fmt.Printf("probabilities %.2f\n", op.Sigmoid(n.forward(x)).Floats())

	weights := []float64{1}
	for range 10 {
		weights = printedOptimize(weights, 0.1)
	}
	fmt.Printf("the printed update takes a weight of 1 to %.4f in 10 steps, whatever the data\n", weights[0])
}
