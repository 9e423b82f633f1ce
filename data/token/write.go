package token

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Write writes t as a tokenizer.json, which Hugging Face's tokenizers reads. Tokenizers of the SentencePiece kind are no rows of its
// parts to the letter, and are not written.
func (t *Tokenizer) Write(w io.Writer) error {
	if t.source == nil {
		return errors.New("writing a tokenizer: one of the SentencePiece kind cannot be written as tokenizer.json without a change of its ids")
	}
	d := *t.source
	d.Version = "1.0"
	d.Added = t.added.list
	if d.Added == nil {
		d.Added = []Added{}
	}
	var err error
	if d.Model, err = writeModel(t.model, d.Model); err != nil {
		return fmt.Errorf("writing a tokenizer: %w", err)
	}
	d.Truncation, d.Padding = t.Truncation.json(), t.Padding.json()
	for _, part := range []*json.RawMessage{&d.Truncation, &d.Padding, &d.Normalizer, &d.Splitter, &d.Post, &d.Decoder} {
		if len(*part) == 0 {
			*part = json.RawMessage("null")
		}
	}
	b, err := marshal(d)
	if err != nil {
		return fmt.Errorf("writing a tokenizer: %w", err)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, b, "", "  "); err != nil {
		return fmt.Errorf("writing a tokenizer: %w", err)
	}
	if _, err := w.Write(out.Bytes()); err != nil {
		return fmt.Errorf("writing a tokenizer: %w", err)
	}
	return nil
}

// marshal is json.Marshal without escapes for HTML.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSpace(b.Bytes()), err
}

func (c *Truncation) json() json.RawMessage {
	if c == nil {
		return nil
	}
	return raw(map[string]any{"direction": side(c.Left), "max_length": c.Length, "strategy": c.Strategy, "stride": c.Stride})
}

func (p *Padding) json() json.RawMessage {
	if p == nil {
		return nil
	}
	var strategy, multiple any = "BatchLongest", nil
	if p.Length > 0 {
		strategy = map[string]int{"Fixed": p.Length}
	}
	if p.MultipleOf > 0 {
		multiple = p.MultipleOf
	}
	return raw(map[string]any{
		"strategy": strategy, "direction": side(p.Left), "pad_to_multiple_of": multiple,
		"pad_id": p.ID, "pad_type_id": p.Type, "pad_token": p.Token,
	})
}

func side(left bool) string {
	if left {
		return "Left"
	}
	return "Right"
}

// writeModel writes a model, or hands back what it was read from.
func writeModel(m model, source json.RawMessage) (json.RawMessage, error) {
	if !absent(source) {
		return source, nil
	}
	switch m := m.(type) {
	case *bpe:
		merges := make([][2]string, len(m.made))
		for i, g := range m.order() {
			merges[i] = [2]string{g.left, g.right}
		}
		return marshal(struct {
			Type    string      `json:"type"`
			Dropout *float64    `json:"dropout"`
			Unk     *string     `json:"unk_token"`
			Prefix  *string     `json:"continuing_subword_prefix"`
			Suffix  *string     `json:"end_of_word_suffix"`
			Fuse    bool        `json:"fuse_unk"`
			Bytes   bool        `json:"byte_fallback"`
			Whole   bool        `json:"ignore_merges"`
			Vocab   byID        `json:"vocab"`
			Merges  [][2]string `json:"merges"`
		}{"BPE", nil, some(m.unk), some(m.prefix), some(m.suffix), m.fuse, m.byteFallback, m.whole, byID(m.ids), merges})
	case *wordPiece:
		return marshal(struct {
			Type   string `json:"type"`
			Unk    string `json:"unk_token"`
			Prefix string `json:"continuing_subword_prefix"`
			Max    int    `json:"max_input_chars_per_word"`
			Vocab  byID   `json:"vocab"`
		}{"WordPiece", m.unk, m.prefix, m.maxChars, byID(m.ids)})
	}
	return nil, fmt.Errorf("a model of type %T", m)
}

func some(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// order returns the merges by their ranks.
func (m *bpe) order() []merged {
	rank := func(g merged) int32 {
		r, _ := m.merges.find(m.ids[g.left], m.ids[g.right])
		return r
	}
	list := slices.Clone(m.made)
	slices.SortStableFunc(list, func(a, b merged) int { return int(rank(a)) - int(rank(b)) })
	return list
}

// byID writes tokens in the order of their ids.
type byID map[string]int32

// MarshalJSON writes an object whose keys are in the order of the ids.
func (v byID) MarshalJSON() ([]byte, error) {
	names := make([]string, 0, len(v))
	for s := range v {
		names = append(names, s)
	}
	slices.SortFunc(names, func(a, b string) int { return int(v[a]) - int(v[b]) })
	b := []byte{'{'}
	for i, s := range names {
		if i > 0 {
			b = append(b, ',')
		}
		key, err := marshal(s)
		if err != nil {
			return nil, err
		}
		b = fmt.Appendf(append(b, key...), ":%d", v[s])
	}
	return append(b, '}'), nil
}
