package wire

import (
	"encoding/binary"
	"fmt"
)

// A Kind says how the value of a field lies in the file.
type Kind uint8

// The kinds. The groups of old (3 and 4) are refused.
const (
	Varint  Kind = 0
	Fixed64 Kind = 1
	Bytes   Kind = 2
	Fixed32 Kind = 5
)

// MaxField is the largest number a field can have.
const MaxField = 1<<29 - 1

// An Error says what is wrong with the bytes, and where; with a struct, if the offset is negative.
type Error struct {
	Offset int64
	Msg    string
}

// Error says the offset and what is wrong there.
func (e *Error) Error() string {
	if e.Offset < 0 {
		return e.Msg
	}
	return fmt.Sprintf("byte %d: %s", e.Offset, e.Msg)
}

// A Reader goes through the fields of one message. What it returns are windows on the bytes it was given: nothing is copied.
type Reader struct {
	data  []byte
	pos   int
	base  int64
	field int
	kind  Kind
	num   uint64
	val   []byte
	at    int // where the field began
	err   error
}

// NewReader returns a Reader of a whole message.
func NewReader(data []byte) *Reader { return &Reader{data: data} }

// Next reads the next field, and reports false at the end of the message or at an error: see [Reader.Err].
func (r *Reader) Next() bool {
	if r.err != nil || r.pos == len(r.data) {
		return false
	}
	r.at = r.pos
	tag, n := binary.Uvarint(r.data[r.pos:])
	if n <= 0 || tag>>3 == 0 || tag>>3 > MaxField {
		return r.fail("no field begins here")
	}
	r.pos += n
	r.field, r.kind, r.val = int(tag>>3), Kind(tag&7), nil
	rest := r.data[r.pos:]
	switch r.kind {
	case Varint:
		if r.num, n = binary.Uvarint(rest); n <= 0 {
			return r.fail("the number of field %d has no end", r.field)
		}
	case Fixed64:
		if n = 8; len(rest) < n {
			return r.fail("field %d is cut short", r.field)
		}
		r.num = binary.LittleEndian.Uint64(rest)
	case Fixed32:
		if n = 4; len(rest) < n {
			return r.fail("field %d is cut short", r.field)
		}
		r.num = uint64(binary.LittleEndian.Uint32(rest))
	case Bytes:
		length, k := binary.Uvarint(rest)
		if k <= 0 || length > uint64(len(rest)-k) {
			return r.fail("field %d says it is %d bytes long, and %d are left", r.field, length, len(rest)-max(k, 0))
		}
		r.val = rest[k : k+int(length) : k+int(length)]
		n = k + int(length)
	default:
		return r.fail("field %d has the unknown kind %d", r.field, r.kind)
	}
	r.pos += n
	return true
}

func (r *Reader) fail(format string, args ...any) bool {
	r.err = &Error{Offset: r.base + int64(r.at), Msg: fmt.Sprintf(format, args...)}
	return false
}

// Field returns the number of the field that was read.
func (r *Reader) Field() int { return r.field }

// Kind returns how its value lies in the file.
func (r *Reader) Kind() Kind { return r.kind }

// Uint returns its value, if it is a number: that of a varint, or the bits of a fixed one.
func (r *Reader) Uint() uint64 { return r.num }

// Bytes returns its value, if it is bytes. They alias what the Reader reads.
func (r *Reader) Bytes() []byte { return r.val }

// Offset returns where the field began, counted from the beginning of the outermost message.
func (r *Reader) Offset() int64 { return r.base + int64(r.at) }

// Message returns a Reader of the message that the value is.
func (r *Reader) Message() *Reader {
	return &Reader{data: r.val, base: r.base + int64(r.pos-len(r.val))}
}

// Err returns what was wrong with the bytes: an [Error], or nil.
func (r *Reader) Err() error { return r.err }
