package wire

import (
	"fmt"
	"reflect"
	"strconv"
	"sync"
)

// A plan is what the tags of a struct say: for each number the index of its field.
type plan struct {
	fields []planned // in the struct's order, for writing
	byTag  map[int]int
	dense  []int // byTag for small numbers, −1 where there is none
}

type planned struct {
	tag, index int
}

var plans sync.Map // reflect.Type to *plan

// planOf returns the plan of a struct type. It panics if a tag is wrong: that is a mistake of the program.
func planOf(t reflect.Type) *plan {
	if p, ok := plans.Load(t); ok {
		return p.(*plan)
	}
	p := &plan{byTag: map[int]int{}, dense: make([]int, 32)}
	for i := range p.dense {
		p.dense[i] = -1
	}
	for i := range t.NumField() {
		text, ok := t.Field(i).Tag.Lookup("wire")
		if !ok {
			continue
		}
		tag, err := strconv.Atoi(text)
		if _, twice := p.byTag[tag]; err != nil || tag < 1 || tag > MaxField || twice || !t.Field(i).IsExported() {
			panic(&Error{Offset: -1, Msg: fmt.Sprintf("field %s of %s has the tag %q", t.Field(i).Name, t, text)})
		}
		if !fits(t.Field(i).Type) {
			panic(&Error{Offset: -1, Msg: fmt.Sprintf("field %s of %s is a %s, which no message has", t.Field(i).Name, t, t.Field(i).Type)})
		}
		p.byTag[tag] = i
		if tag < len(p.dense) {
			p.dense[tag] = i
		}
		p.fields = append(p.fields, planned{tag, i})
	}
	plans.Store(t, p)
	return p
}

// index returns the struct's field for a number, or −1.
func (p *plan) index(tag int) int {
	if tag < len(p.dense) {
		return p.dense[tag]
	}
	if i, ok := p.byTag[tag]; ok {
		return i
	}
	return -1
}

// fits reports whether a field of type t can be read and written.
func fits(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Slice:
		e := t.Elem()
		return isScalar(e.Kind()) || e.Kind() == reflect.Uint8 || e.Kind() == reflect.String || isBytes(e) || isMessage(e)
	case reflect.Pointer:
		return isMessage(t) || isScalar(t.Elem().Kind()) || t.Elem().Kind() == reflect.String
	}
	return isScalar(t.Kind()) || t.Kind() == reflect.String
}

func isScalar(k reflect.Kind) bool {
	switch k {
	case reflect.Bool, reflect.Int32, reflect.Int64, reflect.Uint32, reflect.Uint64, reflect.Float32, reflect.Float64:
		return true
	}
	return false
}

func isBytes(t reflect.Type) bool {
	return t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8
}

func isMessage(t reflect.Type) bool {
	return t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Struct
}
