package nn_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A tensor that is used after its pass has ended says so; one that was kept does not.
func TestUseAfterClose(t *testing.T) {
	l := nn.NewLinear(rng.New(1), 2, 2)
	p := nn.NewPass(nn.PassConfig{})
	y := l.Forward(p, tensor.Ones(1, 2))
	kept := p.Keep(l.Forward(p, tensor.Ones(1, 2)))
	want := y.Floats()
	p.Close()
	err := tensor.Catch(func() { y.Floats() })
	if err == nil || !strings.Contains(err.Error(), "Pass.Keep") {
		t.Errorf("used after the end: %v", err)
	}
	if !slices.Equal(kept.Floats(), want) {
		t.Errorf("kept %v, want %v", kept.Floats(), want)
	}
}

// Statistics are written when a step succeeds, and only those of layers that the step owns.
func TestCommit(t *testing.T) {
	own, other := nn.NewBatchNorm(2), nn.NewBatchNorm(2)
	x := tensor.Of([]float32{1, 2, 3, 5, 8, 13}, 3, 2)
	p := nn.NewPass(nn.PassConfig{Training: true, Watch: nn.Params(own)})
	other.Forward(p, own.Forward(p, x))
	if own.RunningMean.Value.Floats()[0] != 0 {
		t.Error("changed before the commit")
	}
	p.Commit()
	if got := own.RunningMean.Value.Floats()[0]; math.Abs(float64(got)-0.4) > 1e-6 { // 0.1 · (1+3+8)/3
		t.Errorf("running mean %v, want 0.4", got)
	}
	if other.RunningMean.Value.Floats()[0] != 0 {
		t.Error("a layer that the step does not own changed")
	}
}

// Dropout's mask depends on its own key and the step's, not on other layers.
func TestDropoutKeys(t *testing.T) {
	r := rng.New(1)
	a, b := nn.NewDropout(r, 0.5), nn.NewDropout(r, 0.5)
	x := tensor.Ones(64)
	mask := func(key rng.Key, layers ...*nn.Dropout) []float32 {
		p := nn.NewPass(nn.PassConfig{Training: true, Key: key})
		var y *tensor.Tensor
		for _, l := range layers {
			y = l.Forward(p, x)
		}
		return y.Floats()
	}
	if !slices.Equal(mask(1, b), mask(1, a, b)) {
		t.Error("another layer before it changes the mask")
	}
	if slices.Equal(mask(1, a), mask(1, b)) || slices.Equal(mask(1, a), mask(2, a)) || slices.Equal(mask(1, a), mask(1, a, a)) {
		t.Error("two layers, steps or calls have one mask")
	}
}

// A checkpoint repeats the random numbers, and gives the gradients of a plain run.
func TestCheckpointRepeats(t *testing.T) {
	r := rng.New(1)
	m := nn.Sequential{nn.NewLinear(r, 4, 8), nn.Tanh{}, nn.NewDropout(r, 0.5), nn.NewLinear(r, 8, 1)}
	params := nn.Params(m)
	grads := func(forward func(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor) []float32 {
		p := nn.NewPass(nn.PassConfig{Training: true, Key: 3, Watch: params})
		defer p.Close()
		g := autograd.Backward(forward(p, p.Input(smooth(5, 4))).Square().Sum())
		var all []float32
		for _, q := range params {
			all = append(all, g.Of(q.Param.Value).Floats()...)
		}
		return all
	}
	want := grads(m.Forward)
	got := grads(func(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
		return p.Checkpoint(func(x *tensor.Tensor) *tensor.Tensor { return m.Forward(p, x) }, x)
	})
	for i, w := range want {
		if d := got[i] - w; d > 1e-5 || d < -1e-5 {
			t.Fatalf("gradient %d is %v, without a checkpoint %v", i, got[i], w)
		}
	}
}

// Names are the paths of fields; tied parameters are yielded once; maps are refused.
func TestParamsNames(t *testing.T) {
	r := rng.New(1)
	shared := nn.NewLinearNoBias(r, 2, 2)
	m := struct {
		FC1          *nn.Linear
		Blocks       []nn.Layer
		QueryWeight  *nn.Linear `nn:"q"`
		Hidden       *nn.Linear `nn:"-"`
		Tied, Second *nn.Linear
	}{nn.NewLinear(r, 2, 2), []nn.Layer{nn.ReLU{}, nn.NewBatchNorm(2)}, shared, nn.NewLinear(r, 1, 1), shared, nil}
	var names []string
	for _, p := range nn.Params(&m) {
		names = append(names, p.Name)
	}
	want := "fc1.weight fc1.bias blocks.1.weight blocks.1.bias blocks.1.running_mean blocks.1.running_var q.weight"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("names %s\nwant  %s", got, want)
	}
	if err := tensor.Catch(func() { nn.Params(map[string]*nn.Linear{"a": shared}) }); err == nil {
		t.Error("a map is accepted")
	}
}

