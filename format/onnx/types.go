package onnx

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/jimu-ml/jimu/device"
)

// A DataType is the type of a tensor's elements, as the format numbers them.
type DataType int32

// The types of elements.
const (
	Undefined      DataType = 0
	Float          DataType = 1
	Uint8          DataType = 2
	Int8           DataType = 3
	Uint16         DataType = 4
	Int16          DataType = 5
	Int32          DataType = 6
	Int64          DataType = 7
	String         DataType = 8
	Bool           DataType = 9
	Float16        DataType = 10
	Double         DataType = 11
	Uint32         DataType = 12
	Uint64         DataType = 13
	Complex64      DataType = 14
	Complex128     DataType = 15
	BFloat16       DataType = 16
	Float8E4M3FN   DataType = 17
	Float8E4M3FNUZ DataType = 18
	Float8E5M2     DataType = 19
	Float8E5M2FNUZ DataType = 20
	Uint4          DataType = 21
	Int4           DataType = 22
	Float4E2M1     DataType = 23
	Float8E8M0     DataType = 24
	Uint2          DataType = 25
	Int2           DataType = 26
	Float6E2M3     DataType = 27
	Float6E3M2     DataType = 28
)

// elements holds what there is to know of each type: its name in the format, how many bits an element takes, and the
// type of ours that holds all its values.
var elements = [...]struct {
	name    string
	bits    int
	carrier device.DType
}{
	Undefined: {"UNDEFINED", 0, 0},
	Float:     {"FLOAT", 32, device.Float32}, Double: {"DOUBLE", 64, device.Float64},
	Float16: {"FLOAT16", 16, device.Float16}, BFloat16: {"BFLOAT16", 16, device.BFloat16},
	Int8: {"INT8", 8, device.Int32}, Int16: {"INT16", 16, device.Int32}, Int32: {"INT32", 32, device.Int32}, Int64: {"INT64", 64, device.Int64},
	Uint8: {"UINT8", 8, device.Uint8}, Uint16: {"UINT16", 16, device.Int32}, Uint32: {"UINT32", 32, device.Int64}, Uint64: {"UINT64", 64, device.Int64},
	Int4: {"INT4", 4, device.Int32}, Int2: {"INT2", 2, device.Int32}, Uint4: {"UINT4", 4, device.Uint8}, Uint2: {"UINT2", 2, device.Uint8},
	Bool: {"BOOL", 8, device.Bool}, String: {"STRING", 0, 0},
	Complex64: {"COMPLEX64", 64, device.Float32}, Complex128: {"COMPLEX128", 128, device.Float64},
	Float8E4M3FN: {"FLOAT8E4M3FN", 8, device.Float32}, Float8E4M3FNUZ: {"FLOAT8E4M3FNUZ", 8, device.Float32},
	Float8E5M2: {"FLOAT8E5M2", 8, device.Float32}, Float8E5M2FNUZ: {"FLOAT8E5M2FNUZ", 8, device.Float32},
	Float8E8M0: {"FLOAT8E8M0", 8, device.Float32}, Float4E2M1: {"FLOAT4E2M1", 4, device.Float32},
	Float6E2M3: {"FLOAT6E2M3", 6, device.Float32}, Float6E3M2: {"FLOAT6E3M2", 6, device.Float32},
}

// Known reports whether t is one of the types above, but for [Undefined].
func (t DataType) Known() bool { return t > 0 && int(t) < len(elements) }

// String returns the format's name of t, such as "FLOAT".
func (t DataType) String() string {
	if t.Known() {
		return elements[t].name
	}
	return fmt.Sprintf("DataType(%d)", int32(t))
}

// Bits returns how many bits an element takes in a file: less than 8 for those that are packed, 0 for strings.
func (t DataType) Bits() int { return elements[t].bits }

