package torch

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jimu-ml/jimu/format"
)

// The limits of a walk. What a pickle refers to again and again is walked again and again: a few bytes can stand for more
// names than there are atoms.
const (
	maxVisits = 4 << 20
	maxDepth  = 200
	maxName   = 2000
)

// found is a tensor with its name.
type found struct {
	name  string
	value any // *strided or *array
}

// A walker looks for tensors.
type walker struct {
	found  []found
	out    []string // names of what a state dict would hold, and cannot be read
	visits int
	under  map[any]bool // what is being walked, against cycles
}

func (w *walker) walk(v any, name string) error {
	if w.visits++; w.visits > maxVisits || len(w.under) > maxDepth || len(name) > maxName {
		return fmt.Errorf("%w: what it holds is nested too deep, or refers to itself too often", format.ErrFormat)
	}
	switch v := v.(type) {
	case *strided:
		w.found = append(w.found, found{name, v})
	case *array:
		if v.opaque || v.descr == "" {
			w.out = append(w.out, name)
			return nil
		}
		w.found = append(w.found, found{name, v})
	case tuple:
		return w.items(v, name)
	case *list, *dict, *object:
		if w.under[v] {
			return nil
		}
		w.under[v] = true
		defer delete(w.under, v)
		switch v := v.(type) {
		case *list:
			return w.items(v.items, name)
		case *dict:
			return w.dict(v, name, nil)
		case *object:
			return w.object(v, name)
		}
	}
	return nil
}

func (w *walker) items(items []any, name string) error {
	for i, x := range items {
		if err := w.walk(x, join(name, strconv.Itoa(i))); err != nil {
			return err
		}
	}
	return nil
}

// dict walks the values, in the order in which their keys came first, without those of some keys.
func (w *walker) dict(d *dict, name string, without []string) error {
	last := make(map[any]int, len(d.keys))
	for i, k := range d.keys {
		if comparable(k) {
			last[k] = i
		}
	}
	for _, k := range d.keys {
		key, ok := keyText(k)
		if !ok || last[k] < 0 {
			continue
		}
		i := last[k]
		last[k] = -1
		if slices.Contains(without, key) {
			continue
		}
		if err := w.walk(d.values[i], join(name, key)); err != nil {
			return err
		}
	}
	return nil
}

func comparable(k any) bool { _, ok := keyText(k); return ok }

func keyText(k any) (string, bool) {
	switch k := k.(type) {
	case string:
		return k, true
	case int64:
		return strconv.FormatInt(k, 10), true
	}
	return "", false
}

// object walks a module as its state_dict does, and any other object by its items and attributes.
func (w *walker) object(o *object, name string) error {
	attributes := attributesOf(o)
	if module(attributes) {
		for _, part := range []string{"_parameters", "_buffers", "_modules"} {
			v, _ := attributes.get(part)
			if d, ok := v.(*dict); ok {
				var without []string
				if hidden, ok := attributes.get("_non_persistent_buffers_set"); ok && part == "_buffers" {
					without = texts(hidden)
				}
				if err := w.dict(d, name, without); err != nil {
					return err
				}
			}
		}
		return nil
	}
	if err := w.dict(&o.dict, name, nil); err != nil {
		return err
	}
	if err := w.items(o.list.items, name); err != nil {
		return err
	}
	if attributes == nil {
		return nil
	}
	return w.dict(attributes, name, nil)
}

// attributesOf returns the __dict__ of an object.
func attributesOf(o *object) *dict {
	state := o.state
	if pair, ok := state.(tuple); ok && len(pair) > 0 { // with __slots__
		state = pair[0]
	}
	d, _ := state.(*dict)
	return d
}

// module reports whether these are the attributes of a torch.nn.Module.
func module(attributes *dict) bool {
	if attributes == nil {
		return false
	}
	_, ok := attributes.get("_parameters")
	_, ok2 := attributes.get("_modules")
	return ok && ok2
}

func texts(v any) []string {
	items, _ := itemsOf(v)
	var out []string
	for _, x := range items {
		if s, ok := x.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// usual are the keys under which people put the state dict in a checkpoint, the most telling first.
var usual = strings.Fields(`state_dict model_state_dict model_state model net network generator params_ema params weights
	checkpoint module ema encoder_state_dict`)

// stateDict returns the part of what a file holds that is the state dict, and the keys that lead to it.
func stateDict(root any) (part any, prefix string) {
	for range 4 {
		d, ok := root.(*dict)
		if !ok {
			break
		}
		key := ""
		for _, k := range usual {
			if v, ok := d.get(k); ok && holds(v) {
				key, root = k, v
				break
			}
		}
		if key == "" {
			break
		}
		prefix = join(prefix, key)
	}
	return root, prefix
}

// holds reports whether v is a dictionary or module with a tensor in it.
func holds(v any) bool {
	switch v.(type) {
	case *dict, *object:
		w := walker{under: map[any]bool{}}
		return w.walk(v, "") == nil && len(w.found) > 0
	}
	return false
}
