package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/jimu-ml/jimu/format"
	proto "github.com/jimu-ml/jimu/format/onnx"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/model/export"
	"github.com/jimu-ml/jimu/model/onnx"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/recipe/ensemble"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

type exportOptions struct {
	weights   string
	untrained bool
	config    string
	input     string
	outputs   int
	out       string
	external  bool
	check     bool
	write     export.Config
}

func exportCommand(a *app) *cobra.Command {
	var o exportOptions
	c := &cobra.Command{
		Use: "export RUN|NAME", Short: "Write a model as ONNX",
		Long: "Write the model of a run's folder, or an architecture or one of its published sizes, by name, with the weights of a file, as\n" +
			"ONNX: for ONNX Runtime and whatever else reads it. The size of the batch stays open, unless --batch fixes it, and the lengths\n" +
			"of sequences with --sequence. The pictures, numbers or tokens that the graph takes are prepared as those of jimu predict; the\n" +
			"file says how in its metadata. jimu list models shows the names.",
		Example: "  jimu export runs/fashion --out fashion.onnx\n  jimu export resnet50 --weights resnet50.pth\n" +
			"  jimu export bert-base-uncased --weights model.safetensors --sequence --opset 20",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return misuse("export needs one model, a run's folder or the name of an architecture: jimu export runs/fashion --out fashion.onnx")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return o.run(c.Context(), a, args[0]) },
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return modelNames(), cobra.ShellCompDirectiveDefault
		},
	}
	f := c.Flags()
	f.StringVar(&o.weights, "weights", "", "the `file` with the weights of the architecture")
	f.BoolVar(&o.untrained, "untrained", false, "write the architecture with weights as they are before training")
	f.StringVar(&o.config, "config", "", "change the architecture: a `JSON` object")
	f.StringVar(&o.input, "input", "", "the `shape` of one input of the architecture, such as 3,224,224")
	f.IntVar(&o.outputs, "outputs", 0, "how many classes or numbers the architecture gives")
	f.StringVarP(&o.out, "out", "o", "", "the `file` to write; NAME.onnx if not given")
	f.IntVar(&o.write.Batch, "batch", 0, "fix the size of the batch; any if 0")
	f.BoolVar(&o.write.Sequence, "sequence", false, "leave the lengths of sequences of tokens open")
	f.IntVar(&o.write.Opset, "opset", 17, "the `version` of the operators, 13 to 23")
	f.BoolVar(&o.external, "external", false, "put weights into a second file, OUT.data; so done in any case above 2 GB")
	f.BoolVar(&o.check, "check", false, "read the graph again and compare what it makes of random inputs with what the model makes of them")
	return c
}

func (o *exportOptions) run(ctx context.Context, a *app, name string) error {
	if o.write.Batch < 0 {
		return misusef("--batch is %d; want 1 or more, or 0 for any", o.write.Batch)
	}
	if o.weights != "" && sameFile(o.weights, o.out) {
		return misusef("--out %s is the file with the weights", o.out)
	}
	begun := time.Now()
	m, err := o.model(a, name)
	if err != nil {
		return err
	}
	if o.out == "" {
		o.out = filepath.Base(filepath.Clean(name)) + ".onnx"
	}
	o.write.Producer, _, _ = strings.Cut(strings.TrimPrefix(version(), "jimu "), " ")
	file, err := export.Model(m, o.write)
	if err != nil {
		return err
	}
	if o.check {
		if err := o.compare(ctx, a, m, file); err != nil {
			return fmt.Errorf("checking: %w", err)
		}
	}
	total := int64(0)
	for _, t := range file.Graph.Initializers {
		total += int64(len(t.Raw))
	}
	var c proto.WriteConfig
	if o.external || total > 2e9 {
		c.External = 1 << 10
	}
	if err := proto.Write(o.out, file, c); err != nil {
		return err
	}
	fmt.Fprintf(a.out, "%s: opset %d, %d nodes, %d initializers of %s, in %s\n", o.out, file.Opsets[0].Version, len(file.Graph.Nodes),
		len(file.Graph.Initializers), size(total), clock(time.Since(begun).Seconds()))
	for _, v := range file.Graph.Inputs {
		fmt.Fprintf(a.out, "  in   %s\n", described(v))
	}
	for _, v := range file.Graph.Outputs {
		fmt.Fprintf(a.out, "  out  %s\n", described(v))
	}
	if c.External > 0 {
		fmt.Fprintf(a.out, "The weights are in %s.data, which belongs beside it.\n", o.out)
	}
	return nil
}

// compare runs the graph as it will be read, and says how far it is from the model.
func (o *exportOptions) compare(ctx context.Context, a *app, m model.Program, file *proto.Model) error {
	graph, err := onnx.Import(file)
	if err != nil {
		return err
	}
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	var in []*tensor.Tensor
	var values []*onnx.Value
	for i, port := range m.Inputs() {
		shape := append([]int{}, port.Shape...)
		if len(shape) > 0 {
			shape[0] = max(o.write.Batch, 1)
		}
		x := randomInput(port, shape, rng.KeyOf(uint64(i)))
		in, values = append(in, x), append(values, onnx.Of(x))
	}
	want := m.Run(p, in)
	got, err := graph.Call(ctx, p, values)
	if err != nil {
		return err
	}
	for i, name := range m.Outputs() {
		off, most := 0.0, 0.0
		mine := want[i].Floats()
		for k, v := range got[i].Tensor.Floats() {
			off, most = max(off, math.Abs(float64(v-mine[k]))), max(most, math.Abs(float64(mine[k])))
		}
		if !(off <= 1e-4*max(most, 1)) {
			return fmt.Errorf("%s differs by %.2g, of numbers up to %.2g", name, off, most)
		}
		fmt.Fprintf(a.out, "checked: %s differs by %.1e, of numbers up to %.2g\n", name, off, most)
	}
	return nil
}

