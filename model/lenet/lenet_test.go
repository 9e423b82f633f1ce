package lenet

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
	for _, c := range check.Cases(t, check.Golden(t, "testdata/lenet.golden"), "") {
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

// Without the paper's table of which map sees which, the network has the 61,706 parameters that later versions have.
func TestParameterCount(t *testing.T) {
	m, err := model.New("lenet", nil, model.Examples{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if n := nn.Count(nn.Params(m)); n != 61_706 {
		t.Errorf("LeNet-5 has %d parameters, want 61706", n)
	}
}

// What does not fit is said.
func TestRefused(t *testing.T) {
	of := model.Examples{Input: []int{1, 28, 28}, Outputs: 10}
	for _, c := range []struct {
		of         model.Examples
		text, want string
	}{
		{of, `{"pool": "min"}`, "no pool \"min\"; there are average and max"},
		{of, `{"hidden": 3}`, "hidden"},
		{model.Photos(30), ``, "32×32, or of 28×28 with a margin; got 30×30"},
		{model.Photos(27), ``, "27×27 are too small"},
	} {
		if _, err := model.New("lenet", nil, c.of, json.RawMessage(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.text, err, c.want)
		}
	}
}

func TestOverfitsOneBatch(t *testing.T) {
	m, err := New(rng.New(1), 1, 4, Config{})
	if err != nil {
		t.Fatal(err)
	}
	x, y := check.Formula(5, 0, 1, 4, 1, 28, 28), tensor.Of([]int64{0, 1, 2, 3}, 4)
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
