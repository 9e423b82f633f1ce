package detr

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/model/modeltest"
	_ "github.com/jimu-ml/jimu/model/resnet" // gives features
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/optim"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// Built by name and filled by formula, it answers what PyTorch does.
func TestAnswersEqualPyTorch(t *testing.T) {
	c := check.Cases(t, check.Golden(t, "testdata/detr.golden"), "small")[0]
	var config json.RawMessage
	c.Attr("config", &config)
	m, err := model.NewProgram("detr", nil, model.Examples{Input: c.Ints("shape")[1:], Outputs: c.Int("classes")}, config)
	if err != nil {
		t.Fatal(err)
	}
	check.Fill(t, nn.Params(m), c.Names())
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	out := m.Run(p, []*tensor.Tensor{p.Input(check.Formula(1000, 0, 1, c.Ints("shape")...))})
	for i, name := range m.Outputs() {
		check.CloseScaled(t, name, out[i].Floats(), c.Float32(name), 20*c.Float("err32")+1e-5)
	}
}

// It learns where things are in a batch, and says it. With one layer, or one place to look at, all questions would get one answer.
func TestOverfitsOneBatch(t *testing.T) {
	layer, err := model.New("detr", rng.New(1), model.Examples{Input: []int{1, 64, 64}, Outputs: 2},
		json.RawMessage(`{"backbone":"resnet","body":{"layers":18,"depths":[1,1,1,1],"width":4},"width":16,"heads":2,"hidden":32,"layers":2,"queries":2,"dropout":-1}`))
	if err != nil {
		t.Fatal(err)
	}
	m := layer.(*Model)
	x := check.Formula(5, 0, 1, 3, 1, 64, 64)
	classes := tensor.Of([]int64{0, 2, 1, 2, 0, 1}, 3, 2) // the last class is nothing
	boxes := tensor.Of([]float32{.3, .4, .2, .3, 0, 0, 0, 0, .6, .5, .4, .2, 0, 0, 0, 0, .2, .2, .3, .3, .7, .7, .4, .4}, 3, 2, 4)
	there := tensor.Of([]float32{1, 0, 1, 0, 1, 1}, 3, 2, 1)
	opt := optim.New(optim.Adam{LR: 2e-3}, nn.Params(m))
	for range 150 {
		if _, err = train.Step(context.Background(), opt, func(p *nn.Pass) objective.Loss {
			out := m.Run(p, []*tensor.Tensor{p.Input(x)})
			far := out[1].Sub(p.Input(boxes)).Abs().Mul(p.Input(there)).Sum()
			return objective.Loss{Sum: objective.CrossEntropy(out[0], classes).Sum.Add(far.Scale(5)), Count: 6}
		}); err != nil {
			t.Fatal(err)
		}
	}
	p := nn.NewPass(nn.PassConfig{Training: true}) // a batch of three tells the running averages little
	defer p.Close()
	found := m.Detect(p, p.Input(x))
	for i, want := range []struct {
		things int
		first  model.Detection
	}{{1, model.Detection{Class: 0, Box: [4]float64{.2, .25, .4, .55}}}, {1, model.Detection{Class: 1, Box: [4]float64{.4, .4, .8, .6}}}, {2, model.Detection{}}} {
		if len(found[i]) != want.things {
			t.Errorf("picture %d: %+v, want %d things", i, found[i], want.things)
			continue
		}
		if want.things == 1 && (found[i][0].Class != want.first.Class || found[i][0].Overlap(want.first) < 0.6) {
			t.Errorf("picture %d: %+v, want %+v", i, found[i][0], want.first)
		}
	}
}

func TestWhatDoesNotFitIsSaid(t *testing.T) {
	of := model.Examples{Input: []int{3, 64, 64}, Outputs: 2}
	modeltest.Refuses(t, "detr", of, `{"backbone": "resnet51"}`, "resnet51")
	modeltest.Refuses(t, "detr", of, `{"width": 30, "heads": 4}`, "a width of 30 with 4 heads")
	modeltest.Refuses(t, "detr", model.Examples{Input: []int{9}, Outputs: 2}, ``, "picture")
	modeltest.Refuses(t, "detr", of, `{"depth": 1}`, "depth")
}
