package fcos

import (
	"encoding/json"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	_ "github.com/jimu-ml/jimu/model/mlp" // gives no features
	"github.com/jimu-ml/jimu/model/modeltest"
	_ "github.com/jimu-ml/jimu/model/resnet" // gives features
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/tensor"
)

func filled(t *testing.T, c *check.Case) *Model {
	t.Helper()
	var config json.RawMessage
	c.Attr("config", &config)
	m, err := model.New("fcos", nil, model.Examples{Input: c.Ints("shape")[1:], Outputs: c.Int("classes")}, config)
	if err != nil {
		t.Fatal(err)
	}
	check.Fill(t, nn.Params(m), c.Names())
	return m.(*Model)
}

func TestAnswersEqualTorchvision(t *testing.T) {
	for _, name := range []string{"three", "four"} {
		c := check.Cases(t, check.Golden(t, "testdata/fcos.golden"), name)[0]
		m := filled(t, c)
		p := nn.NewPass(nn.PassConfig{})
		for i, y := range m.Run(p, []*tensor.Tensor{p.Input(check.Formula(1000, 0, 1, c.Ints("shape")...))}) {
			what := m.Outputs()[i]
			check.CloseScaled(t, name+" "+what, y.SliceStep(1, 0, y.Dim(1), c.Int("step")).Floats(), c.Float32(what), 20*c.Float("err32")+1e-5)
		}
		p.Close()
	}
}

// What is detected is what torchvision's detector returns: boxes, classes and scores, in its order.
func TestDetectionsEqualTorchvision(t *testing.T) {
	all := check.Golden(t, "testdata/fcos.golden")
	three, want := check.Cases(t, all, "three")[0], check.Cases(t, all, "detections")[0]
	m := filled(t, three)
	m.Config = model.DetectConfig{Score: want.Float("score"), Overlap: want.Float("overlap"), Most: want.Int("most")}
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	found := m.Detect(p, p.Input(check.Formula(1000, 0, 1, three.Ints("shape")...)))[0]
	labels := want.Int64("labels")
	if len(found) != len(labels) {
		t.Fatalf("%d are detected, want %d", len(found), len(labels))
	}
	var boxes, scores []float32
	for i, d := range found {
		if int64(d.Class) != labels[i] {
			t.Errorf("detection %d is of class %d, want %d", i, d.Class, labels[i])
		}
		for _, v := range d.Box {
			boxes = append(boxes, float32(v))
		}
		scores = append(scores, float32(d.Score))
	}
	check.Close(t, "boxes", boxes, want.Float32("boxes"), 1e-4)
	check.Close(t, "scores", scores, want.Float32("scores"), 1e-4)
}

func TestWhatDoesNotFitIsSaid(t *testing.T) {
	of := model.Examples{Input: []int{3, 64, 64}, Outputs: 2}
	modeltest.Refuses(t, "fcos", of, `{"backbone": "resnet51"}`, "resnet51")
	modeltest.Refuses(t, "fcos", of, `{"backbone": "mlp"}`, "mlp gives no features")
	modeltest.Refuses(t, "fcos", of, `{"backbone": "resnet18", "width": 48}`, "48 channels are no multiple of 32 groups")
	modeltest.Refuses(t, "fcos", of, `{"backbone": "resnet18", "skip": 4}`, "of 4 stages 4 cannot be left out")
	modeltest.Refuses(t, "fcos", model.Examples{Input: []int{9}, Outputs: 2}, ``, "picture")
}
