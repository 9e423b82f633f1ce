package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/tensor"
)

type convertOptions struct {
	kind    string
	rename  []string
	without []string
}

func convertCommand(a *app) *cobra.Command {
	var o convertOptions
	c := &cobra.Command{
		Use: "convert IN OUT", Short: "Write a file of weights in another format",
		Long: "Write the tensors of a file of weights to another one, in the format of its extension. One tensor at a time is in\n" +
			"memory. OUT appears whole, in place of an older one, or not at all; an interrupt leaves what was there.\n" +
			"What the new format cannot hold is refused, before anything is written.\n\n" + formatTable(),
		Example: "  jimu convert model.pth model.safetensors\n  jimu convert model.safetensors half.safetensors --type f16\n" +
			"  jimu convert model.safetensors model.safetensors.index.json    # in several files, of 5 GB at most\n" +
			"  jimu convert checkpoint.pth.tar model.safetensors --rename module.=\n" +
			"  jimu convert bert.bin encoder.safetensors --without cls. --rename bert.=",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return misuse("convert needs the file to read and the one to write: jimu convert model.pth model.safetensors")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return o.run(c.Context(), a, args[0], args[1]) },
	}
	f := c.Flags()
	f.StringVar(&o.kind, "type", "", "write floating-point numbers as `TYPE`: f32, f16, bf16 or f64; in some formats also q8_0, q4_0, …")
	f.StringArrayVar(&o.rename, "rename", nil, "give names that begin with OLD the beginning NEW: `OLD=NEW`; may be given several times")
	f.StringArrayVar(&o.without, "without", nil, "leave out the tensors whose names begin with `PREFIX`; may be given several times")
	if err := c.RegisterFlagCompletionFunc("type", cobra.FixedCompletions([]string{"f32", "f16", "bf16", "f64", "q8_0", "q4_0", "q4_k"}, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(tensor.Errorf("convert", "%v", err))
	}
	return c
}

func (o *convertOptions) run(ctx context.Context, a *app, from, to string) error {
	in, err := format.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	if sameFile(from, to) {
		return misusef("%s would be written in place of itself; give another name, and rename it when you have seen it", to)
	}
	show := newProgress(a.err)
	defer show.close()
	f, err := o.chosen(&converted{File: in, ctx: ctx, show: show, begun: time.Now()})
	if err != nil {
		return err
	}
	if err := format.Write(to, f, format.WriteConfig{Type: o.kind}); err != nil {
		return err
	}
	i, err := inspected(to)
	if err != nil {
		return fmt.Errorf("what was written cannot be read: %w", err)
	}
	show.close()
	fmt.Fprintf(a.out, "%s: %s, %s, %s numbers, %s, in %s\n", to, i.Format, tensors(len(i.Tensors)), count(i.Numbers), size(i.Bytes), clock(time.Since(f.begun).Seconds()))
	if n := otherTypes(i, o.kind); n > 0 {
		fmt.Fprintf(a.out, "%s are not %s: their rows do not fit its blocks, or they are no floating-point numbers of two axes.\n", tensors(n), o.kind)
	}
	for key, value := range f.Metadata() {
		if i.Metadata[key] != value {
			fmt.Fprintf(a.out, "What the file said about itself is not kept whole: files of %s have no such place.\n", i.Format)
			break
		}
	}
	return nil
}

// otherTypes returns how many tensors have another packed type than the one asked for.
func otherTypes(i *inspection, kind string) (n int) {
	if !strings.HasPrefix(kind, "q") {
		return 0
	}
	for _, t := range i.Tensors {
		if !strings.EqualFold(t.Type, kind) {
			n++
		}
	}
	return n
}

// sameFile reports whether two names are of one file.
func sameFile(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

// chosen renames tensors and leaves some out. Nothing is read.
func (o *convertOptions) chosen(f *converted) (*converted, error) {
	f.source = map[string]string{}
	for _, e := range f.File.Entries() {
		if beginsWith(e.Name, o.without) {
			continue
		}
		name := e.Name
		for _, r := range o.rename {
			before, after, ok := strings.Cut(r, "=")
			if !ok || before == "" && after == "" {
				return nil, misusef("--rename %s is not OLD=NEW", r)
			}
			if rest, ok := strings.CutPrefix(name, before); ok {
				name = after + rest
				break
			}
		}
		if other, twice := f.source[name]; twice || name == "" {
			return nil, misusef("--rename: %q and %q would both be called %q", other, e.Name, name)
		}
		f.source[name] = e.Name
		e.Name = name
		f.entries = append(f.entries, e)
		f.all += e.Bytes
	}
	if len(f.entries) == 0 {
		return nil, misusef("no tensor is left of %d", len(f.File.Entries()))
	}
	return f, nil
}

func beginsWith(name string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}

// converted is a file under way to another: it shows how far it is, and stops when it is interrupted.
type converted struct {
	format.File
	ctx     context.Context
	show    *progress
	begun   time.Time
	entries []format.Entry
	source  map[string]string // names in the file, by new names
	done    int64
	all     int64
}

// Entries returns the tensors under their new names.
func (f *converted) Entries() []format.Entry { return f.entries }

// Metadata returns a copy of what the file says.
func (f *converted) Metadata() map[string]string { return maps.Clone(f.File.Metadata()) }

// Origin returns the file that a tensor comes from, and its name there: what can be copied as it is, is.
func (f *converted) Origin(name string) (format.File, string) { return f.File, f.source[name] }

// Tensor reads one by its new name.
func (f *converted) Tensor(name string) (*tensor.Tensor, error) {
	if err := f.ctx.Err(); err != nil {
		return nil, err
	}
	source, ok := f.source[name]
	if !ok {
		return nil, fmt.Errorf("no tensor %q", name)
	}
	t, err := f.File.Tensor(source)
	if err = cmp.Or(err, f.ctx.Err()); err != nil { // reading one may take a while
		return nil, err
	}
	f.done += int64(t.Len() * t.DType().Bytes())
	share := float64(f.done) / float64(max(f.all, 1))
	f.show.status("%s of %s, %s", size(min(f.done, f.all)), size(f.all), clock(time.Since(f.begun).Seconds()/share*max(0, 1-share))+" left")
	return t, nil
}
