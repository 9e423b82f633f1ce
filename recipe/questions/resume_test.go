package questions

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/data/text"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/recipe/recipetest"
	"github.com/jimu-ml/jimu/train"
)

// few is a set of towns, each with the same questions.
type few struct{ config }

func init() {
	recipe.Register("few", "for tests", few{common}, func(c few) (recipe.Source, error) {
		return recipe.Source{Load: c.load, Reopen: reopen}, c.check()
	})
}

func (c few) load(context.Context) (recipe.Work, error) {
	var all []text.Passage
	for _, town := range strings.Fields("Ulm Bonn Kiel Jena Gera Hof Suhl Marl Hamm Trier Fulda Celle Emden Lahr Wesel Zeitz") {
		p := gold[0]
		p.Title = town
		all = append(all, p)
	}
	return c.work(divide(all, 0.25), false, nil), nil
}

// A run that is stopped while it learns hidden words, and again while it learns answers, ends with the bits of one that was not; what
// was learned first makes a difference.
func TestStoppedInEachStage(t *testing.T) {
	some := []string{"data=few", "data.batch=4", "data.pretrain=1", "data.question=8", "train.epochs=1", "train.save_every=1", "train.average=0", "model.width=8"}
	run := func(dir string, stop string, resume bool, set ...string) (*recipe.Result, error) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		halt := func(where string) train.Callback {
			return func(r train.Record) error {
				if where == stop && r.Step == 2 {
					cancel()
				}
				return nil
			}
		}
		return recipe.Run(ctx, recipetest.Recipe(t, "questions", slices.Concat(some, set)...), recipe.Options{
			Dir: dir, Resume: resume, Callbacks: []train.Callback{halt("answers")},
			Stage: func(s *recipe.Stage) train.Callback { return halt(s.Name) },
		})
	}
	whole, err := run("", "", false)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "run")
	if _, err := run(dir, "pretraining", false); !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "pretraining, which comes first") {
		t.Fatal(err)
	}
	if _, err := run(dir, "answers", true); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(dir, "pretraining")); err != nil { // which is over
		t.Fatal(err)
	}
	res, err := run(dir, "", true)
	if err != nil || res.WeightsSHA256 != whole.WeightsSHA256 {
		t.Errorf("the weights are %s, want %s, %v", res.WeightsSHA256, whole.WeightsSHA256, err)
	}
	if res.Seconds <= 0 || res.CPUSeconds < 0 {
		t.Errorf("it took %v s, %v of processors", res.Seconds, res.CPUSeconds)
	}
	without, err := run("", "", false, "data.pretrain=0")
	if err != nil || without.WeightsSHA256 == whole.WeightsSHA256 {
		t.Error("what is learned first makes no difference", err)
	}
}
