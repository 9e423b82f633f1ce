package model

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/tensor"
)

// A Layout says under which names and in which shapes published files keep the parameters of a family, where these are
// not ours.
type Layout struct {
	Name  string   // of who publishes them: "keras", "transformers"
	Marks []string // a file is of this layout if it has a tensor of one of these names

	Source func(ours string) Source
	Ignore func(theirs string) bool // names in a file that are no parameters; nil: none but those that every layout ignores

	Preprocess *Preprocess // of photographs, for weights in this layout; nil: as for those in ours
}

// A Source is what makes one of our parameters. The zero value is the file's tensor of the same name.
type Source struct {
	Names []string
	Make  func(in []*tensor.Tensor) *tensor.Tensor // nil: the first, as it is
}

// Load puts the tensors of a file into the parameters and buffers of a model, one after another, so that hardly more memory
// is taken than the model needs. Of the layouts the first is taken whose marks the file has; without one, or if there is
// none, the names are ours. The model may have been built without values, by a nil [rng.Rand].
//
// The error names all parameters that the file lacks, all its tensors that the model has no place for, and all that have
// another shape. Numbers are converted to the types that the parameters have. A model whose layouts depend on its configuration
// has a method Layouts() []Layout; these go before the others.
func Load(m any, f format.File, layouts ...Layout) error {
	return LoadExcept(m, f, nil, layouts...)
}

// LoadExcept is [Load] without the parameters whose names spared reports, which keep their values, whether the file has them or not:
// the head of a network that is to learn another task. nil spares none.
func LoadExcept(m any, f format.File, spared func(name string) bool, layouts ...Layout) error {
	_, surplus, err := load(m, f, layouts, spared, true)
	if err == nil && len(surplus) > 0 {
		return fmt.Errorf("the model has no place for %s", listed(surplus))
	}
	return err
}

// LoadPart is [Load] for a file that fits in part: it returns the parameters that the file lacks, which keep their values,
// and the tensors that the model has no place for. Nothing in common is an error.
func LoadPart(m any, f format.File, layouts ...Layout) (missing, surplus []string, err error) {
	return load(m, f, layouts, nil, false)
}

func load(m any, f format.File, layouts []Layout, spared func(string) bool, all bool) (missing, surplus []string, err error) {
	l := newLoader(f)
	l.choose(LayoutsOf(m, layouts...))
	if s, ok := m.(*Single); ok {
		m = s.Layer
	}
	params := l.unspared(nn.Params(m), spared)
	missing, bad := l.fit(params)
	for name := range l.has {
		if !l.used[name] && !l.ignored(name) {
			surplus = append(surplus, name)
		}
	}
	slices.Sort(surplus)
	switch {
	case len(bad) > 0:
		return missing, surplus, fmt.Errorf("shapes do not fit: %s", some(bad))
	case len(missing) == len(params):
		return missing, surplus, fmt.Errorf("the file has none of the model's parameters: it has %s; the model has %s", listed(surplus), listed(missing))
	case all && len(missing) > 0:
		text := "the file lacks " + listed(missing)
		if len(surplus) > 0 {
			text += "; it has besides " + listed(surplus)
		}
		return missing, surplus, fmt.Errorf("%s", text)
	}
	return missing, surplus, l.read(params)
}

// LayoutsOf returns the layouts that [Load] chooses among: those that the model itself knows, and the given ones.
func LayoutsOf(m any, layouts ...Layout) []Layout {
	if s, ok := m.(*Single); ok {
		m = s.Layer
	}
	if own, ok := m.(interface{ Layouts() []Layout }); ok {
		return append(own.Layouts(), layouts...)
	}
	return layouts
}

// LayoutOf returns the layout that [Load] takes for a file, or the zero one if the names are ours.
func LayoutOf(m any, f format.File, layouts ...Layout) Layout {
	l := newLoader(f)
	l.choose(LayoutsOf(m, layouts...))
	return l.layout
}

func newLoader(f format.File) *loader {
	l := &loader{file: f, has: map[string]format.Entry{}, used: map[string]bool{}, ready: map[*tensor.Param]bool{}}
	for _, e := range f.Entries() {
		l.has[e.Name] = e
	}
	l.unwrap()
	return l
}

