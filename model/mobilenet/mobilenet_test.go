package mobilenet

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

func TestLogitsOfVersion2EqualTorchvision(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/mobilenet.golden"), "v2/") {
		t.Run(c.Name, func(t *testing.T) {
			c = c.On(t)
			var config V2Config
			c.Attr("config", &config)
			m, err := NewV2(rng.New(1), 3, 10, config)
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

func TestLogitsOfVersion3EqualTorchvision(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/mobilenet.golden"), "v3/") {
		t.Run(c.Name, func(t *testing.T) {
			c = c.On(t)
			var config V3Config
			c.Attr("config", &config)
			m, err := NewV3(rng.New(1), 3, 10, config)
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
		{"mobilenet_v2", of, `{"stages": [{"expand": 6}]}`, "stage 0"},
		{"mobilenet_v2", of, `{"stage": []}`, "stage"},
		{"mobilenet_v2", model.Examples{Input: []int{9}, Outputs: 5}, ``, "no pictures"},
		{"mobilenet_v3", of, `{"size": "medium"}`, "no MobileNet 3 of size \"medium\"; there are large and small"},
		{"mobilenet_v3", of, `{"blocks": [{"size": 2, "inside": 8, "channels": 8, "stride": 1}]}`, "block 0"},
	} {
		if _, err := model.New(c.name, nil, c.of, json.RawMessage(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s: %v, want %s", c.name, c.text, err, c.want)
		}
	}
}

func TestOverfitsOneBatch(t *testing.T) {
	m, err := NewV3(rng.New(1), 3, 4, V3Config{Size: "small", Width: 0.25, Dropout: -1})
	if err != nil {
		t.Fatal(err)
	}
	x, y := check.Formula(5, 0, 1, 4, 3, 32, 32), tensor.Of([]int64{0, 1, 2, 3}, 4)
	opt, loss := optim.New(optim.Adam{LR: 3e-3}, nn.Params(m)), 0.0
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
