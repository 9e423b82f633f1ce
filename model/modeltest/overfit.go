package modeltest

import (
	"context"
	"testing"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/optim"
	"github.com/jimu-ml/jimu/train"
)

// Overfits takes so many steps on one batch, by Adam of the learning rate, after which the loss is to be most or less: all
// that is needed for learning is there, and nothing stands in its way.
func Overfits(t testing.TB, what string, m any, rate float64, steps int, most float64, loss func(p *nn.Pass) objective.Loss) {
	t.Helper()
	opt := optim.New(optim.Adam{LR: rate}, nn.Params(m))
	var last float64
	for range steps {
		var err error
		if last, err = train.Step(context.Background(), opt, loss); err != nil {
			t.Fatal(err)
		}
	}
	if !(last <= most) {
		t.Errorf("%s: after %d steps on one batch the loss is %v, want %v or less", what, steps, last, most)
	}
}
