package nn_test

import (
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// attr returns a whole number among the attributes of a case, or 0.
func attr(c *check.Case, name string) int {
	if !c.HasAttr(name) {
		return 0
	}
	return c.Int(name)
}

// flag reports whether an attribute of a case is there, and true.
func flag(c *check.Case, name string) bool { return c.HasAttr(name) && c.Bool(name) }

// recurrentLike returns what a golden case wants of a recurrent layer.
func recurrentLike(c *check.Case, gates int) (in, hidden int, config nn.RecurrentConfig) {
	return c.Shape("weight_ih_l0")[1], c.Shape("weight_ih_l0")[0] / gates, nn.RecurrentConfig{
		Layers: attr(c, "layers"), Bidirectional: c.Has("weight_ih_l0_reverse"), NoBias: flag(c, "no_bias"), Relu: flag(c, "relu"), Project: attr(c, "project"),
	}
}

func likeLSTM(c *check.Case) nn.Layer {
	in, hidden, config := recurrentLike(c, 4)
	return nn.NewLSTM(rng.New(1), in, hidden, config)
}

func likeGRU(c *check.Case) nn.Layer {
	in, hidden, config := recurrentLike(c, 3)
	return nn.NewGRU(rng.New(1), in, hidden, config)
}

func likeRNN(c *check.Case) nn.Layer {
	in, hidden, config := recurrentLike(c, 1)
	return nn.NewRNN(rng.New(1), in, hidden, config)
}

const oneLayer = "weight_ih_l0 weight_hh_l0 bias_ih_l0 bias_hh_l0"

var (
	_ = register(sample{
		name: "RNN", in: smooth(2, 3, 2), shape: []int{2, 3, 3}, params: oneLayer, count: 21, golden: "RNN", like: likeRNN,
		layer: func(r *rng.Rand) nn.Layer { return nn.NewRNN(r, 2, 3, nn.RecurrentConfig{}) },
	})
	_ = register(sample{
		name: "LSTM/stacked", in: smooth(1, 2, 2), shape: []int{1, 2, 4},
		params: "weight_ih_l0 weight_hh_l0 weight_hr_l0 weight_ch_l0 weight_ih_l0_reverse weight_hh_l0_reverse weight_hr_l0_reverse weight_ch_l0_reverse " +
			"weight_ih_l1 weight_hh_l1 weight_hr_l1 weight_ch_l1 weight_ih_l1_reverse weight_hh_l1_reverse weight_hr_l1_reverse weight_ch_l1_reverse",
		count: 2*(12*2+12*2+2*3+9) + 2*(12*4+12*2+2*3+9), golden: "LSTM", like: likeLSTM,
		layer: func(r *rng.Rand) nn.Layer {
			return nn.NewLSTM(r, 2, 3, nn.RecurrentConfig{Layers: 2, Bidirectional: true, NoBias: true, Project: 2, Peepholes: true, Dropout: 0.3})
		},
	})
	_ = register(sample{
		name: "GRU/stacked", in: smooth(2, 2, 2), shape: []int{2, 2, 2}, params: oneLayer + " weight_ih_l1 weight_hh_l1 bias_ih_l1 bias_hh_l1", count: 72,
		golden: "GRU", like: likeGRU,
		layer: func(r *rng.Rand) nn.Layer { return nn.NewGRU(r, 2, 2, nn.RecurrentConfig{Layers: 2, TimeFirst: true}) },
	})
	_ = register(sample{
		name: "RNNCell", in: smooth(2, 3), shape: []int{2, 4}, params: "weight_ih weight_hh bias_ih bias_hh", count: 36, golden: "RNNCell",
		layer: func(r *rng.Rand) nn.Layer { return nn.NewRNNCell(r, 3, 4) },
	})
	_ = register(sample{
		name: "LSTMCell", in: smooth(2, 3), shape: []int{2, 4}, params: "weight_ih weight_hh bias_ih bias_hh", count: 144, golden: "LSTMCell",
		layer: func(r *rng.Rand) nn.Layer { return nn.NewLSTMCell(r, 3, 4) },
	})
	_ = register(sample{
		name: "GRUCell", in: smooth(2, 3), shape: []int{2, 4}, params: "weight_ih weight_hh bias_ih bias_hh", count: 108, golden: "GRUCell",
		layer: func(r *rng.Rand) nn.Layer { return nn.NewGRUCell(r, 3, 4) },
	})
)

// goldenRun gives a layer the parameters of a case, and compares what run makes of its arrays: results by name, of which
// y is differentiated.
func goldenRun(t *testing.T, c *check.Case, layer any, run func(p *nn.Pass, in func(name string) *tensor.Tensor) map[string]*tensor.Tensor) {
	t.Helper()
	learned := map[string]*tensor.Tensor{}
	override := map[*tensor.Param]*tensor.Tensor{}
	read := func(name string) *tensor.Tensor {
		if !c.Has(name) {
			return nil
		}
		if learned[name] == nil {
			if a := c.Array(name); a.DType == "int64" {
				return tensor.Of(a.Int64, a.Shape...)
			}
			learned[name] = tensor.Of(c.Float32(name), c.Shape(name)...).Watch()
		}
		return learned[name]
	}
	for _, p := range nn.Params(layer) {
		override[p.Param] = read(p.Name)
		if override[p.Param] == nil {
			t.Fatalf("the case has no %s, but %v", p.Name, c.Arrays())
		}
	}
	results := run(nn.NewPass(nn.PassConfig{Override: override}), read)
	tolerance, most := max(4*c.Float("err32"), 2e-6), 0.0
	near := func(name string, got *tensor.Tensor) {
		off := check.Off(got.Floats(), c.Float32(name))
		if off > tolerance {
			t.Errorf("%s is off by %.3g of its largest element", name, off)
		}
		most = max(most, off)
	}
	for name, y := range results {
		near(name, y)
	}
	grads := autograd.Backward(results["y"].Mul(tensor.Of(c.Float32("dy"), c.Shape("dy")...)).Sum())
	for name, x := range learned {
		if !c.Has("d" + name) {
			continue
		}
		near("d"+name, grads.Of(x))
	}
	entry, _, _ := strings.Cut(c.Name, "/") // "packed LSTM/plain"
	entry = entry[strings.LastIndex(entry, " ")+1:]
	check.Note{Package: "nn", Entry: entry, Reference: c.MadeBy, Error: most, Order: 1}.Write(t)
}

// TestPacked compares stacked layers in both directions, from a state and over sequences of their own lengths, with
// PyTorch's packed sequences.
func TestPacked(t *testing.T) {
	all := check.GoldenAll(t, "testdata")
	type runner interface {
		Run(p *nn.Pass, x, lengths *tensor.Tensor, from nn.RecurrentState) (*tensor.Tensor, nn.RecurrentState)
	}
	for kind, gates := range map[string]int{"LSTM": 4, "GRU": 3, "RNN": 1} {
		for _, c := range check.Cases(t, all, "packed "+kind+"/") {
			t.Run(c.Name, func(t *testing.T) {
				c := c.On(t)
				in, hidden, config := recurrentLike(c, gates)
				config.Layers = 2
				var l runner = nn.NewLSTM(rng.New(1), in, hidden, config)
				switch kind {
				case "GRU":
					l = nn.NewGRU(rng.New(1), in, hidden, config)
				case "RNN":
					l = nn.NewRNN(rng.New(1), in, hidden, config)
				}
				goldenRun(t, c, l, func(p *nn.Pass, in func(string) *tensor.Tensor) map[string]*tensor.Tensor {
					y, last := l.Run(p, in("x"), in("lengths"), nn.RecurrentState{Hidden: in("hidden"), Cell: in("cell")})
					r := map[string]*tensor.Tensor{"y": y, "hidden_after": last.Hidden}
					if last.Cell != nil {
						r["cell_after"] = last.Cell
					}
					return r
				})
			})
		}
	}
}

// TestCellSteps compares steps from a state.
func TestCellSteps(t *testing.T) {
	all := check.GoldenAll(t, "testdata")
	rnn, gru, lstm := nn.NewRNNCell(rng.New(1), 3, 4), nn.NewGRUCell(rng.New(1), 3, 4), nn.NewLSTMCell(rng.New(1), 3, 4)
	type inputs = func(string) *tensor.Tensor
	for name, c := range map[string]struct {
		layer any
		run   func(p *nn.Pass, in inputs) map[string]*tensor.Tensor
	}{
		"RNNCell": {rnn, func(p *nn.Pass, in inputs) map[string]*tensor.Tensor {
			return map[string]*tensor.Tensor{"y": rnn.Step(p, in("x"), in("hidden"))}
		}},
		"GRUCell": {gru, func(p *nn.Pass, in inputs) map[string]*tensor.Tensor {
			return map[string]*tensor.Tensor{"y": gru.Step(p, in("x"), in("hidden"))}
		}},
		"LSTMCell": {lstm, func(p *nn.Pass, in inputs) map[string]*tensor.Tensor {
			y, cell := lstm.Step(p, in("x"), in("hidden"), in("cell"))
			return map[string]*tensor.Tensor{"y": y, "cell_after": cell}
		}},
	} {
		goldenRun(t, check.Cases(t, all, "stepped "+name+"/")[0].On(t), c.layer, c.run)
	}
}

// TestStateInParts checks that a stack continues from its state.
func TestStateInParts(t *testing.T) {
	x, p := smooth(2, 5, 3), nn.NewPass(nn.PassConfig{})
	defer p.Close()
	l := nn.NewLSTM(rng.New(1), 3, 4, nn.RecurrentConfig{Layers: 2})
	a, state := l.Run(p, x.Slice(1, 0, 2), nil, nn.RecurrentState{})
	b, _ := l.Run(p, x.Slice(1, 2, 5), nil, state)
	check.Close(t, "in parts", tensor.Concat(1, a, b).Floats(), l.Forward(p, x).Floats(), 1e-6)
}

func TestRecurrentMisuse(t *testing.T) {
	for _, f := range []func(){
		func() { nn.NewGRU(rng.New(1), 2, 3, nn.RecurrentConfig{Project: 2}) },
		func() { nn.NewLSTM(rng.New(1), 2, 3, nn.RecurrentConfig{Relu: true}) },
		func() { nn.NewLSTM(rng.New(1), 2, 3, nn.RecurrentConfig{Project: 3}) },
		func() { evaluate(nn.NewGRUCell(rng.New(1), 2, 3), smooth(2, 2, 2)) },
	} {
		if err := tensor.Catch(f); err == nil {
			t.Error("misuse passes")
		}
	}
}