type loader struct {
	file   format.File
	has    map[string]format.Entry
	prefix string // before every name of the file
	layout Layout
	used   map[string]bool // names that make a parameter
	ready  map[*tensor.Param]bool
}

// unwrap takes away what PyTorch's DataParallel and compiled modules put before every name.
func (l *loader) unwrap() {
	for _, prefix := range []string{"module.", "_orig_mod."} {
		bare := make(map[string]format.Entry, len(l.has))
		for name, e := range l.has {
			if rest, ok := strings.CutPrefix(name, prefix); ok {
				bare[rest] = e
			}
		}
		if len(bare) == len(l.has) && len(bare) > 0 {
			l.has, l.prefix = bare, l.prefix+prefix
		}
	}
}

func (l *loader) choose(layouts []Layout) {
	for _, c := range layouts {
		if slices.ContainsFunc(c.Marks, func(mark string) bool { _, ok := l.has[mark]; return ok }) {
			l.layout = c
			return
		}
	}
}

// counters are what files carry beside parameters: numbers that follow from the configuration or that nobody reads.
var counters = []string{"num_batches_tracked", "position_ids", "rotary_emb.inv_freq"}

func (l *loader) ignored(name string) bool {
	return slices.ContainsFunc(counters, func(c string) bool { return name == c || strings.HasSuffix(name, "."+c) }) ||
		l.layout.Ignore != nil && l.layout.Ignore(name)
}

func (l *loader) source(ours string) Source {
	var s Source
	if l.layout.Source != nil {
		s = l.layout.Source(ours)
	}
	if s.Names == nil {
		s.Names = []string{ours}
	}
	return s
}

// unspared returns the parameters that are to be read. What the file has for the others is no surplus.
func (l *loader) unspared(params []tensor.Named, spared func(name string) bool) []tensor.Named {
	if spared == nil {
		return params
	}
	var rest []tensor.Named
	for _, q := range params {
		if !spared(q.Name) {
			rest = append(rest, q)
			continue
		}
		for _, name := range l.source(q.Name).Names {
			l.used[name] = true
		}
	}
	return rest
}

// fit finds which parameters the file lacks, and which have another shape there, without reading any. Of those that are
// made of others only reading tells.
func (l *loader) fit(params []tensor.Named) (missing, bad []string) {
	for _, q := range params {
		s := l.source(q.Name)
		there := true
		for _, name := range s.Names {
			_, ok := l.has[name]
			there = there && ok
		}
		if !there {
			missing = append(missing, q.Name)
			continue
		}
		l.ready[q.Param] = true
		for _, name := range s.Names {
			l.used[name] = true
		}
		if want, got := q.Param.Value.Shape(), l.has[s.Names[0]].Shape; s.Make == nil && !slices.Equal(got, want) {
			bad = append(bad, fmt.Sprintf("%s is %v in the file, and %v in the model", q.Name, got, want))
		}
	}
	return missing, bad
}

func (l *loader) read(params []tensor.Named) error {
	for _, q := range params {
		if !l.ready[q.Param] {
			continue
		}
		s := l.source(q.Name)
		x := make([]*tensor.Tensor, len(s.Names))
		for i, name := range s.Names {
			var err error
			if x[i], err = l.file.Tensor(l.prefix + name); err != nil {
				return err
			}
		}
		y := x[0]
		if s.Make != nil {
			if err := tensor.Catch(func() { y = s.Make(x) }); err != nil {
				return fmt.Errorf("making %s of %s: %w", q.Name, listed(s.Names), err)
			}
		}
		if want := q.Param.Value.Shape(); !slices.Equal(y.Shape(), want) {
			return fmt.Errorf("%s is %v in the file, and %v in the model", q.Name, y.Shape(), want)
		}
		q.Param.Value = y.To(cpu.Device).Cast(q.Param.Value.DType()).Contiguous()
	}
	return nil
}

// some returns the first few of what is to be said, and how much is left out.
func some(all []string) string {
	const most = 3
	if len(all) <= most {
		return strings.Join(all, "; ")
	}
	return fmt.Sprintf("%s; and %d more", strings.Join(all[:most], "; "), len(all)-most)
}

// listed writes names for a message, the first few of them.
func listed(names []string) string {
	const most = 8
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}