// Carrier returns the type of ours that holds the values of t. A type with fewer values than it is for whoever computes to
// keep apart. The values of [Uint64] are carried by their bits. Complex numbers have one more axis, of length 2.
func (t DataType) Carrier() device.DType { return elements[t].carrier }

// IsComplex reports whether t has a real and an imaginary part.
func (t DataType) IsComplex() bool { return t == Complex64 || t == Complex128 }

// TypeOf returns the type that has the elements of a tensor of ours.
func TypeOf(d device.DType) DataType {
	return [device.DTypes]DataType{
		device.Float32: Float, device.Float64: Double, device.BFloat16: BFloat16, device.Float16: Float16,
		device.Int64: Int64, device.Int32: Int32, device.Uint8: Uint8, device.Bool: Bool,
	}[d]
}

// A ValueInfo says what is known of an input, an output, or what lies between: ValueInfoProto.
type ValueInfo struct {
	Name     string      `wire:"1"`
	Type     *Type       `wire:"2"`
	Doc      string      `wire:"3"`
	Metadata []*Property `wire:"4"`
}

// A Type is that of a value; one of its fields is set: TypeProto.
type Type struct {
	Tensor       *TensorType   `wire:"1"`
	Sequence     *SequenceType `wire:"4"`
	Map          *MapType      `wire:"5"`
	Denotation   string        `wire:"6"`
	SparseTensor *TensorType   `wire:"8"`
	Optional     *OptionalType `wire:"9"`
}

// A TensorType is what is known of a tensor. Its shape is nil if not even the rank is known.
type TensorType struct {
	Elem  DataType `wire:"1"`
	Shape *Shape   `wire:"2"`
}

// A SequenceType is a list of values of one type.
type SequenceType struct {
	Elem *Type `wire:"1"`
}

// An OptionalType is a value that may be absent.
type OptionalType struct {
	Elem *Type `wire:"1"`
}

// A MapType goes from integers or strings to values of one type.
type MapType struct {
	Key   DataType `wire:"1"`
	Value *Type    `wire:"2"`
}

// A Shape is the axes of a tensor.
type Shape struct {
	Dims []*Dimension `wire:"1"`
}

// A Dimension is the length of an axis, or a name for it, or neither.
type Dimension struct {
	Value      *int64  `wire:"1"`
	Param      *string `wire:"2"`
	Denotation string  `wire:"3"`
}

// Tensors returns the type of tensors of that element type and shape. A length of −1 is unknown.
func Tensors(t DataType, shape ...int) *Type {
	s := &Shape{}
	for _, n := range shape {
		d := &Dimension{}
		if n >= 0 {
			v := int64(n)
			d.Value = &v
		}
		s.Dims = append(s.Dims, d)
	}
	return &Type{Tensor: &TensorType{Elem: t, Shape: s}}
}

// String returns the type as people write it: FLOAT[1 3 height width], with ? for what is not known.
func (t *Type) String() string {
	switch {
	case t == nil:
		return "of any type"
	case t.Tensor != nil:
		return t.Tensor.String()
	case t.SparseTensor != nil:
		return "sparse " + t.SparseTensor.String()
	case t.Sequence != nil:
		return "sequence of " + t.Sequence.Elem.String()
	case t.Optional != nil:
		return "optional " + t.Optional.Elem.String()
	case t.Map != nil:
		return "map from " + t.Map.Key.String() + " to " + t.Map.Value.String()
	}
	return "of any type"
}

// String returns the type of the elements and the shape.
func (t *TensorType) String() string {
	if t.Shape == nil {
		return t.Elem.String()
	}
	dims := make([]string, len(t.Shape.Dims))
	for i, d := range t.Shape.Dims {
		switch {
		case d.Value != nil:
			dims[i] = strconv.FormatInt(*d.Value, 10)
		case d.Param != nil && *d.Param != "":
			dims[i] = *d.Param
		default:
			dims[i] = "?"
		}
	}
	return t.Elem.String() + "[" + strings.Join(dims, " ") + "]"
}
