package train

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/optim"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// lastStep is the layer that keeps the last of the steps [n t d].
type lastStep struct{}

func (lastStep) Forward(_ *nn.Pass, x *tensor.Tensor) *tensor.Tensor { return x.Select(1, -1) }

// workModel returns the mlp, cnn or lstm of the benchmark and the shape of its batch.
func workModel(name string) (nn.Sequential, []int) {
	r := rng.New(1)
	switch name {
	case "lstm":
		return nn.Sequential{nn.NewLSTM(r, 256, 256, nn.RecurrentConfig{}), lastStep{}, nn.NewLinear(r, 256, 10)}, []int{32, 64, 256}
	case "mlp":
		return nn.Sequential{
			nn.NewLinear(r, 784, 512), nn.ReLU{}, nn.NewLinear(r, 512, 512), nn.ReLU{}, nn.NewLinear(r, 512, 10),
		}, []int{64, 784}
	}
	return nn.Sequential{
		nn.NewConv2d(r, 1, 32, 5, nn.ConvConfig{Pad: 2}),
		nn.ReLU{},
		nn.MaxPool2d{Size: 2},
		nn.NewConv2d(r, 32, 64, 5, nn.ConvConfig{Pad: 2}),
		nn.ReLU{},
		nn.MaxPool2d{Size: 2},
		nn.Flatten{},
		nn.NewLinear(r, 3136, 512),
		nn.ReLU{},
		nn.NewLinear(r, 512, 10),
	}, []int{64, 1, 28, 28}
}

// symmetric fills x with 2u−1 of a key's stream, scaled.
func symmetric(x []float32, key uint64, scale float32) {
	rng.KeyOf(key).Uniform(x)
	for i, u := range x {
		x[i] = scale * float32(2*u-1)
	}
}

// workBatch returns the batch of the recipe in _golden/works.py.
func workBatch(shape []int) (x, y *tensor.Tensor) {
	n := 1
	for _, d := range shape {
		n *= d
	}
	data := make([]float32, n)
	symmetric(data, 1000, 1)
	u := make([]float32, shape[0])
	rng.KeyOf(1001).Uniform(u)
	labels := make([]int64, shape[0])
	for i := range labels {
		labels[i] = int64(10 * float64(u[i]))
	}
	return tensor.Of(data, shape...), tensor.Of(labels, len(labels))
}

// fillByFormula gives the parameters the values of the recipe.
func fillByFormula(params []tensor.Named) {
	fan := 1
	for i, p := range params {
		if shape := p.Param.Value.Shape(); len(shape) > 1 {
			fan = p.Param.Value.Len() / shape[0]
		}
		values := make([]float32, p.Param.Value.Len())
		symmetric(values, uint64(i+1), float32(1/math.Sqrt(float64(fan))))
		p.Param.Value.CopyFrom(tensor.Of(values, append([]int{}, p.Param.Value.Shape()...)...))
	}
}

// The first 20 losses from the same weights and data are PyTorch's, and the first is near ln 10.
func TestLossesEqualPyTorch(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/works.golden"), "") {
		name, _, isWork := strings.Cut(c.Name, "/")
		if !isWork || testing.Short() && name != "mlp" {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			m, shape := workModel(name)
			params := nn.Params(m)
			fillByFormula(params)
			x, y := workBatch(shape)
			opt := optim.New(optim.SGD{LR: c.Float("lr")}, params)
			for i, want := range c.Float32("loss") {
				got, err := Step(context.Background(), opt, func(p *nn.Pass) objective.Loss {
					return objective.CrossEntropy(m.Forward(p, x), y)
				})
				if err != nil {
					t.Fatal(err)
				}
				if i == 0 && math.Abs(got-math.Log(10)) > 0.1*math.Log(10) {
					t.Errorf("the first loss is %.4f; ln 10 is %.4f", got, math.Log(10))
				}
				if math.Abs(got-float64(want)) > 1e-4 {
					t.Fatalf("loss %d is %.6f, PyTorch's %.6f", i+1, got, want)
				}
			}
		})
	}
}

// A steady step allocates a bounded number of objects and little memory: tensors, history and closures, no buffers.
func TestAllocationsOfAStep(t *testing.T) {
	if raced {
		t.Skip("the race detector makes pools forget")
	}
	m, shape := workModel("mlp")
	x, y := workBatch(shape)
	opt := optim.New(optim.SGD{LR: 0.01}, nn.Params(m))
	step := func() {
		if _, err := Step(context.Background(), opt, func(p *nn.Pass) objective.Loss {
			return objective.CrossEntropy(m.Forward(p, x), y)
		}); err != nil {
			t.Fatal(err)
		}
	}
	for range 5 {
		step()
	}
	const most = 320
	if n := testing.AllocsPerRun(20, step); n > most {
		t.Errorf("a step of the mlp allocates %v objects; at most %d are allowed", n, most)
	}
	r := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			step()
		}
	})
	const bytes = 128 << 10
	if r.AllocedBytesPerOp() > bytes {
		t.Errorf("a step of the mlp allocates %d bytes; at most %d are allowed", r.AllocedBytesPerOp(), bytes)
	}
}

func benchmarkWork(b *testing.B, name string) {
	m, shape := workModel(name)
	x, y := workBatch(shape)
	opt := optim.New(optim.SGD{LR: 0.01}, nn.Params(m))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Step(context.Background(), opt, func(p *nn.Pass) objective.Loss {
			return objective.CrossEntropy(m.Forward(p, x), y)
		}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(shape[0]*b.N)/b.Elapsed().Seconds(), "samples/s")
}

func BenchmarkMLP(b *testing.B) { benchmarkWork(b, "mlp") }
func BenchmarkCNN(b *testing.B) { benchmarkWork(b, "cnn") }

func BenchmarkLSTM(b *testing.B) { benchmarkWork(b, "lstm") }
