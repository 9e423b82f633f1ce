package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/jimu-ml/jimu/model"
)

// listModels lists the architectures, each with the sizes that it was published with.
func (a *app) listModels() error {
	fmt.Fprintln(a.out, "architectures, and their published sizes (jimu summary NAME shows the layers)")
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	for _, m := range model.List() {
		if err := w.Flush(); err != nil {
			return err
		}
		fmt.Fprintf(a.out, "  %s: %s\n", m.Name, m.About)
		for _, v := range m.Variants {
			of := v.Of
			if of.Input == nil {
				of = m.Example
			}
			takes := ""
			if of.Input != nil {
				takes = strings.ReplaceAll(strings.Trim(fmt.Sprint(of.Input), "[]"), " ", " × ") + map[bool]string{true: " tokens"}[of.Tokens > 0]
			}
			fmt.Fprintf(w, "    %s\t%s\t%s\n", v.Name, thousands(v.Parameters), takes)
		}
	}
	return w.Flush()
}
