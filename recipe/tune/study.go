package tune

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/recipe"
)

// A Study says what is searched for, and how. The same study has the same trials with the same results on any number of
// processors, after any number of interruptions. Those of grids and random draws do not depend on Parallel either; the other
// methods look at earlier results, and more trials at a time know fewer of them.
type Study struct {
	Recipe *recipe.Recipe
	Space  Space
	Method string // "random", "grid", "tpe", "asha" or "hyperband"; random if empty
	Draw   string // how asha and hyperband draw new trials: "random" or "tpe"; random if empty

	Trials    int    // 20 if 0; of grids all, of hyperband one round of brackets
	Parallel  int    // trials at a time; 1 if 0
	Eta       int    // of asha and hyperband; 3 if 0
	MinEpochs int    // that a trial of asha or hyperband gets at least; 1 if 0
	Seed      uint64 // of the draws; trials have the recipe's own
}

// Methods are the ways to search.
var Methods = []string{"random", "grid", "tpe", "asha", "hyperband"}

// studyDocument is a study as JSON.
type studyDocument struct {
	Recipe    json.RawMessage            `json:"recipe"`
	Search    map[string]json.RawMessage `json:"search"`
	Method    string                     `json:"method,omitempty"`
	Draw      string                     `json:"draw,omitempty"`
	Trials    int                        `json:"trials,omitempty"`
	Parallel  int                        `json:"parallel,omitempty"`
	Eta       int                        `json:"eta,omitempty"`
	MinEpochs int                        `json:"min_epochs,omitempty"`
	Seed      uint64                     `json:"seed"`
}

// Find returns the study in a file, or one of a recipe that has no space yet: the recipe in a file, or the one that comes
// with the program.
func Find(name string) (*Study, error) {
	if strings.HasSuffix(name, ".json") {
		info, err := os.Stat(name)
		if err != nil {
			return nil, fmt.Errorf("the recipe: %w", err)
		}
		if info.Size() < 1<<20 {
			text, err := os.ReadFile(name)
			if err != nil {
				return nil, fmt.Errorf("the recipe: %w", err)
			}
			var keys map[string]json.RawMessage
			if json.Unmarshal(text, &keys) == nil && keys["search"] != nil {
				s, err := Parse(text)
				if err != nil {
					return nil, fmt.Errorf("the study %s: %w", name, err)
				}
				return s, nil
			}
		}
	}
	r, err := recipe.Find(name)
	if err != nil {
		return nil, err
	}
	return &Study{Recipe: r, Seed: 1}, nil
}

// Parse reads a study from its document.
func Parse(text []byte) (*Study, error) {
	d := studyDocument{Seed: 1}
	keys := []string{"recipe", "search", "method", "draw", "trials", "parallel", "eta", "min_epochs", "seed"}
	if err := recipe.CheckObject(text); err != nil {
		return nil, err
	}
	var given map[string]json.RawMessage
	if err := decodeJSON(text, &given); err != nil {
		return nil, recipe.Errorf("", "not valid JSON: %v", err)
	}
	for _, key := range slices.Sorted(maps.Keys(given)) {
		if !slices.Contains(keys, key) {
			return nil, recipe.Errorf(key, "no such key; there are %s", strings.Join(keys, ", "))
		}
	}
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, recipe.Errorf("", "%v", err)
	}
	s := &Study{
		Method: d.Method, Draw: d.Draw, Trials: d.Trials, Parallel: d.Parallel,
		Eta: d.Eta, MinEpochs: d.MinEpochs, Seed: d.Seed,
	}
	var name string
	var err error
	if json.Unmarshal(d.Recipe, &name) == nil {
		s.Recipe, err = recipe.Find(name)
	} else {
		s.Recipe, err = recipe.Parse(d.Recipe)
	}
	if err != nil {
		return nil, err
	}
	for _, key := range slices.Sorted(maps.Keys(d.Search)) {
		if err := s.search(key, d.Search[key]); err != nil {
			return nil, err
		}
	}
	return s, s.Check()
}

// search adds a dimension of a document: a list, or what [ParseDim] reads.
func (s *Study) search(key string, value json.RawMessage) error {
	var text string
	if json.Unmarshal(value, &text) == nil {
		return s.Search(key, text)
	}
	var list []any
	if decodeJSON(value, &list) != nil {
		return mistake(key, "want a list of choices, or a range such as \"log(1e-4, 1e-2)\", not %s", value)
	}
	d, err := choices(key, list)
	if err != nil {
		return err
	}
	s.add(d)
	return nil
}

// Search adds a dimension to the space, as [ParseDim] reads it, in place of one of the same key.
func (s *Study) Search(key, text string) error {
	d, err := ParseDim(key, text)
	if err == nil {
		s.add(d)
	}
	return err
}

func (s *Study) add(d Dim) {
	s.Space = slices.DeleteFunc(s.Space, func(old Dim) bool { return old.Key == d.Key })
	s.Space = append(s.Space, d)
	slices.SortFunc(s.Space, func(a, b Dim) int { return strings.Compare(a.Key, b.Key) })
}

