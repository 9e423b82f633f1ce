package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jimu-ml/jimu/recipe"
)

func predictCommand(a *app) *cobra.Command {
	var dir string
	var top int
	var asJSON bool
	var photos photosOptions
	c := &cobra.Command{
		Use: "predict [--run RUN | --model NAME --weights FILE] FILE…", Short: "Ask a model about files",
		Long: "Ask the model of a run about pictures, the rows of CSV files, or the lines of texts, as its recipe has them.\n" +
			"Without a file it is asked about the first examples of its test set.\n\n" +
			"Or ask a published network about photographs: its name, as jimu list models shows it, and a file with its weights, of any\n" +
			"format that jimu reads. What becomes of a photograph first is what those weights were trained with. Networks that find\n" +
			"things say where they are, in pixels, and draw them with --draw.",
		Example: "  jimu predict --run runs/fashion shoe.png\n  jimu predict --run runs/iris flowers.csv\n" +
			"  jimu predict --model vgg16 --weights vgg16.safetensors photo.jpg\n" +
			"  jimu predict --model blazeface --weights blazeface.pth --draw found photo.jpg",
		RunE: func(c *cobra.Command, files []string) error {
			if top < 1 {
				return misusef("--top is %d; want 1 or more", top)
			}
			if err := photos.misused(c); err != nil {
				return err
			}
			if photos.model != "" {
				if !c.Flags().Changed("top") {
					top = 5
				}
				if photos.detects() {
					return a.detect(&photos, files, asJSON)
				}
				all, err := photos.ask(files)
				return a.answer(all, err, top, asJSON)
			}
			s, err := a.openRun(dir)
			if err != nil {
				return err
			}
			if len(files) == 0 {
				all, err := s.Tests(c.Context(), 8)
				return a.answer(all, err, top, asJSON)
			}
			for _, file := range files {
				all, err := s.PredictFile(c.Context(), file)
				if err := a.answer(all, err, top, asJSON); err != nil {
					return err
				}
			}
			return nil
		},
	}
	c.Flags().StringVar(&dir, "run", "", "the run's `folder`; the newest below runs if not given")
	c.Flags().IntVar(&top, "top", 3, "how many classes to show; of photographs 5 if not given")
	c.Flags().BoolVar(&asJSON, "json", false, "print a line of JSON for each input, with all classes")
	photos.flags(c)
	a.threadsFlag(c, "processors to use; all if not given")
	return c
}

// answer prints predictions.
func (a *app) answer(all []recipe.Prediction, err error, top int, asJSON bool) error {
	if err != nil {
		return err
	}
	for _, p := range all {
		if asJSON {
			if err := json.NewEncoder(a.out).Encode(p); err != nil {
				return err
			}
			continue
		}
		said := fmt.Sprintf("%.4g", p.Value)
		if p.Classes != nil {
			var parts []string
			for _, s := range p.Classes[:min(top, len(p.Classes))] {
				parts = append(parts, fmt.Sprintf("%s %.1f %%", s.Class, 100*s.Probability))
			}
			said = strings.Join(parts, ", ")
		}
		if p.Want != "" {
			said += " (it is " + p.Want + ")"
		}
		fmt.Fprintf(a.out, "%s: %s\n", p.Input, said)
	}
	return nil
}
