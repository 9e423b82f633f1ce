package gguf

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/jimu-ml/jimu/format"
)

// A cursor reads a file from front to back through a window, and knows how much is left.
type cursor struct {
	r        io.ReaderAt
	size, at int64
	window   []byte
	begin    int64 // of the window
	ahead    int64 // how much is read at once; 256 KiB if 0
}

// need returns the next n bytes, a few, and steps over them.
func (c *cursor) need(n int) ([]byte, error) {
	if int64(n) > c.size-c.at {
		return nil, fmt.Errorf("%w of GGUF: %d bytes are wanted at byte %d, and it ends at %d", format.ErrFormat, n, c.at, c.size)
	}
	from := c.at - c.begin
	if from < 0 || from+int64(n) > int64(len(c.window)) {
		length := min(max(int64(n), cmp.Or(c.ahead, 256<<10)), c.size-c.at)
		if int64(cap(c.window)) < length {
			c.window = make([]byte, length)
		}
		c.window, c.begin, from = c.window[:length], c.at, 0
		if got, err := c.r.ReadAt(c.window, c.at); got < len(c.window) {
			c.window = c.window[:0]
			return nil, fmt.Errorf("reading at byte %d: %w", c.at, err)
		}
	}
	c.at += int64(n)
	return c.window[from : from+int64(n)], nil
}

// skip steps over n bytes.
func (c *cursor) skip(n uint64) error {
	if n > uint64(c.size-c.at) {
		return fmt.Errorf("%w of GGUF: at byte %d something takes %d bytes, and it ends at %d", format.ErrFormat, c.at, n, c.size)
	}
	c.at += int64(n)
	return nil
}

func (c *cursor) uint32() (uint32, error) {
	b, err := c.need(4)
	if err != nil {
		return 0, err
	}
	return binary.LittleEndian.Uint32(b), nil
}

func (c *cursor) uint64() (uint64, error) {
	b, err := c.need(8)
	if err != nil {
		return 0, err
	}
	return binary.LittleEndian.Uint64(b), nil
}

// count reads how many of something follow, each of which takes at least that many bytes.
func (c *cursor) count(what string, least, most uint64) (uint64, error) {
	n, err := c.uint64()
	if err != nil {
		return 0, err
	}
	if n > most || n > uint64(c.size-c.at)/least {
		return 0, fmt.Errorf("%w of GGUF: %d %s cannot be in its %d bytes", format.ErrFormat, n, what, c.size)
	}
	return n, nil
}

// text reads a string of at most that many bytes.
func (c *cursor) text(most uint64) (string, error) {
	at := c.at
	n, err := c.uint64()
	if err != nil {
		return "", err
	}
	if n > most || n > uint64(c.size-c.at) {
		return "", fmt.Errorf("%w of GGUF: a text of %d bytes at byte %d; it ends at %d", format.ErrFormat, n, at, c.size)
	}
	b, err := c.need(int(n))
	return string(b), err
}
