package token

import (
	"fmt"
	"slices"
	"strings"
)

// GGUF is the vocabulary that a GGUF file holds in its metadata, under tokenizer.ggml.*: what [FromGGUF] makes a tokenizer of.
type GGUF struct {
	Model       string    // model: "llama", "gpt2", "bert" or "t5"
	Pre         string    // pre: how "gpt2" splits
	Tokens      []string  // tokens
	Scores      []float32 // scores
	Types       []int32   // token_type
	Merges      []string  // merges
	BOS, EOS    *uint32   // bos_token_id, eos_token_id
	Unknown     *uint32   // unknown_token_id
	AddBOS      *bool     // add_bos_token; nil: as the model usually has it
	AddEOS      *bool     // add_eos_token
	AddPrefix   *bool     // add_space_prefix
	RemoveExtra *bool     // remove_extra_whitespaces
	Charsmap    []byte    // precompiled_charsmap
}

// ggufSplits says how the kinds of byte-level models split texts, and whether whole words that are tokens need no merges.
var ggufSplits = map[string]struct {
	patterns []string
	whole    bool
	nfc      bool
}{
	"default": {patterns: []string{patternGPT2}}, "": {patterns: []string{patternGPT2}}, "gpt-2": {patterns: []string{patternGPT2}},
	"gpt2": {patterns: []string{patternGPT2}}, "phi-2": {patterns: []string{patternGPT2}}, "olmo": {patterns: []string{patternGPT2}},
	"mpt": {patterns: []string{patternGPT2}}, "roberta-bpe": {patterns: []string{patternGPT2}}, "exaone": {patterns: []string{patternGPT2}},
	"llama3": {[]string{patternCL100K}, true, false}, "llama-v3": {[]string{patternCL100K}, true, false}, "llama-bpe": {[]string{patternCL100K}, true, false},
	"dbrx": {patterns: []string{patternCL100K}}, "gpt-4": {patterns: []string{patternCL100K}},
	"qwen2": {[]string{patternQwen2}, false, true}, "deepseek-r1-qwen": {[]string{patternQwen2}, false, true}, "stablelm2": {[]string{patternQwen2}, false, true},
	"gpt-4o": {patterns: []string{patternO200K}},
	"smollm": {patterns: []string{patternDigit, patternGPT2}}, "starcoder": {patterns: []string{patternDigit, patternGPT2}},
	"refact": {patterns: []string{patternDigit, patternGPT2}}, "command-r": {patterns: []string{patternDigit, patternGPT2}}, "codeshell": {patterns: []string{patternDigit, patternGPT2}},
	"deepseek-v3": {patterns: []string{patternDigits, patternCJK, patternDeepSeek}},
}

// FromGGUF returns the tokenizer that a GGUF file describes. Its special tokens are found in texts.
func FromGGUF(g GGUF) (*Tokenizer, error) {
	t, err := g.tokenizer()
	if err != nil {
		return nil, fmt.Errorf("GGUF vocabulary: %w: %w", ErrFormat, err)
	}
	return t, nil
}

func (g *GGUF) tokenizer() (*Tokenizer, error) {
	if len(g.Tokens) == 0 || len(g.Tokens) > maxTokens || g.Types != nil && len(g.Types) != len(g.Tokens) || g.Scores != nil && len(g.Scores) != len(g.Tokens) {
		return nil, fmt.Errorf("%d tokens, %d types and %d scores", len(g.Tokens), len(g.Types), len(g.Scores))
	}
	for _, id := range []*uint32{g.BOS, g.EOS, g.Unknown} {
		if id != nil && int64(*id) >= int64(len(g.Tokens)) {
			return nil, fmt.Errorf("a special token has the id %d of %d", *id, len(g.Tokens))
		}
	}
	switch g.Model {
	case "llama":
		return g.pieces(true, true)
	case "t5":
		return g.pieces(false, false)
	case "gpt2":
		return g.byteLevel()
	case "bert":
		return g.wordPiece()
	}
	return nil, fmt.Errorf("the model %q is not known; llama, gpt2, bert and t5 are", clip(g.Model))
}

