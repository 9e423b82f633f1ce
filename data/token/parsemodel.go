package token

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// jsonModel holds the fields of all models.
type jsonModel struct {
	Type         string          `json:"type"`
	Vocab        json.RawMessage `json:"vocab"`
	Merges       []jsonMerge     `json:"merges"`
	Unk          *string         `json:"unk_token"`
	UnkID        *int64          `json:"unk_id"`
	Prefix       *string         `json:"continuing_subword_prefix"`
	Suffix       *string         `json:"end_of_word_suffix"`
	Fuse         bool            `json:"fuse_unk"`
	ByteFallback bool            `json:"byte_fallback"`
	Whole        bool            `json:"ignore_merges"`
	Dropout      *float64        `json:"dropout"`
	MaxChars     int             `json:"max_input_chars_per_word"`
}

// jsonMerge is a merge, as a list of two tokens or as both with a space between.
type jsonMerge struct{ merged }

func (m *jsonMerge) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '[' {
		var two []string
		if err := json.Unmarshal(b, &two); err != nil {
			return err
		}
		if len(two) != 2 {
			return fmt.Errorf("a merge of %d tokens", len(two))
		}
		m.merged = merged{two[0], two[1]}
		return nil
	}
	var line string
	if err := json.Unmarshal(b, &line); err != nil {
		return err
	}
	var err error
	m.merged, err = parseMerge(line)
	return err
}

// parseMerge reads a line of two tokens.
func parseMerge(line string) (merged, error) {
	left, right, ok := strings.Cut(line, " ")
	if !ok || strings.Contains(right, " ") {
		return merged{}, fmt.Errorf("the merge %q is not two tokens", clip(line))
	}
	return merged{left, right}, nil
}

func parseModel(b json.RawMessage) (model, error) {
	if absent(b) {
		return nil, errors.New("there is none")
	}
	var c jsonModel
	if err := json.Unmarshal(b, &c); err != nil {
		return nil, err
	}
	if c.Type == "" { // files from before 2020 do not say
		c.Type = c.guess()
	}
	if c.Type == "Unigram" {
		return c.unigram()
	}
	var ids map[string]int32
	if err := json.Unmarshal(c.Vocab, &ids); err != nil {
		return nil, fmt.Errorf("vocab: %w", err)
	}
	if len(ids) > maxTokens {
		return nil, fmt.Errorf("%d tokens", len(ids))
	}
	n, err := newNames(ids)
	if err != nil {
		return nil, err
	}
	switch c.Type {
	case "BPE":
		return c.bpe(n)
	case "WordPiece":
		m := &wordPiece{names: n, unk: text(c.Unk, "[UNK]"), prefix: text(c.Prefix, "##"), maxChars: c.MaxChars}
		m.prepare()
		return m, nil
	case "WordLevel":
		return &wordLevel{n, text(c.Unk, "<unk>")}, nil
	}
	return nil, unknown(anyPart{Type: c.Type})
}

func (c *jsonModel) guess() string {
	switch {
	case c.Merges != nil:
		return "BPE"
	case c.Prefix != nil && c.MaxChars > 0:
		return "WordPiece"
	case len(c.Vocab) > 0 && c.Vocab[0] == '[':
		return "Unigram"
	}
	return "WordLevel"
}

func text(s *string, without string) string {
	if s == nil {
		return without
	}
	return *s
}

func (c *jsonModel) bpe(n *names) (model, error) {
	m := &bpe{
		names: n, unk: text(c.Unk, ""), prefix: text(c.Prefix, ""), suffix: text(c.Suffix, ""),
		fuse: c.Fuse, byteFallback: c.ByteFallback, whole: c.Whole,
	}
	if c.Dropout != nil {
		m.dropout = *c.Dropout
	}
	if m.dropout < 0 || m.dropout > 1 {
		return nil, fmt.Errorf("a dropout of %g", m.dropout)
	}
	merges := make([]merged, len(c.Merges))
	for i, g := range c.Merges {
		merges[i] = g.merged
	}
	return m, m.prepare(merges)
}

func (c *jsonModel) unigram() (model, error) {
	var list []jsonScored
	if err := json.Unmarshal(c.Vocab, &list); err != nil {
		return nil, fmt.Errorf("vocab: %w", err)
	}
	if len(list) > maxTokens {
		return nil, fmt.Errorf("%d tokens", len(list))
	}
	tokens, scores := make([]string, len(list)), make([]float64, len(list))
	for i, p := range list {
		tokens[i], scores[i] = p.name, p.score
	}
	unk := int32(-1)
	if c.UnkID != nil {
		if *c.UnkID < 0 || *c.UnkID >= int64(len(list)) {
			return nil, fmt.Errorf("the unknown token has the id %d of %d", *c.UnkID, len(list))
		}
		unk = int32(*c.UnkID)
	}
	return newUnigram(tokens, scores, unk, c.ByteFallback)
}

// jsonScored is a token and its score, as a list of two.
type jsonScored struct {
	name  string
	score float64
}

func (p *jsonScored) UnmarshalJSON(b []byte) error {
	return json.Unmarshal(b, &[]any{&p.name, &p.score})
}
