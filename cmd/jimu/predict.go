package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/recipe"
)

// predictOptions are the flags of predict.
type predictOptions struct {
	dir    string // of the run
	texts  []string
	out    string
	seed   uint64
	count  int
	top    int
	json   bool
	photos photosOptions

	seeded, topped bool // that a seed and how many classes were asked for
}

func predictCommand(a *app) *cobra.Command {
	var o predictOptions
	c := &cobra.Command{
		Use: "predict [--run RUN | --model NAME --weights FILE] FILE…", Short: "Ask a model about files or texts",
		Long: "Ask the model of a run about what its recipe is for: pictures, the rows of CSV files, sounds, the lines of texts, or a text\n" +
			"that is given by --text; a question about a text stands behind it, on the last line or as the last sentence. Without either\n" +
			"it is asked about the first examples of its test set, or makes some samples.\n" +
			"What it draws or plays goes into the folder --out.\n\n" +
			"Or ask a published network about photographs: its name, as jimu list models shows it, and a file with its weights, of any\n" +
			"format that jimu reads. What becomes of a photograph first is what those weights were trained with. Networks that find\n" +
			"things say where they are, in pixels, and draw them with --out.",
		Example: "  jimu predict --run runs/fashion shoe.png\n  jimu predict --run runs/iris flowers.csv\n" +
			"  jimu predict --run runs/spam --text 'You have won a prize'\n" +
			"  jimu predict --model vgg16 --weights vgg16.safetensors photo.jpg\n" +
			"  jimu predict --model blazeface --weights blazeface.pth --out found photo.jpg",
		RunE: func(c *cobra.Command, files []string) error { return a.predict(c, &o, files) },
	}
	f := c.Flags()
	f.StringVar(&o.dir, "run", "", "the `folder` of a run or an ensemble; the newest run below runs if not given")
	f.StringArrayVar(&o.texts, "text", nil, "a `text` to ask about; may be given several times")
	f.StringVar(&o.out, "out", "", "write pictures with what was found, or what the model makes, into this `folder`")
	f.Uint64Var(&o.seed, "seed", 1, "of what is drawn by chance")
	f.IntVar(&o.count, "count", 0, "how many examples or samples without a file or a text")
	f.IntVar(&o.top, "top", 3, "how many classes to show; of photographs 5 if not given")
	f.BoolVar(&o.json, "json", false, "print a line of JSON for each input, with all classes")
	o.photos.flags(c)
	a.threadsFlag(c, "processors to use; all if not given")
	return c
}

func (a *app) predict(c *cobra.Command, o *predictOptions, files []string) error {
	if err := counts(c, "top", "count"); err != nil {
		return err
	}
	if err := errors.Join(o.photos.misused(c), notFile("--out", o.out)); err != nil {
		return err
	}
	o.seeded, o.topped = c.Flags().Changed("seed"), c.Flags().Changed("top")
	if o.photos.model != "" {
		if !c.Flags().Changed("top") {
			o.top = 5
		}
		if o.photos.detects() {
			return a.detect(files, o)
		}
		all, err := o.photos.ask(files)
		return a.answers(all, err, o)
	}
	s, _, err := a.openModel(o.dir)
	if err != nil {
		return err
	}
	return a.ask(c.Context(), s, o, files)
}

// mostAsked is how many examples or samples one may ask for at once.
const mostAsked = 10_000

// ask puts questions to the model of a run.
func (a *app) ask(ctx context.Context, s opened, o *predictOptions, files []string) error {
	if o.count > mostAsked || o.count > 0 && len(files)+len(o.texts) > 0 {
		return misusef("--count is for questions without a file or a text: 1 to %d", mostAsked)
	}
	var questions []recipe.Question
	for _, file := range files {
		questions = append(questions, recipe.Question{File: file, Seed: o.seed})
	}
	for _, text := range o.texts {
		if text == "" {
			return misusef("--text is empty; give some words")
		}
		questions = append(questions, recipe.Question{Text: text, Seed: o.seed})
	}
	if len(questions) == 0 {
		questions = append(questions, recipe.Question{Most: o.count, Seed: o.seed})
	}
	if o.seeded && !chancy(s) {
		return misusef("--seed is for models that draw, write or play; what this one answers is not drawn by chance")
	}
	for i, q := range questions {
		all, err := s.Ask(ctx, q)
		if err == nil && i == 0 {
			err = o.pointless(all)
		}
		if err := a.answers(all, err, o); err != nil {
			return err
		}
	}
	return nil
}

