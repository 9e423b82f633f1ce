package wire

import (
	"encoding/binary"
	"math"
	"reflect"
)

// Marshal returns the message that the struct v points to describes. See [Writer.Marshal].
func Marshal(v any) []byte {
	var w Writer
	w.Marshal(v)
	return w.Joined()
}

// Marshal writes the fields of the struct that v points to, as [Unmarshal] reads them. Numbers that are 0, empty strings and
// empty slices are left out, as absent fields mean the same; a pointer that is not nil is written, whatever it points to.
// Repeated numbers are packed.
func (w *Writer) Marshal(v any) { w.message(reflect.ValueOf(v).Elem()) }

func (w *Writer) message(v reflect.Value) {
	for _, f := range planOf(v.Type()).fields {
		w.value(f.tag, v.Field(f.index))
	}
}

func (w *Writer) value(tag int, v reflect.Value) {
	t := v.Type()
	switch {
	case t.Kind() == reflect.Pointer && v.IsNil():
	case isMessage(t):
		w.Message(tag, func(w *Writer) { w.message(v.Elem()) })
	case t.Kind() == reflect.Pointer:
		w.single(tag, v.Elem())
	case t.Kind() == reflect.Slice && v.Len() == 0 && (!isBytes(t) || v.IsNil()):
	case isBytes(t):
		w.Bytes(tag, v.Bytes())
	case t.Kind() == reflect.Slice && isScalar(t.Elem().Kind()):
		w.packed(tag, v)
	case t.Kind() == reflect.Slice:
		for i := range v.Len() {
			w.element(tag, v.Index(i))
		}
	case !v.IsZero():
		w.single(tag, v)
	}
}

func (w *Writer) element(tag int, v reflect.Value) {
	switch {
	case isMessage(v.Type()):
		w.Message(tag, func(w *Writer) { w.message(v.Elem()) })
	case isBytes(v.Type()):
		w.Bytes(tag, v.Bytes())
	default:
		w.single(tag, v)
	}
}

func (w *Writer) single(tag int, v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		w.String(tag, v.String())
	case reflect.Float32:
		w.Float32(tag, float32(v.Float()))
	case reflect.Float64:
		w.Float64(tag, v.Float())
	default:
		w.Uint(tag, bitsOf(v))
	}
}

func bitsOf(v reflect.Value) uint64 {
	switch v.Kind() {
	case reflect.Bool:
		if v.Bool() {
			return 1
		}
		return 0
	case reflect.Int32, reflect.Int64:
		return uint64(v.Int())
	}
	return v.Uint()
}

func (w *Writer) packed(tag int, v reflect.Value) {
	var b []byte
	for i := range v.Len() {
		x := v.Index(i)
		switch x.Kind() {
		case reflect.Float32:
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(x.Float())))
		case reflect.Float64:
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(x.Float()))
		default:
			b = binary.AppendUvarint(b, bitsOf(x))
		}
	}
	w.Bytes(tag, b)
}
