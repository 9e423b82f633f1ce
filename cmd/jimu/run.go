package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/jimu-ml/jimu/format"
	proto "github.com/jimu-ml/jimu/format/onnx"
	"github.com/jimu-ml/jimu/model/onnx"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/tensor"
)

type runOptions struct {
	inputs  []string
	output  string
	folders []string
	memory  string
	timeout time.Duration
	bytes   int64
}

func runCommand(a *app) *cobra.Command {
	var o runOptions
	c := &cobra.Command{
		Use: "run [MODEL.onnx | --test-dir DIR…]", Short: "Run an ONNX model on arrays of NumPy",
		Long: "Run an ONNX model on arrays of NumPy, and show what it gives, or write that to a folder, as .npy.\n\n" +
			"Or test folders in the layout of ONNX's own tests: model.onnx, and in test_data_set_… the files input_….pb and output_….pb.\n" +
			"For each a line says PASS, FAIL with the reason, or UNSUPPORTED with the operators that are not known; the last line counts them.\n\n" +
			"A model is a program that somebody else wrote: what it may take of memory and time is limited.",
		Example: "  jimu run mnist.onnx --input Input3=digit.npy --output-dir out\n  jimu run --test-dir test_relu --test-dir test_add",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) (err error) {
			if o.bytes, err = parseSize(o.memory); err != nil {
				return misusef("--memory is %q: %v", o.memory, err)
			}
			switch {
			case len(o.folders) > 0 && len(args) > 0:
				return misusef("either a model or --test-dir")
			case len(o.folders) > 0:
				return o.test(c.Context(), a)
			case len(args) == 0:
				return misusef("run needs a model: jimu run model.onnx --input NAME=file.npy")
			}
			return o.run(c.Context(), a, args[0])
		},
	}
	f := c.Flags()
	f.StringArrayVar(&o.inputs, "input", nil, "an input and the file that holds it: `NAME=file.npy`; for each input of the model")
	f.StringVar(&o.output, "output-dir", "", "write the outputs to files in this `folder`, made if need be")
	f.StringArrayVar(&o.folders, "test-dir", nil, "a `folder` with a test; may be given hundreds of times")
	f.StringVar(&o.memory, "memory", "8GiB", "the most that the tensors of a run may take at a time; 0 for no limit")
	f.DurationVar(&o.timeout, "timeout", 0, "how long a run, or each test, may take, such as 30s; as long as it likes if not given")
	a.threadsFlag(c, "processors to use; all if not given")
	return c
}

// parseSize reads a number of bytes: "512MiB", "8G", "1000000".
func parseSize(s string) (int64, error) {
	digits := strings.TrimRight(s, "BbIiKkMmGgTt ")
	unit := strings.TrimSuffix(strings.TrimSuffix(strings.ToUpper(strings.TrimSpace(s[len(digits):])), "B"), "I")
	factor, known := map[string]float64{"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}[unit]
	n, err := strconv.ParseFloat(digits, 64)
	if v := n * factor; err == nil && known && v >= 0 && v < 1<<62 {
		return int64(v), nil
	}
	return 0, errors.New("want a number and a unit, such as 8GiB")
}

// within returns a context that ends when the time is up.
func (o *runOptions) within(ctx context.Context) (context.Context, context.CancelFunc) {
	if o.timeout <= 0 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, o.timeout)
}

// test runs folders and prints a line for each.
func (o *runOptions) test(ctx context.Context, a *app) error {
	var passed, wrong, unsupported int
	for _, dir := range o.folders {
		one, done := o.within(ctx)
		err := onnx.Test{Dir: dir, Memory: o.bytes}.Run(one)
		done()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		var unknown *onnx.UnsupportedError
		switch {
		case err == nil:
			passed++
			fmt.Fprintln(a.out, "PASS", dir)
		case errors.As(err, &unknown):
			unsupported++
			fmt.Fprintln(a.out, "UNSUPPORTED", dir, strings.Join(unknown.Operators, ", "))
		default:
			wrong++
			fmt.Fprintln(a.out, "FAIL", dir, strings.Join(strings.Fields(err.Error()), " "))
		}
	}
	fmt.Fprintf(a.out, "%d passed, %d failed, %d unsupported\n", passed, wrong, unsupported)
	if wrong > 0 {
		return fmt.Errorf("%d of %d tests failed", wrong, len(o.folders))
	}
	return nil
}

// run runs one model.
func (o *runOptions) run(ctx context.Context, a *app, path string) error {
	p, err := onnx.Open(path)
	if err != nil {
		return err
	}
	in, err := o.read(p)
	if err != nil {
		return err
	}
	pass := nn.NewPass(nn.PassConfig{Memory: o.bytes})
	defer pass.Close()
	ctx, done := o.within(ctx)
	defer done()
	out, err := p.Call(ctx, pass, in)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	for i, v := range out {
		if err := o.show(a, p.Outputs()[i], v); err != nil {
			return err
		}
	}
	return nil
}

