package drawing

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/gif"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/internal/parallel"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/recipe/recipetest"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// small makes a recipe small enough for a test.
func small(t *testing.T, name string, set ...string) *recipe.Recipe {
	t.Helper()
	return recipetest.Recipe(t, name, append([]string{"data.most=192", "data.batch=16", "data.samples=40", "train.average=0.9"}, set...)...)
}

// off returns how far the mean of pictures is from the mean of the training set's, pixel by pixel.
func off(t *testing.T, w *work, x *tensor.Tensor) float64 {
	t.Helper()
	g := w.gallery.train
	b, err := g.Batch(rng.KeyOf(1).Perm(g.Len()), 0)
	if err != nil {
		t.Fatal(err)
	}
	return b.X.Mean(0).Sub(x.Mean(0)).Square().Mean().Item()
}

// tiny are the five recipes, one of them by class, and another model that diffusion trains, so small that they learn in a moment what the
// pictures have in common.
var tiny = []struct {
	recipe string
	set    []string
}{
	{"dcgan", []string{"model=cgan_generator", "model.width=4", "model.latent=8", "train.epochs=7", "optimizer.lr=0.004"}},
	{"wgan-gp", []string{"model.width=4", "model.latent=8", "train.epochs=6", "optimizer.lr=0.012", "objective.critic=1"}},
	{"stylegan2", []string{"model.channels=32", "model.most=4", "model.latent=4", "model.mapping=1", "train.epochs=3", "objective.path_length=2", "objective.lazy=8", "optimizer.lr=0.02"}},
	{"vae", []string{"model.hidden=32", "model.latent=4", "train.epochs=4", "optimizer.lr=0.01"}},
	{"ddpm", []string{"model.channels=[4,4,8]", "model.groups=4", "model.attention=[]", "train.epochs=3", "optimizer.lr=0.02", "objective.sampler_steps=3"}},
	{"ddpm", []string{`model={"name":"dit","patch":7,"width":32,"depth":1,"heads":2,"classes":10,"fixed_variance":true}`, "train.epochs=6", "objective.predict=example", "optimizer.lr=0.01", "objective.sampler_steps=3"}},
}

