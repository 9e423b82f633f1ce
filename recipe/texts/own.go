package texts

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/data/sample"
	"github.com/jimu-ml/jimu/data/table"
	"github.com/jimu-ml/jimu/recipe"
)

// own is texts that a user has.
type own struct {
	common
	File, TestFile     string // tables, as CSV
	Folder, TestFolder string // with a folder of text files, or a file of lines, for each class
	Text, Label        string // columns of the tables
}

func (c own) source() (recipe.Source, error) {
	if c.File != "" && c.Folder != "" {
		return recipe.Source{}, recipe.Errorf("data.folder", "there is a file too; want one of the two")
	}
	if c.TestFile != "" && c.TestFolder != "" {
		return recipe.Source{}, recipe.Errorf("data.test_folder", "there is a test_file too; want one of the two")
	}
	key, given := "data.test_file", c.TestFile
	if c.TestFolder != "" {
		key, given = "data.test_folder", c.TestFolder
	}
	return c.beside(key, given, func() (*sample.Corpus, []string, error) {
		learn, test := c.in(c.File, c.Folder), c.in(c.TestFile, c.TestFolder)
		if learn.place == "" {
			return nil, nil, recipe.Errorf("data", "the set texts needs a table with the columns %s and %s, --set data.file=FILE, "+
				"or a folder with a folder of text files for each class, --set data.folder=FOLDER", c.Text, c.Label)
		}
		corpus, err := both(learn, test)
		return corpus, []string{learn.place, test.place}, err
	})
}

// A shelf is a place with texts, and how they are read there.
type shelf struct {
	place string // a table or a folder; "": there is none
	read  func(place string) (labels, texts []string, err error)
}

// in returns the shelf that a table or a folder is.
func (c own) in(file, folder string) shelf {
	if folder != "" {
		return shelf{folder, tree}
	}
	return shelf{file, c.table}
}

// both reads what is to learn from, and what is for the test if it lies apart, in a table or a folder likewise.
func both(learn, test shelf) (*sample.Corpus, error) {
	labels, some, err := learn.read(learn.place)
	if err != nil {
		return nil, err
	}
	corpus := &sample.Corpus{Unit: "texts", Classes: slices.Compact(slices.Sorted(slices.Values(labels)))}
	if len(corpus.Classes) < 2 {
		return nil, fmt.Errorf("%s has texts of %d classes; want two or more", learn.place, len(corpus.Classes))
	}
	if corpus.Train, err = classed(corpus.Classes, labels, some, learn.place); err != nil || test.place == "" {
		return corpus, err
	}
	if labels, some, err = test.read(test.place); err != nil {
		return nil, err
	}
	corpus.Test, err = classed(corpus.Classes, labels, some, test.place)
	return corpus, err
}

// classed looks up the labels of texts.
func classed(classes, labels, some []string, place string) (l sample.Labelled, err error) {
	l.Texts = some
	for _, name := range labels {
		k, known := slices.BinarySearch(classes, name)
		if !known {
			return l, fmt.Errorf("%s has a text of the class %q, of which there is none to learn from", place, name)
		}
		l.Labels = append(l.Labels, int64(k))
	}
	return l, nil
}

// table reads a table's texts and labels. Rows without one of them are left out.
func (c own) table(path string) (labels, texts []string, err error) {
	t, err := table.Open(path, table.Options{
		Header: table.With, Kinds: map[string]table.Kind{c.Text: table.Text, c.Label: table.Text}, Missing: []string{},
	})
	if err != nil {
		return nil, nil, err
	}
	text, err := t.Column(c.Text)
	if err != nil {
		return nil, nil, recipe.Errorf("data.text", "%v", err)
	}
	label, err := t.Column(c.Label)
	if err != nil {
		return nil, nil, recipe.Errorf("data.label", "%v", err)
	}
	for i, name := range label.Text {
		if name != "" && text.Text[i] != "" {
			labels, texts = append(labels, name), append(texts, text.Text[i])
		}
	}
	return labels, texts, nil
}

// tree reads a folder: of a folder in it each file is a text, of a file in it each line; the name is the class.
func tree(folder string) (labels, texts []string, err error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, nil, fmt.Errorf("reading texts: %w", err)
	}
	for _, e := range entries {
		path, name := filepath.Join(folder, e.Name()), e.Name()
		var some []string
		switch {
		case strings.HasPrefix(name, "."):
			continue
		case e.IsDir():
			some, err = files(path)
		default:
			name = strings.TrimSuffix(name, filepath.Ext(name))
			some, err = recipe.Lines(path)
		}
		if err != nil {
			return nil, nil, err
		}
		for _, t := range some {
			labels, texts = append(labels, name), append(texts, t)
		}
	}
	return labels, texts, nil
}

// longest is how many bytes of a file are read.
const longest = 1 << 20

// files returns the texts of the files in a folder.
func files(folder string) (texts []string, err error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("reading texts: %w", err)
	}
	for _, e := range entries {
		if !e.Type().IsRegular() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		text, err := file(filepath.Join(folder, e.Name()))
		if err != nil {
			return nil, fmt.Errorf("reading texts: %w", err)
		}
		if strings.TrimSpace(text) != "" {
			texts = append(texts, text)
		}
	}
	return texts, nil
}

func file(path string) (text string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	b, err := io.ReadAll(io.LimitReader(f, longest))
	return string(b), err
}
