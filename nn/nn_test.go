package nn_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A sample is one layer, which goes through every check of TestAll.
type sample struct {
	name   string // the type
	layer  func(r *rng.Rand) nn.Layer
	in     *tensor.Tensor
	shape  []int  // of the result
	params string // names of the parameters and buffers
	count  int    // of learned numbers

	golden   string                       // prefix of its golden cases; the arrays are x, y, dy, dx, and each parameter and its gradient by name
	like     func(c *check.Case) nn.Layer // the layer of a golden case; layer, if nil
	training bool                         // the golden cases are of training
}

var samples []sample

func register(s sample) bool {
	samples = append(samples, s)
	return true
}

func TestAll(t *testing.T) {
	for _, s := range samples {
		t.Run(s.name, func(t *testing.T) {
			testParams(t, s)
			testGradients(t, s)
			testTogether(t, s)
			testCopied(t, s)
			testGolden(t, s)
		})
	}
}

// smooth returns distinct numbers of both signs away from 0, where rectifiers bend.
func smooth(shape ...int) *tensor.Tensor {
	n := 1
	for _, d := range shape {
		n *= d
	}
	x := make([]float32, n)
	rng.KeyOf(5).Normal(x)
	for i := range x {
		if x[i] < 0 {
			x[i] -= 0.1
		} else {
			x[i] += 0.1
		}
	}
	return tensor.Of(x, shape...)
}

func testParams(t *testing.T, s sample) {
	params := nn.Params(s.layer(rng.New(1)))
	var names []string
	for _, p := range params {
		names = append(names, p.Name)
	}
	if got := strings.Join(names, " "); got != s.params || nn.Count(params) != s.count {
		t.Errorf("parameters %q, %d numbers; want %q, %d", got, nn.Count(params), s.params, s.count)
	}
}

// testGradients checks those of the input and of every parameter, in training and in evaluation, by finite differences.
func testGradients(t *testing.T, s sample) {
	layer := s.layer(rng.New(1))
	params := nn.Params(layer)
	for _, training := range []bool{false, true} {
		x := []*tensor.Tensor{s.in}
		for _, p := range params {
			if !p.Buffer {
				x = append(x, p.Param.Value)
			}
		}
		err := autograd.CheckOrder(1, func(x []*tensor.Tensor) *tensor.Tensor {
			override := map[*tensor.Param]*tensor.Tensor{}
			learned := x[1:]
			for _, p := range params {
				if p.Buffer {
					override[p.Param] = p.Param.Value.Cast(device.Float64)
					continue
				}
				override[p.Param], learned = learned[0], learned[1:]
			}
			return layer.Forward(nn.NewPass(nn.PassConfig{Training: training, Key: 9, Override: override}), x[0])
		}, x...)
		if err != nil {
			t.Errorf("training %v: %v", training, err)
		}
	}
}

// testGolden compares the result and the gradients of input and parameters with a reference implementation's.
func testGolden(t *testing.T, s sample) {
	if s.golden == "" {
		check.Note{Package: "nn", Entry: s.name, Reference: "by hand", Order: 1}.Write(t)
		return
	}
	for _, c := range check.Cases(t, check.GoldenAll(t, "testdata"), s.golden+"/") {
		t.Run(c.Name, func(t *testing.T) { s.compare(t, c.On(t)) })
	}
}

func (s sample) compare(t *testing.T, c *check.Case) {
	layer := s.layer(rng.New(1))
	if s.like != nil {
		layer = s.like(c)
	}
	learned := map[string]*tensor.Tensor{} // and the input, as x
	override := map[*tensor.Param]*tensor.Tensor{}
	for _, p := range nn.Params(layer) {
		v := tensor.Of(c.Float32(p.Name), c.Shape(p.Name)...)
		if !slices.Equal(v.Shape(), p.Param.Value.Shape()) {
			t.Fatalf("%s has the shape %v, and %v in the golden case", p.Name, p.Param.Value, v)
		}
		if !p.Buffer {
			v = v.Watch()
			learned[p.Name] = v
		}
		override[p.Param] = v
	}
	x := s.goldenInput(c)
	if x.DType().IsFloat() {
		x = x.Watch()
		learned["x"] = x
	}
	y := layer.Forward(nn.NewPass(nn.PassConfig{Training: s.training, Key: 9, Override: override}), x)
	if !slices.Equal(y.Shape(), c.Shape("y")) {
		t.Fatalf("shape %v, want %v", y, c.Shape("y"))
	}
	tolerance := max(4*c.Float("err32"), 2e-6)
	off := check.Off(y.Floats(), c.Float32("y"))
	if off > tolerance {
		t.Errorf("y is off by %.3g of its largest element", off)
	}
	grads := autograd.Backward(y.Mul(tensor.Of(c.Float32("dy"), c.Shape("dy")...)).Sum())
	for name, v := range learned {
		if !c.Has("d" + name) {
			continue
		}
		d := check.Off(grads.Of(v).Floats(), c.Float32("d"+name))
		if d > tolerance {
			t.Errorf("d%s is off by %.3g of its largest element", name, d)
		}
		off = max(off, d)
	}
	check.Note{Package: "nn", Entry: s.name, Reference: c.MadeBy, Error: off, Order: 1}.Write(t)
}

func (s sample) goldenInput(c *check.Case) *tensor.Tensor {
	if a := c.Array("x"); a.DType == "int64" {
		return tensor.Of(a.Int64, a.Shape...)
	}
	return tensor.Of(c.Float32("x"), c.Shape("x")...)
}

func evaluate(layer nn.Layer, x *tensor.Tensor) *tensor.Tensor {
	return layer.Forward(nn.NewPass(nn.PassConfig{}), x)
}

// testTogether runs one layer in many goroutines at once.
func testTogether(t *testing.T, s sample) {
	layer := s.layer(rng.New(1))
	want := evaluate(layer, s.in)
	if !slices.Equal(want.Shape(), s.shape) {
		t.Errorf("shape %v, want %v", want.Shape(), s.shape)
	}
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			if got := evaluate(layer, s.in); !slices.Equal(got.Floats(), want.Floats()) {
				t.Error("another result beside other passes")
			}
		})
	}
	wait.Wait()
}

// testCopied gives the parameters of one layer to another.
func testCopied(t *testing.T, s sample) {
	one, other := s.layer(rng.New(1)), s.layer(rng.New(2))
	from := nn.Params(one)
	for i, p := range nn.Params(other) {
		p.Param.Value.CopyFrom(from[i].Param.Value)
	}
	if !slices.Equal(evaluate(one, s.in).Floats(), evaluate(other, s.in).Floats()) {
		t.Error("the same parameters give another result")
	}
}
