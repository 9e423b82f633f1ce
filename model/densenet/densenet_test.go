package densenet

import (
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/model/modeltest"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

func TestLogitsEqualTorchvision(t *testing.T) {
	modeltest.Pictures(t, "testdata/densenet.golden", "", 10, New)
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
	modeltest.Refuses(t, "densenet", of, `{"layers": 100}`, "no DenseNet of 100 layers; there are 121, 161, 169 and 201")
	modeltest.Refuses(t, "densenet", model.Photos(28), ``, "28×28 are too small")
	modeltest.Refuses(t, "densenet", of, `{"depths": [2, 0]}`, "depths [2 0] have a block without layers")
}

func TestOverfitsOneBatch(t *testing.T) {
	m, err := New(rng.New(1), 3, 4, Config{Growth: 8, Depths: []int{1, 2, 1}})
	if err != nil {
		t.Fatal(err)
	}
	x, y := check.Formula(5, 0, 1, 4, 3, 32, 32), tensor.Of([]int64{0, 1, 2, 3}, 4)
	modeltest.Overfits(t, "densenet", m, 1e-2, 40, 0.05, func(p *nn.Pass) objective.Loss {
		return objective.CrossEntropy(m.Forward(p, x), y)
	})
}
