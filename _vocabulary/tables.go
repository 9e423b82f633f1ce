package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/internal/check"
)

// A finding is what the tests noted about an entry, all its samples together.
type finding struct {
	references []string
	off        float64
	order      int
}

// findings reads the notes of the tests, by package and entry.
func findings(file string) (map[string]*finding, error) {
	r, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	all := map[string]*finding{}
	s := bufio.NewScanner(r)
	for s.Scan() {
		var n check.Note
		if err := json.Unmarshal(s.Bytes(), &n); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		entry, _, _ := strings.Cut(n.Entry, "/")
		entry, _, _ = strings.Cut(entry, ",")
		entry, _, _ = strings.Cut(entry, " ")
		key := n.Package + "." + entry
		f := all[key]
		if f == nil {
			f = &finding{}
			all[key] = f
		}
		if !slices.Contains(f.references, n.Reference) {
			f.references = append(f.references, n.Reference)
		}
		f.off, f.order = max(f.off, n.Error), max(f.order, n.Order)
	}
	return all, s.Err()
}

const (
	byHand     = "cases by hand"
	statistics = "its statistics"
)

// reference says in few words what an entry was compared with.
func (f *finding) reference() string {
	var short []string
	for _, r := range f.references {
		if r == check.ByHand || r == check.Statistics {
			continue
		}
		first, _, _ := strings.Cut(r, ",")
		first, _, _ = strings.Cut(first, " (")
		if !slices.Contains(short, first) {
			short = append(short, first)
		}
	}
	slices.Sort(short)
	switch {
	case len(short) == 0 && slices.Contains(f.references, check.Statistics):
		return statistics
	case len(short) == 0:
		return byHand
	}
	return strings.Join(short, ", ")
}

var titles = []struct{ kind, title string }{
	{"array", "Arrays: methods and functions of package tensor"},
	{"operation", "Operations"},
	{"layer", "Layers"},
	{"initializer", "Initializers"},
	{"objective", "Objectives"},
	{"optimizer", "Optimizers"},
	{"schedule", "Schedules"},
	{"metric", "Metrics"},
	{"augmentation", "Augmentations"},
}

// writeTables writes docs/vocabulary.md and docs/vocabulary-peers.md.
func writeTables(all []entry, notes string) error {
	found, err := findings(notes)
	if err != nil {
		return err
	}
	named, err := names()
	if err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString("# The vocabulary\n\nWritten by `make vocabulary`: every entry of the catalogues, what others call it, and what its tests compare it with. The error is the largest\n" +
		"difference in any array of its golden cases over the largest element of that array, values and gradients alike. Order says how often the derivative is checked by finite differences.\n" +
		"\"Cases by hand\" stands where no reference was at hand: the values are derived in the test. Without an error: the test beside the entry compares in a way of its own.\n\n" +
		"[vocabulary-peers.md](vocabulary-peers.md) has every name of PyTorch, Keras, Optax, torchvision's transforms and torchmetrics with ours, or with the reason why there is none.\n\n" +
		"The training loss by rule on one small task (`go test ./recipe -timeout 20m -run TestCurves -curves ../docs/optimizers.svg`; one seed, rates chosen by hand, so no ranking):\n\n" +
		"![Training loss by rule](optimizers.svg)\n\n" +
		"The augmentations of pictures, with boxes and key points that follow (`go test ./data/picture -run TestSheet -args -sheet-from PICTURE -sheet FILE`):\n\n" +
		"![Augmentations of one photograph](augmentations.png)\n")
	var bad []string
	exists := map[string]bool{}
	for _, t := range titles {
		rows := 0
		var table strings.Builder
		for _, e := range all {
			if e.Kind != t.kind {
				continue
			}
			rows++
			exists[e.Go] = true
			c, ok := named[e.Go]
			if !ok {
				bad = append(bad, e.Go+" has no line in _vocabulary/names")
				continue
			}
			f := found[e.Go]
			if f == nil {
				f = found[e.Go[:strings.LastIndexByte(e.Go, '.')+1]+strings.TrimSuffix(e.Go[strings.LastIndexByte(e.Go, '.')+1:], "Loss")]
			}
			fmt.Fprintf(&table, "| `%s` | %s | %s | %s | %s |\n", e.Go, dash(c.pytorch), dash(c.keras), dash(c.others), f.cells())
		}
		if rows > 0 {
			fmt.Fprintf(&b, "\n## %s: %d\n\n| entry | PyTorch | Keras | others | reference | error | order |\n| --- | --- | --- | --- | --- | --: | --: |\n%s", t.title, rows, table.String())
		}
	}
	for name := range named {
		if !exists[name] && !strings.HasPrefix(name, "data") {
			bad = append(bad, "_vocabulary/names has "+name+", which does not exist")
		}
	}
	if bad != nil {
		slices.Sort(bad)
		return fmt.Errorf("%d mistakes:\n%s", len(bad), strings.Join(bad, "\n"))
	}
	if err := os.WriteFile("docs/vocabulary.md", []byte(b.String()), 0o644); err != nil {
		return err
	}
	return writePeers(named)
}

// cells returns the last three cells of a row.
func (f *finding) cells() string {
	if f == nil {
		return "in its test | | "
	}
	order, off := "", ""
	if f.order > 0 {
		order = fmt.Sprint(f.order)
	}
	if r := f.reference(); r != byHand && r != statistics {
		off = fmt.Sprintf("%.1e", f.off)
	}
	return fmt.Sprintf("%s | %s | %s", f.reference(), off, order)
}

func dash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
