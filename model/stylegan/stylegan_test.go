package stylegan

import (
	"context"
	"encoding/json"
	"slices"
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

// Built by name and filled by formula, both sides answer what modules written from the papers do, with weights for each picture.
func TestAnswersEqualThePapers(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/stylegan.golden"), "") {
		t.Run(c.Name, func(t *testing.T) {
			c = c.On(t)
			var config json.RawMessage
			var inputs []string
			c.Attr("config", &config)
			c.Attr("inputs", &inputs)
			kind, _, _ := strings.Cut(c.Name, "/")
			m, err := model.NewProgram("stylegan2_"+kind, rng.New(1), model.Examples{Input: c.Shape(inputs[0])[1:]}, config)
			if err != nil {
				t.Fatal(err)
			}
			check.Fill(t, nn.Params(m), c.Names())
			p := nn.NewPass(nn.PassConfig{})
			defer p.Close()
			in := []*tensor.Tensor{p.Input(tensor.Of(c.Float32(inputs[0]), c.Shape(inputs[0])...))}
			if len(inputs) > 1 {
				in = append(in, p.Input(tensor.Of(c.Int64("class"), c.Shape("class")...)))
			}
			check.CloseScaled(t, "y", m.Run(p, in)[0].Floats(), c.Float32("y"), 20*c.Float("err32")+1e-5)
		})
	}
}

// One style for each layer is what one for all is, if they are equal; the average alone is left of a truncated one.
func TestStyles(t *testing.T) {
	g, err := NewGenerator(rng.New(1), Config{Latent: 4, Mapping: 2, Channels: 64, Most: 8, Size: 8})
	if err != nil {
		t.Fatal(err)
	}
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	w := g.Mapping.Style(p, p.Input(check.Formula(1, 0, 1, 2, 4)), nil)
	each := w.Reshape(2, 1, 4).Expand(2, g.Synthesis.Layers(), 4)
	if a, b := g.Synthesis.Pictures(p, w).Floats(), g.Synthesis.Pictures(p, each).Floats(); !slices.Equal(a, b) {
		t.Error("a style for each layer gives another picture than one for all")
	}
	if w := g.Truncate(p, w, 0).Floats(); slices.Max(w) != 0 || slices.Min(w) != 0 {
		t.Errorf("what is left of a style is %v, want the average, which is 0 still", w)
	}
}

// A step of training brings the average nearer to the styles, and noise differs from step to step.
func TestTraining(t *testing.T) {
	g, err := NewGenerator(rng.New(1), Config{Latent: 4, Mapping: 2, Channels: 64, Most: 8, Size: 8})
	if err != nil {
		t.Fatal(err)
	}
	g.Synthesis.Blocks[0].Conv1.Strength.Value = tensor.Scalar(1)
	z := check.Formula(1, 0, 1, 2, 4)
	run := func(key rng.Key) []float32 {
		p := nn.NewPass(nn.PassConfig{Training: true, Key: key, Watch: nn.Params(g)})
		defer p.Close()
		y := g.Run(p, []*tensor.Tensor{p.Input(z)})[0].Floats()
		p.Commit()
		return slices.Clone(y)
	}
	if slices.Equal(run(1), run(2)) {
		t.Error("two steps have the same noise")
	}
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	want := g.Mapping.Style(p, p.Input(z), nil).Mean(0).Scale(1 - 0.995*0.995).Floats()
	check.Close(t, "average after two steps", g.Mapping.Average.Value.Floats(), want, 1e-6)
}

// Both penalties are differentiated twice, through every layer, as they are when they are trained with.
func TestPenaltiesTrain(t *testing.T) {
	r := rng.New(1)
	c := Config{Latent: 4, Mapping: 2, Channels: 32, Most: 4, Size: 8, Colours: 1}
	d, err := NewDiscriminator(r, c)
	if err != nil {
		t.Fatal(err)
	}
	g, err := NewGenerator(r, c)
	if err != nil {
		t.Fatal(err)
	}
	x, z, noise := check.Formula(3, 0, 1, 4, 1, 8, 8), check.Formula(4, 0, 1, 4, 4), check.Formula(5, 0, 1, 4, 1, 8, 8)
	for name, penalty := range map[string]struct {
		of   any
		loss func(p *nn.Pass) objective.Loss
	}{
		"R1": {d, func(p *nn.Pass) objective.Loss {
			return objective.R1(func(x *tensor.Tensor) *tensor.Tensor { return d.Judge(p, x, nil) }, p.Input(x))
		}},
		"path length": {g.Synthesis, func(p *nn.Pass) objective.Loss {
			l, _ := objective.PathLength{}.Loss(func(w *tensor.Tensor) *tensor.Tensor { return g.Synthesis.Pictures(p, w) }, p.Input(z), p.Input(noise))
			return l
		}},
	} {
		// Biases have no part in a slope where the rectifiers do not change, and a step without their gradient would be refused.
		opt := optim.New(optim.SGD{LR: 1e-3}, weights(penalty.of))
		first, last := 0.0, 0.0
		for i := range 10 {
			loss, err := train.Step(context.Background(), opt, penalty.loss)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if last = loss; i == 0 {
				first = loss
			}
		}
		if !(last < first) {
			t.Errorf("%s went from %v to %v", name, first, last)
		}
	}
}

func weights(m any) (all []tensor.Named) {
	for _, q := range nn.Params(m) {
		if strings.HasSuffix(q.Name, "weight") {
			all = append(all, q)
		}
	}
	return all
}

// The names of the authors' files are found.
func TestPublishedNames(t *testing.T) {
	g, err := NewGenerator(nil, Config{Latent: 4, Mapping: 2, Channels: 64, Most: 8, Size: 8})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, q := range nn.Params(g) {
		names = append(names, published.Source(q.Name).Names[0])
	}
	for _, want := range []string{"mapping.fc0.weight", "mapping.w_avg", "synthesis.b4.const", "synthesis.b8.conv0.affine.bias", "synthesis.b8.torgb.weight", "synthesis.b4.conv1.noise_const"} {
		if !slices.Contains(names, want) {
			t.Errorf("%s is missing among %v", want, names)
		}
	}
}

func TestWhatDoesNotFitIsSaid(t *testing.T) {
	modeltest.Refuses(t, "stylegan2_generator", model.Examples{Input: []int{8}}, `{"size": 28}`, "28×28 cannot be made from 4×4")
	modeltest.Refuses(t, "stylegan2_generator", model.Examples{Input: []int{3, 4, 4}}, ``, "no rows of noise")
	modeltest.Refuses(t, "stylegan2_discriminator", model.Examples{Input: []int{3, 4, 8}}, ``, "no square pictures")
	modeltest.Refuses(t, "stylegan2_discriminator", model.Examples{Input: []int{3, 8, 8}}, `{"depth": 1}`, "depth")
}
