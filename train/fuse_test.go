package train_test

import (
	"math"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/device/fuse"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/optim"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// handwritten is an activation as a user writes it, of tensor methods: x · (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2.
type handwritten struct{}

func (handwritten) Forward(_ *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	inner := x.Add(x.Mul(x).Mul(x).Scale(0.044715)).Scale(math.Sqrt(2 / math.Pi))
	return x.Mul(inner.Tanh().AddScalar(1)).Scale(0.5)
}

func fusedNets() map[string]func(r *rng.Rand) nn.Layer {
	return map[string]func(r *rng.Rand) nn.Layer{
		"mlp": func(r *rng.Rand) nn.Layer {
			return nn.Sequential{
				nn.Flatten{},
				nn.NewLinear(r, 64, 96),
				nn.ReLU{},
				nn.NewDropout(r, 0.2), nn.NewLinear(r, 96, 96),
				nn.ReLU{},
				nn.NewLinear(r, 96, 10),
			}
		},
		"cnn": func(r *rng.Rand) nn.Layer {
			return nn.Sequential{
				nn.NewConv2d(r, 1, 8, 5, nn.ConvConfig{Pad: 2}), nn.NewBatchNorm(8),
				nn.ReLU{},
				nn.MaxPool2d{Size: 2},
				nn.NewConv2d(r, 8, 16, 3, nn.ConvConfig{Pad: 1}),
				nn.GELU{},
				nn.Flatten{},
				nn.NewLinear(r, 256, 10),
			}
		},
		"handwritten": func(r *rng.Rand) nn.Layer {
			return nn.Sequential{
				nn.Flatten{}, nn.NewLinear(r, 64, 300), handwritten{}, nn.NewLayerNorm(300), nn.NewLinear(r, 300, 10), nn.ELU{},
			}
		},
	}
}

// basic is a device that has the basis and programs, and refuses the rest.
type basic struct{ device.Device }

func (d basic) Run(c *device.Call) bool {
	return (c.Op.Basis() || c.Op == device.Fused) && d.Device.Run(c)
}

// steps trains a model on a device and returns its parameters.
func steps(t *testing.T, d device.Device, build func(r *rng.Rand) nn.Layer, rule optim.Rule) []float32 {
	m := build(rng.New(1))
	params := nn.Params(m)
	for _, p := range params {
		p.Param.Value = p.Param.Value.To(d)
	}
	images := make([]float32, 32*64)
	rng.KeyOf(2).Normal(images)
	labels := make([]int64, 32)
	for i := range labels {
		labels[i] = int64(i * i % 10)
	}
	x, y := tensor.Of(images, 32, 1, 8, 8).To(d), tensor.Of(labels).To(d)
	opt := optim.New(rule, params)
	for range 4 {
		if _, err := train.Step(t.Context(), opt, func(p *nn.Pass) objective.Loss {
			return objective.CrossEntropy(m.Forward(p, x), y)
		}); err != nil {
			t.Fatal(err)
		}
	}
	var all []float32
	for _, p := range params {
		all = append(all, p.Param.Value.Floats()...)
	}
	return all
}

// TestFused checks that training on a fusing device gives the bits of the device it wraps, also where everything is composed of
// the basis.
func TestFused(t *testing.T) {
	devices := map[string]device.Device{"cpu": cpu.Device, "basis": basic{cpu.Device}}
	for dn, d := range devices {
		for name, build := range fusedNets() {
			for rule, r := range map[string]optim.Rule{"SGD": optim.SGD{LR: 0.1, Momentum: 0.9}, "AdamW": optim.AdamW{LR: 0.01}} {
				want, got := steps(t, d, build, r), steps(t, fuse.New(d), build, r)
				for i := range want {
					if math.Float32bits(got[i]) != math.Float32bits(want[i]) {
						t.Errorf("%s with %s on %s: number %d is %v, and %v fused", name, rule, dn, i, want[i], got[i])
						break
					}
				}
			}
		}
	}
}

func BenchmarkFused(b *testing.B) {
	devices := map[string]device.Device{"plain": cpu.Device, "fused": fuse.New(cpu.Device)}
	for _, name := range []string{"plain", "fused"} {
		d := devices[name]
		b.Run(name, func(b *testing.B) {
			r := rng.New(1)
			m := nn.Sequential{nn.NewLinear(r, 256, 1024), handwritten{}, nn.NewLinear(r, 1024, 256)}
			params := nn.Params(m)
			for _, p := range params {
				p.Param.Value = p.Param.Value.To(d)
			}
			in := make([]float32, 1024*256)
			rng.KeyOf(2).Normal(in)
			x := tensor.Of(in, 1024, 256).To(d)
			opt := optim.New(optim.SGD{LR: 0.01}, params)
			for b.Loop() {
				if _, err := train.Step(b.Context(), opt, func(p *nn.Pass) objective.Loss {
					return objective.MeanSquaredError(m.Forward(p, x), x)
				}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
