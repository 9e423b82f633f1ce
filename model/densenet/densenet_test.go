package densenet

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/format"
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
	for _, c := range check.Cases(t, check.Golden(t, "testdata/densenet.golden"), "") {
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

// The files that torchvision publishes are older than its names.
func TestPublishedNames(t *testing.T) {
	m, err := New(rng.New(1), 3, 4, Config{Growth: 8, Depths: []int{1, 2}})
	if err != nil {
		t.Fatal(err)
	}
	var file []format.Named
	apart := strings.NewReplacer("norm1.", "norm.1.", "norm2.", "norm.2.", "conv1.", "conv.1.", "conv2.", "conv.2.")
	for _, q := range nn.Params(m) {
		file = append(file, format.Named{Name: apart.Replace(q.Name), Tensor: q.Param.Value})
	}
	empty, err := New(nil, 3, 4, Config{Growth: 8, Depths: []int{1, 2}})
	if err != nil {
		t.Fatal(err)
	}
	a, _, _ := model.Find("densenet")
	if err := model.Load(empty, format.Of(nil, file...), a.Layouts...); err != nil {
		t.Error(err)
	}
	if err := model.Load(empty, format.Of(nil, file...)); err == nil {
		t.Error("names that stand apart are taken for ours")
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
		{"densenet", of, `{"layers": 100}`, "no DenseNet of 100 layers; there are 121, 161, 169 and 201"},
		{"densenet", model.Photos(28), ``, "28×28 are too small"},
		{"densenet", of, `{"depths": [2, 0]}`, "depths [2 0] have a block without layers"},
	} {
		if _, err := model.New(c.name, nil, c.of, json.RawMessage(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s: %v, want %s", c.name, c.text, err, c.want)
		}
	}
}

func TestOverfitsOneBatch(t *testing.T) {
	m, err := New(rng.New(1), 3, 4, Config{Growth: 8, Depths: []int{1, 2, 1}})
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
