package main

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
)

//go:generate sh -c "cd ../.. && go run ./_vocabulary help > cmd/jimu/vocabulary.jsonl"
//go:embed vocabulary.jsonl
var vocabularyText string

// An entry is a layer, objective, rule or the like with its doc comment.
type entry struct {
	Kind string // "objective"
	Name string // "focal"
	Go   string // "objective.FocalLoss"
	Doc  string
	Also []string // "nn.BatchNorm2d": what other libraries call it
}

// kinds are the catalogues, by what jimu help calls them, in the order of jimu list.
var kinds = []struct{ kind, plural, about string }{
	{"array", "arrays", "what an array can do: methods and functions of package tensor"},
	{"operation", "operations", "operations with a name in the literature"},
	{"layer", "layers", "layers"},
	{"initializer", "initializers", "initial values of parameters"},
	{"objective", "objectives", "objectives"},
	{"optimizer", "optimizers", "rules by which parameters move"},
	{"schedule", "schedules", "schedules of the learning rate"},
	{"metric", "metrics", "metrics"},
	{"augmentation", "augmentations", "augmentations of pictures, sound and text"},
}

// vocabulary returns the entries of a kind, or all for "".
func vocabulary(kind string) (some []entry) {
	d := json.NewDecoder(strings.NewReader(vocabularyText))
	for {
		var e entry
		if d.Decode(&e) != nil {
			return some
		}
		if kind == "" || e.Kind == kind {
			some = append(some, e)
		}
	}
}

// about returns the first sentence of the doc comment, without the name it begins with.
func (e entry) about() string {
	text, _, _ := strings.Cut(e.Doc, "\n\n")
	text = strings.Join(strings.Fields(text), " ")
	if i := strings.Index(text, ". "); i > 0 {
		text = text[:i]
	}
	text = strings.TrimSuffix(text, ".")
	name := e.Go[strings.IndexByte(e.Go, '.')+1:]
	text = strings.TrimPrefix(strings.TrimPrefix(text, "A "+name+" "), "An "+name+" ")
	return strings.NewReplacer("[", "", "]", "").Replace(strings.TrimSpace(strings.TrimPrefix(text, name+" ")))
}

// is reports whether a user who types the word means the entry: case, underscores and a final "loss" do not matter.
func (e entry) is(word string) bool {
	word = plain(word)
	return word == plain(e.Name) || word == plain(e.Go[strings.IndexByte(e.Go, '.')+1:]) || word == plain(e.Go)
}

// isElsewhere reports whether a library of others calls the entry by the word, with or without the library's name and the
// endings that practitioners leave out when they talk: bce for BCEWithLogitsLoss, f1 for F1Score.
func (e entry) isElsewhere(word string) bool {
	return slices.ContainsFunc(e.Also, func(name string) bool {
		last := name[strings.LastIndexByte(name, '.')+1:]
		return plain(word) == plain(name) || plain(word) == plain(last) || spoken(word) == spoken(last)
	})
}

// spoken is plain without the endings that are left out in talk.
func spoken(s string) string {
	return strings.TrimSuffix(strings.TrimSuffix(plain(s), "withlogits"), "score")
}

func plain(s string) string {
	return strings.TrimSuffix(strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r == ' ' {
			return -1
		}
		return r
	}, strings.ToLower(s)), "loss")
}

// kindOf returns the kind that a word names, in singular or plural, and whether there is one. A loss is an objective.
func kindOf(word string) (string, bool) {
	if word == "loss" || word == "losses" {
		return "objective", true
	}
	i := slices.IndexFunc(kinds, func(k struct{ kind, plural, about string }) bool { return word == k.kind || word == k.plural })
	if i < 0 {
		return "", false
	}
	return kinds[i].kind, true
}
