package dcgan

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/model/modeltest"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/optim"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// Built by name and filled by formula, both sides answer what PyTorch's do, in evaluation and in training.
func TestAnswersEqualPyTorch(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/dcgan.golden"), "") {
		t.Run(c.Name, func(t *testing.T) {
			c = c.On(t)
			var config json.RawMessage
			c.Attr("config", &config)
			kind, _, _ := strings.Cut(c.Name, "/")
			name, first := "dcgan_"+kind, "x"
			if kind[0] == 'c' {
				name = "cgan_" + kind[1:]
			}
			if strings.Contains(kind, "generator") {
				first = "z"
			}
			m, err := model.NewProgram(name, nil, model.Examples{Input: c.Shape(first)[1:]}, config)
			if err != nil {
				t.Fatal(err)
			}
			check.Fill(t, nn.Params(m), c.Names())
			for _, training := range []bool{false, true} {
				p := nn.NewPass(nn.PassConfig{Training: training})
				in := []*tensor.Tensor{p.Input(tensor.Of(c.Float32(first), c.Shape(first)...))}
				if kind[0] == 'c' {
					in = append(in, p.Input(tensor.Of(c.Int64("label"), c.Shape("label")...)))
				}
				what := map[bool]string{false: "evaluation y", true: "training y"}[training]
				check.CloseScaled(t, what, m.Run(p, in)[0].Floats(), c.Float32(what), 10*c.Float("err32")+1e-5)
				p.Close()
			}
		})
	}
}

// A generator learns to make what a discriminator, which learns too, takes for a true picture: here there is one, of a bright left half.
func TestPairLearnsOnePicture(t *testing.T) {
	r := rng.New(1)
	c := Config{Latent: 4, Width: 4, Size: 8, Channels: 1}
	g, err := NewGenerator(r, c)
	if err != nil {
		t.Fatal(err)
	}
	d, err := NewDiscriminator(r, c)
	if err != nil {
		t.Fatal(err)
	}
	const n = 8
	picture := make([]float32, 64)
	for i := range picture {
		picture[i] = map[bool]float32{true: 0.8, false: -0.8}[i%8 < 4]
	}
	truth := tensor.Of(picture, 1, 1, 8, 8).Expand(n, 1, 8, 8).Contiguous()
	ones := tensor.Ones(n, 1)
	rule := optim.Adam{LR: 4e-3, Beta1: 0.5}
	forG, forD := optim.New(rule, nn.Params(g)), optim.New(rule, nn.Params(d))
	for step := range 150 {
		z := check.Formula(uint64(step), 0, 1, n, 4)
		if _, err := train.Step(context.Background(), forD, func(p *nn.Pass) objective.Loss {
			made := d.Forward(p, g.Forward(p, p.Input(z)))
			true_ := d.Forward(p, p.Input(truth))
			sum := objective.BinaryCrossEntropy(true_, ones).Sum.Add(objective.BinaryCrossEntropy(made, ones.Sub(ones)).Sum)
			return objective.Loss{Sum: sum, Count: 2 * n}
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := train.Step(context.Background(), forG, func(p *nn.Pass) objective.Loss {
			return objective.BinaryCrossEntropy(d.Forward(p, g.Forward(p, p.Input(z))), ones)
		}); err != nil {
			t.Fatal(err)
		}
	}
	p := nn.NewPass(nn.PassConfig{Training: true})
	defer p.Close()
	made := g.Forward(p, p.Input(check.Formula(999, 0, 1, n, 4)))
	if off := made.Sub(p.Input(truth)).Abs().Mean().Item(); off > 0.35 {
		t.Errorf("what is made is %.2f from the picture", off)
	}
}

func TestWhatDoesNotFitIsSaid(t *testing.T) {
	modeltest.Refuses(t, "dcgan_generator", model.Examples{Input: []int{3, 4, 4}}, ``, "no rows of noise")
	modeltest.Refuses(t, "dcgan_generator", model.Examples{Input: []int{3}}, `{"size": 28}`, "28×28 cannot be made from 4×4")
	modeltest.Refuses(t, "dcgan_discriminator", model.Examples{Input: []int{1, 28, 28}}, ``, "28×28")
	modeltest.Refuses(t, "dcgan_discriminator", model.Examples{Input: []int{1, 8, 16}}, ``, "no square pictures")
	modeltest.Refuses(t, "dcgan_discriminator", model.Examples{Input: []int{1, 16, 16}}, `{"norm": "rms"}`, `no norm "rms"`)
	modeltest.Refuses(t, "cgan_generator", model.Examples{Input: []int{3}}, `{"depth": 1}`, "depth")
}
