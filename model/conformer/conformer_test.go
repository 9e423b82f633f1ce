package conformer

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

// Built by name and filled by formula, it answers what the reference does, of whole batches and of spectra of their own lengths.
func TestAnswersEqualTheReference(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/conformer.golden"), "") {
		t.Run(c.Name, func(t *testing.T) {
			c = c.On(t)
			var config json.RawMessage
			c.Attr("config", &config)
			shape := c.Shape("logits")
			layer, err := model.New("conformer", nil, model.Examples{Input: c.Shape("x")[1:], Outputs: shape[2]}, config)
			if err != nil {
				t.Fatal(err)
			}
			m := layer.(*Model)
			check.Fill(t, nn.Params(m), c.Names())
			p := nn.NewPass(nn.PassConfig{})
			defer p.Close()
			x := p.Input(tensor.Of(c.Float32("x"), c.Shape("x")...))
			if m.Length(x.Dim(1)) != shape[1] {
				t.Errorf("%d steps are left of %d, want %d", m.Length(x.Dim(1)), x.Dim(1), shape[1])
			}
			got, want := m.Forward(p, x), tensor.Of(c.Float32("logits"), shape...)
			if c.Has("lengths") {
				lengths := c.Int64("lengths")
				got = m.Hear(p, x, tensor.Of(lengths, len(lengths)))
				// What is said behind the end of the second means nothing.
				end := m.Length(int(lengths[1]))
				second := func(y *tensor.Tensor) []float32 { return y.Slice(0, 1, 2).Slice(1, 0, end).Floats() }
				check.CloseScaled(t, "the second", second(got), second(want), 10*c.Float("err32")+1e-5)
				got, want = got.Slice(0, 0, 1), want.Slice(0, 0, 1)
			}
			check.CloseScaled(t, "logits", got.Floats(), want.Floats(), 10*c.Float("err32")+1e-5)
		})
	}
}

func TestOverfitsOneBatch(t *testing.T) {
	layer, err := model.New("conformer", rng.New(1), model.Examples{Input: []int{23, 11}, Outputs: 4}, json.RawMessage(`{"layers":1,"width":16,"heads":2,"window":3,"dropout":-1}`))
	if err != nil {
		t.Fatal(err)
	}
	m := layer.(*Model)
	x := check.Formula(5, 0, 1, 2, 23, 11)
	said, steps, letters := tensor.Of([]int64{1, 2, 3, 3, 1, 0}, 2, 3), int64(m.Length(23)), tensor.Of([]int64{3, 2}, 2)
	opt := optim.New(optim.Adam{LR: 1e-2}, nn.Params(m))
	loss := 0.0
	for range 120 {
		if loss, err = train.Step(context.Background(), opt, func(p *nn.Pass) objective.Loss {
			return objective.CTCLoss{}.Loss(m.Forward(p, p.Input(x)), said, tensor.Of([]int64{steps, steps}, 2), letters)
		}); err != nil {
			t.Fatal(err)
		}
	}
	if loss > 0.1 {
		t.Errorf("after 120 steps on one batch the loss is %v", loss)
	}
}

func TestWhatDoesNotFitIsSaid(t *testing.T) {
	of := model.Examples{Input: []int{23, 11}, Outputs: 4}
	for _, c := range []struct {
		of         model.Examples
		text, want string
	}{
		{of, "{\"heads\": 5}", "144 with 5 heads"},
		{of, "{\"window\": 4}", "windows of 4"},
		{model.Examples{Input: []int{5, 80}}, "", "7 × 7"},
		{model.Examples{Input: []int{9}, Outputs: 2}, "", "no spectra"},
		{of, "{\"depth\": 1}", "depth"},
	} {
		if _, err := model.New("conformer", nil, c.of, json.RawMessage(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.text, err, c.want)
		}
	}
}