// pieces makes a tokenizer of the SentencePiece kind.
func (g *GGUF) pieces(bpe, bos bool) (*Tokenizer, error) {
	s := &pieces{names: g.Tokens, scores: g.Scores, bpe: bpe, unkSurface: " \u2047 ", byteFallback: true}
	if s.scores == nil {
		s.scores = make([]float32, len(g.Tokens))
	}
	s.types = make([]int8, len(g.Tokens))
	for i := range s.types {
		s.types[i] = pieceNormal
		if g.Types != nil {
			if g.Types[i] < pieceNormal || g.Types[i] > pieceByte {
				return nil, fmt.Errorf("token %d is of type %d", i, g.Types[i])
			}
			s.types[i] = int8(g.Types[i])
		}
	}
	if g.Unknown != nil {
		s.types[*g.Unknown] = pieceUnknown
	}
	for b := range 256 {
		s.byteFallback = s.byteFallback && slices.Contains(g.Tokens[:min(len(g.Tokens), 1024)], fmt.Sprintf("<0x%02X>", b))
	}
	s.normalizer = pieceNormalizer{prefix: yes(g.AddPrefix, true), squeeze: yes(g.RemoveExtra, !bpe), space: metaspace}
	var err error
	if len(g.Charsmap) > 0 {
		if s.normalizer.charsmap, err = newCharsmap(g.Charsmap); err != nil {
			return nil, err
		}
	}
	t, err := s.tokenizer()
	if err != nil {
		return nil, err
	}
	if err := t.addAt(g.special(pieceControl)); err != nil {
		return nil, err
	}
	return t, g.template(t, bos, !bos)
}

func yes(b *bool, without bool) bool {
	if b == nil {
		return without
	}
	return *b
}

// special returns the tokens of the given types and their ids.
func (g *GGUF) special(types ...int32) map[string]int {
	m := map[string]int{}
	for i, k := range g.Types {
		if slices.Contains(types, k) {
			m[g.Tokens[i]] = i
		}
	}
	return m
}

// template puts the tokens before and behind texts that the file asks for.
func (g *GGUF) template(t *Tokenizer, bos, eos bool) error {
	var before, after []string
	if g.BOS != nil && yes(g.AddBOS, bos) {
		before = []string{g.Tokens[*g.BOS]}
	}
	if g.EOS != nil && yes(g.AddEOS, eos) {
		after = []string{g.Tokens[*g.EOS]}
	}
	return t.SetTemplate(before, after)
}

func (g *GGUF) byteLevel() (*Tokenizer, error) {
	how, ok := ggufSplits[g.Pre]
	if !ok {
		return nil, fmt.Errorf("the way to split texts %q is not known", clip(g.Pre))
	}
	n, err := newNames(g.ids())
	if err != nil {
		return nil, err
	}
	m := &bpe{names: n, whole: how.whole}
	merges := make([]merged, len(g.Merges))
	for i, line := range g.Merges {
		if merges[i], err = parseMerge(line); err != nil {
			return nil, err
		}
	}
	if err := m.prepare(merges); err != nil {
		return nil, err
	}
	var all []any
	for _, p := range how.patterns {
		all = append(all, map[string]any{"type": "Split", "pattern": map[string]any{"Regex": p}, "behavior": "Isolated", "invert": false})
	}
	all = append(all, map[string]any{"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false})
	d := byteLevelDocument(nil, map[string]any{"type": "Sequence", "pretokenizers": all})
	if how.nfc {
		d.Normalizer = raw(map[string]any{"type": "NFC"})
	}
	t, err := build(d, m)
	if err != nil {
		return nil, err
	}
	if err := t.addAt(g.special(pieceControl, pieceUser)); err != nil {
		return nil, err
	}
	return t, g.template(t, how.whole, false)
}

func (g *GGUF) ids() map[string]int32 {
	ids := make(map[string]int32, len(g.Tokens))
	for i, s := range g.Tokens {
		ids[s] = int32(i)
	}
	return ids
}

// wordPiece makes a tokenizer of BERT's kind. The file writes ▁ before tokens that begin a word, and nothing before those that go on.
func (g *GGUF) wordPiece() (*Tokenizer, error) {
	ids := make(map[string]int32, len(g.Tokens))
	for i, s := range g.Tokens {
		rest, begins := strings.CutPrefix(s, metaspace)
		switch {
		case begins:
			s = rest
		case !(strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]")):
			s = "##" + s
		}
		ids[s] = int32(i)
	}
	if err := missing(ids, "[UNK]", "[CLS]", "[SEP]"); err != nil {
		return nil, err
	}
	return wordPieceTokenizer(ids, !hasCapitals(ids), "##")
}
