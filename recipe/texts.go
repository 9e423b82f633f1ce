package recipe

import (
	"context"

	"github.com/jimu-ml/jimu/data/sample"
)

// spam is a set of short messages.
type spam struct {
	Batches
	Held
	Wording
}

func (c spam) source() (Source, error) {
	if err := c.Wording.Check(); err != nil {
		return Source{}, err
	}
	if err := c.Held.Check(); err != nil {
		return Source{}, err
	}
	return Source{Load: c.load, Reopen: Reopen[*Texts]}, c.Batches.Check()
}

func (c spam) load(context.Context) (Work, error) {
	corpus, err := sample.Messages()
	if err != nil {
		return nil, err
	}
	return c.Classify(corpus, c.Batches, c.Held, sample.Paths("spam")...)
}
