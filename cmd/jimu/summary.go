package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/tensor"
)

type summaryOptions struct {
	set    []string
	config string
	input  string
	output int
	svg    string
}

func summaryCommand(a *app) *cobra.Command {
	var o summaryOptions
	c := &cobra.Command{
		Use: "summary NAME|recipe.json|RUN", Short: "Show the layers of a model",
		Long: "Show the layers of the model that a recipe describes, or of an architecture or one of its published sizes, by name: output\n" +
			"shapes, parameters, multiply-adds and the memory of what they compute, for one example. Nothing is trained, and no memory\n" +
			"is taken for parameters. jimu list models shows the names.",
		Example: "  jimu summary fashion\n  jimu summary fashion --set model.channels=[16,32,64]\n  jimu summary vgg16 --svg vgg16.svg\n" +
			"  jimu summary resnet50 --input 3,64,64 --outputs 10",
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			title, s, err := o.summary(c, args[0])
			var several *recipe.Several
			if errors.As(err, &several) && o.svg == "" {
				a.networks(title, several)
				return nil
			}
			if err != nil {
				return err
			}
			fmt.Fprintf(a.out, "%s\n\n%s", title, s)
			if o.svg == "" {
				return nil
			}
			if err := format.Replace(o.svg, func(w io.Writer) error { return drawFlow(w, title, s) }); err != nil {
				return fmt.Errorf("drawing: %w", err)
			}
			fmt.Fprintf(a.out, "drawn in %s\n", o.svg)
			return nil
		},
		ValidArgsFunction: func(c *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
			return append(recipe.Names(), modelNames()...), cobra.ShellCompDirectiveDefault
		},
	}
	f := c.Flags()
	f.StringArrayVar(&o.set, "set", nil, "change the recipe: `key=value`; may be given several times")
	f.StringVar(&o.config, "config", "", "change the architecture: a `JSON` object")
	f.StringVar(&o.input, "input", "", "the `shape` of one input of the architecture, such as 3,224,224")
	f.IntVar(&o.output, "outputs", 0, "how many classes or numbers the architecture gives")
	f.StringVar(&o.svg, "svg", "", "draw the model as a graph into this `file`")
	return c
}

// networks prints how large the networks of a model are.
func (a *app) networks(title string, s *recipe.Several) {
	total := 0
	fmt.Fprintf(a.out, "%s\n\n", title)
	for _, n := range s.Networks {
		fmt.Fprintf(a.out, "%-14s %10s parameters\n", n.Name, count(n.Parameters))
		total += n.Parameters
	}
	fmt.Fprintf(a.out, "%-14s %10s parameters; there is no table of layers, as the networks are no one graph\n", "together", count(total))
}

func (o *summaryOptions) summary(c *cobra.Command, name string) (string, *nn.Summary, error) {
	r, err := recipe.Find(name)
	if isRun(name) {
		r, err = readRun(name)
	}
	if err != nil {
		if a, v, ok := model.Find(name); ok {
			if len(o.set) > 0 {
				return "", nil, misusef("--set is for recipes and runs; %s is an architecture, which --config changes", name)
			}
			if c.Flags().Changed("outputs") && o.output < 1 {
				return "", nil, misusef("--outputs is %d; want 1 or more", o.output)
			}
			s, err := o.architecture(a, v)
			return fmt.Sprintf("%s: %s", v.Name, a.About), s, err
		}
		if e := noRecipe(name); e != nil {
			err = e
		}
		return "", nil, orMissing(unknownModel(name, err))
	}
	for _, flag := range []string{"config", "input", "outputs"} {
		if c.Flags().Changed(flag) {
			return "", nil, misusef("--%s is for architectures; %s is a recipe or a run, which --set changes", flag, name)
		}
	}
	for _, s := range o.set {
		if err := r.Set(s); err != nil {
			return "", nil, fmt.Errorf("--set %s: %w", s, err)
		}
	}
	title := r.Name
	if r.About != "" {
		title += ": " + r.About
	}
	s, err := r.Summary(c.Context())
	return title, s, err
}

// unknownModel adds to the error that there is no such recipe what architecture may have been meant.
func unknownModel(name string, err error) error {
	if _, there := os.Stat(name); there == nil || strings.HasSuffix(name, ".json") {
		return err
	}
	if near := model.Nearest(name, append(recipe.Names(), modelNames()...)); near != "" {
		return misusef("there is no recipe, run or architecture %q; did you mean %s?", name, near)
	}
	return misusef("there is no recipe, run or architecture %q; jimu list shows them", name)
}

func (o *summaryOptions) architecture(a model.Architecture, v model.Variant) (*nn.Summary, error) {
	of := v.Of
	if o.input != "" {
		var err error
		if of.Input, err = axes("--input", o.input); err != nil {
			return nil, err
		}
	}
	if of.Input == nil {
		return nil, misusef("%s is for inputs of many shapes: give one, such as --input 3,224,224 for pictures or --input 13 for rows of a table", a.Name)
	}
	if o.output > 0 {
		of.Outputs = o.output
	}
	m, err := model.NewProgram(v.Name, nil, of, json.RawMessage(o.config))
	if err != nil {
		return nil, err
	}
	if l, ok := m.(*model.Single); ok {
		if of.Tokens > 0 {
			return nn.SummarizeTokens(l.Layer, of.Input...)
		}
		return nn.Summarize(l.Layer, of.Input...)
	}
	var in []nn.Input
	for _, p := range m.Inputs() {
		in = append(in, nn.Input{DType: p.DType, Shape: p.Shape})
	}
	return nn.SummarizeRun(m, in, func(p *nn.Pass, x []*tensor.Tensor) []*tensor.Tensor { return m.Run(p, x) })
}

// modelNames returns the names of the architectures and of their variants.
func modelNames() []string {
	var names []string
	for _, a := range model.List() {
		names = append(names, a.Name)
		for _, v := range a.Variants {
			names = append(names, v.Name)
		}
	}
	return names
}
