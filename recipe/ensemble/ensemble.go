// Package ensemble makes one model of several: runs of one recipe with different seeds, runs of different recipes on the same
// data, or the snapshots of one run.
//
// The members' probabilities, or numbers, become one by a [Rule]: their average, an average with weights, a vote, or what
// a small model on top learned of them. What a rule has to learn it learns on the validation set. [New] makes an
// ensemble of models, [Open] opens one that was saved; it answers, and is tested, as the model of a run is, and says how
// well its probabilities are calibrated beside those of its members.
package ensemble

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/internal/durable"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/tensor"
)

// An Ensemble is some models with a rule.
type Ensemble struct {
	Dir     string // where it is saved; "": nowhere
	Rule    Rule
	Members []Member

	works []recipe.Work // with their examples, one for each member; nil before they are wanted
	test  []*tensor.Tensor
}

// A Member is a model of an ensemble.
type Member struct {
	*recipe.Saved
	From string // where it comes from: "runs/fashion, epoch 10"
}

// New makes an ensemble of models that are for the same examples, and fits the rule, one of [Rules], on their validation set.
func New(ctx context.Context, members []Member, how string) (*Ensemble, error) {
	if !slices.Contains(Rules, how) {
		return nil, recipe.Errorf("how", "no rule %q; there are %s", how, strings.Join(Rules, ", "))
	}
	e := &Ensemble{Rule: Rule{How: how}, Members: members}
	if err := e.check(); err != nil {
		return nil, err
	}
	if how != Weighted && how != Stacking {
		return e, nil
	}
	if err := e.load(ctx); err != nil {
		return nil, err
	}
	set := e.works[0].Sets().Validation
	if set == nil {
		return nil, recipe.Errorf("how", "%s is learned on a validation set, and the members have none; train them with data.validation=0.1, or use average", how)
	}
	y, err := recipe.Targets(ctx, set)
	if err != nil {
		return nil, err
	}
	z, err := e.outputs(ctx, func(s *recipe.Sets) setOf { return s.Validation })
	if err != nil {
		return nil, err
	}
	return e, e.Rule.fit(ctx, z, y, e.Classes() != nil)
}

// Classes returns the classes that are told apart; nil if numbers are predicted.
func (e *Ensemble) Classes() []string { return e.Members[0].Job.Classes }

// check reports members that do not go together.
func (e *Ensemble) check() error {
	if len(e.Members) < 2 {
		return recipe.Errorf("", "an ensemble has two members at least; there is %d", len(e.Members))
	}
	first := e.Members[0]
	for _, m := range e.Members {
		if m.Job.Outputs == nil {
			return recipe.Errorf("", "%s does not tell classes apart or predict numbers, and that is what ensembles do", m.From)
		}
		if !slices.Equal(m.Job.Classes, first.Job.Classes) || m.Recipe.Data.Name != first.Recipe.Data.Name {
			return recipe.Errorf("", "%s has the %s of %s, %s the %s of %s; the members of an ensemble learn the same thing",
				first.From, classesOf(first), first.Recipe.Data.Name, m.From, classesOf(m), m.Recipe.Data.Name)
		}
	}
	return nil
}

// classesOf returns in words what a member predicts.
func classesOf(m Member) string {
	if m.Job.Classes == nil {
		return "numbers"
	}
	return "classes " + strings.Join(m.Job.Classes, ", ")
}

// ensembleName is the file in an ensemble's folder that says how the members become one.
const ensembleName = "ensemble.json"

// A document is what that file holds.
type document struct {
	Format  int              `json:"format"`
	Members []memberDocument `json:"members"`
	Rule
}

type memberDocument struct {
	Folder string `json:"folder"` // below the ensemble's
	From   string `json:"from"`
}

// IsEnsemble reports whether a path is an ensemble's folder.
func IsEnsemble(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, ensembleName))
	return err == nil
}

// Save writes the ensemble into a folder, which needs nothing from elsewhere: the models of its members are copied there,
// unless they lie there already.
func (e *Ensemble) Save(dir string) error {
	if IsEnsemble(dir) {
		return recipe.Errorf("", "%s holds an ensemble already; give another folder by --out", dir)
	}
	d := document{Format: 1, Rule: e.Rule}
	for i, m := range e.Members {
		folder := MemberDir(i)
		if m.Dir != filepath.Join(dir, folder) {
			if err := m.Keep(filepath.Join(dir, folder)); err != nil {
				return err
			}
		}
		d.Members = append(d.Members, memberDocument{filepath.ToSlash(folder), m.From})
	}
	text, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return fmt.Errorf("the ensemble: %w", err)
	}
	err = durable.Disk{}.Replace(filepath.Join(dir, ensembleName), func(w io.Writer) error {
		_, err := w.Write(append(text, '\n'))
		return err
	})
	if err != nil {
		return fmt.Errorf("the ensemble: %w", err)
	}
	e.Dir = dir
	return nil
}

// MemberDir returns the folder of member i, counted from 0, below an ensemble's.
func MemberDir(i int) string { return filepath.Join("members", fmt.Sprintf("%02d", i+1)) }

// Open opens the ensemble in a folder. The data of its members is not needed.
func Open(dir string) (*Ensemble, error) {
	path := filepath.Join(dir, ensembleName)
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("the ensemble: %w", err)
	}
	var d document
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, fmt.Errorf("%s is damaged: %w", path, err)
	}
	if d.Format != 1 || !slices.Contains(Rules, d.How) {
		return nil, fmt.Errorf("%s has format %d and rule %q; this program reads format 1, and %s", path, d.Format, d.How, strings.Join(Rules, ", "))
	}
	e := &Ensemble{Dir: dir, Rule: d.Rule}
	for _, m := range d.Members {
		folder := filepath.FromSlash(m.Folder)
		if !filepath.IsLocal(folder) {
			return nil, fmt.Errorf("%s is damaged: it names the folder %q", path, m.Folder)
		}
		s, err := recipe.Open(filepath.Join(dir, folder))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		e.Members = append(e.Members, Member{s, m.From})
	}
	if err := e.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if err := e.Rule.check(len(e.Members), len(e.Classes())); err != nil {
		return nil, fmt.Errorf("%s is damaged: %w", path, err)
	}
	return e, nil
}
