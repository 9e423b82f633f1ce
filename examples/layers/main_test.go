package main

import (
	"math"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

func TestGradientsEqualAutogradAndDifferences(t *testing.T) {
	x, y := exclusive()
	n := newNetwork()
	backpropagate(n, x, y)
	params := n.params()
	got := make([]*tensor.Tensor, len(params))
	for i, p := range params {
		got[i] = p.grad
	}

	leaves := make([]*tensor.Tensor, len(params))
	for i, p := range params {
		leaves[i] = p.value.Watch()
		p.value = leaves[i]
	}
	z := n.forward(x)
	grads := autograd.Backward(op.Softplus(z).Sub(y.Mul(z)).Mean())
	for i := range params {
		params[i].value = leaves[i].Detach()
		if d := got[i].Sub(grads.Of(leaves[i])).Norm().Item(); !(d < 1e-14) {
			t.Errorf("parameter %d differs from autograd by %g", i, d)
		}
	}
	for i, p := range params {
		kept := p.value
		for j := range kept.Len() {
			at := func(h float64) float64 {
				moved := tensor.Values[float64](kept)
				moved[j] += h
				p.value = tensor.Of(moved, slices.Clone(kept.Shape())...)
				loss, _ := crossEntropy(n.forward(x), y)
				return loss
			}
			const h = 1e-5
			want := (at(h) - at(-h)) / (2 * h)
			if g := tensor.Values[float64](got[i])[j]; math.Abs(g-want) > 1e-9 {
				t.Errorf("parameter %d, element %d: %g, by differences %g", i, j, g, want)
			}
		}
		p.value = kept
	}
}

func TestItLearnsTheExclusiveOr(t *testing.T) {
	x, y := exclusive()
	n := newNetwork()
	for range 1000 {
		backpropagate(n, x, y)
		descend(n.params(), 0.5)
	}
	loss, _ := crossEntropy(n.forward(x), y)
	if loss > 0.05 {
		t.Errorf("the loss is still %v", loss)
	}
}

// Ten steps of the printed update at rate 0.1 take 1 to 0.9¹⁰, and no data enter.
func TestThePrintedUpdateOnlyShrinks(t *testing.T) {
	w := []float64{1}
	for range 10 {
		w = printedOptimize(w, 0.1)
	}
	if math.Abs(w[0]-0.3487) > 5e-5 {
		t.Errorf("1 becomes %v", w[0])
	}
	w = []float64{1, 2}
	for range 10 {
		w = printedLoop(w, 3, 0.1)
	}
	if w[0] != 1 || w[1] != 2 {
		t.Errorf("to the letter, the weights become %v", w)
	}
}

// A network updated as printed ends where its weights are nothing: it answers one half to everything.
func TestThePrintedFormDoesNotLearn(t *testing.T) {
	x, y := exclusive()
	n := newNetwork()
	for range 1000 {
		printedPropagation(n, x, y)
		for _, p := range n.params() {
			w := printedOptimize(tensor.Values[float64](p.value), 0.1)
			p.value = tensor.Of(w, slices.Clone(p.value.Shape())...)
		}
	}
	loss, _ := crossEntropy(n.forward(x), y)
	if math.Abs(loss-math.Ln2) > 1e-9 {
		t.Errorf("the loss is %v, not ln 2 = %v of one who guesses", loss, math.Ln2)
	}
}

// What the printed backpropagation returns has the shape of the input, whatever is passed as x; no weight has that shape.
func TestThePrintedGradientIsTheInputs(t *testing.T) {
	x, y := exclusive()
	n := newNetwork()
	_, dLdx := printedPropagation(n, x, y)
	if !slices.Equal(dLdx.Shape(), x.Shape()) {
		t.Errorf("the gradient is %v", dLdx.Shape())
	}
	for i, p := range n.params() {
		if slices.Equal(p.value.Shape(), dLdx.Shape()) {
			t.Errorf("parameter %d has the shape of the input", i)
		}
	}
	_, dz := crossEntropy(n.forward(x), y)
	other := printedBackward(n, x, dz)
	if !slices.Equal(other.Floats(), dLdx.Floats()) {
		t.Error("the argument x is of use after all")
	}
	// Had a layer taken its argument for its input, the shapes would not fit: the output is [4 1], W1 wants [4 2].
	first := n[0].(*linear)
	first.x = n.forward(x)
	first.backward(n[1].backward(n[2].backward(dz)))
	if slices.Equal(first.w.grad.Shape(), first.w.value.Shape()) {
		t.Error("a gradient made of the output has the shape of the weight")
	}
}
