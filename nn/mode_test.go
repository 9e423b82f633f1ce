package nn_test

import (
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

func train(l nn.Layer, x *tensor.Tensor) *tensor.Tensor {
	return l.Forward(nn.NewPass(nn.PassConfig{Training: true, Key: 2}), x)
}

// Normalization uses the batch in training and the averages in evaluation; dropout drops in training alone.
func TestTrainingAndEvaluation(t *testing.T) {
	x := smooth(8, 3)
	norm := nn.NewBatchNorm(3)
	if got := evaluate(norm, x).Floats(); math.Abs(float64(got[0]-x.Floats()[0])) > 1e-4 {
		t.Error("a new normalization changes its input in evaluation")
	}
	y := train(norm, x)
	for i, m := range y.Mean(0).Floats() {
		if v := y.Variance(0).Floats()[i]; math.Abs(float64(m)) > 1e-6 || math.Abs(float64(v)-1) > 1e-3 {
			t.Errorf("in training channel %d has mean %g, variance %g", i, m, v)
		}
	}
	drop := nn.NewDropout(rng.New(1), 0.5)
	if evaluate(drop, x) != x || slices.Equal(train(drop, x).Floats(), x.Floats()) {
		t.Error("dropout drops in evaluation, or not in training")
	}
}

// Two steps of one pass over a normalization build on one another.
func TestStatisticsOfTwoCalls(t *testing.T) {
	norm := nn.NewBatchNorm(1)
	p := nn.NewPass(nn.PassConfig{Training: true, Watch: nn.Params(norm)})
	norm.Forward(p, tensor.Of([]float32{1, 3}, 2, 1)) // mean 2
	norm.Forward(p, tensor.Of([]float32{4, 6}, 2, 1)) // mean 5
	p.Commit()
	if got, want := norm.RunningMean.Value.Item(), 0.9*0.2+0.1*5; math.Abs(got-want) > 1e-6 {
		t.Errorf("running mean %g, want %g", got, want)
	}
}

// A frozen normalization is the same function in training as in evaluation, and keeps its statistics; gradients flow through it.
func TestFrozenStatistics(t *testing.T) {
	norm := nn.NewBatchNorm(2)
	for _, n := range nn.Params(norm) {
		n.Param.Frozen = true
	}
	norm.RunningMean.Value = tensor.Of([]float32{1, -2}, 2)
	norm.RunningVariance.Value = tensor.Of([]float32{4, 0.5}, 2)
	x := tensor.Of([]float32{1, 3, 5, -7}, 2, 2)
	want := evaluate(norm, x).Floats()
	p := nn.NewPass(nn.PassConfig{Training: true, Watch: nn.Params(norm)})
	leaf := p.Input(x).Watch()
	y := norm.Forward(p, leaf)
	if !slices.Equal(y.Floats(), want) {
		t.Errorf("in training %v, in evaluation %v", y.Floats(), want)
	}
	g := autograd.Backward(y.Sum())
	p.Commit()
	if got := norm.RunningMean.Value.Floats(); !slices.Equal(got, []float32{1, -2}) {
		t.Errorf("the mean became %v", got)
	}
	if d := g.Of(leaf).Floats(); math.Abs(float64(d[0])-0.5) > 1e-4 {
		t.Errorf("the gradient is %v, want 1/√4 of the first channel", d)
	}
}

// One model is evaluated by many goroutines while another pass trains with it.
func TestEvaluationBesideTraining(t *testing.T) {
	r := rng.New(1)
	m := nn.Sequential{nn.NewConv2d(r, 1, 4, 3, nn.ConvConfig{Pad: 1}), nn.NewBatchNorm(4), nn.ReLU{}, nn.Flatten{}, nn.NewDropout(r, 0.3), nn.NewLinear(r, 64, 3)}
	x := smooth(2, 1, 4, 4)
	want := evaluate(m, x).Floats()
	var wait sync.WaitGroup
	for range 3 {
		wait.Go(func() {
			for range 5 {
				if !slices.Equal(evaluate(m, x).Floats(), want) {
					t.Error("training beside changes the evaluation")
				}
			}
		})
		wait.Go(func() {
			p := nn.NewPass(nn.PassConfig{Training: true, Key: 1, Watch: nn.Params(m)})
			defer p.Close()
			autograd.Backward(m.Forward(p, p.Input(x)).Sum())
		})
	}
	wait.Wait()
}

// Nothing is recorded but for what the pass watches and is not frozen.
func TestWatch(t *testing.T) {
	r := rng.New(1)
	one, two := nn.NewLinear(r, 2, 3), nn.NewLinear(r, 3, 1)
	two.Bias.Frozen = true
	p := nn.NewPass(nn.PassConfig{Watch: nn.Params(two)})
	hidden := one.Forward(p, tensor.Ones(1, 2))
	if hidden.NeedsGrad() {
		t.Error("a layer that is not watched has a history")
	}
	g := autograd.Backward(two.Forward(p, hidden).Sum())
	if g.Of(two.Weight.Value) == nil || g.Of(two.Bias.Value) != nil || len(g) != 1 {
		t.Errorf("gradients of %d parameters; want that of the weight alone", len(g))
	}
}

// An override takes the place of a value in one pass.
func TestOverride(t *testing.T) {
	l := nn.NewLinearNoBias(rng.New(1), 1, 1)
	norm := nn.NewBatchNorm(1)
	p := nn.NewPass(nn.PassConfig{Override: map[*tensor.Param]*tensor.Tensor{
		&l.Weight: tensor.Full(3, 1, 1), &norm.RunningMean: tensor.Full(6, 1),
	}})
	if y := norm.Forward(p, l.Forward(p, tensor.Full(2, 1, 1))).Item(); y != 0 {
		t.Errorf("(2·3 − 6) is %g", y)
	}
}

// A shape that does not fit is an error that names the layer.
func TestErrorsNameTheLayer(t *testing.T) {
	r := rng.New(1)
	m := nn.Sequential{nn.NewLinear(r, 4, 3), nn.ReLU{}, nn.NewLinear(r, 5, 2)}
	p := nn.NewPass(nn.PassConfig{Params: nn.Params(m)})
	err := tensor.Catch(func() { m.Forward(p, tensor.Ones(1, 4)) })
	if err == nil || !strings.Contains(err.Error(), "Linear: weight [2 5] does not fit the last axis of [1 3] (layer 2, mode_test.go:") {
		t.Errorf("error %v", err)
	}
	for want, f := range map[string]func(){
		"Conv: 3 groups do not divide 4 channels into 6":          func() { nn.NewConv2d(r, 4, 6, 3, nn.ConvConfig{Groups: 3}) },
		"Conv: a window of 1 axes for a convolution of 2":         func() { nn.NewConv2d(r, 4, 6, 3, nn.ConvConfig{Axes: make([]op.WindowAxis, 1)}) },
		"Flatten: shape [3] has no axes behind the first":         func() { nn.Flatten{}.Forward(p, tensor.Ones(3)) },
		"Init: shape [2 -1] has a negative length":                func() { nn.NewLinear(r, -1, 2) },
		"Embedding: the ids are float32 of shape [2]; want int64": func() { nn.NewEmbedding(r, 3, 2).Forward(p, tensor.Ones(2)) },
	} {
		if err := tensor.Catch(f); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// A convolution may have another geometry along each axis.
func TestConvAxes(t *testing.T) {
	l := nn.NewConv2d(rng.New(1), 2, 3, 3, nn.ConvConfig{Axes: []op.WindowAxis{{Size: 1, Stride: 2}, {Pad: [2]int{2, 0}}}})
	if y := evaluate(l, smooth(1, 2, 5, 4)); !slices.Equal(l.Weight.Value.Shape(), []int{3, 2, 1, 3}) || !slices.Equal(y.Shape(), []int{1, 3, 3, 4}) {
		t.Errorf("weight %v, result %v", l.Weight.Value.Shape(), y.Shape())
	}
	if y := evaluate(nn.GELU{Tanh: true}, smooth(3)); slices.Equal(y.Floats(), evaluate(nn.GELU{}, smooth(3)).Floats()) {
		t.Error("the approximation of GELU is exact")
	}
}

func TestDescribe(t *testing.T) {
	if got := nn.Describe(nn.Params(nn.NewLinear(rng.New(1), 2, 3))); got != "weight [3 2] 6\nbias [3] 3\n" {
		t.Errorf("Describe is %q", got)
	}
}
