package language

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/jimu-ml/jimu/data/sample"
	dataset "github.com/jimu-ml/jimu/data/text"
	"github.com/jimu-ml/jimu/data/token"
	"github.com/jimu-ml/jimu/data/token/vocab"
	"github.com/jimu-ml/jimu/recipe"
)

// Running is what sets of a text that is read as a whole are asked for. The text is divided in its order: what each epoch is
// evaluated on, what is trained on, and what the run is tested on. So both shares that are held out adjoin what is learned, as
// in the usual division: between it and the test, the validation would keep the names of the test's play from the model.
type Running struct {
	recipe.Batches
	Test       float64 // share at the end that is kept back for the test
	Context    int     // tokens of an example: what a model sees at once
	Steps      int     // batches of an epoch, of windows that begin anywhere
	Vocabulary int     // tokens of byte pairs, learned from the training text; 0: tokens are characters
}

var running = Running{Batches: recipe.Batches{Batch: 12, Validation: 0.05}, Test: 0.1, Context: 64, Steps: 500}

// check reports what cannot be.
func (c Running) check() error {
	for _, k := range []struct {
		key  string
		n    int
		most int
	}{{"context", c.Context, 1 << 16}, {"steps", c.Steps, 1 << 24}} {
		if k.n < 1 || k.n > k.most {
			return recipe.Errorf("data."+k.key, "want 1 to %d, not %d", k.most, k.n)
		}
	}
	if c.Vocabulary != 0 && (c.Vocabulary < 257 || c.Vocabulary > 1<<20) {
		return recipe.Errorf("data.vocabulary", "want 257 tokens or more, since each byte is one, or 0 for characters, not %d", c.Vocabulary)
	}
	if err := (recipe.Held{Test: c.Test}).Check(); err != nil {
		return err
	}
	return c.Batches.Check()
}

// text is a text of the user's.
type text struct {
	Running
	File string
}

// maxText is how long a text may be, in bytes.
const maxText = 1 << 30

func (c text) source() (recipe.Source, error) {
	if c.File == "" {
		return recipe.Source{}, recipe.Errorf("data.file", "the set text needs a file: --set data.file=book.txt")
	}
	return recipe.Source{Reopen: reopen, Load: func(ctx context.Context) (recipe.Work, error) {
		s, err := recipe.Text(c.File, maxText)
		if err != nil {
			return nil, err
		}
		return c.work(ctx, s, c.File)
	}}, c.check()
}

// shakespeare is Tiny Shakespeare.
type shakespeare struct{ Running }

func (c shakespeare) source() (recipe.Source, error) {
	return recipe.Source{Reopen: reopen, Load: func(ctx context.Context) (recipe.Work, error) {
		s, err := sample.Shakespeare()
		if err != nil {
			return nil, err
		}
		return c.work(ctx, s, sample.Paths("shakespeare")...)
	}}, c.check()
}

// work makes the work of a text. It is divided between characters, so that the shares are those of the text, however it is made
// into tokens.
func (c Running) work(ctx context.Context, s string, files ...string) (recipe.Work, error) {
	letters := []rune(s)
	learn := int(float64(len(letters)) * (1 - c.Test))
	check := int(float64(learn) * c.Validation)
	parts := []string{string(letters[check:learn]), string(letters[:check]), string(letters[learn:])}
	if shortest := min(learn-check, len(letters)-learn); shortest <= c.Context || c.Validation > 0 && check <= c.Context {
		return nil, c.tooShort(len(letters), files...)
	}
	t, err := c.tokenizer(ctx, s, parts[0])
	if err != nil {
		return nil, err
	}
	var ids [3][]int64
	for i, part := range parts {
		if ids[i], err = t.IDs(part); err != nil {
			return nil, err
		}
	}
	w, err := keep(kept{Unit: "windows", Length: c.Context}, t)
	if err != nil {
		return nil, err
	}
	set := &recipe.Sets{Unit: "windows", Batch: c.Batch, Evaluated: w.evaluated(), Files: files}
	if set.Train, err = dataset.NewDraws(ids[0], c.Context, c.Steps*c.Batch); err != nil {
		return nil, fmt.Errorf("the training text: %w", err)
	}
	if c.Validation > 0 {
		if set.Validation, err = inOrder(ids[1], c.Context); err != nil {
			return nil, fmt.Errorf("the text for validation: %w", err)
		}
	}
	if set.Test, err = inOrder(ids[2], c.Context); err != nil {
		return nil, fmt.Errorf("the text for the test: %w", err)
	}
	first := utf8.RuneCountInString(t.Decode(ids[2][:1], false)) // which nothing predicts
	w.sets, w.held = set, held{tokens: len(ids[2]) - 1, characters: len(letters) - learn - first}
	return w, nil
}

// tooShort says how long a text must be of which each part has more tokens than an example, if a token is a character.
func (c Running) tooShort(n int, files ...string) error {
	least := 1.0
	for _, share := range []float64{(1 - c.Test) * (1 - c.Validation), (1 - c.Test) * c.Validation, c.Test} {
		if share > 0 {
			least = min(least, share)
		}
	}
	of := strings.Join(files, ", ")
	if of == "" || strings.HasPrefix(of, sample.InBinary) {
		of = "the text"
	}
	return recipe.Errorf("data", "%s has %s; to be divided into a part to learn from and others held out, each longer than the %d tokens of an example, "+
		"it needs %s at least; give a longer text, a smaller data.context, or other shares by data.validation and data.test", of, characters(n), c.Context,
		recipe.Thousands(int(float64(c.Context+1)/least)+2))
}

func characters(n int) string {
	if n == 1 {
		return "1 character"
	}
	return recipe.Thousands(n) + " characters"
}

// inOrder is the set of all of a text, each token once.
func inOrder(ids []int64, length int) (*dataset.Windows, error) {
	w, err := dataset.NewWindows(ids, length, 0)
	if err == nil {
		w.Rest = true
	}
	return w, err
}

// tokenizer makes or learns the tokens.
func (c Running) tokenizer(ctx context.Context, all, train string) (*token.Tokenizer, error) {
	if c.Vocabulary == 0 {
		return token.Characters(all)
	}
	base, err := vocab.Base("bpe")
	if err != nil {
		return nil, err
	}
	config := vocab.Defaults("bpe")
	config.Size, config.Special = c.Vocabulary, nil
	return vocab.Learn(ctx, base, strings.Lines(train), config)
}
