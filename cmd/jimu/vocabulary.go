package main

import (
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/recipe"
)

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

// about returns the first sentence of the doc comment, without the name it begins with.
func about(e recipe.Entry) string {
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
