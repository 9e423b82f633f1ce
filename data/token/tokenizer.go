// Package token makes tokens of texts: text to tokens and back, exactly as the tokenizers do that published models were trained with.
//
//	t, err := token.Open("tokenizer.json") // or a SentencePiece model, tiktoken ranks, a vocab.txt, a folder that holds one
//	e, err := t.Encode("Hello, world")
//	e.IDs, e.Offsets
//	text := t.Decode(e.IDs, true)
//
// A tokenizer is a row of parts, as in Hugging Face's tokenizer.json: added tokens are cut out, a normalizer rewrites the text, a splitter
// makes words of it, a model makes tokens of words, a template puts special tokens around them, and a decoder makes text of tokens.
// The other formats become the same parts.
//
// Bytes that are no UTF-8 are read as U+FFFD ([Valid] says how many); offsets always are bytes of the text that was given.
package token

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"unicode/utf8"

	"github.com/jimu-ml/jimu/internal/parallel"
	"github.com/jimu-ml/jimu/rng"
)

// A Tokenizer makes tokens of texts. It does not change, and many goroutines may use one.
type Tokenizer struct {
	normalizer normalizer // nil: none
	splitters  []splitter
	model      model
	post       post // nil: none
	decoder    decoder
	added      added
	Truncation *Truncation // nil: none; to be set before the first use
	Padding    *Padding    // nil: none; to be set before the first use

	source *document // what it was read from, for writing
	works  sync.Pool
}

// A Truncation says how long an encoding may be.
type Truncation struct {
	Length   int    // with the tokens of the template
	Stride   int    // how many tokens a part of the overflow shares with the one before
	Strategy string // of a pair: "LongestFirst", "OnlyFirst" or "OnlySecond"
	Left     bool   // cut at the beginning
}

// A Padding says how encodings are brought to one length.
type Padding struct {
	Length     int // 0: that of the longest in a batch
	MultipleOf int // 0: any
	ID, Type   int
	Token      string
	Left       bool
}

// maxText is the length of a text, in bytes, that can be encoded at once.
const maxText = 1 << 30

var errLong = errors.New("the text is too long to be encoded at once")

// Encode makes tokens of a text, with the special tokens that the template puts in.
func (t *Tokenizer) Encode(text string) (*Encoding, error) { return t.encode(text, nil, true, nil) }

// EncodePlain is [Tokenizer.Encode] without the template's special tokens.
func (t *Tokenizer) EncodePlain(text string) (*Encoding, error) {
	return t.encode(text, nil, false, nil)
}

// EncodePair makes tokens of two texts that belong together, such as a question and a text that answers it.
func (t *Tokenizer) EncodePair(text, second string) (*Encoding, error) {
	return t.encode(text, &second, true, nil)
}

// EncodeSampled is [Tokenizer.Encode] with a share of the merges left out at random (BPE dropout); 0 stands for that of the file. The
// models that do not merge encode as if there were none. The error may also be that the share is not from 0 to 1.
//
// Provilkov, Emelianenko and Voita, BPE-Dropout, 2020 (arXiv:1910.13267).
func (t *Tokenizer) EncodeSampled(r *rng.Rand, text string, share float64) (*Encoding, error) {
	if !(share >= 0 && share <= 1) {
		return nil, fmt.Errorf("a share of %g of the merges to leave out; want 0 to 1", share)
	}
	return t.encode(text, nil, true, &sampling{r, share})
}

// EncodeBatch encodes texts, on all processors, and pads them to one length if the tokenizer pads.
func (t *Tokenizer) EncodeBatch(texts []string) ([]*Encoding, error) {
	out := make([]*Encoding, len(texts))
	errs := make([]error, len(texts))
	parallel.For(len(texts), 16, func(from, to int) {
		for i := from; i < to; i++ {
			out[i], errs[i] = t.Encode(texts[i])
		}
	})
	for i, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("text %d: %w", i, err)
		}
	}
	t.pad(out)
	return out, nil
}

// IDs returns the ids of a text alone. It is the quickest way to them.
func (t *Tokenizer) IDs(text string) ([]int64, error) {
	if t.Truncation != nil || t.Padding != nil {
		e, err := t.Encode(text)
		if err != nil {
			return nil, err
		}
		return e.IDs, nil
	}
	w := t.work()
	defer t.works.Put(w)
	if err := t.tokens(w, text, nil); err != nil {
		return nil, err
	}
	before, after := t.around()
	ids := make([]int64, 0, len(before)+len(w.toks)+len(after))
	ids = append(ids, before...)
	for i := range w.toks {
		ids = append(ids, int64(w.toks[i].id))
	}
	return append(ids, after...), nil
}

