package train

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/internal/parallel"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/optim"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A duel is a generator and a critic of numbers around 2, with batch norm, dropout and averages: all the state of a game.
type duel struct {
	Maker  nn.Sequential
	Critic nn.Sequential
}

func newDuel() *duel {
	r := rng.New(5)
	return &duel{
		nn.Sequential{nn.NewLinear(r, 2, 8), nn.NewBatchNorm(8), nn.ReLU{}, nn.NewLinear(r, 8, 1)},
		nn.Sequential{nn.NewLinear(r, 1, 16), nn.Tanh{}, nn.NewDropout(r, 0.1), nn.NewLinear(r, 16, 1)},
	}
}

const drawn = rng.Key(41)

func (d *duel) made(p *nn.Pass, b data.Batch) *tensor.Tensor {
	z := make([]float32, 2*b.Len())
	p.Random(drawn).Normal(z)
	return d.Maker.Forward(p, p.Input(tensor.Of(z, b.Len(), 2)))
}

func (d *duel) task() (Task, *optim.Optimizer) {
	game := objective.NonSaturatingGAN{}
	return Task{
		Model: d,
		Loss: func(p *nn.Pass, b data.Batch) (objective.Loss, *tensor.Tensor) {
			return game.Discriminator(d.Critic.Forward(p, p.Input(b.X)), d.Critic.Forward(p, d.made(p, b))), nil
		},
		Players: []Player{{
			Name: "generator", Every: 2, Optimizer: optim.New(optim.Adam{LR: 0.02, Beta1: 0.5}, nn.Params(d.Maker)),
			Loss: func(p *nn.Pass, b data.Batch) objective.Loss {
				return game.Generator(nil, d.Critic.Forward(p, d.made(p, b)))
			},
		}},
	}, optim.New(optim.Adam{LR: 0.01, Beta1: 0.5}, nn.Params(d.Critic))
}

func (d *duel) fit(ctx context.Context, t *testing.T, c Config) (*History, error) {
	set, err := data.NewTensors(normals(rng.KeyOf(9), 100, 0.5, 2), nil)
	if err != nil {
		t.Fatal(err)
	}
	task, opt := d.task()
	c.Epochs, c.BatchSize, c.Average, c.Seed = max(c.Epochs, 3), 16, 0.9, 3
	return Fit(ctx, task, opt, set, c)
}

func (d *duel) digest() string { return WeightsDigest(nn.Params(d)) }

// The generator comes to the mean of the examples, in a run as in steps by hand, and every loss is in the records.
func TestPlayersLearn(t *testing.T) {
	d := newDuel()
	first := WeightsDigest(nn.Params(d.Maker))
	h, err := d.fit(t.Context(), t, Config{Epochs: 60, Callbacks: []Callback{func(r Record) error {
		_, moved := r.Values["generator_loss"]
		if want := r.Kind == "epoch" || r.Step%2 == 0; moved != want {
			t.Errorf("%s %d: a loss of the generator: %v", r.Kind, r.Step, moved)
		}
		if r.Step == 1 && WeightsDigest(nn.Params(d.Maker)) != first {
			t.Error("the critic's step changed the generator")
		}
		if q := &d.Maker[0].(*nn.Linear).Weight; r.Kind == "epoch" && r.Override[q] == nil {
			t.Error("the record of an epoch is without the averages")
		}
		return nil
	}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := h.Last("generator_loss"); !ok || h.Steps != 60*7 {
		t.Errorf("%d steps, the last epoch's values %v", h.Steps, h.Epochs[59].Values)
	}
	if v := h.Verdict(); v.Outcome != Played {
		t.Errorf("the verdict on a game is %v", v)
	}
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	if mean := d.made(p, data.Batch{Index: make([]int, 500)}).Mean().Item(); !(math.Abs(mean-2) < 0.5) {
		t.Errorf("the generator's mean is %v, want 2", mean)
	}
}

// A game that is stopped at any step and resumed, on any number of threads, ends with the bits of one that was not.
func TestGamesResumeToTheSameBits(t *testing.T) {
	defer parallel.SetThreads(0)
	whole := newDuel()
	h, err := whole.fit(t.Context(), t, Config{})
	if err != nil {
		t.Fatal(err)
	}
	for i, stop := range []int{1, 8, 13} {
		parallel.SetThreads(1 + 2*(i%2))
		dir := t.TempDir()
		ctx, cancel := context.WithCancel(t.Context())
		_, err := newDuel().fit(ctx, t, Config{Dir: dir, SaveEvery: 3, Callbacks: []Callback{func(r Record) error {
			if r.Step == stop {
				cancel()
			}
			return nil
		}}})
		cancel()
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("stopped at step %d: %v", stop, err)
		}
		again := newDuel()
		resumed, err := again.fit(t.Context(), t, Config{Dir: dir, Resume: true})
		if err != nil {
			t.Fatal(err)
		}
		if again.digest() != whole.digest() {
			t.Errorf("stopped at step %d and resumed: other bits", stop)
		}
		for k, e := range resumed.Epochs {
			if e.Values["generator_loss"] != h.Epochs[k].Values["generator_loss"] {
				t.Errorf("stopped at step %d and resumed: in epoch %d %v, want %v", stop, k+1, e.Values, h.Epochs[k].Values)
			}
		}
	}
}

// A context that is cancelled while the task's own optimizer moves does not leave half a step.
func TestStepOfAGameIsWhole(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	d := newDuel()
	task, opt := d.task()
	set, _ := data.NewTensors(normals(rng.KeyOf(9), 16, 1, 0), nil)
	own := task.Loss
	task.Loss = func(p *nn.Pass, b data.Batch) (objective.Loss, *tensor.Tensor) {
		cancel()
		return own(p, b)
	}
	task.Players[0].Every = 1
	if _, err := Fit(ctx, task, opt, set, Config{BatchSize: 8}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if a, b := opt.Steps(), task.Players[0].Optimizer.Steps(); a != 1 || b != 1 {
		t.Errorf("the critic moved %d times and the generator %d, want 1 and 1", a, b)
	}
}

func TestPlayersThatCannotPlay(t *testing.T) {
	for says, spoil := range map[string]func(p *Player){
		"no optimizer or no loss": func(p *Player) { p.Loss = nil },
		`the name ""`:             func(p *Player) { p.Name = "" },
		`the name "val"`:          func(p *Player) { p.Name = "val" },
		"no name of a file":       func(p *Player) { p.Name = "a/b" },
		"every -1 steps":          func(p *Player) { p.Every = -1 },
		"no parameter of the task's model": func(p *Player) {
			p.Optimizer = optim.New(optim.SGD{LR: 1}, nn.Params(newDuel().Maker))
		},
	} {
		task, opt := newDuel().task()
		spoil(&task.Players[0])
		set, _ := data.NewTensors(tensor.Zeros(4, 1), nil)
		if _, err := Fit(t.Context(), task, opt, set, Config{}); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want one that says %q", err, says)
		}
	}
	task, opt := newDuel().task()
	task.Players = slices.Concat(task.Players, task.Players)
	set, _ := data.NewTensors(tensor.Zeros(4, 1), nil)
	if _, err := Fit(t.Context(), task, opt, set, Config{}); err == nil || !strings.Contains(err.Error(), "generator") {
		t.Errorf("error %v for two players of one name", err)
	}
}
