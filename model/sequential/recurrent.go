package sequential

import (
	"errors"
	"maps"

	"github.com/jimu-ml/jimu/nn"
)

func init() { maps.Copy(rows, recurrents) }

type recurrence struct {
	Hidden, Layers int
	Bidirectional  bool
	NoBias         bool
	Dropout        float64
}

func (c recurrence) config() nn.RecurrentConfig {
	return nn.RecurrentConfig{Layers: c.Layers, Dropout: c.Dropout, Bidirectional: c.Bidirectional, NoBias: c.NoBias}
}

func (c recurrence) valid() error {
	if c.Dropout < 0 || c.Dropout >= 1 {
		return errors.New("dropout: want 0 or more and below 1")
	}
	return positive("hidden", c.Hidden)
}

type longRecurrence struct {
	recurrence
	Project   int
	Peepholes bool
}

type simpleRecurrence struct {
	recurrence
	Relu bool
}

// recur is the row of a recurrent layer.
func recur[C interface {
	config() nn.RecurrentConfig
	valid() error
}](of func(b *builder, in int, c C) nn.Layer) row {
	return with(func(b *builder, c C) (nn.Layer, error) {
		in, err := b.steps()
		if err := errors.Join(err, c.valid()); err != nil {
			return nil, err
		}
		return of(b, in, c), nil
	})
}

var recurrents = map[string]row{
	"lstm": recur(func(b *builder, in int, c longRecurrence) nn.Layer {
		config := c.config()
		config.Project, config.Peepholes = c.Project, c.Peepholes
		return nn.NewLSTM(b.rand, in, c.Hidden, config)
	}),
	"gru": recur(func(b *builder, in int, c recurrence) nn.Layer { return nn.NewGRU(b.rand, in, c.Hidden, c.config()) }),
	"rnn": recur(func(b *builder, in int, c simpleRecurrence) nn.Layer {
		config := c.config()
		config.Relu = c.Relu
		return nn.NewRNN(b.rand, in, c.Hidden, config)
	}),
}
