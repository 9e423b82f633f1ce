package wire

import (
	"encoding/binary"
	"fmt"
	"math"
	"reflect"
)

// MaxDepth is how deep messages may lie in each other.
const MaxDepth = 100

// A file may make us allocate this much, and this many bytes more for each of its own.
const (
	budgetAtLeast = 32 << 20
	budgetPerByte = 16
)

// Unmarshal fills the struct that v points to from a message. Slices of bytes alias data. Fields that the struct does not
// have are skipped; of a field that stands twice the last counts, and repeated ones are appended, as the format demands.
//
// A numeric field is a bool, int32, int64, uint32, uint64 (varints), float32 or float64 (fixed); a pointer to a number or string is nil
// where the field is absent; a pointer to a struct is a message; slices of all these are repeated, numbers packed or not.
func Unmarshal(data []byte, v any) error {
	d := decoder{left: budgetAtLeast + budgetPerByte*int64(len(data))}
	return d.message(&Reader{data: data}, reflect.ValueOf(v).Elem(), 0)
}

type decoder struct{ left int64 }

// take notes an allocation.
func (d *decoder) take(r *Reader, n int64) error {
	if d.left -= n; d.left < 0 {
		return &Error{Offset: r.Offset(), Msg: "the message takes more memory than a file of its size may"}
	}
	return nil
}

func (d *decoder) message(r *Reader, v reflect.Value, depth int) error {
	if depth > MaxDepth {
		return &Error{Offset: r.base, Msg: fmt.Sprintf("messages lie more than %d deep in each other", MaxDepth)}
	}
	p := planOf(v.Type())
	for r.Next() {
		if i := p.index(r.field); i >= 0 {
			if err := d.field(r, v.Field(i), depth); err != nil {
				return err
			}
		}
	}
	return r.Err()
}

func (d *decoder) field(r *Reader, v reflect.Value, depth int) error {
	t := v.Type()
	switch {
	case isMessage(t):
		if v.IsNil() {
			if err := d.take(r, int64(t.Elem().Size())); err != nil {
				return err
			}
			v.Set(reflect.New(t.Elem()))
		}
		return d.inner(r, v.Elem(), depth)
	case t.Kind() == reflect.Pointer:
		if v.IsNil() {
			v.Set(reflect.New(t.Elem()))
		}
		return d.single(r, v.Elem())
	case isBytes(t):
		if r.kind != Bytes {
			return d.mismatch(r, t)
		}
		v.SetBytes(r.val)
		return nil
	case t.Kind() == reflect.Slice:
		return d.repeated(r, v, depth)
	}
	return d.single(r, v)
}

func (d *decoder) inner(r *Reader, v reflect.Value, depth int) error {
	if r.kind != Bytes {
		return d.mismatch(r, v.Type())
	}
	inner := Reader{data: r.val, base: r.base + int64(r.pos-len(r.val))}
	return d.message(&inner, v, depth+1)
}

func (d *decoder) mismatch(r *Reader, t reflect.Type) error {
	return &Error{Offset: r.Offset(), Msg: fmt.Sprintf("field %d has kind %d, which is no %s", r.field, r.kind, t)}
}

func kindOf(k reflect.Kind) Kind {
	switch k {
	case reflect.Float32:
		return Fixed32
	case reflect.Float64:
		return Fixed64
	case reflect.String:
		return Bytes
	}
	return Varint
}

func (d *decoder) single(r *Reader, v reflect.Value) error {
	if r.kind != kindOf(v.Kind()) {
		return d.mismatch(r, v.Type())
	}
	if v.Kind() == reflect.String {
		v.SetString(string(r.val))
		return d.take(r, int64(len(r.val)))
	}
	setNumber(v, r.num)
	return nil
}

func setNumber(v reflect.Value, bits uint64) {
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(bits != 0)
	case reflect.Int32:
		v.SetInt(int64(int32(bits)))
	case reflect.Int64:
		v.SetInt(int64(bits))
	case reflect.Uint32:
		v.SetUint(uint64(uint32(bits)))
	case reflect.Uint64:
		v.SetUint(bits)
	case reflect.Float32:
		v.SetFloat(float64(math.Float32frombits(uint32(bits))))
	case reflect.Float64:
		v.SetFloat(math.Float64frombits(bits))
	}
}

// repeated appends to a slice.
func (d *decoder) repeated(r *Reader, v reflect.Value, depth int) error {
	e := v.Type().Elem()
	if isScalar(e.Kind()) && r.kind == Bytes {
		return d.packed(r, v)
	}
	size := int64(e.Size())
	if isMessage(e) {
		size += int64(e.Elem().Size())
	}
	if err := d.take(r, 2*size); err != nil { // twice, for what append leaves unused
		return err
	}
	n := v.Len()
	v.Grow(1)
	v.SetLen(n + 1)
	x := v.Index(n)
	switch {
	case isMessage(e):
		x.Set(reflect.New(e.Elem()))
		return d.inner(r, x.Elem(), depth)
	case isBytes(e):
		if r.kind != Bytes {
			return d.mismatch(r, e)
		}
		x.SetBytes(r.val)
		return nil
	}
	return d.single(r, x)
}

// packed appends the numbers of one field.
func (d *decoder) packed(r *Reader, v reflect.Value) error {
	k := v.Type().Elem().Kind()
	width := map[Kind]int{Fixed32: 4, Fixed64: 8}[kindOf(k)]
	count := 0
	if width > 0 {
		if len(r.val)%width != 0 {
			return &Error{Offset: r.Offset(), Msg: fmt.Sprintf("field %d has %d bytes, and its numbers %d each", r.field, len(r.val), width)}
		}
		count = len(r.val) / width
	} else {
		for _, b := range r.val {
			if b < 0x80 {
				count++
			}
		}
	}
	n := v.Len()
	if err := d.take(r, int64(count)*int64(v.Type().Elem().Size())*2); err != nil {
		return err
	}
	v.Grow(count)
	v.SetLen(n + count)
	return d.numbers(r, v.Slice(n, n+count), width)
}

func (d *decoder) numbers(r *Reader, v reflect.Value, width int) error {
	b := r.val
	switch p := v.Interface().(type) {
	case []float32:
		for i := range p {
			p[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
		}
		return nil
	case []float64:
		for i := range p {
			p[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
		}
		return nil
	}
	for i := range v.Len() {
		var bits uint64
		n := width
		switch width {
		case 4:
			bits = uint64(binary.LittleEndian.Uint32(b))
		case 8:
			bits = binary.LittleEndian.Uint64(b)
		default:
			bits, n = binary.Uvarint(b)
		}
		if n <= 0 {
			return &Error{Offset: r.Offset(), Msg: fmt.Sprintf("a number of field %d has no end", r.field)}
		}
		setNumber(v.Index(i), bits)
		b = b[n:]
	}
	if len(b) > 0 {
		return &Error{Offset: r.Offset(), Msg: fmt.Sprintf("the last number of field %d has no end", r.field)}
	}
	return nil
}