// around returns the ids that the template puts before and behind a text.
func (t *Tokenizer) around() (before, after []int64) {
	if t.post == nil {
		return nil, nil
	}
	var e Encoding
	e.add(0, 0, "", Span{}, 0, false, true)
	out := t.post.process([]Encoding{e}, true)
	at := 0
	ids := []int64{}
	for i := range out {
		for k, special := range out[i].SpecialMask {
			if !special {
				at = len(ids)
				continue
			}
			ids = append(ids, out[i].IDs[k])
		}
	}
	return ids[:at], ids[at:]
}

func (t *Tokenizer) work() *work {
	w, ok := t.works.Get().(*work)
	if !ok {
		w = &work{}
	}
	w.reset()
	return w
}

func (t *Tokenizer) encode(text string, second *string, special bool, by *sampling) (*Encoding, error) {
	w := t.work()
	defer t.works.Put(w)
	encodings := make([]Encoding, 1, 2)
	var err error
	if encodings[0], err = t.single(w, text, 0, by); err != nil {
		return nil, err
	}
	if second != nil {
		w.reset()
		e, err := t.single(w, *second, 1, by)
		if err != nil {
			return nil, err
		}
		encodings = append(encodings, e)
	}
	if err := t.truncate(encodings, special); err != nil {
		return nil, err
	}
	for i := range encodings {
		encodings[i].setType(int64(i))
	}
	if t.post != nil {
		encodings = t.post.process(encodings, special)
	}
	if len(encodings) == 0 {
		encodings = []Encoding{{}}
	}
	e := &encodings[0]
	for i := range encodings[1:] {
		e.join(&encodings[i+1])
	}
	t.pad([]*Encoding{e})
	return e, nil
}

// single makes the tokens of one text, without special ones.
func (t *Tokenizer) single(w *work, text string, kind int64, by *sampling) (Encoding, error) {
	e := Encoding{text: text}
	if err := t.tokens(w, text, by); err != nil {
		return e, err
	}
	e.grow(len(w.toks) + 2)
	k := 0
	for word := range w.pieces {
		p := &w.pieces[word]
		for ; k < p.tokens; k++ {
			x := &w.toks[k]
			e.add(int64(x.id), kind, x.text, p.source(int(x.start), int(x.end)), word, false, true)
		}
	}
	return e, nil
}

// tokens fills w with the pieces of a text and their tokens.
func (t *Tokenizer) tokens(w *work, text string, by *sampling) error {
	w.sampling = by
	if err := t.cut(w, text); err != nil {
		return err
	}
	for i := range w.pieces {
		p := &w.pieces[i]
		if p.added >= 0 {
			w.toks = append(w.toks, tok{p.added, 0, int32(len(p.text)), string(p.text)})
		} else {
			toks, err := t.model.tokenize(w, p, w.toks)
			w.toks = toks
			if err != nil {
				return err
			}
		}
		p.tokens = len(w.toks)
	}
	return nil
}

// cut fills w with the pieces of a text.
func (t *Tokenizer) cut(w *work, text string) error {
	if len(text) > maxText {
		return errLong
	}
	w.pieces = w.pieces[:0]
	if text != "" {
		w.pieces = append(w.pieces, whole(w, text))
	}
	t.added.extract(w, t.added.plain)
	if t.normalizer != nil {
		for i := range w.pieces {
			if p := &w.pieces[i]; p.added < 0 {
				if err := t.normalizer.normalize(w, p); err != nil {
					return fmt.Errorf("normalizing: %w", err)
				}
			}
		}
	}
	t.added.extract(w, t.added.normalized)
	w.pieces = slices.DeleteFunc(w.pieces, func(p piece) bool { return len(p.text) == 0 })
	for _, s := range t.splitters {
		to, err := split(s, w, w.pieces, w.next[:0])
		if err != nil {
			return fmt.Errorf("splitting: %w", err)
		}
		w.pieces, w.next = to, w.pieces
	}
	return nil
}

// whole returns a text as one piece.
func whole(w *work, text string) piece {
	if utf8.ValidString(text) {
		b, _ := w.room(len(text))
		return piece{text: append(b, text...), added: -1}
	}
	valid := Valid(text)
	b, align := w.room(len(valid))
	for i := 0; i < len(text); {
		n := letterSize(text[i:])
		size := n
		if !utf8.ValidString(text[i : i+n]) {
			size = len("\ufffd")
		}
		for range size {
			align = append(align, span{int32(i), int32(i + n)})
		}
		i += n
	}
	return piece{text: append(b, valid...), align: align, added: -1}
}

// truncate cuts encodings to the length that leaves room for the template.
func (t *Tokenizer) truncate(e []Encoding, special bool) error {
	c := t.Truncation
	if c == nil {
		return nil
	}
	length := c.Length
	if special && t.post != nil {
		length -= t.post.count(len(e) > 1)
	}
	if length < 0 || length > 0 && c.Stride >= length {
		return fmt.Errorf("truncating to %d tokens with a stride of %d leaves no room", c.Length, c.Stride)
	}
	total := 0
	for i := range e {
		total += e[i].Len()
	}
	if total <= length {
		return nil
	}
	if length == 0 {
		for i := range e {
			e[i].truncate(0, c.Stride, c.Left)
		}
		return nil
	}
	return c.cut(e, length, total)
}

