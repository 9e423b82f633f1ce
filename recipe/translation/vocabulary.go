package translation

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/jimu-ml/jimu/data/token"
	"github.com/jimu-ml/jimu/data/token/vocab"
)

// The tokens that stand for no text.
const (
	padding = iota // behind the end of a sentence that is shorter than others
	begin          // before what is written
	end            // behind both
)

var special = []string{"<pad>", "<s>", "</s>"}

// least is how many tokens a vocabulary has at least: those, and all bytes.
var least = len(special) + 256

// learn learns the vocabulary of both languages of some pairs together, byte-level BPE.
func learn(ctx context.Context, all []pair, size int) (*token.Tokenizer, []byte, error) {
	base, err := vocab.Base("bpe")
	if err != nil {
		return nil, nil, err
	}
	c := vocab.Defaults("bpe")
	c.Special, c.Size = special, size
	t, err := vocab.Learn(ctx, base, both(all), c)
	if err != nil {
		return nil, nil, fmt.Errorf("the vocabulary: %w", err)
	}
	var text bytes.Buffer
	if err := t.Write(&text); err != nil {
		return nil, nil, fmt.Errorf("the vocabulary: %w", err)
	}
	return t, text.Bytes(), nil
}

// both returns all sentences of pairs.
func both(all []pair) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, p := range all {
			if !yield(p.from) || !yield(p.to) {
				return
			}
		}
	}
}

// encode returns the tokens of sentences, each with an end, cut to a length.
func encode(t *token.Tokenizer, texts []string, longest int) ([][]int64, error) {
	all := make([][]int64, len(texts))
	for i, s := range texts {
		ids, err := t.IDs(s)
		if err != nil {
			return nil, fmt.Errorf("the tokens of %.40q: %w", s, err)
		}
		all[i] = append(slices.Clip(ids[:min(len(ids), longest-1)]), end)
	}
	return all, nil
}

// written returns the bytes of each token, none of those that stand for no text.
func written(t *token.Tokenizer) [][]byte {
	byteOf := map[rune]byte{}
	for b, letter := range token.ByteLetters() {
		byteOf[letter] = byte(b)
	}
	all := make([][]byte, t.Size())
	for id := len(special); id < len(all); id++ {
		name, _ := t.Token(int64(id))
		for _, letter := range name {
			all[id] = append(all[id], byteOf[letter])
		}
	}
	return all
}
