package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/jimu-ml/jimu/recipe"
)

func summaryCommand(a *app) *cobra.Command {
	var set []string
	c := &cobra.Command{
		Use: "summary NAME|recipe.json|RUN", Short: "Show the layers of a recipe's model",
		Long:    "Show the layers of the model that a recipe describes, with output shapes, parameters and operations. Nothing is trained.",
		Example: "  jimu summary fashion\n  jimu summary fashion --set model.channels=[16,32,64]",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			r, err := recipe.Find(args[0])
			if isRun(args[0]) {
				r, err = readRun(args[0])
			}
			if err != nil {
				return orMissing(err)
			}
			for _, s := range set {
				if err := r.Set(s); err != nil {
					return fmt.Errorf("--set %s: %w", s, err)
				}
			}
			s, err := r.Summary(c.Context())
			if err != nil {
				return err
			}
			title := r.Name
			if r.About != "" {
				title += ": " + r.About
			}
			fmt.Fprintf(a.out, "%s\n\n%s", title, s)
			return nil
		},
		ValidArgsFunction: completeRecipes,
	}
	c.Flags().StringArrayVar(&set, "set", nil, "change the recipe: `key=value`; may be given several times")
	return c
}
