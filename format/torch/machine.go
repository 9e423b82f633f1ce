package torch

import (
	"bufio"
	"fmt"
	"io"

	"github.com/jimu-ml/jimu/format"
)

// The limits of a pickle. The real ones of large models have some megabytes and nest a few levels.
const (
	maxPickle = 256 << 20 // bytes
	maxMarks  = 1 << 16   // open at once
)

// A machine reads one pickle. What it makes takes memory in proportion to the bytes that it has read.
type machine struct {
	r     *bufio.Reader
	at    int64 // bytes read
	left  int64 // that it may read
	stack []any
	marks []int // heights of the stack
	memo  map[int64]any
	find  func(id any) (any, error) // what a persistent id stands for
}

func (m *machine) errorf(text string, args ...any) error {
	return fmt.Errorf("%w: pickle, byte %d: %w", format.ErrFormat, m.at, fmt.Errorf(text, args...))
}

// load runs a pickle to its end and returns the value that it makes.
func (m *machine) load() (any, error) {
	m.stack, m.marks, m.memo = nil, nil, map[int64]any{}
	for {
		op, err := m.byte()
		if err != nil {
			return nil, err
		}
		if op == '.' {
			if len(m.stack) != 1 || len(m.marks) > 0 {
				return nil, m.errorf("it ends with %d values on the stack", len(m.stack))
			}
			return m.stack[0], nil
		}
		run := opcodes[op]
		if run == nil {
			return nil, m.errorf("opcode %q is none that makes plain data", op)
		}
		if err := run(m); err != nil {
			return nil, err
		}
	}
}

func (m *machine) byte() (byte, error) {
	b, err := m.bytes(1)
	if err != nil {
		return 0, err
	}
	return b[0], nil
}

// bytes reads n bytes. It takes memory for no more than there are.
func (m *machine) bytes(n int64) ([]byte, error) {
	if n < 0 || n > m.left {
		return nil, m.errorf("%d bytes are wanted where %d are left", n, m.left)
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(m.r, b); err != nil {
		return nil, m.errorf("it was cut short")
	}
	m.at, m.left = m.at+n, m.left-n
	return b, nil
}

// line reads the text up to the next newline.
func (m *machine) line() (string, error) {
	var text []byte
	for {
		b, err := m.byte()
		if err != nil {
			return "", err
		}
		if b == '\n' {
			return string(text), nil
		}
		if text = append(text, b); len(text) > 64<<10 {
			return "", m.errorf("a line has no end")
		}
	}
}

// uint reads a number of so many bytes, little-endian.
func (m *machine) uint(n int64) (uint64, error) {
	b, err := m.bytes(n)
	v := uint64(0)
	for i := len(b) - 1; i >= 0; i-- {
		v = v<<8 | uint64(b[i])
	}
	return v, err
}

// sized reads a length of so many bytes and then as many bytes.
func (m *machine) sized(n int64) ([]byte, error) {
	length, err := m.uint(n)
	if err != nil {
		return nil, err
	}
	if length > uint64(m.left) {
		return nil, m.errorf("%d bytes are wanted where %d are left", length, m.left)
	}
	return m.bytes(int64(length))
}

func (m *machine) push(v any) { m.stack = append(m.stack, v) }

// pop takes n values, of those above the last mark.
func (m *machine) pop(n int) ([]any, error) {
	low := 0
	if len(m.marks) > 0 {
		low = m.marks[len(m.marks)-1]
	}
	if len(m.stack)-low < n {
		return nil, m.errorf("the stack has too few values")
	}
	cut := len(m.stack) - n
	taken := m.stack[cut:]
	m.stack = m.stack[:cut]
	return append([]any(nil), taken...), nil
}

// popMark takes the values above the last mark, and the mark.
func (m *machine) popMark() ([]any, error) {
	if len(m.marks) == 0 {
		return nil, m.errorf("there is no mark")
	}
	v, err := m.pop(len(m.stack) - m.marks[len(m.marks)-1])
	m.marks = m.marks[:len(m.marks)-1]
	return v, err
}

// top returns the value on the stack, which stays there.
func (m *machine) top() (any, error) {
	v, err := m.pop(1)
	if err != nil {
		return nil, err
	}
	m.push(v[0])
	return v[0], nil
}
