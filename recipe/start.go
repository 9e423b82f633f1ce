package recipe

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/format"
	_ "github.com/jimu-ml/jimu/format/all" // files of weights
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// Start says from which weights a run starts, if not from random ones: those that another task or another run has learned.
//
// What stands in Fresh and Freeze are names of parameters, or beginnings of names up to a point: "fc" is fc.weight and fc.bias.
type Start struct {
	Weights string   `json:"weights,omitempty"` // a file of any format, or a run's folder
	Fresh   []string `json:"fresh,omitempty"`   // keep their first, random weights, whatever the file has
	Freeze  []string `json:"freeze,omitempty"`  // are not learned; "*" stands for all that the file brought
}

// brought stands in Freeze for all that is not fresh.
const brought = "*"

func (s Start) empty() bool { return s.Weights == "" && len(s.Fresh) == 0 && len(s.Freeze) == 0 }

func decodeStart(r *Recipe, v any) error {
	if v == nil {
		return nil
	}
	o, ok := v.(object)
	if !ok {
		return errorf("start", "want an object in braces, not %s", shown(v))
	}
	return fill(&r.Start, o, "start")
}

// start puts the weights into the model that the recipe starts from, and freezes what is not to be learned. A run that goes on
// has its weights already: then they are not read again.
func (j *job) start(o Options) error {
	s := j.recipe.Start
	if s.empty() {
		return nil
	}
	if s.Weights == "" {
		return errorf("start.weights", "is missing: a file of weights or a run's folder; without it there is nothing to keep or to freeze")
	}
	params := nn.Params(j.Model)
	for _, list := range []struct {
		key    string
		prefix []string
	}{{"start.fresh", s.Fresh}, {"start.freeze", s.Freeze}} {
		for _, prefix := range list.prefix {
			if prefix == brought && list.key == "start.freeze" {
				continue
			}
			if !slices.ContainsFunc(params, func(p tensor.Named) bool { return under(p.Name, prefix) }) {
				return noSuch(list.key, "parameter", prefix, modules(params))
			}
		}
	}
	if !o.goesOn() {
		if err := j.bring(s); err != nil {
			return err
		}
	}
	return s.freeze(params)
}

// goesOn reports whether the run has a checkpoint to go on with.
func (o Options) goesOn() bool {
	if !o.Resume || o.Dir == "" {
		return false
	}
	_, _, err := train.Latest(filepath.Join(o.Dir, "checkpoints"))
	return err == nil
}

// under reports whether a parameter's name is that, or begins with it up to a point.
func under(name, prefix string) bool { return name == prefix || strings.HasPrefix(name, prefix+".") }

func underAny(name string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return under(name, p) })
}

// modules returns the first parts of the names of parameters, and those names.
func modules(params []tensor.Named) []string {
	var all []string
	for _, p := range params {
		first, _, _ := strings.Cut(p.Name, ".")
		all = append(all, first)
	}
	return slices.Compact(all)
}

// bring reads the weights into the model.
func (j *job) bring(s Start) error {
	f, err := openWeights(s.Weights)
	if err != nil {
		return errorf("start.weights", "%v", err)
	}
	defer f.Close()
	a, _, _ := model.Find(j.recipe.Model.Name)
	spared := func(name string) bool { return underAny(name, s.Fresh) }
	if err := model.LoadExcept(j.Model, f, spared, a.Layouts...); err != nil {
		return errorf("start.weights", "%s: %v; %s", s.Weights, err, j.remedy(s))
	}
	return nil
}

// remedy says what to do about weights that do not fit.
func (j *job) remedy(s Start) string {
	fresh := fmt.Sprintf("what another task shapes is to be fresh, such as the last layer: --set start.fresh='[%q]'", lastModule(nn.Params(j.Model)))
	was, err := Read(filepath.Join(s.Weights, recipeName))
	if err != nil {
		return fresh
	}
	if theirs := was.Model.Document("name"); !bytes.Equal(theirs, j.recipe.Model.Document("name")) {
		return fmt.Sprintf("the model of that run is another; to take the same: --set 'model=%s'; %s", theirs, fresh)
	}
	return fresh
}

func lastModule(params []tensor.Named) string {
	name := params[len(params)-1].Name
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		return name[:i]
	}
	return name
}

// openWeights opens a file of weights, or the model of a run's folder.
func openWeights(path string) (format.File, error) {
	if _, err := os.Stat(filepath.Join(path, recipeName)); err != nil {
		return format.Open(path)
	}
	c, _, err := train.Latest(filepath.Join(path, "checkpoints"))
	if err != nil {
		return nil, fmt.Errorf("the run in %s: %w", path, err)
	}
	return format.Of(nil, c.Final()...), nil
}

// freeze freezes what is not to be learned: parameters, and the buffers beside them.
func (s Start) freeze(params []tensor.Named) error {
	left := 0
	for _, p := range params {
		p.Param.Frozen = underAny(p.Name, s.Freeze) || slices.Contains(s.Freeze, brought) && !underAny(p.Name, s.Fresh)
		if !p.Param.Frozen && !p.Buffer {
			left++
		}
	}
	if left == 0 {
		return errorf("start.freeze", "leaves nothing to learn; let the last layer be fresh: --set start.fresh='[%q]'", lastModule(params))
	}
	return nil
}

// learned returns the parameters that are not frozen: those that the optimizer has.
func learned(params []tensor.Named) []tensor.Named {
	return slices.DeleteFunc(slices.Clone(params), func(p tensor.Named) bool { return p.Param.Frozen })
}
