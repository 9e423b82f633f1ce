package unet

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

func TestLogitsEqualPyTorch(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/unet.golden"), "") {
		t.Run(c.Name, func(t *testing.T) {
			c = c.On(t)
			var config Config
			c.Attr("config", &config)
			m, err := New(rng.New(1), 3, 2, config)
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
		{"unet", model.Photos(1024), `{"depth": 9}`, "9 steps down; want 1 to 8"},
		{"unet", of, `{"width": "a"}`, "width"},
		{"unet", model.Photos(15), ``, "15×15 are too small"},
	} {
		if _, err := model.New(c.name, nil, c.of, json.RawMessage(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s: %v, want %s", c.name, c.text, err, c.want)
		}
	}
}

// halves is the class of each pixel of four pictures: 1 in a corner, another one for each picture.
func halves() *tensor.Tensor {
	var y []int64
	for i := range 4 * 16 * 16 {
		picture, row, column := i/256, i/16%16, i%16
		corner := int64(0)
		if (row < 8) == (picture%2 == 0) && (column < 8) == (picture/2 == 0) {
			corner = 1
		}
		y = append(y, corner)
	}
	return tensor.Of(y, len(y))
}

func TestOverfitsOneBatch(t *testing.T) {
	m, err := New(rng.New(1), 3, 2, Config{Width: 8, Depth: 2})
	if err != nil {
		t.Fatal(err)
	}
	x, y := check.Formula(5, 0, 1, 4, 3, 16, 16), halves()
	opt, loss := optim.New(optim.Adam{LR: 1e-2}, nn.Params(m)), 0.0
	for range 60 {
		if loss, err = train.Step(context.Background(), opt, func(p *nn.Pass) objective.Loss {
			return objective.CrossEntropy(m.Forward(p, x).Permute(0, 2, 3, 1).Reshape(-1, 2), y)
		}); err != nil {
			t.Fatal(err)
		}
	}
	if loss > 0.05 {
		t.Errorf("after 60 steps on the pixels of one batch the loss is %v", loss)
	}
}
