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
	var names []string
	found := 0
	for _, e := range vocabulary(kind) {
		names = append(names, e.Name)
		if !e.is(word) {
			continue
		}
		if found++; found > 1 {
			fmt.Fprintln(a.out)
		}
		fmt.Fprintf(a.out, "%s · %s · in Go: %s\n\n%s\n", e.Name, e.Kind, e.Go, e.Doc)
	}
	if found > 0 {
		return nil
	}
	what := kind
	if what == "" {
		what = "command, or entry of the catalogues, called"
	}
	if n := recipe.Nearest(word, names); n != "" {
		return misusef("no %s %q; did you mean %s?", what, word, n)
	}
	return misusef("no %s %q; jimu list shows what there is", what, word)
}
