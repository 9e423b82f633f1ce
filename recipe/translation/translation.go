// Package translation has the recipes that learn to translate: from pairs of sentences to an encoder and a decoder that search
// for the likeliest translation with beams, tested by BLEU.
//
// The sets are Multi30k (English, German and French), Tatoeba (English and Chinese), of which a part is in the program, and any
// two files with a sentence on each line.
package translation

import (
	"embed"
	"io/fs"
	"math"

	"github.com/jimu-ml/jimu/recipe"
)

//go:embed builtin/*.json
var builtin embed.FS

func init() {
	usual := languages{
		From: "en", To: "de", Vocabulary: 6000, Tokens: 2048, Longest: 100, Beams: 4, Penalty: 1,
	}
	recipe.Register("multi30k", "29,000 captions of photographs in English, German and French; folder has the published files",
		multi30k{usual, ""}, multi30k.source)
	usual.To = "zh"
	recipe.Register("tatoeba", "26,388 sentences in English and Chinese; the 6,000 shortest are in the program, folder has all",
		tatoeba{usual, split{0.05, 0.1}, ""}, tatoeba.source)
	usual.From, usual.To = "", ""
	recipe.Register("pairs", "two files with a sentence on each line, and its translation on the same line of the other",
		pairs{usual, split{0.05, 0.1}, "", ""}, pairs.source)
	folder, err := fs.Sub(builtin, "builtin")
	if err != nil {
		panic(recipe.Errorf("", "translation: %v", err)) // it is embedded
	}
	recipe.RegisterBuiltins(folder)
}

// languages is what every set of pairs is asked for.
type languages struct {
	From, To   string  // as in "en": what is read, and what is written
	Vocabulary int     // tokens of both together
	Tokens     int     // of a batch at most: its longest sentence times its sentences, no merge being left out
	Longest    int     // sentence in tokens; pairs with a longer one are left out of the training, questions are cut
	Beams      int     // translations that are gone on with
	Penalty    float64 // a translation's log-probability is divided by its length to that power
	Dropout    float64 // share of the merges that are left out in training, so that words are in other pieces each time
}

func (c languages) check() error {
	for _, k := range []struct {
		key       string
		value, of int
	}{
		{"vocabulary", c.Vocabulary, recipe.LeastPieces}, {"longest", c.Longest, 1}, {"tokens", c.Tokens, c.Longest + 1}, {"beams", c.Beams, 1},
	} {
		if err := recipe.Within("data."+k.key, k.value, k.of, math.MaxInt); err != nil {
			return err
		}
	}
	if c.Dropout < 0 || c.Dropout >= 1 {
		return recipe.Errorf("data.dropout", "want a share of the merges from 0 to below 1, such as 0.1, not %v", c.Dropout)
	}
	return nil
}

// differ reports that both languages are the same. That is looked at as the pairs are read, not before, so that the two may be
// exchanged one after the other.
func (c languages) differ() error {
	if c.From == c.To && c.From != "" {
		return recipe.Errorf("data.to", "both languages are %q; want two", c.To)
	}
	return nil
}

// split is for sets that are not divided by those who published them.
type split struct {
	Validation float64 // share of the training pairs that is kept back to evaluate each epoch
	Test       float64 // share of all pairs that is kept back for the test
}

func (s split) check() error {
	if err := (recipe.Held{Test: s.Test}).Check(); err != nil {
		return err
	}
	return recipe.Batches{Batch: 1, Validation: s.Validation}.Check()
}
