package token

import (
	"fmt"
	"os"
)

// Open reads the tokenizer at path.
func Open(path string) (*Tokenizer, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading a tokenizer: %w", err)
	}
	defer f.Close()
	return ReadJSON(f)
}
