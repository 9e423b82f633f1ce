package main

import (
	"errors"
	"fmt"
	"io"
	"syscall"
)

// A checked is a standard output that remembers the first error of a write. Commands need not look at each: what is lost is told at
// their end.
type checked struct {
	w   io.Writer
	err error
}

// Write writes, unless a write has failed.
func (c *checked) Write(p []byte) (int, error) {
	if c.err != nil {
		return 0, c.err
	}
	n, err := c.w.Write(p)
	c.err = err
	return n, err
}

// lost returns the error of an output that nobody has; nil of one whose reader has seen enough and closed it.
func (c *checked) lost() error {
	if c.err == nil || errors.Is(c.err, syscall.EPIPE) {
		return nil
	}
	return fmt.Errorf("what there was to say is lost: %w", c.err)
}
