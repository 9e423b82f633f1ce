package main

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/jimu-ml/jimu/recipe"
)

// titles are what the sections of a recipe hold.
var titles = map[string]string{
	"recipes": "recipes (jimu train NAME)", "data": "data sets (data.set)", "model": "architectures (model.name)",
	"objective": "objectives (objective.name)", "optimizer": "optimizers (optimizer.name)",
	"schedule": "schedules of the learning rate (schedule.name)", "metrics": "metrics (metrics)",
	"augment": "changes to the pictures that are trained on (data.augment)",
}

func listCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "list [SECTION]", Short: "List recipes and what they can be made of",
		Long: "List the recipes that come with the program, and the data sets, architectures, objectives, optimizers, schedules and\n" +
			"metrics that a recipe can name, each with its hyperparameters.\n\n" +
			"jimu list models lists the architectures with their published sizes.\n\n" +
			"jimu list arrays, operations, layers, initializers, objectives, optimizers, schedules, metrics or augmentations lists the whole\n" +
			"catalogue, those included that are for Go programs alone; jimu help KIND NAME explains one.",
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			sections, err := sections()
			if err != nil {
				return err
			}
			var names []string
			if len(args) == 1 && args[0] == "models" {
				return a.listModels()
			}
			found := len(args) == 0
			for _, s := range sections {
				names = append(names, s.Name)
				if len(args) == 0 || args[0] == s.Name {
					found = true
					if err := a.section(s); err != nil {
						return err
					}
				}
			}
			if len(args) == 1 {
				if kind, ok := kindOf(args[0]); ok {
					return a.listKind(kind)
				}
			}
			if !found {
				names = append(names, "models")
				for _, k := range kinds {
					names = append(names, k.plural)
				}
				return misusef("nothing to list is called %q; there are %s", args[0], strings.Join(names, ", "))
			}
			if len(args) == 0 {
				a.catalogues()
			}
			return nil
		},
		ValidArgs: []string{
			"recipes", "data", "model", "objective", "optimizer", "schedule", "metrics", "augment",
			"models", "arrays", "operations", "layers", "initializers", "objectives", "optimizers", "schedules", "augmentations",
		},
	}
}

// sections returns the recipes, and all that they can be made of.
func sections() ([]recipe.Section, error) {
	recipes := recipe.Section{Name: "recipes"}
	for _, name := range recipe.Names() {
		r, err := recipe.Builtin(name)
		if err != nil {
			return nil, err
		}
		recipes.Choices = append(recipes.Choices, recipe.Choice{Name: name, About: r.About})
	}
	return slices.Concat([]recipe.Section{recipes}, recipe.Parts()), nil
}

func (a *app) section(s recipe.Section) error {
	fmt.Fprintln(a.out, titles[s.Name])
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	for _, c := range s.Choices {
		keys := ""
		if len(c.Keys) > 0 {
			keys = " [" + strings.Join(c.Keys, ", ") + "]"
		}
		fmt.Fprintf(w, "  %s\t%s%s\n", c.Name, c.About, keys)
	}
	fmt.Fprintln(w)
	return w.Flush()
}

// listKind lists the entries of a catalogue, a line each.
func (a *app) listKind(kind string) error {
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	for _, k := range kinds {
		if k.kind == kind {
			fmt.Fprintf(a.out, "all %s (jimu help %s NAME tells more)\n", k.about, k.kind)
		}
	}
	for _, e := range recipe.Vocabulary(kind) {
		fmt.Fprintf(w, "  %s\t%s\n", e.Name, short(about(e), 100))
	}
	return w.Flush()
}

// short cuts a text off behind a word, if it is longer than most letters; behind a letter, if it begins with a word as long.
func short(text string, most int) string {
	r := []rune(text)
	if len(r) <= most {
		return text
	}
	cut := string(r[:most])
	if at := strings.LastIndexByte(cut, ' '); at > 0 {
		cut = cut[:at]
	}
	return cut + " …"
}

// catalogues says how many entries each catalogue has.
func (a *app) catalogues() {
	fmt.Fprintln(a.out, "catalogues (jimu list NAME)")
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "  models\t%d architectures and published sizes\n", len(modelNames()))
	for _, k := range kinds {
		if n := len(recipe.Vocabulary(k.kind)); n > 0 {
			fmt.Fprintf(w, "  %s\t%d %s\n", k.plural, n, k.about)
		}
	}
	_ = w.Flush()
}
