package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jimu-ml/jimu/recipe"
)

// helpCommand explains commands, as cobra's own does, and the entries of the catalogues.
func helpCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "help [COMMAND | KIND NAME]", Short: "Explain a command, or a layer, objective, optimizer, …",
		Long: "Explain a command, or an entry of the catalogues: what it does, its shapes, formula and source.\n\n" +
			"  jimu help train\n  jimu help objective focal\n  jimu help layer conv2d\n\n" +
			"The kinds are " + kindsSentence() + ". jimu list KIND lists the entries.",
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return c.Root().Help()
			}
			if kind, ok := kindOf(args[0]); ok {
				return a.explain(kind, args[1:])
			}
			if target, rest, err := c.Root().Find(args); err == nil && len(rest) == 0 {
				return target.Help()
			}
			return a.explain("", args)
		},
	}
}

func kindsSentence() string {
	var words []string
	for _, k := range kinds {
		words = append(words, k.kind)
	}
	return strings.Join(words, ", ")
}

// explain prints the doc comments of the entries that words name, of any kind if kind is "".
func (a *app) explain(kind string, words []string) error {
	if len(words) == 0 {
		return a.listKind(kind)
	}
	word := strings.Join(words, "_")
	found := called(kind, word)
	for i, e := range found {
		if i > 0 {
			fmt.Fprintln(a.out)
		}
		fmt.Fprintf(a.out, "%s · %s · in Go: %s\n", e.Name, e.Kind, e.Go)
		if len(e.Also) > 0 {
			fmt.Fprintf(a.out, "elsewhere: %s\n", strings.Join(e.Also, ", "))
		}
		if form := inRecipe(e); form != "" {
			fmt.Fprintf(a.out, "in a recipe: %s\n", form)
		}
		fmt.Fprintf(a.out, "\n%s\n", e.Doc)
	}
	if len(found) > 0 {
		return nil
	}
	return unknown(kind, word)
}

// called returns the entries of that name or, if there are none, those that other libraries call so.
func called(kind, word string) (own []recipe.Entry) {
	var foreign []recipe.Entry
	for _, e := range recipe.Vocabulary(kind) {
		switch {
		case e.Is(word):
			own = append(own, e)
		case e.IsElsewhere(word):
			foreign = append(foreign, e)
		}
	}
	if len(own) == 0 {
		return foreign
	}
	return own
}

// unknown says that nothing of the kind has the name, and what the user may have meant.
func unknown(kind, word string) error {
	what := kind
	if what == "" {
		what = "command, or entry of the catalogues, called"
	} else if other := called("", word); len(other) > 0 {
		return misusef("no %s %q; try jimu help %s %s", what, word, other[0].Kind, other[0].Name)
	}
	var names []string
	for _, e := range recipe.Vocabulary(kind) {
		names = append(names, e.Name)
	}
	if n := recipe.Nearest(word, names); n != "" {
		return misusef("no %s %q; did you mean %s?", what, word, n)
	}
	return misusef("no %s %q; jimu list shows what there is", what, word)
}
