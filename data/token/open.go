package token

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// inFolder lists the files that a folder may hold a tokenizer in, the best first.
var inFolder = []string{"tokenizer.json", "tokenizer.model", "spiece.model", "sentencepiece.bpe.model", "vocab.json", "encoder.json", "vocab.txt", "tokenizer.bin"}

// Open reads the tokenizer at path: a file of one of the formats of this package, told apart by what is in it, or a folder that holds one.
// A GPT-2 vocabulary (vocab.json or encoder.json) needs its merges (merges.txt or vocab.bpe) beside it.
func Open(path string) (*Tokenizer, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("reading a tokenizer: %w", err)
	}
	if info.IsDir() {
		for _, name := range inFolder {
			if _, err := os.Stat(filepath.Join(path, name)); err == nil {
				return Open(filepath.Join(path, name))
			}
		}
		return nil, fmt.Errorf("reading a tokenizer: %w: the folder %s holds none of %s", ErrFormat, filepath.Base(path), strings.Join(inFolder, ", "))
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading a tokenizer: %w", err)
	}
	defer f.Close()
	b, err := readAll(f)
	if err != nil {
		return nil, err
	}
	t, err := detect(path, b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	return t, nil
}

// detect reads a file by what is in it.
func detect(path string, b []byte) (*Tokenizer, error) {
	switch start := bytes.TrimLeft(b, " \t\r\n"); {
	case len(b) == 0:
		return nil, fmt.Errorf("%w: it is empty", ErrFormat)
	case len(start) > 0 && start[0] == '{':
		var keys struct{ Model json.RawMessage }
		if json.Unmarshal(b, &keys) == nil && (len(keys.Model) == 0 || keys.Model[0] != '{') { // "model" can be a token
			return openVocab(path, b)
		}
		return ReadJSON(bytes.NewReader(b))
	case b[0] == 0x0a && isModelProto(b):
		return ReadSentencePiece(bytes.NewReader(b))
	case filepath.Ext(path) == ".bin":
		return ReadLlama2C(bytes.NewReader(b))
	case isRanks(b):
		return ReadTiktoken(bytes.NewReader(b), Ranks{})
	case filepath.Ext(path) == ".txt":
		return ReadBERT(bytes.NewReader(b), BERT{})
	}
	return nil, fmt.Errorf("%w: it is none of the formats that are known", ErrFormat)
}

// isModelProto reports whether b begins as a SentencePiece model does: with a short message whose first field is a text.
func isModelProto(b []byte) bool { return len(b) > 3 && b[1] > 2 && b[1] < 0x80 && b[2] == 0x0a }

// openVocab reads a vocabulary of GPT-2's kind and the merges beside it.
func openVocab(path string, vocab []byte) (*Tokenizer, error) {
	for _, name := range []string{"merges.txt", "vocab.bpe"} {
		f, err := os.Open(filepath.Join(filepath.Dir(path), name))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		defer f.Close()
		return ReadGPT2(bytes.NewReader(vocab), f)
	}
	return nil, fmt.Errorf("%w: a vocabulary needs its merges beside it, as merges.txt or vocab.bpe", ErrFormat)
}

// lines calls f with each line and its number from 0 on.
func lines(r io.Reader, f func(i int, line string) error) error {
	b, err := readAll(r)
	if err != nil {
		return err
	}
	i := 0
	for line := range strings.Lines(string(b)) {
		if err := f(i, strings.TrimRight(line, "\r\n")); err != nil {
			return fmt.Errorf("line %d: %w", i+1, err)
		}
		i++
	}
	return nil
}
