// Package vocab learns the vocabularies of tokenizers from texts: BPE, WordPiece and Unigram.
//
//	base, err := vocab.Base("bpe")
//	t, err := vocab.Learn(ctx, base, texts, vocab.Config{Size: 8000})
//	err = t.Write(file) // as tokenizer.json
//
// The same texts give the same vocabulary on every machine, with any number of processors. BPE and WordPiece follow Hugging Face's
// trainers merge by merge, and so does Unigram step by step.
package vocab

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/data/token"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// A Config says how a vocabulary is learned. Its zero value learns 30,000 tokens (Unigram 8,000), as the reference does.
type Config struct {
	Size           int      // tokens, special ones among them
	MinCount       int64    // BPE, WordPiece: how often a pair must come to be merged
	Special        []string // tokens that come first, and stand for no text
	Alphabet       []rune   // letters that are tokens even if they do not come
	MaxAlphabet    int      // BPE, WordPiece: how many letters are tokens at most, the commonest; 0: all
	MaxTokenLength int      // BPE, WordPiece: 0: any; Unigram: 0: 16 letters
	Suffix         string   // BPE: what is written behind words, such as </w>

	// Progress, if there is one, hears how far a stage has come.
	Progress func(stage string, done, total int)
}

func (c *Config) say(stage string, done, total int) {
	if c.Progress != nil {
		c.Progress(stage, done, total)
	}
}

// A word is one that came, and how often.
type word struct {
	text  string
	count int64
}

// Learn learns a vocabulary of texts for a tokenizer: base says how texts are normalized and split, and which kind of model it is to
// be. It ends early, with the error of ctx, if that ends.
func Learn(ctx context.Context, base *token.Tokenizer, texts iter.Seq[string], c Config) (*token.Tokenizer, error) {
	counts, err := count(ctx, base, texts, &c)
	if err != nil {
		return nil, err
	}
	words := make([]word, 0, len(counts))
	for _, s := range slices.Sorted(maps.Keys(counts)) {
		words = append(words, word{s, counts[s]})
	}
	var model any
	switch kind := base.Kind(); kind {
	case "BPE":
		model, err = learnBPE(ctx, words, c)
	case "WordPiece":
		model, err = learnWordPiece(ctx, words, c)
	case "Unigram":
		model, err = learnUnigram(ctx, words, c)
	default:
		err = fmt.Errorf("learning a vocabulary: a model of the kind %s is not learned here", kind)
	}
	if err != nil {
		return nil, err
	}
	b, err := json.Marshal(model)
	if err != nil {
		return nil, fmt.Errorf("learning a vocabulary: %w", err)
	}
	var special []token.Added
	for _, s := range c.Special {
		special = append(special, token.Added{Content: s, Special: true})
	}
	return base.WithModel(b, special)
}

// count counts the words of texts, in blocks on all processors.
func count(ctx context.Context, base *token.Tokenizer, texts iter.Seq[string], c *Config) (map[string]int64, error) {
	const block = 1 << 12
	total := map[string]int64{}
	seen := 0
	var some []string
	flush := func() error {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := countBlock(base, some, total)
		seen += len(some)
		some = some[:0]
		c.say("counting words", seen, 0)
		return err
	}
	for s := range texts {
		if some = append(some, s); len(some) == block {
			if err := flush(); err != nil {
				return nil, err
			}
		}
	}
	if err := flush(); err != nil {
		return nil, err
	}
	return total, nil
}

func countBlock(base *token.Tokenizer, texts []string, total map[string]int64) error {
	const grain = 256
	n := parallel.Blocks(len(texts), grain)
	counts := make([]map[string]int64, n)
	errs := make([]error, n)
	parallel.For(n, 1, func(from, to int) {
		for i := from; i < to; i++ {
			counts[i] = map[string]int64{}
			lo, hi := parallel.Block(len(texts), grain, i)
			for _, s := range texts[lo:hi] {
				words, err := base.Split(s)
				if err != nil {
					errs[i] = fmt.Errorf("counting words: %w", err)
					return
				}
				for _, w := range words {
					counts[i][w]++
				}
			}
		}
	})
	for i := range counts {
		if errs[i] != nil {
			return errs[i]
		}
		for w, k := range counts[i] {
			total[w] += k
		}
	}
	return nil
}

// Kinds are the tokenizers that [Base] knows.
var Kinds = []string{"bpe", "wordpiece", "unigram"}

// Base returns a tokenizer to learn a vocabulary for: "bpe", byte-level as GPT-2's; "wordpiece", as BERT's; "unigram", as T5's.
func Base(kind string) (*token.Tokenizer, error) {
	text, ok := map[string]string{
		"bpe": `{"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true},
			"post_processor":{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":false,"use_regex":true},
			"decoder":{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true},
			"model":{"type":"BPE","vocab":{},"merges":[]}}`,
		"wordpiece": `{"normalizer":{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true},
			"pre_tokenizer":{"type":"BertPreTokenizer"},"decoder":{"type":"WordPiece","prefix":"##","cleanup":true},
			"model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":100,"vocab":{}}}`,
		"unigram": `{"normalizer":{"type":"Sequence","normalizers":[{"type":"Nmt"},{"type":"NFKC"},{"type":"Replace","pattern":{"Regex":" {2,}"},"content":" "}]},
			"pre_tokenizer":{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true},
			"decoder":{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true},
			"model":{"type":"Unigram","unk_id":0,"vocab":[["<unk>",0]],"byte_fallback":false}}`,
	}[kind]
	if !ok {
		return nil, fmt.Errorf("no kind of vocabulary %q; there are %s", kind, strings.Join(Kinds, ", "))
	}
	return token.ReadJSON(strings.NewReader(text))
}

// Defaults returns what a kind of vocabulary usually has besides what it learns: its special tokens, and all bytes as letters.
func Defaults(kind string) Config {
	switch kind {
	case "bpe":
		return Config{Special: []string{"<|endoftext|>"}, Alphabet: token.ByteLetters()}
	case "wordpiece":
		return Config{Special: []string{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"}}
	}
	return Config{Special: []string{"<pad>", "</s>", "<unk>"}}
}
