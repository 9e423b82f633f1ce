package main

import (
	"io"
	"math"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

func (n *network) all() []*tensor.Tensor { return []*tensor.Tensor{n.w1, n.b1, n.w2, n.b2} }

// distance returns ‖a − b‖ / ‖b‖.
func distance(a, b *tensor.Tensor) float64 { return a.Sub(b).Norm().Item() / b.Norm().Item() }

// differences returns the gradient of the loss with respect to W1 by central differences, with the h² term cancelled.
func differences(n *network, x, target *tensor.Tensor) *tensor.Tensor {
	values := tensor.Values[float64](n.w1)
	at := func(i int, h float64) float64 {
		moved := slices.Clone(values)
		moved[i] += h
		m := *n
		m.w1 = tensor.Of(moved, n.w1.Dim(0), n.w1.Dim(1))
		_, y := m.forward(x)
		return loss(y, target)
	}
	const h = 1e-3
	d := make([]float64, len(values))
	for i := range d {
		coarse, fine := (at(i, h)-at(i, -h))/(2*h), (at(i, h/2)-at(i, -h/2))/h
		d[i] = fine + (fine-coarse)/3
	}
	return tensor.Of(d, n.w1.Dim(0), n.w1.Dim(1))
}

// draw returns a network and a batch as the article has them: weights of deviation 1.
func draw() (n *network, x, target *tensor.Tensor) {
	key := rng.KeyOf(21)
	n = &network{w1: normal(key.At(1), 1, 5, 8), b1: zeros(1, 8), w2: normal(key.At(2), 1, 8, 3), b2: zeros(1, 3)}
	return n, normal(key.At(3), 1, 10, 5), normal(key.At(4), 1, 10, 3)
}

// Without tanh′ the gradient of the first layer is wrong by more than its own size; with it, right to nine digits. The
// printed one is divided by the number of elements first, so that only the missing factor counts.
func TestTheMissingFactor(t *testing.T) {
	n, x, target := draw()
	a1, y := n.forward(x)
	want := differences(n, x, target)
	printed := distance(n.printedBackward(x, a1, y, target).w1.Scale(1/float64(y.Len())), want)
	fixed := distance(n.backward(x, a1, y, target).w1, want)
	t.Logf("relative error of dW1 against differences: %.2g as printed, %.2g fixed", printed, fixed)
	if printed < 1 {
		t.Errorf("as printed the relative error is only %g", printed)
	}
	if fixed > 1e-9 {
		t.Errorf("fixed the relative error is still %g", fixed)
	}
}

func TestGradientsEqualAutograd(t *testing.T) {
	n, x, target := draw()
	a1, y := n.forward(x)
	g := n.backward(x, a1, y, target).all()
	w := &network{n.w1.Watch(), n.b1.Watch(), n.w2.Watch(), n.b2.Watch()}
	_, y = w.forward(x)
	grads := autograd.Backward(y.Sub(target).Square().Mean())
	for i, p := range w.all() {
		if d := distance(g[i], grads.Of(p)); !(d < 1e-14) {
			t.Errorf("parameter %d: off by %g", i, d)
		}
	}
}

// The gradient of the mean does not grow with the batch; that of the sum, as printed, does.
func TestTheStepDoesNotGrowWithTheBatch(t *testing.T) {
	n, x, target := draw()
	x2, target2 := tensor.Concat(0, x, x), tensor.Concat(0, target, target)
	a1, y := n.forward(x)
	a2, y2 := n.forward(x2)
	if d := distance(n.backward(x2, a2, y2, target2).w2, n.backward(x, a1, y, target).w2); d > 1e-12 {
		t.Errorf("twice the same examples change the gradient by %g", d)
	}
	if d := distance(n.printedBackward(x2, a2, y2, target2).w2, n.printedBackward(x, a1, y, target).w2); math.Abs(d-1) > 1e-12 {
		t.Errorf("as printed they change it by %g, not by its own size", d)
	}
}

// Targets [n] against outputs [n 1] broadcast to all pairs; the framework's objective refuses them.
func TestShapesThatWouldBroadcastAreRefused(t *testing.T) {
	y, target := zeros(4, 1), zeros(4, 1).Reshape(4)
	if d := y.Sub(target); !slices.Equal(d.Shape(), []int{4, 4}) {
		t.Errorf("the difference is %v", d)
	}
	if err := tensor.Catch(func() { objective.MeanSquaredError(y, target) }); err == nil {
		t.Error("the objective compares all with all")
	}
}

// With 784 inputs and weights of deviation 1, nine of ten tanh units start where they are flat.
func TestUnscaledWeightsSaturate(t *testing.T) {
	key := rng.KeyOf(18)
	x := normal(key.At(1), 1, 200, 784)
	share := func(w *tensor.Tensor) float64 {
		flat := 0
		for _, a := range tensor.Values[float64](x.MatMul(w).Tanh()) {
			if math.Abs(a) > 0.99 {
				flat++
			}
		}
		return float64(flat) / (200 * 100)
	}
	printed, scaled := share(normal(key.At(2), 1, 784, 100)), share(newNetwork(key, 784, 100, 1).w1)
	t.Logf("beyond ±0.99: %.1f %% with deviation 1, %.1f %% scaled", 100*printed, 100*scaled)
	if printed < 0.9 || scaled > 0.1 {
		t.Errorf("beyond ±0.99: %v with deviation 1, %v scaled", printed, scaled)
	}
}

func TestItLearnsTheCars(t *testing.T) {
	right, err := run(t.Context(), io.Discard, (*network).backward, 0.05)
	if err != nil || right > 2.8 {
		t.Errorf("off by %.2f miles a gallon, %v", right, err)
	}
	printed, err := run(t.Context(), io.Discard, (*network).printedBackward, 0.05/32) // the sum's gradient, made a mean
	if err != nil {
		t.Error(err)
	}
	t.Logf("off by %.2f miles a gallon; as printed, with the rate divided by the batch, by %.2f", right, printed)
	again, _ := run(t.Context(), io.Discard, (*network).backward, 0.05)
	if again != right {
		t.Errorf("the same seed gives %v, then %v", right, again)
	}
}
