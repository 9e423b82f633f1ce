package wire

import (
	"encoding/binary"
	"fmt"
	"io"
)

// A Scanner goes through the fields of one message in a file and leaves values that are bytes where they are: it reads
// no more than the heads of the fields.
type Scanner struct {
	r      io.ReaderAt
	pos    int64
	end    int64
	window [512]byte
	from   int64 // where the window begins
	have   int
	at     int64
	field  int
	kind   Kind
	num    uint64
	value  int64 // where the value lies
	length int64
	err    error
}

// NewScanner returns a Scanner of the message that lies in r from one offset to another.
func NewScanner(r io.ReaderAt, from, to int64) *Scanner { return &Scanner{r: r, pos: from, end: to} }

// Next reads the head of the next field, and reports false at the end of the message or at an error: see [Scanner.Err].
func (s *Scanner) Next() bool {
	if s.err != nil || s.pos == s.end {
		return false
	}
	s.at = s.pos
	tag, ok := s.varint()
	if !ok {
		return false
	}
	s.field, s.kind = int(tag>>3), Kind(tag&7)
	if tag>>3 == 0 || tag>>3 > MaxField {
		return s.fail("no field begins here")
	}
	s.length = 0
	switch s.kind {
	case Varint:
		s.value = s.pos
		s.num, ok = s.varint()
		s.length = s.pos - s.value
		return ok
	case Fixed64:
		s.length = 8
	case Fixed32:
		s.length = 4
	case Bytes:
		n, ok := s.varint()
		if !ok {
			return false
		}
		if n > uint64(s.end-s.pos) {
			return s.fail("field %d says it is %d bytes long, and %d are left", s.field, n, s.end-s.pos)
		}
		s.length = int64(n)
	default:
		return s.fail("field %d has the unknown kind %d", s.field, s.kind)
	}
	if s.length > s.end-s.pos {
		return s.fail("field %d is cut short", s.field)
	}
	s.value = s.pos
	s.pos += s.length
	return true
}

// varint reads a number at the position, which it moves on.
func (s *Scanner) varint() (uint64, bool) {
	if s.pos < s.from || s.pos+binary.MaxVarintLen64 > s.from+int64(s.have) {
		n := int(min(int64(len(s.window)), s.end-s.pos))
		if got, err := s.r.ReadAt(s.window[:n], s.pos); got < n {
			s.err = fmt.Errorf("reading at byte %d: %w", s.pos, err)
			return 0, false
		}
		s.from, s.have = s.pos, n
	}
	v, n := binary.Uvarint(s.window[s.pos-s.from : s.have])
	if n <= 0 {
		return 0, s.fail("a number has no end")
	}
	s.pos += int64(n)
	return v, true
}

func (s *Scanner) fail(format string, args ...any) bool {
	s.err = &Error{Offset: s.at, Msg: fmt.Sprintf(format, args...)}
	return false
}

// Field returns the number of the field.
func (s *Scanner) Field() int { return s.field }

// Kind returns how its value lies in the file.
func (s *Scanner) Kind() Kind { return s.kind }

// Uint returns its value, if it is a varint.
func (s *Scanner) Uint() uint64 { return s.num }

// Value returns where the value lies: its offset and its length in bytes.
func (s *Scanner) Value() (offset, length int64) { return s.value, s.length }

// Whole returns where the field lies, with its head.
func (s *Scanner) Whole() (offset, length int64) { return s.at, s.value + s.length - s.at }

// Message returns a Scanner of the message that the value is.
func (s *Scanner) Message() *Scanner { return NewScanner(s.r, s.value, s.value+s.length) }

// Err returns what was wrong with the bytes, or with reading them.
func (s *Scanner) Err() error { return s.err }
