package device

import "fmt"

// An IndexError is what a device panics with when an index of [Gather] or [ScatterAdd] points outside its axis. No
// element has been changed then.
type IndexError struct {
	Op            Op
	Index, Length int // of the axis
}

// Error says what was asked for.
func (e *IndexError) Error() string {
	return fmt.Sprintf("%s: index %d is not in an axis of length %d", e.Op, e.Index, e.Length)
}

// A BufferError is what a device panics with when a buffer is not one of its own, or has been given back.
type BufferError string

// Error says what is wrong.
func (e BufferError) Error() string { return string(e) }
