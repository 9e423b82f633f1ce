package nn_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/fuse"
	"github.com/jimu-ml/jimu/device/meta"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// slow is set where the race detector is on.
var slow bool

// layer makes a layer of a function.
type layer func(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor

func (f layer) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor { return f(p, x) }

// composed is a layer of tensor methods, with a column, a row, views, and a hole that is filled.
func composed(_ *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	mean := x.MeanKeep(-1)
	y := x.Sub(mean).Mul(x.Sub(mean)).AddScalar(1).Sqrt()
	y = tensor.Where(y.Less(x), y.Neg(), x.Scale(0.5))
	y = tensor.Concat(1, y, x.Slice(1, 0, 3))
	return op.Pad(y, 2, [2]int{0, 0}, [2]int{1, 2}).T().Contiguous().Tanh().T()
}

type compiledCase struct {
	name  string
	build func(r *rng.Rand) nn.Layer
	shape []int
	folds bool // a batch norm
}

func compiledCases() []compiledCase {
	return []compiledCase{
		{"mlp", func(r *rng.Rand) nn.Layer {
			return nn.Sequential{
				nn.Flatten{},
				nn.NewLinear(r, 48, 64),
				nn.ReLU{},
				nn.NewDropout(r, 0.5), nn.NewLinear(r, 64, 64),
				nn.GELU{},
				nn.NewLayerNorm(64), nn.NewLinear(r, 64, 10),
				nn.Softmax{},
			}
		}, []int{3, 3, 4, 4}, false},
		{"cnn", func(r *rng.Rand) nn.Layer {
			return nn.Sequential{
				nn.NewConv2d(r, 3, 8, 3, nn.ConvConfig{Pad: 1, NoBias: true}), nn.NewBatchNorm(8),
				nn.ReLU{},
				nn.MaxPool2d{Size: 2},
				nn.NewConv2d(r, 8, 12, 3, nn.ConvConfig{Pad: 1}), nn.NewBatchNorm(12),
				nn.SiLU{},
				nn.Flatten{},
				nn.NewLinear(r, 48, 20),
				nn.ReLU{},
				nn.NewLinear(r, 20, 5),
			}
		}, []int{2, 3, 4, 4}, true},
		{"linear norm", func(r *rng.Rand) nn.Layer {
			return nn.Sequential{nn.Flatten{}, nn.NewLinear(r, 48, 20), nn.NewBatchNorm(20), nn.ReLU{}, nn.NewLinear(r, 20, 5)}
		}, []int{2, 3, 4, 4}, true},
		{"composed", func(*rng.Rand) nn.Layer { return layer(composed) }, []int{5, 40}, false},
		{"shared", func(r *rng.Rand) nn.Layer { // what is read twice is not folded away
			return &shared{nn.NewConv2d(r, 3, 3, 3, nn.ConvConfig{Pad: 1})}
		}, []int{2, 3, 4, 4}, false},
		{"input", func(*rng.Rand) nn.Layer {
			return layer(func(_ *nn.Pass, x *tensor.Tensor) *tensor.Tensor { return x })
		}, []int{2, 3}, false},
		{"constant", func(*rng.Rand) nn.Layer {
			return layer(func(_ *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
				return tensor.Arange(4).To(x.Device()).Cast(device.Float32).Scale(2)
			})
		}, []int{2, 3}, false},
		{"slice", func(*rng.Rand) nn.Layer {
			return layer(func(_ *nn.Pass, x *tensor.Tensor) *tensor.Tensor { return x.Exp().Slice(1, 1, 3) })
		}, []int{2, 3}, false},
	}
}

type shared struct{ Conv *nn.Conv2d }

func (m *shared) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	y := m.Conv.Forward(p, x)
	return op.Relu(y).Add(y).Add(x)
}

// settled gives batch norms running moments that are not those of the beginning.
func settled(m nn.Layer, r *rng.Rand) {
	for _, p := range nn.Params(m) {
		if p.Buffer {
			p.Param.Value = nn.Uniform(0.5, 2)(r.Next(), p.Param.Value.Shape()...)
		}
	}
}

func evaluated(m nn.Layer, x *tensor.Tensor) []float32 {
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	return m.Forward(p, p.Input(x)).Floats()
}

func bits(x []float32) []uint32 {
	b := make([]uint32, len(x))
	for i, v := range x {
		b[i] = math.Float32bits(v)
	}
	return b
}

