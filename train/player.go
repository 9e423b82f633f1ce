package train

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/optim"
	"github.com/jimu-ml/jimu/tensor"
)

// A Player learns beside a task's own loss, from one of its own: the generator where the task is the critic's. In a step the
// optimizer that [Fit] is given moves first, then the players in their order, all by the same batches.
//
// Each move watches the parameters of its optimizer alone, so that a loss may look through the others' networks without
// changing them. Those parameters are some of the task's model, which is what checkpoints keep and averages follow.
type Player struct {
	Name      string // the epoch's mean of its loss is reported as "generator_loss"
	Optimizer *optim.Optimizer
	Every     int // it moves in every so-manieth step only; 1 if 0
	Loss      func(p *nn.Pass, b data.Batch) objective.Loss
}

// loss is the name of the player's loss in records.
func (p Player) loss() string { return p.Name + "_loss" }

// moves reports whether the player moves in a step, counted from 1.
func (p Player) moves(step int) bool { return step%max(1, p.Every) == 0 }

// checkPlayers reports players that cannot play.
func (t Task) checkPlayers() error {
	known := map[*tensor.Param]bool{}
	for _, q := range nn.Params(t.Model) {
		known[q.Param] = true
	}
	names := map[string]bool{"": true, "val": true}
	for _, p := range t.Players {
		switch {
		case strings.ContainsAny(p.Name, `/\`):
			return fmt.Errorf("train: the player's name %q is no name of a file", p.Name)
		case names[p.Name]:
			return fmt.Errorf("train: two players, or none, have the name %q; each needs one of its own", p.Name)
		case p.Optimizer == nil || p.Loss == nil:
			return fmt.Errorf("train: the player %s has no optimizer or no loss", p.Name)
		case p.Every < 0:
			return fmt.Errorf("train: the player %s moves every %d steps; want 1 or more", p.Name, p.Every)
		}
		names[p.Name] = true
		for _, q := range p.Optimizer.Params() {
			if !known[q.Param] {
				return fmt.Errorf("train: the player %s learns %s, which is no parameter of the task's model: no checkpoint would keep it", p.Name, q.Name)
			}
		}
	}
	return nil
}

// names returns those of the players.
func (t Task) names() (all []string) {
	for _, p := range t.Players {
		all = append(all, p.Name)
	}
	return all
}

// A total is the sum of an epoch's losses, and over how many items it is.
type total struct {
	Sum   float64 `json:"sum"`
	Count float64 `json:"count"`
}

// play lets the players move, and adds their losses to the step's values.
func (r *run) play(ctx context.Context, batches []data.Batch, v Values) error {
	ctx = context.WithoutCancel(ctx) // a step that was begun is ended, so that what is saved is never half of one
	for i, player := range r.task.Players {
		if !player.moves(r.opt.Steps()) {
			continue
		}
		mean, items, err := r.move(ctx, &r.players[i], batches, player.Loss)
		if err != nil {
			return fmt.Errorf("the player %s: %w", player.Name, err)
		}
		v[player.loss()] = mean
		if r.at.Players == nil {
			r.at.Players = map[string]total{}
		}
		t := r.at.Players[player.Name]
		r.at.Players[player.Name] = total{t.Sum + mean*items, t.Count + items}
	}
	return nil
}

// move makes one update of one optimizer, and returns its mean loss before and the number of items.
func (r *run) move(ctx context.Context, s *Stepper, batches []data.Batch, loss func(p *nn.Pass, b data.Batch) objective.Loss) (mean, items float64, err error) {
	losses, counts := make([]LossFunc, len(batches)), make([]float64, len(batches))
	for i, b := range batches {
		losses[i] = func(p *nn.Pass) objective.Loss {
			l := loss(p, b)
			counts[i] = l.Count
			return l
		}
	}
	if mean, err = s.Step(ctx, losses...); err != nil {
		return 0, 0, err
	}
	for _, n := range counts {
		items += n
	}
	return mean, items, nil
}

// playersEpoch adds the players' mean losses of the epoch under way to its values, and tells their schedules.
func (r *run) playersEpoch(v Values) {
	for _, p := range r.task.Players {
		t := r.at.Players[p.Name]
		if t.Count == 0 {
			continue
		}
		v[p.loss()] = t.Sum / t.Count
		p.Optimizer.Observe(v[p.loss()])
	}
	r.at.Players = nil
}

// fileOf is the file of a checkpoint that keeps the player's optimizer.
func (p Player) fileOf() string { return "optimizer-" + p.Name }

func (r *run) savePlayers(files map[string]Names) {
	for _, p := range r.task.Players {
		files[p.fileOf()] = toNames(p.Optimizer.State())
	}
}

func (r *run) restorePlayers(files map[string]Names) error {
	var all error
	for _, p := range r.task.Players {
		if err := p.Optimizer.Restore(fromNames(files[p.fileOf()])); err != nil {
			all = errors.Join(all, fmt.Errorf("the player %s: %w", p.Name, err))
		}
	}
	return all
}

// learned returns what to predict with instead of the parameters, as the optimizers have it.
func (r *run) learned() map[*tensor.Param]*tensor.Tensor {
	values := r.opt.Values()
	for _, p := range r.task.Players {
		more := p.Optimizer.Values()
		if values == nil {
			values = more
			continue
		}
		maps.Copy(values, more)
	}
	return values
}
