package train

import (
	"context"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/optim"
	"github.com/jimu-ml/jimu/rng"
)

// Both works learn in bfloat16 what they learn in float32, within its noise, and the parameters stay float32.
func TestWorksInBFloat16(t *testing.T) {
	for _, name := range []string{"mlp", "cnn"} {
		losses := map[device.DType][]float64{}
		for _, precision := range []device.DType{device.Float32, device.BFloat16} {
			m, shape := workModel(name)
			x, y := workBatch(shape)
			opt := optim.New(optim.AdamW{LR: 1e-3}, nn.Params(m))
			s := Stepper{Optimizer: opt, Precision: precision}
			for range 8 {
				loss, err := s.Step(context.Background(), func(p *nn.Pass) objective.Loss {
					return objective.CrossEntropy(m.Forward(p, x), y)
				})
				if err != nil {
					t.Fatal(err)
				}
				losses[precision] = append(losses[precision], loss)
			}
			for _, p := range nn.Params(m) {
				if p.Param.Value.DType() != device.Float32 {
					t.Errorf("%s is %s", p.Name, p.Param.Value.DType())
				}
			}
		}
		full, half := losses[device.Float32], losses[device.BFloat16]
		if full[7] > 0.8*full[0] {
			t.Errorf("%s does not learn: %v", name, full)
		}
		same := 0
		for i := range full {
			if d := half[i] - full[i]; d > 0.05*full[0] || d < -0.05*full[0] {
				t.Errorf("%s, step %d: %v in bfloat16, %v in float32", name, i+1, half[i], full[i])
			}
			if half[i] == full[i] {
				same++
			}
		}
		if same > 1 {
			t.Errorf("%s: the losses in bfloat16 are those in float32", name)
		}
	}
}

func TestPrecisionOfFit(t *testing.T) {
	m := nn.NewLinear(rng.New(1), 2, 2)
	_, err := Config{Precision: device.Float16}.withDefaults()
	if err == nil || !strings.Contains(err.Error(), "Precision is float16") {
		t.Error(err)
	}
	r := newRun(Task{Model: m}, optim.New(optim.SGD{LR: 1}, nn.Params(m)), nil, Config{Precision: device.BFloat16})
	if r.stepper.Precision != device.BFloat16 {
		t.Errorf("the steps are in %s", r.stepper.Precision)
	}
}

// BenchmarkPrecision measures steps of the works in both precisions.
func BenchmarkPrecision(b *testing.B) {
	for _, name := range []string{"mlp", "mlp 2048", "cnn"} {
		for _, precision := range []device.DType{device.Float32, device.BFloat16} {
			b.Run(name+"/"+precision.String(), func(b *testing.B) {
				m, shape := workModel(name[:3])
				if name == "mlp 2048" {
					r := rng.New(1)
					m = nn.Sequential{nn.NewLinear(r, 784, 2048), nn.ReLU{}, nn.NewLinear(r, 2048, 2048), nn.ReLU{}, nn.NewLinear(r, 2048, 10)}
					shape = []int{512, 784}
				}
				x, y := workBatch(shape)
				s := Stepper{Optimizer: optim.New(optim.AdamW{LR: 1e-3}, nn.Params(m)), Precision: precision}
				for b.Loop() {
					if _, err := s.Step(context.Background(), func(p *nn.Pass) objective.Loss {
						return objective.CrossEntropy(m.Forward(p, x), y)
					}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