func (c *Truncation) cut(e []Encoding, length, total int) error {
	if c.Strategy == "OnlySecond" && len(e) < 2 {
		return errors.New("truncating only the second text: there is none")
	}
	if c.Strategy == "LongestFirst" {
		if len(e) == 1 {
			return c.shorten(&e[0], length)
		}
		n := []int{e[0].Len(), e[1].Len()}
		swap := n[0] > n[1]
		if swap {
			slices.Reverse(n)
		}
		if n[0] > length {
			n[1] = n[0]
		} else {
			n[1] = max(n[0], length-n[0])
		}
		if n[0]+n[1] > length {
			n[0] = length / 2
			n[1] = n[0] + length%2
		}
		if swap {
			slices.Reverse(n)
		}
		return errors.Join(c.shorten(&e[0], n[0]), c.shorten(&e[1], n[1]))
	}
	target := &e[0]
	if c.Strategy == "OnlySecond" {
		target = &e[1]
	}
	keep := target.Len() - (total - length)
	if keep <= 0 {
		return fmt.Errorf("truncating: the text to be cut has %d tokens, and %d must go", target.Len(), total-length)
	}
	return c.shorten(target, keep)
}

// shorten cuts one encoding.
func (c *Truncation) shorten(e *Encoding, length int) error {
	if length < e.Len() && length > 0 && c.Stride >= length {
		return fmt.Errorf("truncating to %d tokens, of which the parts share %d, comes to no end", length, c.Stride)
	}
	e.truncate(length, c.Stride, c.Left)
	return nil
}

// pad brings encodings to one length.
func (t *Tokenizer) pad(e []*Encoding) {
	p := t.Padding
	if p == nil {
		return
	}
	length := p.Length
	if length == 0 {
		for i := range e {
			length = max(length, e[i].Len())
		}
	}
	if p.MultipleOf > 0 && length%p.MultipleOf > 0 {
		length += p.MultipleOf - length%p.MultipleOf
	}
	for i := range e {
		e[i].pad(length, p)
	}
}

// Size returns the number of tokens, added ones among them.
func (t *Tokenizer) Size() int {
	n := t.model.words()
	size := len(n.ids)
	for s := range t.added.ids {
		if _, ok := n.ids[s]; !ok {
			size++
		}
	}
	return size
}

// ID returns the id of a token.
func (t *Tokenizer) ID(name string) (int64, bool) {
	id, ok := t.added.ids[name]
	if !ok {
		id, ok = t.model.words().ids[name]
	}
	return int64(id), ok
}

// Token returns the token of an id.
func (t *Tokenizer) Token(id int64) (string, bool) {
	if id < 0 || id > 1<<30 {
		return "", false
	}
	if a, ok := t.added.byID[int32(id)]; ok {
		if s, ok := t.added.shown[int32(id)]; ok {
			return s, true
		}
		return a.Content, true
	}
	return t.model.words().token(int32(id))
}

// Added returns the added tokens.
func (t *Tokenizer) Added() []Added { return slices.Clone(t.added.list) }

// Split returns the words of a text as the model would get them: normalized and split, without a look for added tokens.
func (t *Tokenizer) Split(text string) ([]string, error) {
	w := t.work()
	defer t.works.Put(w)
	bare := &Tokenizer{normalizer: t.normalizer, splitters: t.splitters}
	if err := bare.cut(w, text); err != nil {
		return nil, err
	}
	words := make([]string, len(w.pieces))
	for i := range w.pieces {
		if p := &w.pieces[i]; p.raw {
			p.letters(w)
		}
		words[i] = string(w.pieces[i].text)
	}
	return words, nil
}

// WithModel returns a tokenizer with the parts of t and another model, written as in tokenizer.json, and other added tokens.
func (t *Tokenizer) WithModel(model []byte, added []Added) (*Tokenizer, error) {
	if t.source == nil {
		return nil, errors.New("a tokenizer of the SentencePiece kind keeps its model")
	}
	d := *t.source
	d.Model, d.Added = model, added
	n, err := build(&d, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	return n, nil
}

// Kind returns the type of the model: "BPE", "WordPiece", "WordLevel", "Unigram" or "SentencePiece".
func (t *Tokenizer) Kind() string {
	switch t.model.(type) {
	case *bpe:
		return "BPE"
	case *wordPiece:
		return "WordPiece"
	case *wordLevel:
		return "WordLevel"
	case *unigram:
		return "Unigram"
	}
	return "SentencePiece"
}
