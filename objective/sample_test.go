package objective

import (
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

// A sample is an objective with a batch, whose first axis is that of the examples.
//
// An objective of a prediction and a target has these three; one with other inputs has loss and in.
type sample struct {
	name               string
	objective          Objective
	prediction, target *tensor.Tensor
	byHand             []byHand
	misuse             []misuse
	golden             string                        // prefix of its golden cases
	cases              map[string]*check.Case        // all of them
	like               func(c *check.Case) Objective // the objective of a golden case

	loss   call
	in     []*tensor.Tensor
	values []value
	wrong  []wrong
	names  []string                 // of the inputs in golden cases; prediction or logits and target if nil
	given  func(c *check.Case) call // the loss of a golden case; loss if nil

	free     int              // so many of the inputs are differentiated; 0 means all that are floats
	order    int              // how often; 0 means twice, −1 that the gradient is not that of the value
	whole    string           // why micro-batches do not add up, empty if they do
	shared   []int            // inputs that are no examples: micro-batches take them whole
	extremes []*tensor.Tensor // in place of the first inputs, where ±1e4 is none of their values
}

type call = func(in []*tensor.Tensor) Loss

type byHand struct {
	prediction, target *tensor.Tensor
	sum, count         float64
}

type misuse struct {
	prediction, target *tensor.Tensor
	says               string
}

// A value is byHand, and a wrong is misuse, of a sample with inputs of its own.
type value struct {
	in         []*tensor.Tensor
	sum, count float64
}

type wrong struct {
	in   []*tensor.Tensor
	says string
}

var samples []sample

func register(s sample) bool { samples = append(samples, s); return true }

func list(x ...*tensor.Tensor) []*tensor.Tensor { return x }

// of returns an objective as a function of its inputs.
func of(o Objective) call {
	return func(in []*tensor.Tensor) Loss { return o.Loss(in[0], in[1]) }
}

// full returns the sample in terms of loss and in.
func (s sample) full() sample {
	if s.loss == nil {
		s.loss = of(s.objective)
		s.in = list(s.prediction, s.target)
		for _, h := range s.byHand {
			s.values = append(s.values, value{list(h.prediction, h.target), h.sum, h.count})
		}
		for _, m := range s.misuse {
			s.wrong = append(s.wrong, wrong{list(m.prediction, m.target), m.says})
		}
	}
	if s.given == nil {
		s.given = func(c *check.Case) call {
			if s.like == nil {
				return s.loss
			}
			return of(s.like(c))
		}
	}
	if s.order == 0 {
		s.order = 2
	}
	if s.free == 0 {
		s.free = len(s.in)
	}
	return s
}

func golden(c *check.Case, name string) *tensor.Tensor {
	if a := c.Array(name); a.DType == "int64" {
		return tensor.Of(a.Int64, a.Shape...)
	}
	return tensor.Of(c.Float32(name), c.Shape(name)...)
}

func floats(c *check.Case, name string) (v []float64) {
	if !c.Has(name) {
		return nil
	}
	for _, x := range c.Float32(name) {
		v = append(v, float64(x))
	}
	return v
}

// plain is a device that refuses every optional operation.
type plain struct{ device.Device }

func (p plain) Name() string { return "plain" }

func (p plain) Run(c *device.Call) bool { return c.Op <= device.ScatterAdd && p.Device.Run(c) }

// numbers returns n unremarkable numbers between −2 and 2 as a tensor of that shape.
func numbers(shape ...int) *tensor.Tensor {
	n := 1
	for _, d := range shape {
		n *= d
	}
	v := make([]float32, n)
	for i := range v {
		v[i] = float32(2 * math.Sin(float64(7*i+3)*1.7))
	}
	return tensor.Of(v, shape...)
}

// classes returns class numbers below c.
func classes(c int, shape ...int) *tensor.Tensor {
	n := 1
	for _, d := range shape {
		n *= d
	}
	v := make([]int64, n)
	for i := range v {
		v[i] = int64((i*i + 3*i + i/4) % c)
	}
	return tensor.Of(v, shape...)
}

// shares returns rows of probabilities.
func shares(n, c int) *tensor.Tensor {
	e := numbers(n, c).Exp()
	return e.Div(e.SumKeep(1))
}
