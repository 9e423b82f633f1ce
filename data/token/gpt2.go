package token

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// ReadGPT2 reads GPT-2's files: the tokens and their ids (encoder.json or vocab.json), and the merges (vocab.bpe or merges.txt).
func ReadGPT2(vocab, merges io.Reader) (*Tokenizer, error) {
	b, err := readAll(vocab)
	if err != nil {
		return nil, err
	}
	var ids map[string]int32
	if err := json.Unmarshal(b, &ids); err != nil {
		return nil, fmt.Errorf("GPT-2 vocabulary: %w: %w", ErrFormat, err)
	}
	n, err := newNames(ids)
	if err != nil {
		return nil, fmt.Errorf("GPT-2 vocabulary: %w: %w", ErrFormat, err)
	}
	m := &bpe{names: n}
	var all []merged
	err = lines(merges, func(_ int, line string) error {
		if line == "" || strings.HasPrefix(line, "#version") {
			return nil
		}
		g, err := parseMerge(line)
		all = append(all, g)
		return err
	})
	if err == nil {
		err = m.prepare(all)
	}
	if err != nil {
		return nil, fmt.Errorf("GPT-2 merges: %w: %w", ErrFormat, err)
	}
	return build(byteLevelDocument(specials(ids, "<|endoftext|>"), nil), m)
}

// byteLevelDocument describes a byte-level tokenizer; without a splitter it splits as GPT-2 does.
func byteLevelDocument(added []Added, splitter any) *document {
	if splitter == nil {
		splitter = map[string]any{"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true}
	}
	return &document{
		Version: "1.0", Added: added, Splitter: raw(splitter),
		Post:    raw(map[string]any{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": false, "use_regex": true}),
		Decoder: raw(map[string]any{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true}),
	}
}

// raw writes a part that is known to be writable.
func raw(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

// specials returns those of the names that are tokens, as special ones.
func specials(ids map[string]int32, names ...string) []Added {
	var list []Added
	for _, s := range names {
		if id, ok := ids[s]; ok {
			list = append(list, Added{ID: int(id), Content: s, Special: true})
		}
	}
	return list
}

// BERT says how a vocabulary of BERT is used. The zero value looks at the vocabulary: letters with capitals in it mean that texts keep theirs.
type BERT struct {
	Cased *bool
}

// ReadBERT reads a vocab.txt: one token a line.
func ReadBERT(r io.Reader, c BERT) (*Tokenizer, error) {
	ids := map[string]int32{}
	err := lines(r, func(i int, line string) error {
		if i >= maxTokens {
			return fmt.Errorf("more than %d tokens", maxTokens)
		}
		ids[strings.TrimRight(line, " \t\r\n")] = int32(i)
		return nil
	})
	if err == nil {
		err = missing(ids, "[UNK]", "[CLS]", "[SEP]")
	}
	if err != nil {
		return nil, fmt.Errorf("vocab.txt: %w: %w", ErrFormat, err)
	}
	cased := hasCapitals(ids)
	if c.Cased != nil {
		cased = *c.Cased
	}
	t, err := wordPieceTokenizer(ids, !cased, "##")
	if err != nil {
		return nil, fmt.Errorf("vocab.txt: %w: %w", ErrFormat, err)
	}
	return t, nil
}

func missing(ids map[string]int32, names ...string) error {
	for _, s := range names {
		if _, ok := ids[s]; !ok {
			return fmt.Errorf("the token %s is missing", s)
		}
	}
	return nil
}

// hasCapitals reports whether a token that is no special one has a capital letter.
func hasCapitals(ids map[string]int32) bool {
	for s := range ids {
		if !strings.HasPrefix(s, "[") && strings.ContainsAny(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
			return true
		}
	}
	return false
}

// wordPieceTokenizer puts the parts of BERT together.
func wordPieceTokenizer(ids map[string]int32, lower bool, prefix string) (*Tokenizer, error) {
	n, err := newNames(ids)
	if err != nil {
		return nil, err
	}
	m := &wordPiece{names: n, unk: "[UNK]", prefix: prefix, maxChars: 100}
	m.prepare()
	special := func(name string) map[string]any {
		return map[string]any{"id": name, "ids": []int32{ids[name]}, "tokens": []string{name}}
	}
	tok := func(name string, kind int) any {
		return map[string]any{"SpecialToken": map[string]any{"id": name, "type_id": kind}}
	}
	seq := func(name string, kind int) any {
		return map[string]any{"Sequence": map[string]any{"id": name, "type_id": kind}}
	}
	return build(&document{
		Version:    "1.0",
		Added:      specials(ids, "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"),
		Normalizer: raw(map[string]any{"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": nil, "lowercase": lower}),
		Splitter:   raw(map[string]any{"type": "BertPreTokenizer"}),
		Post: raw(map[string]any{
			"type":           "TemplateProcessing",
			"single":         []any{tok("[CLS]", 0), seq("A", 0), tok("[SEP]", 0)},
			"pair":           []any{tok("[CLS]", 0), seq("A", 0), tok("[SEP]", 0), seq("B", 1), tok("[SEP]", 1)},
			"special_tokens": map[string]any{"[CLS]": special("[CLS]"), "[SEP]": special("[SEP]")},
		}),
		Decoder: raw(map[string]any{"type": "WordPiece", "prefix": prefix, "cleanup": true}),
	}, m)
}
