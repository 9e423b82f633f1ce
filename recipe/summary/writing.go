package summary

import (
	"context"
	"math"
	"slices"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/sample"
	"github.com/jimu-ml/jimu/recipe"
)

// writing is the abstracts of SciTLDR-A, of which summaries are written.
type writing struct {
	Vocabulary  int     // pieces of texts and summaries together
	Words       int     // how many of the commonest are known where it is said what a sentence shares with others
	Longest     int     // text in pieces; the rest is cut off
	Most        int     // pieces of a summary
	Tokens      int     // of a batch at most: its longest text times its texts
	Extracts    float64 // share of what is learned to be written that is a sentence of the text itself, one that says what the summary says
	Temperature float64 // of which sentence that is: the lower, the more the best alone
	Beams       int     // summaries that are gone on with
	Penalty     float64 // a summary's log-probability is divided by its length to that power
	Focus       int     // of so many sentences, which are chosen first, a summary copies; 0: of all
	Repeat      int     // so many pieces in a row do not come twice; 0: they may
	Folder      string  // with the three published files; "": those in the program
}

func (c writing) source() (recipe.Source, error) {
	for _, k := range []struct {
		key             string
		value, of, most int
	}{
		{"vocabulary", c.Vocabulary, recipe.LeastPieces, math.MaxInt},
		{"words", c.Words, 1, math.MaxInt},
		{"longest", c.Longest, marked + 1, longest},
		{"most", c.Most, 1, longest},
		{"tokens", c.Tokens, c.Longest, math.MaxInt},
		{"beams", c.Beams, 1, math.MaxInt},
		{"focus", c.Focus, 0, math.MaxInt},
		{"repeat", c.Repeat, 0, math.MaxInt},
	} {
		if err := recipe.Within("data."+k.key, k.value, k.of, k.most); err != nil {
			return recipe.Source{}, err
		}
	}
	if !(c.Extracts >= 0 && c.Extracts <= 1) {
		return recipe.Source{}, recipe.Errorf("data.extracts", "want a share from 0 to 1, not %v", c.Extracts)
	}
	if c.Temperature <= 0 {
		return recipe.Source{}, recipe.Errorf("data.temperature", "want more than 0, not %v", c.Temperature)
	}
	return recipe.Source{Load: c.load, Reopen: reopenWriting}, nil
}

func (c writing) load(ctx context.Context) (recipe.Work, error) {
	parts, files, err := sample.Abstracts(c.Folder)
	if err != nil {
		return nil, err
	}
	w, err := c.work(ctx, parts[0])
	if err != nil {
		return nil, err
	}
	w.tests = parts[2]
	w.sets = &recipe.Sets{Unit: "abstracts", Batch: evaluated, Files: files}
	var sets [3]*abstracts
	for i, part := range parts {
		if sets[i], err = w.examples(part); err != nil {
			return nil, err
		}
	}
	sets[0].draws(c.Extracts, c.Temperature)
	w.sets.Train, w.sets.Validation, w.sets.Test = sets[0], sets[1], sets[2]
	w.sets.Batcher = data.ByLength{Lengths: sets[0].lengths(), Tokens: c.Tokens}
	return w, nil
}

// work returns a work without examples, with the vocabulary of those to learn from.
func (c writing) work(ctx context.Context, all []sample.Abstract) (*writingWork, error) {
	pieces, err := recipe.LearnPieces(ctx, func(yield func(string) bool) {
		for _, a := range all {
			for _, s := range slices.Concat(a.Source, a.Target) {
				if !yield(spaced(s)) {
					return
				}
			}
		}
	}, c.Vocabulary)
	if err != nil {
		return nil, err
	}
	document, err := pieces.Document()
	if err != nil {
		return nil, err
	}
	r := newReader(all, c.Words, 1)
	return &writingWork{pieces: pieces, reader: r, keptWriting: keptWriting{
		Words: r.written(), Tokenizer: document, Longest: c.Longest, Most: c.Most, Beams: c.Beams, Penalty: c.Penalty,
		Focus: c.Focus, Repeat: c.Repeat,
	}}, nil
}

// evaluated is how many abstracts are evaluated at once.
const evaluated = 16

// spaced returns a sentence as it stands within a text, so that its first piece is the same wherever it is.
func spaced(s string) string { return " " + s }
