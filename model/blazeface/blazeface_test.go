package blazeface

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

// sampled returns every step-th row of [1 n d].
func sampled(x *tensor.Tensor, step int) []float32 { return x.SliceStep(1, 0, x.Dim(1), step).Floats() }

func variant(back bool) string {
	return map[bool]string{true: "blazeface_back", false: "blazeface_front"}[back]
}

func run(t *testing.T, c *check.Case, m model.Program, x *tensor.Tensor) {
	t.Helper()
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	for i, y := range m.Run(p, []*tensor.Tensor{p.Input(x)}) {
		name := m.Outputs()[i]
		check.CloseScaled(t, name, sampled(y, c.Int("step")), c.Float32(name), 10*c.Float("err32")+1e-5)
	}
}

func TestAnswersEqualPyTorch(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/blazeface.golden"), "formula/") {
		t.Run(c.Name, func(t *testing.T) {
			c = c.On(t)
			m, err := model.NewProgram(variant(c.Bool("back")), nil, model.Examples{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			check.Fill(t, nn.Params(m), c.Names())
			run(t, c, m, check.Formula(1000, 0, 1, 1, 3, c.Int("size"), c.Int("size")))
		})
	}
}

// The published weights find the one face of a photograph, where it is; their numbers are PyTorch's.
func TestFindsTheFace(t *testing.T) {
	photo := photograph(t)
	for _, c := range check.Cases(t, check.Golden(t, "testdata/blazeface.golden"), "astronaut/") {
		t.Run(c.Name, func(t *testing.T) {
			c = c.On(t)
			var path string
			c.Attr("weights", &path)
			f, err := format.Open(check.Published(t, "weights/blazeface/"+path))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			name := variant(c.Bool("back"))
			m, err := model.New(name, nil, model.Examples{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := model.Load(m, f); err != nil {
				t.Fatal(err)
			}
			_, v, _ := model.Find(name)
			x := v.Preprocess.Apply(photo)
			run(t, c, m.(model.Program), x)
			p := nn.NewPass(nn.PassConfig{})
			defer p.Close()
			found := m.(model.Detector).Detect(p, p.Input(x))[0]
			if len(found) != 1 || found[0].Overlap(model.Detection{Box: [4]float64{0.36, 0.13, 0.53, 0.33}}) < 0.6 || found[0].Score < 0.8 {
				t.Fatalf("found %+v", found)
			}
			for i, at := range found[0].Points[:4] { // eyes, nose, mouth; the ears are at the rim
				if b := found[0].Box; at[0] < b[0] || at[0] > b[2] || at[1] < b[1] || at[1] > b[3] {
					t.Errorf("point %d at %v is outside the face %v", i, at, b)
				}
			}
			t.Logf("%+v", found[0])
		})
	}
}

func photograph(t *testing.T) *picture.Picture {
	t.Helper()
	photo, err := picture.Open(check.Published(t, "data/images/astronaut.png"), picture.Options{Channels: 3})
	if err != nil {
		t.Fatal(err)
	}
	return photo
}

func TestWhatOverlapsIsOne(t *testing.T) {
	at := func(x, score float64) model.Detection {
		return model.Detection{Box: [4]float64{x, 0, x + 1, 1}, Score: score, Points: [][2]float64{{x, 0}}}
	}
	got := blend([]model.Detection{at(0.2, 0.6), at(5, 0.7), at(0, 0.9)}, model.DetectConfig{Overlap: 0.3, Most: 9})
	if len(got) != 2 || got[1].Score != 0.7 || got[0].Score != 0.75 || got[0].Box[0] < 0.0799 || got[0].Box[0] > 0.0801 || got[0].Points[0][0] != got[0].Box[0] {
		t.Errorf("%+v", got)
	}
	if none := blend([]model.Detection{{Box: [4]float64{1, 1, 1, 1}, Score: 1}}, model.DetectConfig{Overlap: 0.3, Most: 9}); len(none) != 1 {
		t.Errorf("a box without area: %+v", none)
	}
}

func TestWhatDoesNotFitIsSaid(t *testing.T) {
	if _, err := model.New("blazeface_back", nil, model.Examples{Input: []int{3, 128, 128}}, nil); err == nil || !strings.Contains(err.Error(), "[3 256 256]") {
		t.Error(err)
	}
}