// MarshalJSON returns the document that [Parse] reads.
func (s *Study) MarshalJSON() ([]byte, error) {
	d := studyDocument{
		Recipe: s.Recipe.Document(), Search: map[string]json.RawMessage{}, Method: s.Method, Draw: s.Draw, Trials: s.Trials,
		Parallel: s.Parallel, Eta: s.Eta, MinEpochs: s.MinEpochs, Seed: s.Seed,
	}
	for _, dim := range s.Space {
		d.Search[dim.Key] = []byte(said(dim.document()))
	}
	return json.Marshal(d)
}

// Monitor returns the name of what decides.
func (s *Study) Monitor() string { return cmp.Or(s.Recipe.Train.Monitor, "val_loss") }

// Check reports what cannot be: a key that no trial would have, a value that it cannot take.
func (s *Study) Check() error {
	if s.Method == "" {
		s.Method = "random"
	}
	if !slices.Contains(Methods, s.Method) {
		return recipe.Errorf("method", "no method %q; there are %s", s.Method, strings.Join(Methods, ", "))
	}
	if s.Draw != "" && (!s.halves() || s.Draw != "random" && s.Draw != "tpe") {
		return recipe.Errorf("draw", "it is %q; asha and hyperband draw by random or tpe, and other methods have no choice", s.Draw)
	}
	for _, n := range []struct {
		key       string
		is, least int
	}{{"trials", s.Trials, 1}, {"parallel", s.Parallel, 1}, {"eta", s.Eta, 2}, {"min_epochs", s.MinEpochs, 1}} {
		if n.is != 0 && n.is < n.least {
			return recipe.Errorf(n.key, "want %d or more, not %d", n.least, n.is)
		}
	}
	if s.MinEpochs > s.Recipe.Train.Epochs {
		return recipe.Errorf("min_epochs", "it is %d, and the recipe trains for %d", s.MinEpochs, s.Recipe.Train.Epochs)
	}
	if len(s.Space) == 0 {
		return recipe.Errorf("search", "nothing is searched; say what may change: --search \"optimizer.lr=log(1e-4,1e-2)\"")
	}
	for _, d := range s.Space {
		if s.halves() && (d.Key == "train.epochs" || d.Key == "train") {
			return recipe.Errorf("search."+d.Key, "%s decides itself how long a trial is trained; search it by random, grid or tpe", s.Method)
		}
		if err := s.checkDim(d); err != nil {
			return err
		}
	}
	if s.Method == "grid" {
		_, err := s.Space.Grid()
		return err
	}
	return nil
}

// halves says whether the method stops trials before their end.
func (s *Study) halves() bool { return s.Method == "asha" || s.Method == "hyperband" }

// checkDim tries the values of a dimension on the recipe, and on those with another choice of a part.
func (s *Study) checkDim(d Dim) error {
	bases := []*recipe.Recipe{s.Recipe}
	for _, other := range s.Space {
		if !isHead(other.Key) || other.Key == d.Key {
			continue
		}
		for _, v := range other.Choices {
			if r := clone(s.Recipe); r.Set(other.Key+"="+said(v)) == nil {
				bases = append(bases, r)
			}
		}
	}
	for _, x := range d.ends() {
		var first error
		for _, base := range bases {
			err := clone(base).Set(d.Key + "=" + said(d.Value(x)))
			if err == nil {
				first = nil
				break
			}
			if first == nil {
				first = err
			}
		}
		if first != nil {
			return fmt.Errorf("search of %s: %w", d.Key, first)
		}
	}
	return nil
}

// isHead reports whether a key chooses what other keys there are.
func isHead(key string) bool {
	return !strings.Contains(key, ".") || strings.HasSuffix(key, ".name") || key == "data.set"
}

func clone(r *recipe.Recipe) *recipe.Recipe {
	c := *r // whose parts Set replaces and never changes
	return &c
}

// fits reports whether a recipe has the key, and takes one of the values at least: what architectures call by one name need
// not be of one kind.
func (d Dim) fits(r *recipe.Recipe) bool {
	return r.Takes(d.Key) && slices.ContainsFunc(d.ends(), func(x float64) bool { return clone(r).Set(d.Key+"="+said(d.Value(x))) == nil })
}

// ends returns the choices, or the ends of the range.
func (d Dim) ends() []float64 {
	if d.Choices == nil {
		return []float64{d.Low, d.High}
	}
	all, _ := d.values()
	return all
}

// Apply returns the recipe of a trial, and the point without the coordinates of keys that this recipe does not have.
func (s *Study) Apply(p Point) (*recipe.Recipe, Point, error) {
	r, p := clone(s.Recipe), slices.Clone(p)
	for _, heads := range []bool{true, false} {
		for i, d := range s.Space {
			if isHead(d.Key) != heads {
				continue
			}
			if !heads && !d.fits(r) {
				p[i] = nan
				continue
			}
			if err := r.Set(d.Key + "=" + said(d.Value(p[i]))); err != nil {
				return r, p, err
			}
		}
	}
	return r, p, nil
}

// values returns what a point gives its keys.
func (s Space) values(p Point) map[string]any {
	all := map[string]any{}
	for i, d := range s {
		if p[i] == p[i] {
			all[d.Key] = d.Value(p[i])
		}
	}
	return all
}