// read reads the inputs, and says all that are missing or not the model's at once.
func (o *runOptions) read(p *onnx.Program) ([]*onnx.Value, error) {
	files := map[string]string{}
	for _, s := range o.inputs {
		name, path, ok := strings.Cut(s, "=")
		if !ok || path == "" {
			return nil, misusef("--input is %q; want NAME=file.npy", s)
		}
		files[name] = path
	}
	var wrong []string
	in := make([]*onnx.Value, len(p.Types()))
	for i, t := range p.Types() {
		path, ok := files[t.Name]
		delete(files, t.Name)
		switch {
		case ok:
			x, err := readArray(path)
			if err != nil {
				return nil, err
			}
			in[i] = typed(x, t.Type)
			if !fits(in[i], t.Type) {
				wrong = append(wrong, fmt.Sprintf("%s is %s %v in %s, and the model wants %s", t.Name, x.DType(), x.Shape(), path, t.Type))
			}
		case t.Type == nil || t.Type.Optional == nil:
			wrong = append(wrong, fmt.Sprintf("no --input for %s, %s", t.Name, t.Type))
		}
	}
	for name := range files {
		wrong = append(wrong, fmt.Sprintf("the model has no input %s", name))
	}
	if len(wrong) > 0 {
		return nil, misuse(strings.Join(wrong, "; "))
	}
	return in, nil
}

// fits reports whether a value has the elements and the lengths that the model declares. What it does not declare fits.
func fits(v *onnx.Value, t *proto.Type) bool {
	if t == nil || t.Tensor == nil || v.Tensor == nil {
		return true
	}
	if t.Tensor.Elem.Known() && v.Type != t.Tensor.Elem {
		return false
	}
	if t.Tensor.Shape == nil {
		return true
	}
	dims := t.Tensor.Shape.Dims
	if len(dims) != v.Tensor.Rank() {
		return false
	}
	for i, d := range dims {
		if d.Value != nil && *d.Value > 0 && *d.Value != int64(v.Tensor.Dim(i)) {
			return false
		}
	}
	return true
}

// readArray reads the one tensor of a file.
func readArray(path string) (*tensor.Tensor, error) {
	f, err := format.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	entries := f.Entries()
	if len(entries) != 1 {
		return nil, fmt.Errorf("%s holds %d arrays; want one", path, len(entries))
	}
	return f.Tensor(entries[0].Name)
}

// typed returns an array as a value of the type that the model wants, if it has its elements.
func typed(x *tensor.Tensor, t *proto.Type) *onnx.Value {
	v := onnx.Of(x)
	if t == nil || t.Tensor == nil || !t.Tensor.Elem.Known() || t.Tensor.Elem == proto.String {
		return v
	}
	want := t.Tensor.Elem.Carrier()
	if x.DType() != want && x.DType().IsFloat() == want.IsFloat() {
		v.Tensor = x.Cast(want) // float64 for float32, and int32 for int64, as NumPy makes them
	}
	if v.Tensor.DType() == want {
		v.Type = t.Tensor.Elem
	}
	return v
}

// show prints an output, and writes it if there is a folder for it.
func (o *runOptions) show(a *app, name string, v *onnx.Value) error {
	if v == nil {
		_, err := fmt.Fprintf(a.out, "%s: nothing\n", name)
		return err
	}
	if v.Tensor == nil && v.Kind != onnx.Strings {
		for i, e := range v.Elems {
			if err := o.show(a, fmt.Sprintf("%s.%d", name, i), e); err != nil {
				return err
			}
		}
		return nil
	}
	if o.output == "" {
		_, err := fmt.Fprintf(a.out, "%s: %v %s\n", name, v, beginning(v))
		return err
	}
	path := filepath.Join(o.output, plainName(name))
	if err := os.MkdirAll(o.output, 0o777); err != nil {
		return err
	}
	path, err := writeValue(path, v)
	if err == nil {
		_, err = fmt.Fprintf(a.out, "%s: %v in %s\n", name, v, path)
	}
	return err
}

// beginning returns the first elements of a value.
func beginning(v *onnx.Value) string {
	const most = 10
	var text string
	n := len(v.Strings)
	if v.Kind == onnx.Strings {
		text = fmt.Sprintf("%q", v.Strings[:min(most, n)])
	} else {
		n = v.Tensor.Len()
		text = fmt.Sprintf("%.6g", tensor.Values[float64](v.Tensor.Reshape(-1).Slice(0, 0, min(most, n))))
	}
	if n > most {
		text = strings.TrimSuffix(text, "]") + " …]"
	}
	return text
}

// plainName returns a name that is that of a file in any folder: the model's author chose it.
func plainName(name string) string {
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, name)
	if strings.Trim(plain, ".") == "" {
		return "output"
	}
	return plain
}

// writeValue writes numbers as .npy, strings as .json.
func writeValue(path string, v *onnx.Value) (string, error) {
	if v.Kind == onnx.Strings {
		path += ".json"
		return path, format.Replace(path, func(w io.Writer) error { return json.NewEncoder(w).Encode(v.Strings) })
	}
	path += ".npy"
	return path, format.Write(path, format.Of(nil, format.Named{Name: "x", Tensor: v.Tensor}), format.WriteConfig{})
}
