package main

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/train"
)

// self returns how the user called this command.
func self() string {
	if path, err := os.Executable(); err == nil && strings.Contains(path, string(filepath.Separator)+"go-build") {
		return "go run ./cmd/jimu"
	}
	return "jimu"
}

// describe says in one line what a run is about to do.
func describe(r *recipe.Recipe, p recipe.Plan) string {
	validation := ""
	if p.Validation > 0 {
		validation = fmt.Sprintf(", %s for validation", count(p.Validation))
	}
	learned := ""
	if p.Learned < p.Parameters {
		learned = fmt.Sprintf(" of which %s are learned", count(p.Learned))
	}
	note := ""
	if p.Note != "" {
		note = " (" + p.Note + ")"
	}
	return fmt.Sprintf("%s: %s %s to learn from%s, %s for the test%s; %s, %s parameters%s; %s, %s",
		r.Name, count(p.Train), p.Unit, validation, count(p.Test), note, r.Model.Name, count(p.Parameters), learned, epochs(p.Epochs), several(p.Steps, "step"))
}

// finalWords say what a run came to, and what to try next.
func finalWords(r *recipe.Recipe, res *recipe.Result, dir string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s on %s %s that it has not seen; %s in %s, kept in %s\n",
		results(res), count(res.Tested), res.Unit, epochs(res.Epochs), clock(res.Seconds), dir)
	if res.History != nil && res.History.Stopped != "" {
		fmt.Fprintf(&b, "It ended early: %s.\n", res.History.Stopped)
	}
	if h := res.History; h != nil && r.Train.KeepBest && h.BestEpoch > 0 && h.BestEpoch < len(h.Epochs) {
		fmt.Fprintf(&b, "Epoch %d was the best; its parameters were kept and tested.\n", h.BestEpoch)
	}
	if res.Verdict != nil {
		fmt.Fprintf(&b, "Verdict: %s.\n", res.Verdict)
	}
	again := "test it again"
	if res.Classes != nil {
		again += ", class by class"
	}
	next := [][2]string{
		{self() + " eval " + dir, again},
		{self() + " predict --run " + dir, "some of the test's examples, or of what it makes; with files, your own"},
		{self() + " report " + dir, "the run as a page: curves, mistakes, data"},
	}
	switch w := res.Writer; {
	case w == nil:
	case w.Turns != nil:
		next = append(next, [2]string{self() + " chat --run " + dir, "talk to it"})
	default:
		next[1][1] = "what it writes; with --text, how it goes on"
		next = append(next, [2]string{self() + " generate --run " + dir + " --temperature 0.8", "as it writes, surer"})
	}
	next = append(next, advice(r, res.Verdict, dir)...)
	next = append(next, [2]string{"tensorboard --logdir " + dir, "the run as curves, if TensorBoard is installed"})
	b.WriteString(suggested(next))
	return b.String()
}

// lastWords say why a run came to nothing, and what to try.
func lastWords(r *recipe.Recipe, v train.Verdict, dir string) string {
	return fmt.Sprintf("Verdict: %s.\n%s", v, suggested(advice(r, &v, dir)))
}

// advice returns the commands that a verdict asks for, and why.
func advice(r *recipe.Recipe, v *train.Verdict, dir string) (next [][2]string) {
	if v == nil {
		return nil
	}
	for _, a := range r.Advise(*v) {
		next = append(next, [2]string{self() + " train " + source(r, a.Set, dir) + assignments(a.Set), a.Why})
	}
	return next
}

// suggested lists commands, and what each is for.
func suggested(next [][2]string) string {
	if len(next) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("\nWhat to try next:\n")
	width := 0
	for _, n := range next {
		width = max(width, len(n[0]))
	}
	for _, n := range next {
		fmt.Fprintf(&b, "  %-*s  # %s\n", width, n[0], n[1])
	}
	return b.String()
}

// source returns what to train with those changes: the recipe that comes with the program by its name, or, if another one would come
// of that because the run's was changed or is a file's, the run's own.
func source(r *recipe.Recipe, set []string, dir string) string {
	own, err := recipe.Parse(r.Document())
	if err != nil {
		return r.Name
	}
	if theirs, err := recipe.Builtin(r.Name); err == nil {
		for _, s := range set {
			err = errors.Join(err, own.Set(s), theirs.Set(s))
		}
		if err == nil && bytes.Equal(own.Document(), theirs.Document()) {
			return r.Name
		}
	}
	return filepath.Join(dir, "recipe.json")
}

// results returns the loss and the metrics of the test.
func results(res *recipe.Result) string {
	parts := []string{}
	for _, name := range slices.Sorted(maps.Keys(res.Metrics)) {
		parts = append(parts, "test "+value(name, res.Metrics[name]))
	}
	return strings.Join(append(parts, value("loss", res.Loss)), ", ")
}

// value returns a number with its name: shares in percent.
func value(name string, x float64) string {
	if base := strings.TrimPrefix(name, "val_"); base == "accuracy" || strings.HasPrefix(base, "top") {
		return fmt.Sprintf("%s %.1f %%", name, 100*x)
	}
	return name + " " + recipe.Number(x)
}

// assignments returns changes of a recipe as flags.
func assignments(set []string) string {
	var b strings.Builder
	for _, s := range set {
		if n, ok := strings.CutPrefix(s, "train.epochs="); ok {
			b.WriteString(" --epochs " + n)
			continue
		}
		if strings.ContainsAny(s, " \"[{") {
			s = "'" + s + "'"
		}
		b.WriteString(" --set " + s)
	}
	return b.String()
}

func epochs(n int) string { return several(n, "epoch") }

// several returns a number of things, one or more.
func several(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return count(n) + " " + thing + "s"
}

// count returns a number with its thousands apart.
func count(n int) string { return recipe.Thousands(n) }

// clock returns a span of seconds as people say it.
func clock(seconds float64) string {
	switch s := int(seconds + 0.5); {
	case seconds < 9.95:
		return fmt.Sprintf("%.1f s", seconds)
	case s < 100:
		return fmt.Sprintf("%d s", s)
	case s < 6000:
		return fmt.Sprintf("%d min %02d s", s/60, s%60)
	default:
		return fmt.Sprintf("%d h %02d min", s/3600, s/60%60)
	}
}
