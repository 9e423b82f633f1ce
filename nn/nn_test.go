package nn_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/device"
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