func TestCompile(t *testing.T) {
	for _, c := range compiledCases() {
		r := rng.New(3)
		m := c.build(r)
		settled(m, r)
		example := nn.Normal(1)(r.Next(), c.shape...)
		for _, exact := range []bool{true, false} {
			compiled, err := nn.Compiler{Exact: exact}.Compile(m, example)
			if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			for range 3 {
				x := nn.Normal(1)(r.Next(), c.shape...)
				want, got := evaluated(m, x), compiled.Run(x).Floats()
				if exact || !c.folds {
					if !slices.Equal(bits(got), bits(want)) {
						t.Errorf("%s: %v, and compiled %v", c.name, want, got)
					}
					continue
				}
				for i := range want {
					if math.Abs(float64(got[i]-want[i])) > 2e-6*max(1, math.Abs(float64(want[i]))) {
						t.Errorf("%s: element %d is %v, and compiled %v", c.name, i, want[i], got[i])
					}
				}
			}
			mem := compiled.Memory()
			t.Logf("%s exact %v: %v %+v", c.name, exact, compiled.Operations(), mem)
			if c.name != "input" && c.name != "constant" && c.name != "slice" && mem.Arena >= mem.Unplanned {
				t.Errorf("%s: the arena has %d bytes, and all intermediates together %d", c.name, mem.Arena, mem.Unplanned)
			}
			if ops := compiled.Operations(); !exact && c.name == "linear norm" && len(ops) != 2 {
				t.Errorf("%s: the operations are %v, not two Linear", c.name, ops)
			}
		}
	}
}

// TestCompiledFollows checks that a run sees parameters that were written to, and those that were replaced.
func TestCompiledFollows(t *testing.T) {
	c := compiledCases()[1]
	r := rng.New(3)
	m := c.build(r)
	settled(m, r)
	x := nn.Normal(1)(r.Next(), c.shape...)
	compiled, err := nn.Compile(m, x)
	if err != nil {
		t.Fatal(err)
	}
	near := func(what string) {
		t.Helper()
		want, got := evaluated(m, x), compiled.Run(x).Floats()
		for i := range want {
			if math.Abs(float64(got[i]-want[i])) > 1e-5*max(1, math.Abs(float64(want[i]))) {
				t.Fatalf("%s: element %d is %v, and compiled %v", what, i, want[i], got[i])
			}
		}
	}
	near("at first")
	for _, p := range nn.Params(m) {
		p.Param.Value.CopyFrom(nn.Uniform(0.5, 1.5)(r.Next(), p.Param.Value.Shape()...))
		near(p.Name + " overwritten")
	}
	for _, p := range nn.Params(m) {
		p.Param.Value = nn.Uniform(0.5, 1.5)(r.Next(), p.Param.Value.Shape()...)
		near(p.Name + " replaced")
	}
}

// TestCompileRefuses checks what cannot be recorded.
func TestCompileRefuses(t *testing.T) {
	r := rng.New(3)
	w := nn.NewLinear(r, 3, 3)
	x := nn.Normal(1)(r.Next(), 2, 3)
	for _, c := range []struct {
		want error
		f    layer
	}{
		{fuse.ErrValue, func(_ *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
			if x.Sum().Item() > 0 {
				return x.Neg()
			}
			return x
		}},
		{fuse.ErrValue, func(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
			return x.Scale(p.Use(&w.Bias).Sum().Item())
		}},
		{fuse.ErrWrite, func(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
			x.CopyFrom(x.Neg())
			return x
		}},
	} {
		_, err := nn.Compiler{}.CompileFunc(nn.Params(w), func(p *nn.Pass, x []*tensor.Tensor) *tensor.Tensor { return c.f(p, x[0]) }, x)
		if !errors.Is(err, c.want) {
			t.Errorf("%v, not %v", err, c.want)
		}
	}
	if _, err := nn.Compile(w, nn.Normal(1)(r.Next(), 2, 4)); err == nil || !strings.Contains(err.Error(), "Linear") {
		t.Errorf("a shape that does not fit: %v", err)
	}
	m, err := nn.Compile(w, x)
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range [][]*tensor.Tensor{{tensor.Zeros(3, 3)}, {x, x}, {x.Cast(device.Float64)}, {x.Watch()}} {
		if err := tensor.Catch(func() { m.Run(bad...) }); err == nil || !strings.Contains(err.Error(), "Compiled.Run") {
			t.Errorf("inputs %v: %v", bad, err)
		}
	}
	embedding := nn.NewEmbedding(r, 4, 2)
	e, err := nn.Compile(embedding, tensor.Of([]int64{1, 2}))
	if err != nil {
		t.Fatal(err)
	}
	if err := tensor.Catch(func() { e.Run(tensor.Of([]int64{1, 9})) }); err == nil {
		t.Error("a position outside the table is taken")
	}
	if got := e.Run(tensor.Of([]int64{3, 0})).Floats(); !slices.Equal(got, evaluated(embedding, tensor.Of([]int64{3, 0}))) {
		t.Errorf("after that: %v", got)
	}
}

// TestCompiledLayouts checks inputs and results that lie otherwise in memory than the example and what is planned.
func TestCompiledLayouts(t *testing.T) {
	m := layer(func(_ *nn.Pass, x *tensor.Tensor) *tensor.Tensor { return x.Exp().Mul(x) })
	r := rng.New(3)
	example := nn.Normal(1)(r.Next(), 6, 5).T()
	compiled, err := nn.Compile(m, example)
	if err != nil {
		t.Fatal(err)
	}
	base := nn.Normal(1)(r.Next(), 10, 12)
	for _, x := range []*tensor.Tensor{base.Slice(0, 2, 7).Slice(1, 1, 7), base.Slice(0, 2, 8).Slice(1, 3, 8).T(), nn.Normal(1)(r.Next(), 6, 5).T()} {
		want := evaluated(m, x)
		y, z := tensor.Zeros(5, 6), tensor.Zeros(6, 5).T()
		compiled.RunInto(y, x)
		compiled.RunInto(z, x)
		for _, got := range [][]float32{compiled.Run(x).Floats(), y.Floats(), z.Floats()} {
			if !slices.Equal(bits(got), bits(want)) {
				t.Errorf("strides %v: %v, not %v", x.View().Strides(), got, want)
			}
		}
	}
}

