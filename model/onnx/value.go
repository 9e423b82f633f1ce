package onnx

import (
	"fmt"
	"slices"

	proto "github.com/jimu-ml/jimu/format/onnx"
	"github.com/jimu-ml/jimu/tensor"
)

// A Kind says which of its fields a [Value] has.
type Kind int

// The kinds of values.
const (
	Tensor   Kind = iota // Type and Tensor
	Strings              // Strings and Shape
	Sequence             // Elems
	Optional             // Elems: one, or none
	Map                  // Keys and Elems
)

// A Value is what goes from node to node. A nil Value stands for an input that is absent. Values are not changed once they
// are made.
//
// Tensor has the elements of Type in its carrier, see [proto.DataType.Carrier]: integers of a type that tensors do not have
// always within its range, floating-point numbers always among those it has. UINT64 is carried by the bits of int64, and
// complex numbers have one more axis, of length 2.
type Value struct {
	Kind    Kind
	Type    proto.DataType
	Tensor  *tensor.Tensor
	Strings []string // in row-major order
	Shape   []int    // of Strings
	Elems   []*Value
	Keys    *Value // of a map: Strings, or a Tensor of integers, of one axis
}

// Of returns a tensor as a value, of the type that has its elements.
func Of(x *tensor.Tensor) *Value { return &Value{Type: proto.TypeOf(x.DType()), Tensor: x} }

// OfStrings returns strings as a value.
func OfStrings(s []string, shape ...int) *Value {
	return &Value{Kind: Strings, Type: proto.String, Strings: s, Shape: shape}
}

// OfSequence returns a sequence of values.
func OfSequence(elems ...*Value) *Value { return &Value{Kind: Sequence, Elems: elems} }

// Dims returns the shape of a tensor, of numbers or strings; a complex one without its last axis.
func (v *Value) Dims() []int {
	if v.Kind == Strings {
		return v.Shape
	}
	shape := v.Tensor.Shape()
	if v.Type.IsComplex() {
		shape = shape[:len(shape)-1]
	}
	return slices.Clone(shape)
}

// String returns the type and shape.
func (v *Value) String() string {
	switch {
	case v == nil:
		return "nothing"
	case v.Kind == Tensor || v.Kind == Strings:
		return fmt.Sprintf("%v%v", v.Type, v.Dims())
	}
	return fmt.Sprintf("%s of %d", [...]string{Sequence: "sequence", Optional: "optional", Map: "map"}[v.Kind], len(v.Elems))
}

// each calls do for the tensors that v is made of.
func (v *Value) each(do func(*tensor.Tensor)) {
	if v == nil {
		return
	}
	if v.Tensor != nil {
		do(v.Tensor)
	}
	for _, e := range v.Elems {
		e.each(do)
	}
	v.Keys.each(do)
}

// FromProto returns a tensor of a file as a value.
func FromProto(t *proto.Tensor) (*Value, error) {
	if t.Type == proto.String {
		n, err := t.Len()
		if err != nil {
			return nil, err
		}
		if n != int64(len(t.Strings)) {
			return nil, fmt.Errorf("tensor %q of shape %v has %d strings", t.Name, t.Dims, len(t.Strings))
		}
		v := OfStrings(make([]string, n))
		for i, s := range t.Strings {
			v.Strings[i] = string(s)
		}
		for _, d := range t.Dims {
			v.Shape = append(v.Shape, int(d))
		}
		return v, nil
	}
	x, err := t.Tensor()
	if err != nil {
		return nil, err
	}
	return &Value{Type: t.Type, Tensor: x}, nil
}

// fromSequence returns a sequence of a file as a value.
func fromSequence(s *proto.Sequence) (*Value, error) {
	v := OfSequence()
	add := func(e *Value, err error) error {
		v.Elems = append(v.Elems, e)
		return err
	}
	for _, t := range s.Tensors {
		if err := add(FromProto(t)); err != nil {
			return nil, err
		}
	}
	for _, e := range s.Sequences {
		if err := add(fromSequence(e)); err != nil {
			return nil, err
		}
	}
	for _, e := range s.Maps {
		if err := add(fromMap(e)); err != nil {
			return nil, err
		}
	}
	for _, e := range s.Optionals {
		if err := add(fromOptional(e)); err != nil {
			return nil, err
		}
	}
	return v, nil
}

func fromOptional(o *proto.Optional) (*Value, error) {
	v := &Value{Kind: Optional}
	var e *Value
	var err error
	switch {
	case o.Tensor != nil:
		e, err = FromProto(o.Tensor)
	case o.Sequence != nil:
		e, err = fromSequence(o.Sequence)
	case o.Map != nil:
		e, err = fromMap(o.Map)
	case o.Optional != nil:
		e, err = fromOptional(o.Optional)
	default:
		return v, nil
	}
	v.Elems = []*Value{e}
	return v, err
}

func fromMap(m *proto.Map) (*Value, error) {
	v := &Value{Kind: Map}
	if m.Key == proto.String {
		v.Keys = OfStrings(nil, len(m.StringKeys))
		for _, k := range m.StringKeys {
			v.Keys.Strings = append(v.Keys.Strings, string(k))
		}
	} else {
		v.Keys = Of(tensor.Of(slices.Clone(m.Keys), len(m.Keys)))
	}
	if m.Values != nil {
		s, err := fromSequence(m.Values)
		if err != nil {
			return nil, err
		}
		v.Elems = s.Elems
	}
	return v, nil
}
