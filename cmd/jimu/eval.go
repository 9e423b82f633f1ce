package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"
)

func evalCommand(a *app) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "eval [RUN]", Short: "Test the model of a run again",
		Long: "Test the model of a run's folder, the newest below runs if none is given, or an ensemble, on the test set of its recipe.\n" +
			"For classes it shows what is taken for what.",
		Example: "  jimu eval runs/fashion",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			dir := ""
			if len(args) > 0 {
				dir = args[0]
			}
			s, name, err := a.openModel(dir)
			if err != nil {
				return err
			}
			res, confusion, err := s.Evaluate(c.Context())
			if err != nil {
				return err
			}
			if asJSON {
				return json.NewEncoder(a.out).Encode(res)
			}
			if confusion != nil && confusion.Classes() <= 20 {
				fmt.Fprintln(a.out, confusion)
			}
			fmt.Fprintf(a.out, "%s: %s on %s %s\n", name, results(res), count(res.Tested), res.Unit)
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print the result as one line of JSON")
	a.threadsFlag(c, "processors to use; all if not given")
	return c
}