// chancy reports whether what a model answers may be drawn by chance: that of one that tells classes apart or predicts numbers is not.
func chancy(s opened) bool {
	run, ok := s.(*recipe.Saved)
	return ok && run.Job.Outputs == nil
}

// pointless names a flag for something that the answers do not have.
func (o *predictOptions) pointless(all []recipe.Prediction) error {
	made, classes := false, false
	for _, p := range all {
		made, classes = made || len(p.Made) > 0, classes || p.Classes != nil
	}
	switch {
	case o.out != "" && !made && len(all) > 0:
		return misusef("--out is for what a model draws or plays, and of this there is nothing to write; leave it out, and the answer is printed")
	case o.topped && !classes && len(all) > 0:
		return misusef("--top is for models that tell classes apart, and this one does not; leave it out")
	}
	return nil
}

// answers prints predictions, and writes what they made.
func (a *app) answers(all []recipe.Prediction, err error, o *predictOptions) error {
	if err != nil {
		return err
	}
	for _, p := range all {
		if o.json {
			if err := json.NewEncoder(a.out).Encode(p); err != nil {
				return err
			}
		} else {
			fmt.Fprint(a.out, worded(p, o.top))
		}
		if err := a.keep(p.Made, o.out); err != nil {
			return err
		}
	}
	return nil
}

// worded returns a prediction in words, a line or several.
func worded(p recipe.Prediction, top int) string {
	if p.Found != nil {
		return sightings(p)
	}
	said := recipe.Number(p.Value)
	switch {
	case p.Text != "":
		said = p.Text
	case p.Classes != nil:
		var parts []string
		for _, s := range p.Classes[:min(top, len(p.Classes))] {
			parts = append(parts, fmt.Sprintf("%s %.1f %%", s.Class, 100*s.Probability))
		}
		said = strings.Join(parts, ", ")
	case !p.HasValue() && len(p.Made) > 0:
		said = p.Made[0].Name
	}
	if p.Want != "" {
		said += " (it is " + p.Want + ")"
	}
	if p.Input == "" {
		return said + "\n"
	}
	about := strings.NewReplacer("\r\n", " ", "\n", " ").Replace(p.About()) // of a text that has several lines
	return fmt.Sprintf("%s: %s\n", about, said)
}

// sightings lists what was found in a picture.
func sightings(p recipe.Prediction) string {
	if len(p.Found) == 0 {
		return p.Input + ": nothing\n"
	}
	var b strings.Builder
	for _, f := range p.Found {
		fmt.Fprintf(&b, "%s: %s %.1f %% at %d,%d, %d × %d pixels\n", p.Input, f.Class, 100*f.Score, f.Box[0], f.Box[1], f.Box[2], f.Box[3])
	}
	return b.String()
}

// keep writes what a model made into a folder, under names that are free.
func (a *app) keep(made []recipe.Made, folder string) error {
	if len(made) == 0 {
		return nil
	}
	if folder == "" {
		if !a.hinted {
			a.hinted = true
			fmt.Fprintf(a.err, "%s is not written; --out FOLDER does that\n", made[0].Name)
		}
		return nil
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for _, m := range made {
		ext := filepath.Ext(m.Name)
		base := cmp.Or(strings.TrimSuffix(filepath.Base(m.Name), ext), "made")
		path := filepath.Join(folder, base+ext)
		for n := 2; exists(path); n++ {
			path = filepath.Join(folder, fmt.Sprintf("%s-%d%s", base, n, ext))
		}
		err := format.Replace(path, func(w io.Writer) error {
			_, err := w.Write(m.Data)
			return err
		})
		if err != nil {
			return err
		}
		fmt.Fprintf(a.err, "written: %s\n", path)
	}
	return nil
}
