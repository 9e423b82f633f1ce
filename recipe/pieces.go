package recipe

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"

	"github.com/jimu-ml/jimu/data/token"
	"github.com/jimu-ml/jimu/data/token/vocab"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// The pieces that stand for no text.
const (
	PaddingPiece = iota // behind the end of a text that is shorter than others
	BeginPiece          // before what is written
	EndPiece            // behind both
)

var special = []string{"<pad>", "<s>", "</s>"}

// LeastPieces is how many a vocabulary has at least: those that stand for no text, and all bytes.
var LeastPieces = len(special) + 256

// Pieces are the tokens of texts that are read and of those that are written, one vocabulary for both.
type Pieces struct{ *token.Tokenizer }

// LearnPieces learns a vocabulary of so many pieces of texts, byte-level BPE.
func LearnPieces(ctx context.Context, texts iter.Seq[string], size int) (*Pieces, error) {
	base, err := vocab.Base("bpe")
	if err != nil {
		return nil, err
	}
	c := vocab.Defaults("bpe")
	c.Special, c.Size = special, size
	t, err := vocab.Learn(ctx, base, texts, c)
	if err != nil {
		return nil, fmt.Errorf("the vocabulary: %w", err)
	}
	return &Pieces{t}, nil
}

// OpenPieces makes a vocabulary of its document.
func OpenPieces(document json.RawMessage) (*Pieces, error) {
	t, err := token.ReadJSON(bytes.NewReader(document))
	if err != nil {
		return nil, err
	}
	return &Pieces{t}, nil
}

// Document returns the vocabulary as what a run keeps.
func (t *Pieces) Document() (json.RawMessage, error) {
	var text bytes.Buffer
	if err := t.Write(&text); err != nil {
		return nil, fmt.Errorf("the vocabulary: %w", err)
	}
	return text.Bytes(), nil
}

// Cut returns the pieces of texts, each with an end, cut to a length.
func (t *Pieces) Cut(texts []string, longest int) ([][]int64, error) {
	all := make([][]int64, len(texts))
	for i, s := range texts {
		ids, err := t.IDs(s)
		if err != nil {
			return nil, fmt.Errorf("the tokens of %.40q: %w", s, err)
		}
		all[i] = ended(ids, longest)
	}
	return all, nil
}

// CutSampled is [Pieces.Cut] of one text with a share of the merges left out at random.
func (t *Pieces) CutSampled(key rng.Key, share float64, text string, longest int) ([]int64, error) {
	e, err := t.EncodeSampled(rng.New(key.Uint64At(0)), text, share)
	if err != nil {
		return nil, fmt.Errorf("the tokens of %.40q: %w", text, err)
	}
	return ended(e.IDs, longest), nil
}

// ended returns pieces with an end, cut to a length.
func ended(ids []int64, longest int) []int64 {
	return append(slices.Clip(ids[:min(len(ids), longest-1)]), EndPiece)
}

// Spelled returns the bytes of each piece, none of those that stand for no text.
func (t *Pieces) Spelled() [][]byte {
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

// PadPieces returns rows of pieces as a matrix.
func PadPieces(rows [][]int64) *tensor.Tensor {
	width := 0
	for _, r := range rows {
		width = max(width, len(r))
	}
	ids := make([]int64, len(rows)*width) // padding is 0
	for i, r := range rows {
		copy(ids[i*width:], r)
	}
	return tensor.Of(ids, len(rows), width)
}
