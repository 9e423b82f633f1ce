package convlstm

import (
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/model/modeltest"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// It answers what the reference does, and goes on with a film from where that ended as if it had seen its own pictures from the
// beginning.
func TestAnswersEqualTheReference(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/convlstm.golden"), "") {
		t.Run(c.Name, func(t *testing.T) {
			c = c.On(t)
			var config Config
			c.Attr("config", &config)
			m, err := New(nil, model.Examples{Input: c.Shape("x")[1:]}, config)
			if err != nil {
				t.Fatal(err)
			}
			check.Fill(t, nn.Params(m), c.Names())
			p := nn.NewPass(nn.PassConfig{})
			defer p.Close()
			x := p.Input(tensor.Of(c.Float32("x"), c.Shape("x")...))
			check.CloseScaled(t, "logits", m.Forward(p, x).Floats(), c.Float32("logits"), 10*c.Float("err32")+1e-5)
			check.CloseScaled(t, "next", m.Next(p, x.Slice(1, 0, 3), 2).Floats(), c.Float32("next"), 10*c.Float("err32")+1e-5)
		})
	}
}

// A network that goes on from its own pictures sees the first as always, and says of the others what Next does.
func TestOnward(t *testing.T) {
	m, err := New(rng.New(1), model.Examples{Input: []int{6, 1, 4, 4}}, Config{Channels: []int{4}, Size: 3, Patch: 2})
	if err != nil {
		t.Fatal(err)
	}
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	x := p.Input(check.Formula(5, 0, 1, 2, 6, 1, 4, 4))
	z := m.Onward(p, x, 3)
	if got, want := z.Shape(), x.Shape(); !slices.Equal(got, want) {
		t.Fatalf("logits of shape %v, want %v", got, want)
	}
	check.Close(t, "seen", z.Slice(1, 0, 3).Floats(), m.Forward(p, x).Slice(1, 0, 3).Floats(), 1e-6)
	check.Close(t, "its own", op.Sigmoid(z.Slice(1, 2, 6)).Floats(), m.Next(p, x.Slice(1, 0, 3), 4).Floats(), 1e-6)
	check.Close(t, "all seen", m.Onward(p, x, 6).Floats(), m.Forward(p, x).Floats(), 0)
}

func TestOverfitsOneBatch(t *testing.T) {
	m, err := model.New("conv_lstm", rng.New(1), model.Examples{Input: []int{3, 1, 4, 4}}, []byte(`{"channels": [8], "size": 3, "patch": 2}`))
	if err != nil {
		t.Fatal(err)
	}
	x, y := check.Formula(5, 0, 1, 2, 3, 1, 4, 4), check.Formula(6, 0, 1, 2, 3, 1, 4, 4)
	modeltest.Overfits(t, "conv_lstm", m, 3e-2, 300, 0.03, func(p *nn.Pass) objective.Loss {
		return objective.MeanSquaredError(m.Forward(p, x), y)
	})
}

func TestWhatDoesNotFitIsSaid(t *testing.T) {
	of := model.Examples{Input: []int{3, 1, 8, 8}}
	modeltest.Refuses(t, "conv_lstm", model.Examples{Input: []int{1, 8, 8}}, ``, "no films")
	modeltest.Refuses(t, "conv_lstm", of, `{"size": 4}`, "want an odd number")
	modeltest.Refuses(t, "conv_lstm", of, `{"patch": 3}`, "squares of 3 pixels do not divide pictures of 8×8")
	modeltest.Refuses(t, "conv_lstm", of, `{"channels": [0]}`, "want 1 or more")
	modeltest.Refuses(t, "conv_lstm", of, `{"depth": 1}`, "depth")
}
