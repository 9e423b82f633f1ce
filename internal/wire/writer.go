package wire

import (
	"encoding/binary"
	"io"
	"math"
)

// large is how many bytes are kept as they are rather than copied behind the others.
const large = 4096

// A Writer gathers the fields of a message. Large values are not copied: they must not change until all is written.
type Writer struct {
	parts [][]byte
	tail  []byte
	n     int // bytes in parts
}

// Len returns how many bytes the message has so far.
func (w *Writer) Len() int { return w.n + len(w.tail) }

func (w *Writer) tag(field int, k Kind) {
	w.tail = binary.AppendUvarint(w.tail, uint64(field)<<3|uint64(k))
}

// Uint writes a varint.
func (w *Writer) Uint(field int, v uint64) {
	w.tag(field, Varint)
	w.tail = binary.AppendUvarint(w.tail, v)
}

// Int writes a varint; a negative one takes ten bytes.
func (w *Writer) Int(field int, v int64) { w.Uint(field, uint64(v)) }

// Float32 writes four bytes.
func (w *Writer) Float32(field int, v float32) {
	w.tag(field, Fixed32)
	w.tail = binary.LittleEndian.AppendUint32(w.tail, math.Float32bits(v))
}

// Float64 writes eight bytes.
func (w *Writer) Float64(field int, v float64) {
	w.tag(field, Fixed64)
	w.tail = binary.LittleEndian.AppendUint64(w.tail, math.Float64bits(v))
}

// Bytes writes bytes with their length.
func (w *Writer) Bytes(field int, b []byte) {
	w.tag(field, Bytes)
	w.tail = binary.AppendUvarint(w.tail, uint64(len(b)))
	w.raw(b)
}

// String writes a text with its length.
func (w *Writer) String(field int, s string) {
	w.tag(field, Bytes)
	w.tail = binary.AppendUvarint(w.tail, uint64(len(s)))
	w.tail = append(w.tail, s...)
}

// Message writes the message that f makes, with its length.
func (w *Writer) Message(field int, f func(w *Writer)) {
	var inner Writer
	f(&inner)
	w.tag(field, Bytes)
	w.tail = binary.AppendUvarint(w.tail, uint64(inner.Len()))
	for _, p := range inner.parts {
		w.raw(p)
	}
	w.raw(inner.tail)
}

// Raw writes fields as they lie in another message.
func (w *Writer) Raw(fields []byte) { w.raw(fields) }

func (w *Writer) raw(b []byte) {
	if len(b) < large {
		w.tail = append(w.tail, b...)
		return
	}
	w.parts = append(w.parts, w.tail, b)
	w.n += len(w.tail) + len(b)
	w.tail = nil
}

// WriteTo writes the message.
func (w *Writer) WriteTo(to io.Writer) (int64, error) {
	total := int64(0)
	for _, p := range append(w.parts[:len(w.parts):len(w.parts)], w.tail) {
		n, err := to.Write(p)
		total += int64(n)
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

// Joined returns the message in one piece.
func (w *Writer) Joined() []byte {
	out := make([]byte, 0, w.Len())
	for _, p := range w.parts {
		out = append(out, p...)
	}
	return append(out, w.tail...)
}
