package ultraface

import (
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/data/picture"
	"github.com/jimu-ml/jimu/format"
	_ "github.com/jimu-ml/jimu/format/all" // PyTorch's files
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/tensor"
)

func run(t *testing.T, c *check.Case, m model.Program, x *tensor.Tensor) {
	t.Helper()
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	for i, y := range m.Run(p, []*tensor.Tensor{p.Input(x)}) {
		name := m.Outputs()[i]
		got := y.SliceStep(1, 0, y.Dim(1), c.Int("step")).Floats()
		check.CloseScaled(t, name, got, c.Float32(name), 10*c.Float("err32")+1e-5)
	}
}

func TestAnswersEqualPyTorch(t *testing.T) {
	c := check.Cases(t, check.Golden(t, "testdata/ultraface.golden"), "formula/rfb")[0]
	m, err := model.NewProgram("ultraface", nil, model.Examples{Input: []int{3, c.Int("height"), c.Int("width")}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	check.Fill(t, nn.Params(m), c.Names())
	run(t, c, m, check.Formula(1000, 0, 1, 1, 3, c.Int("height"), c.Int("width")))
}

// The published weights find the one face of a photograph; their numbers are those that ONNX Runtime computes from the
// published ONNX file.
func TestFindsTheFace(t *testing.T) {
	weights := check.Published(t, "weights/ultraface/version-RFB-320.pth")
	f, err := format.Open(weights)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := model.New("ultraface_rfb_320", nil, model.Examples{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := model.Load(m, f); err != nil {
		t.Fatal(err)
	}
	photo, err := picture.Open(check.Published(t, "data/images/astronaut.png"), picture.Options{Channels: 3})
	if err != nil {
		t.Fatal(err)
	}
	_, v, _ := model.Find("ultraface_rfb_320")
	x := v.Preprocess.Apply(photo)
	run(t, check.Cases(t, check.Golden(t, "testdata/ultraface.golden"), "astronaut/rfb")[0], m.(model.Program), x)
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	found := m.(model.Detector).Detect(p, p.Input(x))[0]
	if len(found) != 1 || found[0].Overlap(model.Detection{Box: [4]float64{0.36, 0.1, 0.52, 0.35}}) < 0.6 || found[0].Score < 0.9 {
		t.Errorf("found %+v", found)
	}
	t.Logf("%+v", found)
}

func TestWhatDoesNotFitIsSaid(t *testing.T) {
	if _, err := model.New("ultraface", nil, model.Examples{Input: []int{1, 240, 320}}, nil); err == nil || !strings.Contains(err.Error(), "no pictures [3 h w]") {
		t.Error(err)
	}
}
