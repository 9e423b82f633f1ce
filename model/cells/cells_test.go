package cells

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
	for _, c := range check.Cases(t, check.Golden(t, "testdata/cells.golden"), "") {
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
		{"cells", of, `{"genotype": "darts_v3"}`, "no genotype \"darts_v3\"; there are darts_v1"},
		{"cells", of, `{"layers": 2}`, "make no network of cells"},
		{"cells", of, `{"width": 3}`, "make no network of cells"},
		{"cells", of, `{"normal": {"nodes": [], "out": [2]}}`, "the normal cell: 0 nodes; want 1 to 64"},
		{"cells", of, `{"normal": {"nodes": [[]], "out": [2]}}`, "node 2 has 0 edges"},
		{"cells", of, `{"reduce": {"nodes": [[{"op": "max_pool_3x3", "from": 2}]], "out": [2]}}`, "the reducing cell: node 2 has an edge from 2; only 0 to 1 are before it"},
		{"cells", of, `{"normal": {"nodes": [[{"op": "conv", "from": 0}]], "out": [2]}}`, "no operation \"conv\"; there are none, skip_connect"},
		{"cells", of, `{"normal": {"nodes": [[{"op": "none", "from": 0}]], "out": [1]}}`, "[1], is not a list of nodes from 2 to 2"},
		{"cells", of, `{"normal": {"nodes": [[{"op": "none", "from": 0}]], "out": []}}`, "nothing comes out"},
		{"cells", of, `{"normal": {"node": []}}`, "node"},
		{"cells", model.Photos(30), ``, "15×15 cannot be halved"},
		{"cells", model.Photos(15), ``, "15×15 are too small"},
	} {
		if _, err := model.New(c.name, nil, c.of, json.RawMessage(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s: %v, want %s", c.name, c.text, err, c.want)
		}
	}
}

func TestOverfitsOneBatch(t *testing.T) {
	m, err := New(rng.New(1), 3, 4, Config{Width: 4, Layers: 3, Drop: 0.05})
	if err != nil {
		t.Fatal(err)
	}
	x, y := check.Formula(5, 0, 1, 4, 3, 16, 16), tensor.Of([]int64{0, 1, 2, 3}, 4)
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
