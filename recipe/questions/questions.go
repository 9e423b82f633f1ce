// Package questions has the recipes that learn to answer questions about a passage by a piece of it.
//
// The model first learns hidden words of the passages, and then where answers begin and end. It is tested by exact match and F1,
// beside what can be said by comparing the words of the question with those of the passage alone.
package questions

import (
	"context"
	"embed"
	"io/fs"
	"math"
	"slices"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/sample"
	"github.com/jimu-ml/jimu/data/text"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/rng"
)

//go:embed builtin/*.json
var builtin embed.FS

// common is what a recipe has that says nothing.
var common = config{Batch: 16, Words: 4000, Question: 40, Context: 400, Stride: 200, Longest: 20, Pretrain: 10, Masked: 0.15, Forget: 0.2, Validation: 0.1}

func init() {
	recipe.Register("xquad", "questions about English passages of Wikipedia; folder has German and Chinese too",
		xquad{config: common, Language: "en"}, xquad.source)
	chinese := common
	chinese.Context, chinese.Stride, chinese.Longest = 600, 300, 60
	recipe.Register("cmrc", "questions about Chinese passages of Wikipedia; 1,168 are in the program, folder has 4,219",
		cmrc{chinese}, cmrc.source)
	folder, err := fs.Sub(builtin, "builtin")
	if err != nil {
		panic(recipe.Errorf("", "questions: %v", err)) // it is embedded
	}
	recipe.RegisterBuiltins(folder)
}

// config is what both sets have.
type config struct {
	Batch      int     // windows in a batch
	Words      int     // how many of the commonest words are known
	Question   int     // tokens of a question; the rest is cut off
	Context    int     // tokens of a passage in a window
	Stride     int     // tokens from one window to the next, of longer passages
	Longest    int     // tokens of an answer that is given
	Pretrain   int     // epochs of learning hidden words of the passages first; 0: none
	Masked     float64 // share of the words that are hidden
	Forget     float64 // share of the words that are made unknown while the model learns from questions
	Validation float64 // share of the articles, or the passages, that are held out of training
	Folder     string  // with the published files, packed with gzip; "": what is in the program
}

func (c config) check() error {
	for _, k := range []struct {
		key                string
		value, least, most int
	}{
		{"batch", c.Batch, 1, math.MaxInt},
		{"words", c.Words, 3, math.MaxInt},
		{"question", c.Question, 1, most},
		{"context", c.Context, 1, most},
		{"stride", c.Stride, 1, most},
		{"longest", c.Longest, 1, most},
		{"pretrain", c.Pretrain, 0, math.MaxInt},
	} {
		if err := recipe.Within("data."+k.key, k.value, k.least, k.most); err != nil {
			return err
		}
	}
	switch {
	case c.Stride > c.Context:
		return recipe.Errorf("data.stride", "windows of %d tokens that are %d apart leave some out", c.Context, c.Stride)
	case c.Masked <= 0 || c.Masked >= 1:
		return recipe.Errorf("data.masked", "want a share above 0 and below 1, not %v", c.Masked)
	case c.Forget < 0 || c.Forget >= 1:
		return recipe.Errorf("data.forget", "want a share from 0 to below 1, not %v", c.Forget)
	case c.Validation < 0 || c.Validation > 0.5:
		return recipe.Errorf("data.validation", "want a share from 0 to 0.5, not %v", c.Validation)
	}
	return nil
}

// xquad is the questions of XQuAD in one language, divided by articles.
type xquad struct {
	config
	Language string // en, de or zh
}

func (c xquad) source() (recipe.Source, error) {
	if c.Language != "en" && c.Folder == "" {
		return recipe.Source{}, recipe.Errorf("data.language", "%q is not in the program; give the folder with xquad.%s.json.gz by --set data.folder=DIR", c.Language, c.Language)
	}
	return recipe.Source{Load: c.load, Reopen: reopen}, c.check()
}

// tested is the share of articles, or of passages, that the model is tested by.
const tested = 0.25

func (c xquad) load(context.Context) (recipe.Work, error) {
	all, files, err := sample.XQuAD(c.Folder, c.Language)
	if err != nil {
		return nil, err
	}
	parts := divide(all, c.Validation)
	return c.work(parts, c.Language == "zh", files), nil
}

// cmrc is the questions of CMRC 2018, of its development and its trial set, divided by articles. Those who marked the answers of the
// two did it otherwise: half of the answers of the one have up to 7 characters, of the other up to 19.
type cmrc struct{ config }

func (c cmrc) source() (recipe.Source, error) {
	return recipe.Source{Load: c.load, Reopen: reopen}, c.check()
}

func (c cmrc) load(context.Context) (recipe.Work, error) {
	sets, _, files, err := sample.CMRC(c.Folder)
	if err != nil {
		return nil, err
	}
	parts := divide(slices.Concat(sets[0], sets[1]), c.Validation)
	return c.work(parts, true, files), nil
}

// divide deals passages out for training, validation and the test, those of one article to one of them. The same passages are
// always dealt alike.
func divide(all []text.Passage, validation float64) (parts [3][]text.Passage) {
	number := map[string]int{}
	for _, p := range all {
		if _, there := number[p.Title]; !there {
			number[p.Title] = len(number)
		}
	}
	of := make([]int, len(number))
	order := rng.KeyOf(0).Child("questions").Perm(len(number))
	for part, share := range []float64{validation, tested} {
		n := int(share*float64(len(number)) + 0.5)
		for _, k := range order[:n] {
			of[k] = part + 1
		}
		order = order[n:]
	}
	for _, p := range all {
		k := of[number[p.Title]]
		parts[k] = append(parts[k], p)
	}
	return parts
}

// work makes examples of passages.
func (c config) work(parts [3][]text.Passage, chinese bool, files []string) *work {
	var texts []string
	for _, p := range parts[0] {
		texts = append(texts, p.Text)
		for _, q := range p.Questions {
			texts = append(texts, q.Question)
		}
	}
	r := &reader{text.NewVocabulary(texts, text.Options{Size: c.Words, MinCount: 2})}
	w := &work{
		kept: kept{
			Words: r.written(), Question: c.Question, Context: c.Context, Stride: c.Stride, Longest: c.Longest, Chinese: chinese,
		},
		reader: r, tests: parts[2], batch: c.Batch, pretrain: c.Pretrain, unasked: r.hide(parts[0], c.Context, c.Masked),
	}
	s := w.slicing()
	learned := s.answered(r, parts[0], false)
	learned.forget = c.Forget
	w.sets = &recipe.Sets{
		Train: learned, Test: s.answered(r, parts[2], true), Unit: "questions", Batch: c.Batch, Evaluated: 32, Files: files,
		Batcher: data.ByLength{Lengths: learned.lengths(), Tokens: c.Batch * (c.Question + c.Context), Most: c.Batch},
	}
	if len(parts[1]) > 0 {
		w.sets.Validation = s.answered(r, parts[1], true)
	}
	return w
}
