package keras

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/tensor"
)

// A slot is a variable of a layer, as Keras has it, and where it goes.
type slot struct {
	name  string // kernel, or of a layer within: query/kernel
	shape []int  // in the file
	param *tensor.Param
	make  func(x *tensor.Tensor) *tensor.Tensor // the parameter of the variable; nil: it is the same
	rest  []slot                                // further parameters that are made of the same variable
}

// carried reports whether a variable is a statistic, which Keras 2 lists after what is learned.
func carried(name string) bool {
	switch path.Base(name) {
	case "moving_mean", "moving_variance", "mean", "variance", "count":
		return true
	}
	return false
}

// within returns slots with the name of the layer before theirs.
func within(name string, slots []slot) []slot {
	list := slices.Clone(slots)
	for i := range list {
		list[i].name = name + "/" + list[i].name
	}
	return list
}

func (m *Model) weights() (all []slot) {
	for _, l := range m.Layers {
		all = append(all, within(l.Name, l.Layer.weights())...)
	}
	return all
}

// Load puts the weights of a file into the model. They are found by the names of their layers, and in each in Keras's order:
// what a variable is called within its layer differs between versions. The weights alone, as Keras 2 wrote them, may
// have layers of other names, if they are as many and as large. The error names all that is missing and all that is left.
func (m *Model) Load(f format.File) error {
	slots := byLayer(m.weights(), func(s slot) string { return s.name })
	entries := byLayer(f.Entries(), func(e format.Entry) string { return e.Name })
	if f.Metadata()["weights"] == "listed by layer" {
		entries = renamed(slots, entries)
	}
	sources := map[*tensor.Param]model.Source{}
	var errs []error
	for _, l := range slots {
		i := slices.IndexFunc(entries, func(g group[format.Entry]) bool { return g.layer == l.layer })
		if i < 0 {
			errs = append(errs, fmt.Errorf("the file has nothing of layer %s, which has %s", l.layer, names(l.items, slotName)))
			continue
		}
		if err := match(l.items, entries[i].items, sources); err != nil {
			errs = append(errs, fmt.Errorf("layer %s: %w", l.layer, err))
		}
		entries = slices.Delete(entries, i, i+1)
	}
	for _, g := range entries {
		errs = append(errs, fmt.Errorf("the model has no place for %s", names(g.items, entryName)))
	}
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	byName := map[string]model.Source{}
	for _, q := range nn.Params(m) {
		byName[q.Name] = sources[q.Param]
	}
	var marks []string
	for _, e := range f.Entries() {
		marks = append(marks, e.Name)
	}
	if len(marks) == 0 {
		return nil
	}
	return model.Load(m, f, model.Layout{Name: "keras", Marks: marks, Source: func(ours string) model.Source { return byName[ours] }})
}

// A group is what is in one layer of the model.
type group[T any] struct {
	layer string
	items []T
}

// byLayer gathers what is in each layer, in order.
func byLayer[T any](items []T, name func(T) string) (groups []group[T]) {
	at := map[string]int{}
	for _, x := range items {
		layer, _, _ := strings.Cut(name(x), "/")
		i, ok := at[layer]
		if !ok {
			i = len(groups)
			at[layer] = i
			groups = append(groups, group[T]{layer: layer})
		}
		groups[i].items = append(groups[i].items, x)
	}
	return groups
}

// renamed gives the layers of a file the names of the model's where they follow each other in the same order.
func renamed(slots []group[slot], entries []group[format.Entry]) []group[format.Entry] {
	entries = slices.Clone(entries)
	if len(slots) != len(entries) {
		return entries
	}
	for _, s := range slots {
		if slices.ContainsFunc(entries, func(e group[format.Entry]) bool { return e.layer == s.layer }) {
			return entries
		}
	}
	for i := range entries {
		entries[i].layer = slots[i].layer
	}
	return entries
}

func slotName(s slot) string          { return s.name }
func entryName(e format.Entry) string { return e.Name }

func names[T any](items []T, name func(T) string) string {
	var list []string
	for _, x := range items[:min(len(items), 8)] {
		list = append(list, name(x))
	}
	if more := len(items) - len(list); more > 0 {
		list = append(list, fmt.Sprintf("%d more", more))
	}
	return strings.Join(list, ", ")
}

// match finds for each slot of a layer its entry: in the order of both, or with statistics after the rest in both.
func match(slots []slot, entries []format.Entry, sources map[*tensor.Param]model.Source) error {
	if len(slots) != len(entries) {
		return fmt.Errorf("the file has %s, and it takes %s", names(entries, entryName), names(slots, slotName))
	}
	sorted := slices.Clone(slots)
	slices.SortStableFunc(sorted, func(a, b slot) int {
		switch {
		case carried(a.name) == carried(b.name):
			return 0
		case carried(a.name):
			return 1
		}
		return -1
	})
	err := fits(slots, entries)
	if err != nil {
		if fits(sorted, entries) != nil {
			return err
		}
		slots = sorted
	}
	for i, s := range slots {
		for _, one := range append([]slot{s}, s.rest...) {
			source := model.Source{Names: []string{entries[i].Name}}
			if one.make != nil {
				source.Make = func(in []*tensor.Tensor) *tensor.Tensor { return one.make(in[0]) }
			}
			sources[one.param] = source
		}
	}
	return nil
}

// fits reports the first entry that cannot be what its slot takes. A variable that a file only numbers may be any.
func fits(slots []slot, entries []format.Entry) error {
	for i, s := range slots {
		e := entries[i]
		theirs := path.Base(e.Name)
		if _, err := strconv.Atoi(theirs); err != nil && theirs != path.Base(s.name) && !sameWord(theirs, path.Base(s.name)) {
			return fmt.Errorf("the file has %s where it takes %s", e.Name, s.name)
		}
		if !slices.Equal(e.Shape, s.shape) {
			return fmt.Errorf("%s is %v in the file, and %v in the model", e.Name, e.Shape, s.shape)
		}
	}
	return nil
}

// sameWord reports whether versions of Keras call one thing by these two words.
func sameWord(a, b string) bool {
	pairs := [][2]string{{"depthwise_kernel", "kernel"}, {"alpha", "negative_slope"}, {"attention_W", "kernel"}}
	return slices.Contains(pairs, [2]string{a, b}) || slices.Contains(pairs, [2]string{b, a})
}