// Every recipe learns what pictures of clothing have in common, and makes pictures to look at.
func TestRecipesLearn(t *testing.T) {
	for _, c := range tiny {
		r := small(t, c.recipe, c.set...)
		t.Run(c.recipe+"/"+r.Model.Name, func(t *testing.T) {
			w, err := r.Load(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			drawings := w.(*work)
			before, err := drawings.Begin(r)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			first := off(t, drawings, pictured(t, before))
			res, err := recipe.Run(t.Context(), r, recipe.Options{Dir: dir})
			if err != nil {
				t.Fatal(err)
			}
			if real := res.Metrics["fid_real"]; !(real > 0 && real < res.Metrics["fid"]) {
				t.Errorf("metrics %v: real pictures are no nearer than made ones", res.Metrics)
			}
			s, err := recipe.Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			last := off(t, drawings, pictured(t, s.Job))
			if !(last < 0.5*first) {
				t.Errorf("the mean of what is made was %.4f from that of the pictures, and is %.4f", first, last)
			}
			looked(t, s, r.Train.Epochs)
		})
	}
}

// pictured returns pictures that a job's model makes, read from its grid.
func pictured(t *testing.T, j *recipe.Job) *tensor.Tensor {
	t.Helper()
	all, err := j.Predict(t.Context(), recipe.Question{Seed: 1, Most: 64})
	if err != nil {
		t.Fatal(err)
	}
	m, err := png.Decode(bytes.NewReader(all[0].Made[0].Data))
	if err != nil {
		t.Fatal(err)
	}
	const cell = zoom*visible + gap
	v := make([]float32, 0, 64*visible*visible)
	for i := range 64 * visible * visible {
		picture, y, x := i/(visible*visible), i/visible%visible, i%visible
		grey, _, _, _ := m.At(gap+picture%inRow*cell+zoom*x, gap+picture/inRow*cell+zoom*y).RGBA()
		v = append(v, float32(grey)/0xffff*2-1)
	}
	return tensor.Of(v, 64, 1, visible, visible)
}

// looked asks a model for pictures and looks at all that it makes.
func looked(t *testing.T, s *recipe.Saved, epochs int) {
	t.Helper()
	all, err := s.Ask(t.Context(), recipe.Question{Seed: 2, Most: 8})
	if err != nil || len(all) != 1 || len(all[0].Made) != 3 {
		t.Fatalf("%d predictions: %v", len(all), err)
	}
	made := all[0].Made
	moving, err := gif.DecodeAll(bytes.NewReader(made[2].Data))
	if err != nil || len(moving.Image) != epochs {
		t.Errorf("%s has another number of frames than %d epochs: %v", made[2].Name, epochs, err)
	}
	for i, size := range [][2]int{{inRow, 1}, {waySteps, ways}} {
		c, err := png.DecodeConfig(bytes.NewReader(made[i].Data))
		if want := gap + size[0]*(zoom*visible+gap); err != nil || c.Width != want || c.Height != gap+size[1]*(zoom*visible+gap) {
			t.Errorf("%s is %d×%d, want %d pictures in a row: %v", made[i].Name, c.Width, c.Height, size[0], err)
		}
	}
	_, err = s.Ask(t.Context(), recipe.Question{Text: "boat", Seed: 1, Most: 4})
	if err == nil {
		t.Error("it makes boats")
	}
	if _, byClass := s.Job.Predict(t.Context(), recipe.Question{Text: "Sneaker", Seed: 1, Most: 4}); (byClass == nil) != strings.Contains(err.Error(), "no class") {
		t.Errorf("asked for sneakers: %v; for boats: %v", byClass, err)
	}
	if _, err := s.Ask(t.Context(), recipe.Question{File: "x.png"}); err == nil || !strings.Contains(err.Error(), "does not look at files") {
		t.Errorf("asked about a file: %v", err)
	}
}

// A game that was stopped and resumed, on another number of threads, ends with the same bits, and so do its grids of samples.
func TestResumedRunsMakeTheSamePictures(t *testing.T) {
	defer parallel.SetThreads(0)
	r := small(t, "stylegan2", "model.channels=32", "model.most=4", "model.latent=4", "model.mapping=1", "objective.path_length=2", "data.most=48",
		"train.epochs=3", "objective.lazy=2", "objective.critic=2", "data.samples=4")
	run := func(dir string, threads, stop int) (*recipe.Result, error) {
		parallel.SetThreads(threads)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		return recipe.Run(ctx, r, recipe.Options{Dir: dir, Resume: true, Callbacks: []train.Callback{func(rec train.Record) error {
			if rec.Kind == "step" && rec.Step == stop {
				cancel()
			}
			return nil
		}}})
	}
	whole, parts := t.TempDir(), t.TempDir()
	want, err := run(whole, 1, -1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := run(parts, 3, 4); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	got, err := run(parts, 3, -1)
	if err != nil {
		t.Fatal(err)
	}
	if got.WeightsSHA256 != want.WeightsSHA256 || got.Metrics["fid"] != want.Metrics["fid"] {
		t.Errorf("a run in parts has the weights %s and %v, a whole one %s and %v", got.WeightsSHA256, got.Metrics, want.WeightsSHA256, want.Metrics)
	}
	s, err := recipe.Open(parts)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range nn.Params(s.Job.Model) {
		if q.Name == "generator.length" && q.Param.Value.Item() <= 0 {
			t.Error("the average length of paths was not kept")
		}
	}
	for epoch := 1; epoch <= 3; epoch++ {
		name := fmt.Sprintf("%s/epoch-%03d.png", samples, epoch)
		a, errA := os.ReadFile(filepath.Join(whole, name))
		b, errB := os.ReadFile(filepath.Join(parts, name))
		if err := errors.Join(errA, errB); err != nil || !bytes.Equal(a, b) {
			t.Errorf("%s differs: %v", name, err)
		}
	}
}

func TestMistakesAreNamed(t *testing.T) {
	drawings := &work{kept: kept{Size: 32, Classes: make([]string, 10)}}
	for _, c := range []struct{ recipe, set, says string }{
		{"dcgan", "data.size=30", "30×30 cannot be made from 4×4"},
		{"dcgan", "data.size=29", "data.size: want an even number from 28"},
		{"dcgan", "data.samples=1", "data.samples: want 2 or more"},
		{"dcgan", "data.most=-1", "data.most: want 32 or more"},
		{"dcgan", "model.size=64", "model.size: the pictures have 32, and not 64"},
		{"dcgan", "model.channels=3", "model.channels: the pictures have 1, and not 3"},
		{"dcgan", "model=vae", "want cgan_generator, dcgan_generator or stylegan2_generator"},
		{"dcgan", "objective.game=chess", `objective.game: there is no game "chess"`},
		{"dcgan", "objective.penalty=10", "model.norm: the penalty is of each picture alone"},
		{"dcgan", "objective.path_length=2", "objective.path_length: dcgan_generator has no styles"},
		{"dcgan", "objective.lazy=0", "objective.lazy: want 1 or more"},
		{"dcgan", "objective.smoothing=1", "objective.smoothing: want 0 or more and below 1"},
		{"dcgan", "objective=cross_entropy", "use gan, elbo, diffusion"},
		{"dcgan", `metrics=["accuracy"]`, "metrics: pictures that are made"},
		{"stylegan2", "model.classes=7", "model.classes: the set has 10 classes, and not 7"},
		{"stylegan2", "objective.r1=-1", "objective.r1: want 0 or more"},
		{"vae", "objective.beta=-1", "objective.beta: want 0 or more"},
		{"vae", "model=mlp", "model.name: mlp is not trained by the objective elbo; want vae"},
		{"ddpm", "model=unet", "want ddpm or dit"},
		{"ddpm", "model.classes=7", "model.classes: the set has 10 classes, and not 7"},
		{"ddpm", "objective.schedule=sine", `objective.schedule: there is no schedule "sine"`},
		{"ddpm", "objective.steps=1", "objective.steps: want 2 to"},
		{"ddpm", "objective.predict=weather", `a model predicts no "weather"`},
		{"ddpm", "objective.gamma=-1", "objective.gamma: want 0 or more"},
		{"ddpm", "objective.sampler=euler", `there is no sampler "euler"`},
		{"ddpm", "objective.sampler_steps=2000", "want 1 to the schedule's 1000"},
		{"ddpm", "data.set=mnist_pictures", "give their folder: --set data.folder=FOLDER"},
		{"ddpm", "data.features=nowhere.pt", "data.features: "},
	} {
		r := small(t, c.recipe)
		err := r.Set(c.set)
		if err == nil && strings.HasPrefix(c.set, "data") {
			w, e := r.Load(t.Context())
			if err = e; err == nil {
				_, err = w.(*work).gallery.features(t.Context())
			}
			if err == nil {
				_, err = w.Begin(r)
			}
		} else if err == nil {
			_, err = drawings.Begin(r)
		}
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s, %s: error %v, want one that says %q", c.recipe, c.set, err, c.says)
		}
	}
	if _, err := reopen([]byte(`{"size":3}`)); err == nil {
		t.Error("a damaged inputs.json opens")
	}
}

// A network that tells the variance beside the noise is refused at the first step.
func TestVarianceIsNotLearned(t *testing.T) {
	r := small(t, "ddpm", `model={"name":"dit","patch":14,"width":16,"depth":1,"heads":1,"classes":10}`)
	if _, err := recipe.Run(t.Context(), r, recipe.Options{}); err == nil || !strings.Contains(err.Error(), "model.fixed_variance") {
		t.Errorf("error %v, want one that names model.fixed_variance", err)
	}
}

// The way from one noise to another is on a sphere: of two that are at right angles the middle is as long as they.
func TestBetween(t *testing.T) {
	check.Close(t, "way", between([]float32{3, 0}, []float32{0, 3}, 3), []float32{3, 0, 3 * math.Sqrt2 / 2, 3 * math.Sqrt2 / 2, 0, 3}, 1e-6)
	check.Close(t, "way to itself", between([]float32{1, 2}, []float32{1, 2}, 3), []float32{1, 2, 1, 2, 1, 2}, 1e-6)
}

// With the features of a published network, real digits are nearer to each other than clothing is to them.
func TestPublishedFeatures(t *testing.T) {
	folder, weights := filepath.Dir(check.Published(t, "data/mnist/train-images-idx3-ubyte.gz")), check.Published(t, "weights/mnist-burn/mnist.safetensors")
	r := small(t, "vae", "data.set=mnist_pictures", "data.folder="+folder, "data.features="+weights)
	w, err := r.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	g := w.(*work).gallery
	g.test.Labels, g.test.Data = g.test.Labels[:200], g.test.Data[:200*visible*visible]
	noise := &maker{noise: []int{1, visible, visible}, draw: noisy}
	made, real, err := g.compare(t.Context(), noise)
	if err != nil || !(real > 0 && made > 10*real) {
		t.Errorf("noise is %v from digits, digits %v: %v", made, real, err)
	}
}

// noisy draws the noise itself.
func noisy(_ passes, noise, _ *tensor.Tensor) *tensor.Tensor { return noise }