// randomInput returns an example of an input: normal numbers, or any of the integers that may stand there.
func randomInput(port model.Port, shape []int, key rng.Key) *tensor.Tensor {
	n := 1
	for _, d := range shape {
		n *= d
	}
	if port.DType.IsFloat() {
		x := make([]float32, n)
		key.Normal(x)
		return tensor.Of(x, shape...).Cast(port.DType)
	}
	ids := make([]int64, n)
	for i := range ids {
		ids[i] = int64(key.IntnAt(uint64(i), max(port.Below, 2)))
	}
	return tensor.Of(ids, shape...).Cast(port.DType)
}

// described returns name, type and shape of an input or output.
func described(v *proto.ValueInfo) string {
	var dims []string
	for _, d := range v.Type.Tensor.Shape.Dims {
		switch {
		case d.Param != nil:
			dims = append(dims, *d.Param)
		case d.Value != nil:
			dims = append(dims, fmt.Sprint(*d.Value))
		}
	}
	return fmt.Sprintf("%s %s [%s]", v.Name, strings.ToLower(v.Type.Tensor.Elem.String()), strings.Join(dims, " "))
}

// model returns what is to be written.
func (o *exportOptions) model(a *app, name string) (model.Program, error) {
	if isRun(name) {
		if o.weights != "" || o.untrained || o.config != "" || o.input != "" || o.outputs != 0 {
			return nil, misuse("a run has its own model and weights: --weights, --untrained, --config, --input and --outputs are for architectures")
		}
		return o.ofRun(a, name)
	}
	arch, v, ok := model.Find(name)
	if !ok && ensemble.IsEnsemble(name) {
		return nil, misusef("%s is an ensemble, which is no one graph; write its members, one by one: %s", name, listed(runsBelow(filepath.Join(name, "members")), 6))
	}
	if !ok && isFolder(name) {
		return nil, noRun(name)
	}
	if !ok {
		if near := model.Nearest(name, modelNames()); near != "" {
			return nil, misusef("there is no run or architecture %q; did you mean %s?", name, near)
		}
		return nil, misusef("there is no run or architecture %q; jimu list models shows the latter", name)
	}
	if (o.weights == "") != o.untrained {
		return nil, misusef("give the weights of %s by --weights FILE, or say --untrained", name)
	}
	return o.ofArchitecture(arch, v)
}

// ofRun returns the model of a run. What its inputs are goes into the metadata.
func (o *exportOptions) ofRun(a *app, dir string) (model.Program, error) {
	s, err := a.openRun(dir)
	if err != nil {
		return nil, err
	}
	in, err := json.Marshal(s.Work.Kept())
	if err != nil {
		return nil, err
	}
	o.write.Name, o.write.About = s.Recipe.Name, s.Recipe.About
	o.write.Metadata = map[string]string{"inputs": string(in), "step": strconv.Itoa(s.Step)}
	if s.Job.Classes != nil {
		o.write.Metadata["classes"] = strings.Join(s.Job.Classes, "\n")
	}
	switch m := s.Job.Model.(type) {
	case nn.Layer:
		return model.AsProgram(m, s.Job.Examples), nil
	case model.Program:
		return m, nil
	}
	return nil, fmt.Errorf("the model of %s is made of several networks, and is no graph from inputs to outputs", dir)
}

func (o *exportOptions) ofArchitecture(arch model.Architecture, v model.Variant) (model.Program, error) {
	of := v.Of
	if o.input != "" {
		var err error
		if of.Input, err = axes("--input", o.input); err != nil {
			return nil, err
		}
	}
	if of.Input == nil && arch.Assemble == nil {
		return nil, misusef("%s is for inputs of many shapes: give one, as --input 3,224,224", v.Name)
	}
	if o.outputs > 0 {
		of.Outputs = o.outputs
	}
	var r *rng.Rand
	if o.untrained {
		r = rng.New(0)
	}
	m, err := model.NewProgram(v.Name, r, of, json.RawMessage(o.config))
	if err != nil {
		return nil, err
	}
	o.write.Name, o.write.About = v.Name, arch.About
	o.write.Metadata = map[string]string{"architecture": v.Name}
	if o.untrained {
		return m, nil
	}
	f, err := format.Open(o.weights)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if err := model.Load(m, f, arch.Layouts...); err != nil {
		return nil, fmt.Errorf("%s: %w", o.weights, err)
	}
	return m, nil
}

// axes reads a shape: lengths with commas between them.
func axes(flag, text string) (shape []int, err error) {
	for _, n := range strings.Split(text, ",") {
		d, err := strconv.Atoi(strings.TrimSpace(n))
		if err != nil || d < 1 || d > 1<<20 {
			return nil, misusef("%s %s: %q is no length of an axis", flag, text, n)
		}
		shape = append(shape, d)
	}
	return shape, nil
}
