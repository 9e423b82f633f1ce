package convnext

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
	for _, c := range check.Cases(t, check.Golden(t, "testdata/convnext.golden"), "") {
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
		{"convnext", of, `{"size": "huge"}`, "no ConvNeXt of size \"huge\"; there are tiny, small, base and large"},
		{"convnext", of, `{"depths": [1, 2]}`, "not those of 4 stages"},
		{"convnext", model.Photos(31), ``, "31×31 are too small"},
	} {
		if _, err := model.New(c.name, nil, c.of, json.RawMessage(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s: %v, want %s", c.name, c.text, err, c.want)
		}
	}
}

func TestOverfitsOneBatch(t *testing.T) {
	m, err := New(rng.New(1), 3, 4, Config{Width: 8, Depths: []int{1, 1, 2, 1}, Drop: -1, Scale: 0.1})
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
