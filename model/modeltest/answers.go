package modeltest

import (
	"encoding/json"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Pictures compares the logits that a network of configuration C gives pictures of three channels with those of the reference,
// in evaluation and in training, for the cases of a group ("" for all) of a golden file.
func Pictures[C any, M nn.Layer](t *testing.T, golden, group string, out int, build func(r *rng.Rand, channels, out int, c C) (M, error)) {
	cases(t, golden, group, func(t *testing.T, c *check.Case) {
		var config C
		c.Attr("config", &config)
		m, err := build(rng.New(1), 3, out, config)
		if err != nil {
			t.Fatal(err)
		}
		check.Fill(t, nn.Params(m), c.Names())
		check.Logits(t, c, func(training bool, x *tensor.Tensor) []float32 { return forward(m, training, x) })
	})
}

// Rows compares what the classifier of the name makes of the case's x with its arrays "evaluation" and "training".
func Rows(t *testing.T, golden, name string) {
	cases(t, golden, "", func(t *testing.T, c *check.Case) {
		m, err := model.New(name, nil, model.Examples{Input: c.Shape("x")[1:], Outputs: c.Shape("evaluation")[1]}, config(c))
		if err != nil {
			t.Fatal(err)
		}
		fill(t, m, c)
		for _, training := range []bool{false, true} {
			what := map[bool]string{false: "evaluation", true: "training"}[training]
			got := forward(m, training, tensor.Of(c.Float32("x"), c.Shape("x")...))
			check.CloseScaled(t, what, got, c.Float32(what), 10*c.Float("err32")+1e-5)
		}
	})
}

// Program compares what the program of the name makes in evaluation of the case's x, and of its step and class where there are
// such, with the arrays of want, one for each output; the tolerance is so many times the reference's own error in float32.
func Program(t *testing.T, golden, name string, times float64, want ...string) {
	cases(t, golden, "", func(t *testing.T, c *check.Case) {
		m, err := model.NewProgram(name, nil, model.Examples{Input: c.Shape("x")[1:]}, config(c))
		if err != nil {
			t.Fatal(err)
		}
		fill(t, m, c)
		p := nn.NewPass(nn.PassConfig{})
		defer p.Close()
		in := []*tensor.Tensor{p.Input(tensor.Of(c.Float32("x"), c.Shape("x")...))}
		for _, k := range []string{"step", "class"} {
			if c.Has(k) {
				in = append(in, p.Input(tensor.Of(c.Int64(k), c.Shape(k)...)))
			}
		}
		out := m.Run(p, in)
		if len(out) != len(want) {
			t.Fatalf("%d outputs, want %d", len(out), len(want))
		}
		for i, k := range want {
			check.CloseScaled(t, k, out[i].Floats(), c.Float32(k), times*c.Float("err32")+1e-5)
		}
	})
}

// A Listener hears spectra of their own lengths.
type Listener interface {
	nn.Layer
	Length(steps int) int
	Hear(p *nn.Pass, x, lengths *tensor.Tensor) *tensor.Tensor
}

// Spectra compares the logits of the listener of the name with the case's, of whole batches and of spectra of their own lengths.
func Spectra(t *testing.T, golden, name string) {
	cases(t, golden, "", func(t *testing.T, c *check.Case) {
		shape := c.Shape("logits")
		layer, err := model.New(name, nil, model.Examples{Input: c.Shape("x")[1:], Outputs: shape[2]}, config(c))
		if err != nil {
			t.Fatal(err)
		}
		m := layer.(Listener)
		fill(t, m, c)
		p := nn.NewPass(nn.PassConfig{})
		defer p.Close()
		x := p.Input(tensor.Of(c.Float32("x"), c.Shape("x")...))
		if m.Length(x.Dim(1)) != shape[1] {
			t.Errorf("%d steps are left of %d, want %d", m.Length(x.Dim(1)), x.Dim(1), shape[1])
		}
		got, want, tolerance := m.Forward(p, x), tensor.Of(c.Float32("logits"), shape...), 10*c.Float("err32")+1e-5
		if c.Has("lengths") {
			lengths := c.Int64("lengths")
			got = m.Hear(p, x, tensor.Of(lengths, len(lengths)))
			// What is said behind the end of the second means nothing.
			end := m.Length(int(lengths[1]))
			second := func(y *tensor.Tensor) []float32 { return y.Slice(0, 1, 2).Slice(1, 0, end).Floats() }
			check.CloseScaled(t, "the second", second(got), second(want), tolerance)
			got, want = got.Slice(0, 0, 1), want.Slice(0, 0, 1)
		}
		check.CloseScaled(t, "logits", got.Floats(), want.Floats(), tolerance)
	})
}

// cases runs one test for each case of a group.
func cases(t *testing.T, golden, group string, run func(t *testing.T, c *check.Case)) {
	for _, c := range check.Cases(t, check.Golden(t, golden), group) {
		t.Run(c.Name, func(t *testing.T) { run(t, c.On(t)) })
	}
}

func config(c *check.Case) (text json.RawMessage) { c.Attr("config", &text); return text }

func forward(m nn.Layer, training bool, x *tensor.Tensor) []float32 {
	p := nn.NewPass(nn.PassConfig{Training: training})
	defer p.Close()
	return m.Forward(p, p.Input(x)).Floats()
}

// fill fills all parameters, or those that are learned where the reference has only those: what follows from the
// configuration stays as it is.
func fill(t testing.TB, m any, c *check.Case) {
	t.Helper()
	all := nn.Params(m)
	var learned []tensor.Named
	for _, q := range all {
		if !q.Buffer {
			learned = append(learned, q)
		}
	}
	if len(c.Names()) == len(learned) {
		all = learned
	}
	check.Fill(t, all, c.Names())
}