func TestCompiledGoroutines(t *testing.T) {
	c := compiledCases()[1]
	r := rng.New(3)
	m := c.build(r)
	compiled, err := nn.Compiler{Exact: true}.Compile(m, nn.Normal(1)(r.Next(), c.shape...))
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for g := range uint64(4) {
		wg.Go(func() {
			r := rng.New(g)
			for range 20 {
				x := nn.Normal(1)(r.Next(), c.shape...)
				if want, got := evaluated(m, x), compiled.Run(x).Floats(); !slices.Equal(bits(got), bits(want)) {
					t.Errorf("%v, not %v", got, want)
				}
			}
		})
	}
	wg.Wait()
}

// TestCompiledAllocations checks that a run allocates its result, or nothing: on a device that itself makes nothing.
func TestCompiledAllocations(t *testing.T) {
	if slow {
		t.Skip("the race detector makes pools forget")
	}
	for _, c := range compiledCases()[:4] {
		r := rng.New(3)
		d := meta.New()
		model, x := c.build(r), tensor.New(d, device.Float32, c.shape...)
		for _, p := range nn.Params(model) {
			p.Param.Value = tensor.New(d, device.Float32, p.Param.Value.Shape()...)
		}
		m, err := nn.Compile(model, x)
		if err != nil {
			t.Fatal(err)
		}
		y := m.Run(x)
		into, run := testing.AllocsPerRun(100, func() { m.RunInto(y, x) }), testing.AllocsPerRun(100, func() { m.Run(x) })
		if into > 2 || run > into+3 {
			t.Errorf("%s: a run allocates %v objects into a tensor, and %v with it", c.name, into, run)
		}
	}
}

func BenchmarkCompiled(b *testing.B) {
	works := []struct {
		name  string
		build func(r *rng.Rand) nn.Layer
		shape []int
	}{
		{"mlp1", func(r *rng.Rand) nn.Layer {
			return nn.Sequential{nn.NewLinear(r, 784, 512), nn.ReLU{}, nn.NewLinear(r, 512, 512), nn.ReLU{}, nn.NewLinear(r, 512, 10)}
		}, []int{1, 784}},
		{"tiny1", func(r *rng.Rand) nn.Layer {
			return nn.Sequential{nn.NewLinear(r, 16, 32), nn.ReLU{}, nn.NewLinear(r, 32, 32), nn.GELU{}, nn.NewLayerNorm(32), nn.NewLinear(r, 32, 4), nn.Softmax{}}
		}, []int{1, 16}},
		{"cnn1", smallConvNet, []int{1, 3, 32, 32}},
		{"cnn8", smallConvNet, []int{8, 3, 32, 32}},
	}
	for _, w := range works {
		r := rng.New(1)
		m := w.build(r)
		x := nn.Normal(1)(r.Next(), w.shape...)
		c, err := nn.Compile(m, x)
		if err != nil {
			b.Fatal(err)
		}
		y := c.Run(x)
		b.Run(w.name+"/eager", func(b *testing.B) {
			b.ReportAllocs()
			best(b, func() {
				p := nn.NewPass(nn.PassConfig{})
				m.Forward(p, p.Input(x))
				p.Close()
			})
		})
		b.Run(w.name+"/compiled", func(b *testing.B) {
			b.ReportAllocs()
			best(b, func() { c.RunInto(y, x) })
		})
	}
}

// best reports the shortest run beside the mean: on a machine that does other things too, it says more.
func best(b *testing.B, f func()) {
	least := time.Hour
	for b.Loop() {
		begin := time.Now()
		f()
		least = min(least, time.Since(begin))
	}
	b.ReportMetric(float64(least.Nanoseconds())/1000, "best-µs")
}

// smallConvNet is a convolutional network with batch norms for pictures of 32 by 32.
func smallConvNet(r *rng.Rand) nn.Layer {
	conv := func(in, out int) *nn.Conv2d {
		return nn.NewConv2d(r, in, out, 3, nn.ConvConfig{Pad: 1, NoBias: true})
	}
	return nn.Sequential{
		conv(3, 32), nn.NewBatchNorm(32),
		nn.ReLU{},
		conv(32, 32), nn.NewBatchNorm(32),
		nn.ReLU{},
		nn.MaxPool2d{Size: 2},
		conv(32, 64), nn.NewBatchNorm(64),
		nn.ReLU{},
		conv(64, 64), nn.NewBatchNorm(64),
		nn.ReLU{},
		nn.MaxPool2d{Size: 2},
		nn.Flatten{},
		nn.NewLinear(r, 4096, 128),
		nn.ReLU{},
		nn.NewLinear(r, 128, 10),
	}
}
