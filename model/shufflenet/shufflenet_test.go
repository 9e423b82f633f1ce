package shufflenet

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/optim"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

func TestLogitsEqualTorchvision(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/shufflenet.golden"), "") {
		t.Run(c.Name, func(t *testing.T) {
			c = c.On(t)
			var config Config
			c.Attr("config", &config)
			m, err := New(rng.New(1), 3, 10, config)
			if err != nil {
				t.Fatal(err)
			}
			check.Fill(t, nn.Params(m), c.Names())
			check.Logits(t, c, func(training bool, x *tensor.Tensor) []float32 {
				p := nn.NewPass(nn.PassConfig{Training: training})
				defer p.Close()
				return m.Forward(p, p.Input(x)).Floats()
			})
		})
	}
}

// What does not fit is said.
func TestRefused(t *testing.T) {
	of := model.Photos(64)
	for _, c := range []struct {
		name       string
		of         model.Examples
		text, want string
	}{
		{"shufflenet_v2", of, `{"depths": [1]}`, "not those of 3 stages"},
		{"shufflenet_v2", of, `{"channels": [1]}`, "channels [1] are not"},
		{"shufflenet_v2", of, `{"channels": [8, 15, 16, 16, 16]}`, "15 channels of a stage have no halves"},
		{"shufflenet_v2", model.Examples{Input: []int{9}, Outputs: 5}, ``, "no pictures"},
	} {
		if _, err := model.New(c.name, nil, c.of, json.RawMessage(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s: %v, want %s", c.name, c.text, err, c.want)
		}
	}
}

func TestOverfitsOneBatch(t *testing.T) {
	m, err := New(rng.New(1), 3, 4, Config{Channels: []int{8, 16, 24, 32, 32}, Depths: []int{1, 2, 1}})
	if err != nil {
		t.Fatal(err)
	}
	x, y := check.Formula(5, 0, 1, 4, 3, 32, 32), tensor.Of([]int64{0, 1, 2, 3}, 4)
	opt, loss := optim.New(optim.Adam{LR: 1e-2}, nn.Params(m)), 0.0
	for range 40 {
		if loss, err = train.Step(context.Background(), opt, func(p *nn.Pass) objective.Loss {
			return objective.CrossEntropy(m.Forward(p, x), y)
		}); err != nil {
			t.Fatal(err)
		}
	}
	if loss > 0.05 {
		t.Errorf("after 40 steps on one batch the loss is %v", loss)
	}
}
