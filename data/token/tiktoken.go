package token

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Ranks says what a file of tiktoken's ranks does not: how to split, and the special tokens. The zero value looks at how many ranks there
// are, and takes what OpenAI or Meta published with as many.
type Ranks struct {
	Pattern string // a split pattern, or the name of an encoding: "r50k_base", "p50k_base", "cl100k_base", "o200k_base", "llama3"
	Special map[string]int
}

// encodings are the published ones, by name.
var encodings = map[string]struct {
	ranks   int
	pattern string
	special map[string]int
}{
	"r50k_base": {50256, patternGPT2b, map[string]int{"<|endoftext|>": 50256}},
	"p50k_base": {50280, patternGPT2b, map[string]int{"<|endoftext|>": 50256}},
	"cl100k_base": {100256, patternTiktoken, map[string]int{
		"<|endoftext|>": 100257, "<|fim_prefix|>": 100258, "<|fim_middle|>": 100259, "<|fim_suffix|>": 100260, "<|endofprompt|>": 100276,
	}},
	"o200k_base": {199998, patternO200K, map[string]int{"<|endoftext|>": 199999, "<|endofprompt|>": 200018}},
	"llama3":     {128000, patternCL100K, llama3Special()},
}

// patternTiktoken is the split of cl100k_base: white space at the end of a text stays together.
const patternTiktoken = `'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s`

func llama3Special() map[string]int {
	names := []string{
		"<|begin_of_text|>", "<|end_of_text|>", "<|reserved_special_token_0|>", "<|reserved_special_token_1|>", "<|reserved_special_token_2|>",
		"<|reserved_special_token_3|>", "<|start_header_id|>", "<|end_header_id|>", "<|reserved_special_token_4|>", "<|eot_id|>",
	}
	for i := 5; len(names) < 256; i++ {
		names = append(names, fmt.Sprintf("<|reserved_special_token_%d|>", i))
	}
	special := map[string]int{}
	for i, s := range names {
		special[s] = 128000 + i
	}
	return special
}

// isRanks reports whether b begins as a file of ranks does: with base64, a space and a number.
func isRanks(b []byte) bool {
	line, _, _ := bytes.Cut(b, []byte("\n"))
	token, rank, ok := strings.Cut(strings.TrimSpace(string(line)), " ")
	_, err := base64.StdEncoding.DecodeString(token)
	_, err2 := strconv.Atoi(rank)
	return ok && err == nil && err2 == nil
}

// ReadTiktoken reads a .tiktoken file: on each line the bytes of a token in base64 and its rank, which is its id too.
func ReadTiktoken(r io.Reader, c Ranks) (*Tokenizer, error) {
	var tokens []string // in ByteLevel's letters
	ids := map[string]int32{}
	err := lines(r, func(_ int, line string) error {
		if line == "" {
			return nil
		}
		token, rank, _ := strings.Cut(line, " ")
		b, err := base64.StdEncoding.DecodeString(token)
		if err != nil {
			return err
		}
		id, err := strconv.ParseUint(rank, 10, 30)
		if err != nil {
			return err
		}
		var letters strings.Builder
		for _, x := range b {
			letters.WriteRune(byteLetters[x])
		}
		if _, twice := ids[letters.String()]; twice || len(b) > maxTokenLength/2 || len(tokens) > maxTokens {
			return fmt.Errorf("the token %s stands there twice, or is too long", clip(token))
		}
		ids[letters.String()] = int32(id)
		tokens = append(tokens, letters.String())
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("tiktoken ranks: %w: %w", ErrFormat, err)
	}
	t, err := rankTokenizer(tokens, ids, c)
	if err != nil {
		return nil, fmt.Errorf("tiktoken ranks: %w: %w", ErrFormat, err)
	}
	return t, nil
}

func rankTokenizer(tokens []string, ids map[string]int32, c Ranks) (*Tokenizer, error) {
	for name, e := range encodings {
		if c.Pattern == name || c.Pattern == "" && e.ranks == len(tokens) {
			c.Pattern = e.pattern
			if c.Special == nil {
				c.Special = e.special
			}
			break
		}
	}
	if c.Pattern == "" {
		return nil, fmt.Errorf("the file has %d ranks, as no published encoding has, and does not say how to split texts: name a pattern or an encoding", len(tokens))
	}
	n, err := newNames(ids)
	if err != nil {
		return nil, err
	}
	m := &bpe{names: n, whole: true}
	if err := m.prepareRanks(tokens); err != nil {
		return nil, err
	}
	split := map[string]any{"type": "Split", "pattern": map[string]any{"Regex": c.Pattern}, "behavior": "Isolated", "invert": false}
	level := map[string]any{"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false}
	t, err := build(byteLevelDocument(nil, map[string]any{"type": "Sequence", "pretokenizers": []any{split, level}}), m)
	if err != nil {
		return nil, err
	}
	return t, t.addAt(c.Special)
}

// prepareRanks makes merges of ranks: each way to write a token with two others is one, as early as the token's id is low.
func (m *bpe) prepareRanks(tokens []string) error {
	var all []merged
	var ranks []int32
	for _, s := range tokens {
		for at := range s {
			if at == 0 {
				continue
			}
			left, right := s[:at], s[at:]
			if m.lookup(left) >= 0 && m.lookup(right) >= 0 {
				all, ranks = append(all, merged{left, right}), append(ranks, m.ids[s])
			}
		}
	}
	if err := m.prepare(nil); err != nil {
		return err
	}
	for b := range 256 {
		if m.byteID[b] < 0 {
			return fmt.Errorf("there is no token for byte %#x", b)
		}
	}
	m.merges = newPairTable(len(all))
	for i, g := range all {
		m.merges.put(m.ids[g.left], m.ids[g.right], ranks[i], ranks[i])
	}
	m.made = all
	return nil
}

// addAt adds special tokens with the given ids.
func (t *Tokenizer) addAt(special map[string]int) error {
	for s, id := range special {
		if s == "" || len(s) > maxTokenLength || id < 0 || id >= 1<<30 || !utf8.ValidString(s) {
			return fmt.Errorf("the special token %q with the id %d", clip(s), id)
		}
		x := &Added{ID: id, Content: s, Special: true}
		t.added.byID[int32(id)], t.added.ids[s], t.added.special[s] = x, int32(id), true
		t.added.list = append(t.added.list, *x)
	}
	sortAdded(t.added.list)
	return t.added.tries(nil)
}
