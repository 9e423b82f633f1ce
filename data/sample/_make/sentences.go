package main

import (
	"bytes"
	"fmt"
	"os"
)

// pairs is how many of Tatoeba's are kept: the first, which are the shortest.
const pairs = 6000

// sentences keeps the first pairs, each line with whose it is.
func sentences(path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if b, err = unpack(b); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return write("tatoeba.txt.gz", bytes.Join(bytes.SplitAfterN(b, []byte("\n"), pairs+1)[:pairs], nil))
}
