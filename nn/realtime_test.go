package nn_test

import (
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

var (
	_ = register(sample{
		name: "ConvLSTM", in: smooth(1, 2, 1, 2, 3), shape: []int{1, 2, 2, 2, 3}, params: "weight_ih weight_hh bias", count: 72 + 144 + 8, golden: "ConvLSTM",
		layer: func(r *rng.Rand) nn.Layer { return nn.NewConvLSTM(r, 1, 2, 3, nn.ConvConfig{}) },
	})
	_ = register(sample{
		name: "ConvLSTM/one axis", in: smooth(1, 2, 2, 5), shape: []int{1, 2, 1, 3}, params: "weight_ih weight_hh", count: 24 + 12,
		layer: func(r *rng.Rand) nn.Layer {
			return nn.NewConvLSTM(r, 2, 1, 3, nn.ConvConfig{Axes: make([]op.WindowAxis, 1), Stride: 2, NoBias: true})
		},
	})
)

// TestRealTimeIsBackpropagation compares gradients that are carried forward with those that a walk back over the whole
// sequence gives, for losses of every step.
func TestRealTimeIsBackpropagation(t *testing.T) {
	const n, steps, in, h = 3, 9, 2, 4
	for _, relu := range []bool{false, true} {
		cell := nn.NewRNNCell(rng.New(1), in, h)
		cell.Relu = relu
		x, dy := smooth(steps, n, in), smooth(n, steps, h).Transpose(0, 1)
		params := nn.Params(cell)
		whole := nn.NewPass(nn.PassConfig{Watch: params})
		var loss, hidden *tensor.Tensor
		for k := range steps {
			hidden = cell.Step(whole, x.Select(0, k), hidden)
			if l := hidden.Mul(dy.Select(0, k)).Sum(); loss == nil {
				loss = l
			} else {
				loss = loss.Add(l)
			}
		}
		state := hidden.Floats()
		want := autograd.Backward(loss)

		r, got, size := nn.NewRealTime(cell), autograd.Grads{}, 0
		for k := range steps {
			p := nn.NewPass(nn.PassConfig{}) // nothing is left of a step but what r holds
			y := r.Step(p, x.Select(0, k))
			got = got.Plus(r.Grads(p, dy.Select(0, k)))
			p.Close()
			if k == steps-1 && !slices.Equal(y.Floats(), state) {
				t.Error("another state")
			}
			size = len(got)
		}
		if size != len(params) {
			t.Errorf("gradients of %d parameters", size)
		}
		for _, q := range params {
			v := q.Param.Value
			if off := check.Off(got.Of(v).Floats(), want.Of(v).Floats()); off > 2e-6 {
				t.Errorf("rectifier %v: d%s is off by %.3g of its largest element", relu, q.Name, off)
			}
		}
		whole.Close()
	}
}

func TestRealTimeResets(t *testing.T) {
	cell := nn.NewRNNCell(rng.New(1), 2, 3)
	r, p := nn.NewRealTime(cell), nn.NewPass(nn.PassConfig{})
	if err := tensor.Catch(func() { r.Grads(p, smooth(1, 3)) }); err == nil {
		t.Error("a gradient before the first step")
	}
	first := r.Step(p, smooth(1, 2)).Floats()
	d := r.Grads(p, smooth(1, 3)).Of(cell.WeightIn.Value).Floats()
	r.Step(p, smooth(1, 2))
	r.Reset()
	if !slices.Equal(r.Step(p, smooth(1, 2)).Floats(), first) || !slices.Equal(r.Grads(p, smooth(1, 3)).Of(cell.WeightIn.Value).Floats(), d) {
		t.Error("another stream remembers the one before")
	}
}
