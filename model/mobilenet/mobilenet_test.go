package mobilenet

import (
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/model/modeltest"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

func TestLogitsOfVersion2EqualTorchvision(t *testing.T) {
	modeltest.Pictures(t, "testdata/mobilenet.golden", "v2/", 10, NewV2)
}

func TestLogitsOfVersion3EqualTorchvision(t *testing.T) {
	modeltest.Pictures(t, "testdata/mobilenet.golden", "v3/", 10, NewV3)
}

// What does not fit is said.
func TestRefused(t *testing.T) {
	of := model.Photos(64)
	modeltest.Refuses(t, "mobilenet_v2", of, `{"stages": [{"expand": 6}]}`, "stage 0")
	modeltest.Refuses(t, "mobilenet_v2", of, `{"stage": []}`, "stage")
	modeltest.Refuses(t, "mobilenet_v2", model.Examples{Input: []int{9}, Outputs: 5}, ``, "no pictures")
	modeltest.Refuses(t, "mobilenet_v3", of, `{"size": "medium"}`, "no MobileNet 3 of size \"medium\"; there are large and small")
	modeltest.Refuses(t, "mobilenet_v3", of, `{"blocks": [{"size": 2, "inside": 8, "channels": 8, "stride": 1}]}`, "block 0")
}

func TestOverfitsOneBatch(t *testing.T) {
	m, err := NewV3(rng.New(1), 3, 4, V3Config{Size: "small", Width: 0.25, Dropout: -1})
	if err != nil {
		t.Fatal(err)
	}
	x, y := check.Formula(5, 0, 1, 4, 3, 32, 32), tensor.Of([]int64{0, 1, 2, 3}, 4)
	modeltest.Overfits(t, "mobilenet", m, 3e-3, 40, 0.05, func(p *nn.Pass) objective.Loss {
		return objective.CrossEntropy(m.Forward(p, x), y)
	})
}