func TestSummarize(t *testing.T) {
	r := rng.New(1)
	m := nn.Sequential{nn.NewConv2d(r, 1, 4, 3, nn.ConvConfig{Pad: 1}), nn.ReLU{}, nn.MaxPool2d{Size: 2}, nn.Flatten{}, nn.NewLinear(r, 16, 3)}
	s, err := nn.Summarize(m, 1, 4, 4)
	if err != nil || s.Parameters != 91 || len(s.Rows) != 5 || !slices.Equal(s.Rows[2].Output, []int{4, 2, 2}) {
		t.Errorf("%v, %v", s, err)
	}
	if _, err := nn.Summarize(m, 1, 5, 9); err == nil || !strings.Contains(err.Error(), "layer 4") {
		t.Errorf("a picture that does not fit: %v", err)
	}
}

// residual is a layer of several, with a Sequential in it.
type residual struct {
	Conv   *nn.Conv2d
	Norm   *nn.BatchNorm
	Behind nn.Sequential
}

func (m *residual) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return m.Behind.Forward(p, m.Norm.Forward(p, m.Conv.Forward(p, x)).Add(x))
}

// The layers of a model that is no Sequential are found by their parameters, and what flows between them by what they read.
func TestSummaryOfOwnLayers(t *testing.T) {
	r := rng.New(1)
	m := &residual{nn.NewConv2d(r, 2, 2, 3, nn.ConvConfig{Pad: 1}), nn.NewBatchNorm(2), nn.Sequential{nn.ReLU{}, nn.Flatten{}, nn.NewLinear(nil, 32, 3)}}
	s, err := nn.Summarize(m, 2, 4, 4)
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for _, r := range s.Rows {
		rows = append(rows, fmt.Sprint(r.Path, " ", r.Kind, " ", r.Output, " ", r.Parameters, " ", r.MultiplyAdds))
	}
	want := "conv Conv2d [2 4 4] 38 576\nnorm BatchNorm [2 4 4] 4 0\nbehind.0 ReLU [2 4 4] 0 0\nbehind.1 Flatten [32] 0 0\nbehind.2 Linear [3] 99 96"
	if got := strings.Join(rows, "\n"); got != want {
		t.Errorf("the rows are\n%s\nwant\n%s", got, want)
	}
	var edges []string
	for _, e := range s.Flow.Edges {
		edges = append(edges, s.Flow.Nodes[e[0]].Name+" → "+s.Flow.Nodes[e[1]].Name)
	}
	for _, e := range []string{"input 0 → conv", "conv → norm", "norm → Add", "input 0 → Add", "Add → behind.0", "behind.1 → behind.2"} {
		if !slices.Contains(edges, e) {
			t.Errorf("%s is not among the edges %q", e, edges)
		}
	}
	if !slices.Equal(s.Output, []int{3}) || s.MultiplyAdds != 672 {
		t.Errorf("the output is %v, of %d multiply-adds", s.Output, s.MultiplyAdds)
	}
}

// A checkpoint stages the statistics of a normalization once, and does not draw again for the layers behind it.
func TestCheckpointLeavesNoTrace(t *testing.T) {
	x := smooth(6, 3)
	run := func(checkpoint bool) (averages, grad, noise []float32) {
		r := rng.New(1)
		norm, drop, out := nn.NewBatchNorm(3), nn.NewDropout(r, 0.5), nn.NewLinear(r, 3, 2)
		m := nn.Sequential{norm, drop, out}
		p := nn.NewPass(nn.PassConfig{Training: true, Key: 3, Watch: nn.Params(m)})
		defer p.Close()
		var y *tensor.Tensor
		if checkpoint {
			y = p.Checkpoint(func(x *tensor.Tensor) *tensor.Tensor { return m.Forward(p, x) }, x)
		} else {
			y = m.Forward(p, p.Input(x))
		}
		g := autograd.Backward(y.Square().Sum())
		grad = g.Of(norm.Gain.Value).Floats()
		noise = drop.Forward(p, tensor.Ones(16)).Floats()
		p.Commit()
		return append(norm.RunningMean.Value.Floats(), norm.RunningVariance.Value.Floats()...), grad, noise
	}
	a, g, n := run(false)
	ca, cg, cn := run(true)
	if !slices.Equal(a, ca) || !slices.Equal(n, cn) {
		t.Errorf("with a checkpoint averages %v, noise %v; without %v, %v", ca, cn, a, n)
	}
	for i := range g {
		if d := g[i] - cg[i]; d > 1e-5 || d < -1e-5 {
			t.Errorf("gradients %v, without a checkpoint %v", cg, g)
			break
		}
	}
}
