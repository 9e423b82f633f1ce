// Package summary has the recipes that learn to summarize: to say in a sentence what a text is about.
//
// One is extractive: a model of texts gives each sentence a score, and learns that those are high which share most with the
// summaries that people wrote. The other writes: a pointer-generator makes a summary of its vocabulary and of what it copies. Both
// are tested by ROUGE, beside the first sentence and the best that any choice of a sentence could come to.
package summary

import (
	"context"
	"embed"
	"io/fs"
	"math"

	"github.com/jimu-ml/jimu/data/sample"
	"github.com/jimu-ml/jimu/recipe"
)

//go:embed builtin/*.json
var builtin embed.FS

func init() {
	recipe.Register("scitldr", "abstracts of papers, and summaries in one sentence; 700 are in the program, folder has 3,229",
		scitldr{Batch: 32, Words: 4000, Length: 80, Sentences: 1, Temperature: 0.08}, scitldr.source)
	recipe.Register("scitldr_written", "the same abstracts, of which summaries are written; folder has 3,229",
		writing{Vocabulary: 4000, Words: 4000, Longest: 400, Most: 80, Tokens: 4096, Extracts: 0.5, Temperature: 0.08, Beams: 4, Penalty: 1, Focus: 1, Repeat: 3}, writing.source)
	recipe.RegisterObjective("pointing", "negative log-likelihood of summaries whose pieces are written or copied, and of the sentence that says most",
		pointing{Salience: 1}, pointing.goal)
	folder, err := fs.Sub(builtin, "builtin")
	if err != nil {
		panic(recipe.Errorf("", "summary: %v", err)) // it is embedded
	}
	recipe.RegisterBuiltins(folder)
}

// scitldr is the abstracts of SciTLDR-A.
type scitldr struct {
	Batch       int     // abstracts in a batch
	Words       int     // how many of the commonest words are known
	Length      int     // words of a sentence; the rest is cut off
	Sentences   int     // of a summary
	Temperature float64 // of what is learned: the lower, the more the best sentence alone counts
	Folder      string  // with the three published files; "": those in the program
}

func (c scitldr) source() (recipe.Source, error) {
	for _, k := range []struct {
		key         string
		value, most int
	}{{"batch", c.Batch, math.MaxInt}, {"words", c.Words, math.MaxInt}, {"length", c.Length, longest}, {"sentences", c.Sentences, math.MaxInt}} {
		if err := recipe.Within("data."+k.key, k.value, 1, k.most); err != nil {
			return recipe.Source{}, err
		}
	}
	if c.Temperature <= 0 {
		return recipe.Source{}, recipe.Errorf("data.temperature", "want more than 0, not %v", c.Temperature)
	}
	return recipe.Source{Load: c.load, Reopen: reopen}, nil
}

func (c scitldr) load(context.Context) (recipe.Work, error) {
	parts, files, err := sample.Abstracts(c.Folder)
	if err != nil {
		return nil, err
	}
	r := newReader(parts[0], c.Words, c.Length)
	w := &work{kept: kept{Words: r.written(), Length: c.Length, Sentences: c.Sentences}, reader: r, tests: parts[2]}
	w.sets = &recipe.Sets{Unit: "abstracts", Batch: c.Batch, Files: files}
	w.sets.Train, w.sets.Validation, w.sets.Test = r.examples(parts[0], c.Temperature), r.examples(parts[1], c.Temperature), r.examples(parts[2], c.Temperature)
	return w, nil
}
