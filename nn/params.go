package nn

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode"

	"github.com/jimu-ml/jimu/tensor"
)

// Params returns the parameters and buffers of a model with their paths, in the order of its fields.
//
// It walks exported fields, through structs, pointers, slices, arrays and interfaces, as encoding/json does. A name is
// the path of the fields in snake case: "blocks.3.attn.query.weight". The field tag `nn:"name"` gives another name,
// `nn:",buffer"` marks a tensor that is carried and saved but not learned, `nn:"-"` hides a field; an embedded struct adds
// nothing to the path, and neither do the places in a slice tagged `nn:",stacked"`: there, # in the names of the fields
// stands for one more than the place, for the place itself in one tagged `nn:",stacked0"`, and for 0 outside. A parameter that stands in two places (tied weights) is yielded once, under its first name. One
// without a value is left out.
//
// A [Lister] says itself what it has.
//
// It panics with a [tensor.Error] if a parameter lies in a map, which has no order, or was copied by value into an
// interface, where it cannot be reached.
func Params(model any) []tensor.Named {
	return newWalker().params(model)
}

// A Lister is a model that lists its parameters itself, by names of its own: a graph that was read from a file.
type Lister interface {
	ListParams() []tensor.Named
}

func newWalker() *walker { return &walker{seen: map[*tensor.Param]bool{}, visited: map[visit]bool{}} }

func (w *walker) params(model any) []tensor.Named {
	w.walk(reflect.ValueOf(model), "", false)
	return w.found
}

var paramType = reflect.TypeFor[tensor.Param]()

type walker struct {
	found   []tensor.Named
	owners  map[*tensor.Param]string // the types of the structs whose fields they are; not noted if nil
	owner   string
	within  map[*Layer]string // the paths of Sequentials, by their first layer; not noted if nil
	seen    map[*tensor.Param]bool
	visited map[visit]bool // pointers under way, against cycles
	number  int            // what # stands for
}

type visit struct {
	at   uintptr
	kind reflect.Type
}

func (w *walker) walk(v reflect.Value, path string, buffer bool) {
	switch v.Kind() {
	case reflect.Interface:
		if !v.IsNil() {
			w.walk(v.Elem(), path, buffer)
		}
	case reflect.Pointer:
		w.pointer(v, path, buffer)
	case reflect.Slice, reflect.Array:
		if s, ok := v.Interface().(Sequential); ok && len(s) > 0 && w.within != nil {
			w.within[&s[0]] = path
		}
		for i := range v.Len() {
			w.walk(v.Index(i), join(path, strconv.Itoa(i)), buffer)
		}
	case reflect.Struct:
		if v.Type() == paramType {
			w.add(v, path, buffer)
			return
		}
		w.fields(v, path)
	case reflect.Map:
		if holdsParam(v.Type(), map[reflect.Type]bool{}) {
			panic(tensor.Errorf("Params", "%s is a %s: a map has no order; use a slice", path, v.Type()))
		}
	}
}

func (w *walker) pointer(v reflect.Value, path string, buffer bool) {
	if v.IsNil() {
		return
	}
	at := visit{v.Pointer(), v.Type()}
	if w.visited[at] {
		return
	}
	w.visited[at] = true
	if l, ok := v.Interface().(Lister); ok {
		for _, n := range l.ListParams() {
			w.add(reflect.ValueOf(n.Param).Elem(), join(path, n.Name), buffer || n.Buffer)
		}
	} else {
		w.walk(v.Elem(), path, buffer)
	}
	delete(w.visited, at)
}

func (w *walker) fields(v reflect.Value, path string) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if !f.IsExported() {
			continue
		}
		name, option, _ := strings.Cut(f.Tag.Get("nn"), ",")
		switch {
		case name == "-":
			continue
		case option == "stacked" || option == "stacked0":
			w.stacked(v.Field(i), path, map[string]int{"stacked": 1}[option])
			continue
		case name == "" && f.Anonymous:
			w.walk(v.Field(i), path, option == "buffer")
			continue
		case name == "":
			name = snake(f.Name)
		}
		name = strings.ReplaceAll(name, "#", strconv.Itoa(w.number))
		w.owner = v.Type().Name()
		w.walk(v.Field(i), join(path, name), option == "buffer")
	}
}

// stacked walks the elements of a slice, numbered from first.
func (w *walker) stacked(v reflect.Value, path string, first int) {
	before := w.number
	for i := range v.Len() {
		w.number = first + i
		w.walk(v.Index(i), path, false)
	}
	w.number = before
}

func (w *walker) add(v reflect.Value, path string, buffer bool) {
	if !v.CanAddr() {
		panic(tensor.Errorf("Params", "%s was copied by value; pass a pointer to the layer", path))
	}
	p := v.Addr().Interface().(*tensor.Param)
	if p.Value == nil || w.seen[p] {
		return
	}
	w.seen[p] = true
	if w.owners != nil {
		w.owners[p] = w.owner
	}
	w.found = append(w.found, tensor.Named{Name: path, Param: p, Buffer: buffer})
}

func holdsParam(t reflect.Type, seen map[reflect.Type]bool) bool {
	if t == paramType {
		return true
	}
	if seen[t] {
		return false
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return holdsParam(t.Elem(), seen)
	case reflect.Struct:
		for i := range t.NumField() {
			if holdsParam(t.Field(i).Type, seen) {
				return true
			}
		}
	}
	return false
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// snake turns QueryWeight into query_weight, and FC1 into fc1.
func snake(name string) string {
	var b strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		if unicode.IsUpper(r) && i > 0 {
			lower := i+1 < len(runes) && unicode.IsLower(runes[i+1])
			if unicode.IsLower(runes[i-1]) || unicode.IsDigit(runes[i-1]) && lower || unicode.IsUpper(runes[i-1]) && lower {
				b.WriteByte('_')
			}
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// Count returns how many numbers a model learns.
func Count(params []tensor.Named) int {
	n := 0
	for _, p := range params {
		if !p.Buffer {
			n += p.Param.Value.Len()
		}
	}
	return n
}

// Describe returns a line for each parameter: name, shape, count.
func Describe(params []tensor.Named) string {
	var b strings.Builder
	for _, p := range params {
		fmt.Fprintf(&b, "%s %v %d\n", p.Name, p.Param.Value.Shape(), p.Param.Value.Len())
	}
	return b.String()
}
