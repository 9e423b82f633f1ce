package torch

import (
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/format"
)

// first returns the first argument: a parameter is its tensor, a size its tuple.
func first(m *machine, args []any) (any, error) {
	if len(args) == 0 {
		return nil, m.errorf("a call lacks its argument")
	}
	return args[0], nil
}

// inert makes an object that is looked at no further.
func inert(class string) function {
	return func(_ *machine, args []any) (any, error) {
		return &object{class: global{"", class}, args: args}, nil
	}
}

func newDict(m *machine, args []any) (any, error) {
	d := &dict{}
	if len(args) == 0 {
		return d, nil
	}
	if from, ok := args[0].(*dict); ok {
		d.keys, d.values = append(d.keys, from.keys...), append(d.values, from.values...)
		return d, nil
	}
	pairs, ok := itemsOf(args[0])
	for _, p := range pairs {
		kv, ok2 := itemsOf(p)
		if ok = ok && ok2 && len(kv) == 2; ok {
			d.set(kv[0], kv[1])
		}
	}
	if !ok {
		return nil, m.errorf("a dictionary is made of what are no pairs")
	}
	return d, nil
}

func newList(m *machine, args []any) (any, error) {
	l := &list{}
	if len(args) > 0 {
		items, ok := itemsOf(args[0])
		if !ok {
			return nil, m.errorf("a list is made of what is none")
		}
		l.items = append(l.items, items...)
	}
	return l, nil
}

// encode makes bytes of a text of which each letter is one byte: how protocol 2 writes them.
func encode(m *machine, args []any) (any, error) {
	if len(args) == 0 {
		return []byte{}, nil
	}
	if b, ok := args[0].([]byte); ok {
		return b, nil
	}
	s, ok := args[0].(string)
	if !ok {
		return nil, m.errorf("bytes are made of what is no text")
	}
	b := make([]byte, 0, len(s))
	for _, r := range s {
		if r > math.MaxUint8 {
			return nil, m.errorf("bytes are made of a text with %q", r)
		}
		b = append(b, byte(r))
	}
	return b, nil
}

func reconstructor(m *machine, args []any) (any, error) {
	if len(args) < 1 {
		return nil, m.errorf("an object of no class")
	}
	g, ok := args[0].(global)
	if !ok {
		return nil, m.errorf("an object of what is no class")
	}
	return &object{class: g, args: args[1:]}, nil
}

// rebuildFromType is a tensor of a class derived from tensors: (function, class, arguments, attributes).
func rebuildFromType(m *machine, args []any) (any, error) {
	if len(args) < 3 {
		return nil, m.errorf("a tensor of a derived class has %d arguments", len(args))
	}
	inner, ok := args[2].(tuple)
	if !ok {
		return nil, m.errorf("the arguments of a call are no tuple")
	}
	if f, ok := args[0].(global); ok && f.String() == "torch._tensor._rebuild_from_type_v2" {
		return nil, m.errorf("a tensor of a class derived from a derived one")
	}
	return m.call(args[0], inner)
}

// rebuildTensor is (storage, offset, shape, strides, …); version 3 has the dtype at place 6.
func rebuildTensor(m *machine, args []any) (any, error) {
	if len(args) < 4 {
		return nil, m.errorf("a tensor has %d arguments", len(args))
	}
	s, ok := args[0].(*storage)
	offset, ok2 := args[1].(int64)
	shape, ok3 := ints(args[2])
	stride, ok4 := ints(args[3])
	if !ok || !ok2 || !ok3 || !ok4 {
		return nil, m.errorf("the arguments of a tensor are not storage, offset, shape and strides")
	}
	t := &strided{from: s, element: s.element, offset: offset, shape: shape, stride: stride}
	length := s.length
	if len(args) > 6 {
		if e, ok := elementOf(args[6]); ok {
			t.element = e
			length = length * int64(s.element.Bytes) / int64(e.Bytes)
		} else if g, ok := args[6].(global); ok {
			t.element = format.Element{Name: g.name}
		}
	}
	if err := t.check(length); err != nil {
		return nil, m.errorf("a tensor of shape %v, strides %v and offset %d in a storage of %d elements %w", shape, stride, offset, length, err)
	}
	return t, nil
}

// check reports a view that is not inside its storage of so many elements, or is far larger than it.
func (t *strided) check(length int64) error {
	if len(t.shape) != len(t.stride) || len(t.shape) > device.MaxRank {
		return errShape("has an impossible rank")
	}
	n, last := int64(1), t.offset
	for i, d := range t.shape {
		s := t.stride[i]
		if d < 0 || s < 0 || d > 0 && n > math.MaxInt64/8/d {
			return errShape("overflows")
		}
		n *= d
		if d > 1 {
			if s > 0 && d-1 > (math.MaxInt64-last)/s {
				return errShape("overflows")
			}
			last += (d - 1) * s
		}
	}
	switch {
	case t.offset < 0 || n > 0 && last >= length || t.offset > length:
		return errShape("reaches outside")
	case n > max(length, maxRepeated):
		return errShape("repeats its elements too often")
	}
	return nil
}

// maxRepeated is how many elements a tensor may have of which several lie in one place of its storage.
const maxRepeated = 1 << 22

type errShape string

func (e errShape) Error() string { return string(e) }
