package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/jimu-ml/jimu/format"
	_ "github.com/jimu-ml/jimu/format/all" // files are read by their registered formats
)

func inspectCommand(a *app) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "inspect FILE…", Short: "Show what a file of weights holds",
		Long: "Show the format of files of weights, what they say about themselves, and their tensors: names, types, shapes and bytes.\n" +
			"Only the descriptions are read, so large files are shown at once, and nothing in a file is ever run.\n\n" + formatTable(),
		Example: "  jimu inspect model.safetensors\n  jimu inspect checkpoint.pth.tar\n  jimu inspect --json model.gguf",
		Args:    atLeast(1, "inspect needs a file of weights: jimu inspect model.safetensors"),
		RunE: func(_ *cobra.Command, files []string) error {
			for _, path := range files {
				i, err := inspected(path)
				if err != nil {
					return err
				}
				if asJSON {
					e := json.NewEncoder(a.out)
					e.SetEscapeHTML(false)
					err = e.Encode(i)
				} else {
					err = a.inspection(i)
				}
				if err != nil {
					return err
				}
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print a line of JSON for each file")
	return c
}

// atLeast wants so many arguments, and says otherwise what to type.
func atLeast(n int, words string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) < n {
			return misuse(words)
		}
		return nil
	}
}

// formatTable lists the formats of files, for help texts.
func formatTable() string {
	var b strings.Builder
	b.WriteString("The formats:")
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, f := range format.List() {
		only := ""
		if f.Write == nil {
			only = " (only read)"
		}
		fmt.Fprintf(w, "\n  %s\t%s\t%s%s", f.Name, strings.Join(f.Extensions, " "), f.About, only)
	}
	_ = w.Flush() // into memory
	return b.String()
}

// An inspection is what a file holds.
type inspection struct {
	File     string            `json:"file"`
	Format   string            `json:"format"`
	About    string            `json:"-"`
	Size     int64             `json:"size,omitempty"` // of the file; of a folder there is none
	Metadata map[string]string `json:"metadata,omitempty"`
	Tensors  []tensorJSON      `json:"tensors"`
	Numbers  int               `json:"numbers"`
	Bytes    int64             `json:"bytes"`
}

type tensorJSON struct {
	Name  string `json:"name"`
	Type  string `json:"type"`
	DType string `json:"dtype"` // that it is read into
	Shape []int  `json:"shape"`
	Bytes int64  `json:"bytes"`
}

func inspected(path string) (*inspection, error) {
	kind, err := format.Detect(path)
	if err != nil {
		return nil, err
	}
	f, err := kind.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	i := &inspection{File: path, Format: kind.Name, About: kind.About, Metadata: f.Metadata(), Tensors: []tensorJSON{}}
	if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
		i.Size = info.Size()
	}
	for _, e := range f.Entries() {
		i.Tensors = append(i.Tensors, tensorJSON{e.Name, e.Type, e.DType.String(), append([]int{}, e.Shape...), e.Bytes})
		i.Numbers += elements(e.Shape)
		i.Bytes += e.Bytes
	}
	return i, nil
}

func elements(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

func (a *app) inspection(i *inspection) error {
	fmt.Fprintf(a.out, "%s: %s", i.File, i.Format)
	if i.Size > 0 {
		fmt.Fprintf(a.out, ", %s", size(i.Size))
	}
	fmt.Fprintln(a.out)
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	for _, key := range slices.Sorted(maps.Keys(i.Metadata)) {
		fmt.Fprintf(w, "  %s\t%s\n", plain(key), short(plain(i.Metadata[key]), 100))
	}
	fmt.Fprintln(w)
	types := map[string]int{}
	fmt.Fprintf(w, "tensor\ttype\tshape\t%12s\t%9s\n", "numbers", "size")
	for _, t := range i.Tensors {
		fmt.Fprintf(w, "%s\t%s\t%v\t%12s\t%9s\n", plain(t.Name), plain(t.Type), t.Shape, count(elements(t.Shape)), size(t.Bytes))
		types[t.Type]++
	}
	if err := w.Flush(); err != nil {
		return err
	}
	var kinds []string
	for _, t := range slices.Sorted(maps.Keys(types)) {
		kinds = append(kinds, fmt.Sprintf("%s %s", count(types[t]), plain(t)))
	}
	fmt.Fprintf(a.out, "\n%s, %s numbers, %s: %s\n", tensors(len(i.Tensors)), count(i.Numbers), size(i.Bytes), strings.Join(kinds, ", "))
	return nil
}

func tensors(n int) string {
	if n == 1 {
		return "1 tensor"
	}
	return count(n) + " tensors"
}

// plain returns a text from a file in one line, without letters that would do something to the terminal.
func plain(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool { return !strconv.IsPrint(r) }) {
		return strconv.Quote(s)
	}
	return s
}

// size returns a number of bytes as people say it.
func size(bytes int64) string {
	x := float64(bytes)
	for _, unit := range []string{"B", "kB", "MB", "GB"} {
		switch {
		case unit == "B" && x < 1000:
			return fmt.Sprintf("%.0f B", x)
		case x < 9.95:
			return fmt.Sprintf("%.2f %s", x, unit)
		case x < 999.5:
			return fmt.Sprintf("%.3g %s", x, unit)
		}
		x /= 1000
	}
	return fmt.Sprintf("%.2f TB", x)
}
