package recipe

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
)

//go:generate sh -c "cd .. && go run ./_vocabulary help > recipe/vocabulary.jsonl"
//go:embed vocabulary.jsonl
var vocabularyText string

// An Entry is a layer, objective, rule or the like with its doc comment. Not every entry can stand in a recipe: see [Parts].
type Entry struct {
	Kind string // "objective"
	Name string // "focal"
	Go   string // "objective.FocalLoss"
	Doc  string
	Also []string // "nn.BatchNorm2d": what other libraries call it
}

// Vocabulary returns the entries of a kind, or all for "".
func Vocabulary(kind string) (some []Entry) {
	d := json.NewDecoder(strings.NewReader(vocabularyText))
	for {
		var e Entry
		if d.Decode(&e) != nil {
			return some
		}
		if kind == "" || e.Kind == kind {
			some = append(some, e)
		}
	}
}

// Is reports whether a user who types the word means the entry: case, underscores and a final "loss" do not matter.
func (e Entry) Is(word string) bool {
	word = bareName(word)
	return word == bareName(e.Name) || word == bareName(e.Go[strings.IndexByte(e.Go, '.')+1:]) || word == bareName(e.Go)
}

// IsElsewhere reports whether a library of others calls the entry by the word, with or without the library's name and the
// endings that practitioners leave out when they talk: bce for BCEWithLogitsLoss, f1 for F1Score.
func (e Entry) IsElsewhere(word string) bool {
	return slices.ContainsFunc(e.Also, func(name string) bool {
		last := name[strings.LastIndexByte(name, '.')+1:]
		return bareName(word) == bareName(name) || bareName(word) == bareName(last) || spoken(word) == spoken(last)
	})
}

// spoken is bareName without the endings that are left out in talk.
func spoken(s string) string {
	return strings.TrimSuffix(strings.TrimSuffix(bareName(s), "withlogits"), "score")
}

// bareName returns a name in small letters, without marks between its words and without a final "loss".
func bareName(s string) string {
	return strings.TrimSuffix(strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r == ' ' {
			return -1
		}
		return r
	}, strings.ToLower(s)), "loss")
}

// translated returns the known name of the entry that other libraries call by a name, or nothing if there is none.
func translated(kind, name string, known []string) string {
	for _, e := range Vocabulary(kind) {
		if !e.IsElsewhere(name) {
			continue
		}
		for _, k := range known {
			if e.Is(k) {
				return k
			}
		}
	}
	return ""
}
