package drawing

import (
	"maps"
	"slices"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/generate/diffusion"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// gan are the hyperparameters of a game of two.
type gan struct {
	Game       string
	Smoothing  float64 // real pictures count as real by 1 − smoothing, in the non-saturating game
	Critic     int     // steps of the discriminator for one of the generator; 1 if 0
	Penalty    float64 // weight of how far the discriminator's slope is from 1 between real and made pictures
	R1         float64 // γ: half of it is the weight of its squared slope at real pictures
	PathLength float64 // weight of how unevenly pictures move with their styles, of StyleGAN2
	Lazy       int     // R1 and path length are taken in one of so many steps, by chance, with as many times the weight
}

// games are what a game may be.
var games = map[string]func(c gan) objective.Adversarial{
	"non_saturating": func(c gan) objective.Adversarial { return objective.NonSaturatingGAN{Smoothing: c.Smoothing} },
	"wasserstein":    func(gan) objective.Adversarial { return objective.WassersteinGAN{} },
	"least_squares":  func(gan) objective.Adversarial { return objective.LeastSquaresGAN{} },
	"hinge":          func(gan) objective.Adversarial { return objective.HingeGAN{} },
	"relativistic":   func(gan) objective.Adversarial { return objective.RelativisticGAN{} },
}

func (c gan) goal() (recipe.Goal, error) {
	if games[c.Game] == nil {
		return recipe.Goal{}, recipe.Errorf("objective.game", "there is no game %q; want non_saturating, wasserstein, least_squares, hinge or relativistic", c.Game)
	}
	for key, v := range map[string]float64{"penalty": c.Penalty, "r1": c.R1, "path_length": c.PathLength, "critic": float64(c.Critic)} {
		if v < 0 {
			return recipe.Goal{}, recipe.Errorf("objective."+key, "want 0 or more, not %v", v)
		}
	}
	if c.Smoothing < 0 || c.Smoothing >= 1 {
		return recipe.Goal{}, recipe.Errorf("objective.smoothing", "want 0 or more and below 1, not %v", c.Smoothing)
	}
	if c.Lazy < 1 {
		return recipe.Goal{}, recipe.Errorf("objective.lazy", "want 1 or more, not %d", c.Lazy)
	}
	return goal(c), nil
}

// A pair plays: what makes pictures and what judges them.
type pair struct {
	gan
	latent int
	length *tensor.Param // the average length of paths; nil without
	make   func(p *nn.Pass, z, class *tensor.Tensor) *tensor.Tensor
	judge  func(p *nn.Pass, x, class *tensor.Tensor) *tensor.Tensor
	paths  func(p *nn.Pass, z, class *tensor.Tensor) (pictures func(style *tensor.Tensor) *tensor.Tensor, style *tensor.Tensor)
	even   int // how many pictures a batch has is a multiple of this, or below it
	asked  bool
}

// Keys of what is drawn in a step.
const (
	forLatents rng.Key = iota + 1
	forPoints
	forChance
	forPaths
)

// real returns the pictures of a batch, and their classes if the game has some.
func (g *pair) real(p *nn.Pass, b data.Batch) (x, class *tensor.Tensor) {
	n := b.X.Dim(0)
	if n > g.even {
		n -= n % g.even
	}
	x = p.Input(b.X.Slice(0, 0, n))
	if g.asked {
		class = p.Input(b.Y.Slice(0, 0, n))
	}
	return x, class
}

func (g *pair) latents(p *nn.Pass, n int) *tensor.Tensor {
	return p.Input(diffusion.Noise(p.Random(forLatents), n, g.latent))
}

// discriminator is the loss of the one that judges. A step of it watches its parameters alone.
func (g *pair) discriminator(p *nn.Pass, b data.Batch) (objective.Loss, *tensor.Tensor) {
	x, class := g.real(p, b)
	made := g.make(p, g.latents(p, x.Dim(0)), class)
	judge := func(x *tensor.Tensor) *tensor.Tensor { return g.judge(p, x, class) }
	l := games[g.Game](g.gan).Discriminator(judge(x), judge(made))
	if !p.Training() {
		return l, nil
	}
	if g.Penalty > 0 {
		l = l.With(g.Penalty, objective.GradientPenalty{}.Loss(judge, objective.Interpolated(x, made, p.Random(forPoints))))
	}
	if g.R1 > 0 && g.chance(p) {
		l = l.With(g.R1/2*float64(g.Lazy), objective.R1(judge, x))
	}
	return l, nil
}

// generator is the loss of the one that makes pictures.
func (g *pair) generator(p *nn.Pass, b data.Batch) objective.Loss {
	x, class := g.real(p, b)
	var real *tensor.Tensor
	if g.Game == "relativistic" {
		real = g.judge(p, x, class)
	}
	z := g.latents(p, x.Dim(0))
	l := games[g.Game](g.gan).Generator(real, g.judge(p, g.make(p, z, class), class))
	if g.length == nil || !g.chance(p) {
		return l
	}
	half := max(1, x.Dim(0)/2)
	if class != nil {
		class = class.Slice(0, 0, half)
	}
	pictures, style := g.paths(p, z.Slice(0, 0, half), class)
	noise := diffusion.Noise(p.Random(forPaths), append([]int{half}, x.Shape()[1:]...)...)
	penalty, mean := objective.PathLength{Mean: p.Buffer(g.length).Item()}.Loss(pictures, style, p.Input(noise))
	p.Stage(g.length, tensor.Scalar(mean))
	return l.With(g.PathLength*float64(g.Lazy), penalty)
}

// chance reports whether this is one of the steps with a lazy penalty.
func (g *pair) chance(p *nn.Pass) bool {
	return p.Random(forChance).IntnAt(0, g.Lazy) == 0
}

// A side is a network of a game with what it carries.
type side struct {
	Net    any
	Length tensor.Param `nn:",buffer"`
}

// game makes the job of a generator and its discriminator.
func (w *work) game(r *recipe.Recipe, c gan) (*recipe.Job, *maker, error) {
	g := &pair{gan: c, even: 1}
	build := builders[r.Model.Name]
	if build == nil {
		return nil, nil, wants(r, joined(slices.Sorted(maps.Keys(builders))))
	}
	painter, critic, err := build(w, g, r)
	if err != nil {
		return nil, nil, err
	}
	generator, discriminator := &side{Net: painter}, &side{Net: critic}
	if c.PathLength > 0 {
		if g.paths == nil {
			return nil, nil, recipe.Errorf("objective.path_length", "%s has no styles; leave it out", r.Model.Name)
		}
		generator.Length.Value = tensor.Scalar(0)
		g.length = &generator.Length
	}
	both := &struct{ Generator, Discriminator *side }{generator, discriminator}
	m := &maker{model: generator, noise: []int{g.latent}, draw: inOne(g.make)}
	if g.asked {
		m.classes = w.Classes
	}
	return &recipe.Job{
		Task: train.Task{Model: both, Loss: g.discriminator, Players: []train.Player{
			{Name: "generator", Every: max(1, c.Critic), Loss: g.generator},
		}},
		Sides: []any{discriminator, generator},
	}, m, nil
}
