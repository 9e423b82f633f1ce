package format

import (
	"encoding/binary"

	"github.com/jimu-ml/jimu/device"
)

var numpy = map[string]Element{
	"f2": Plain(device.Float16), "f4": Plain(device.Float32), "f8": Plain(device.Float64),
	"i1": Int8, "i2": Int16, "i4": Plain(device.Int32), "i8": Plain(device.Int64),
	"u1": Plain(device.Uint8), "u2": Uint16, "u4": Uint32, "u8": Uint64, "b1": Plain(device.Bool),
	"c8": {Name: "complex64", Bytes: 8}, "c16": {Name: "complex128", Bytes: 16},
}

// NumPy returns what a description of NumPy's stands for, such as "<f4": the element and the order of its bytes. A DType of
// the element is meant only if [Element.Readable] says so.
func NumPy(descr string) (e Element, order binary.ByteOrder, known bool) {
	if len(descr) < 3 {
		return e, nil, false
	}
	e, known = numpy[descr[1:]]
	switch descr[0] {
	case '<', '=', '|':
		return e, binary.LittleEndian, known
	case '>':
		return e, binary.BigEndian, known
	}
	return Element{}, nil, false
}

// NumPyOf returns the description of the elements of t; NumPy has none for bfloat16.
func NumPyOf(t device.DType) (descr string, ok bool) {
	for code, e := range numpy {
		if e.wide == nil && e.Readable() && e.DType == t {
			if e.Bytes == 1 {
				return "|" + code, true
			}
			return "<" + code, true
		}
	}
	return "", false
}
