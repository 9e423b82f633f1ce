package onnx

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	proto "github.com/jimu-ml/jimu/format/onnx"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/tensor"
)

// A Test is a folder in the layout of the standard's own tests: model.onnx, and in each folder test_data_set_… the files
// input_….pb and output_….pb.
type Test struct {
	Dir    string
	Memory int64   // what a run may take, in bytes; 0: whatever there is
	RTol   float64 // how far a number may be off, in parts of it; 0 means 1e-3, or what the folder's data.json says
	ATol   float64 // and besides; 0 means 1e-7
}

// Run runs the model on all its data, and returns what is wrong: an [UnsupportedError], or anything else.
func (t Test) Run(ctx context.Context) (err error) {
	defer func() { // a folder is somebody else's: whatever it does must not end what goes through hundreds of them
		switch caught := recover().(type) {
		case nil:
		case error:
			err = caught
		default:
			err = fmt.Errorf("%v", caught)
		}
	}()
	f, err := proto.Open(filepath.Join(t.Dir, "model.onnx"))
	if err != nil {
		return err
	}
	defer f.Close()
	p, err := Import(f.Model)
	if err != nil {
		return err
	}
	t.tolerances()
	sets, err := filepath.Glob(filepath.Join(t.Dir, "test_data_set_*"))
	if err != nil || len(sets) == 0 {
		return errors.Join(err, errors.New("there is no folder test_data_set_…"))
	}
	for _, set := range sets {
		if err := t.set(ctx, p, f.Model.Graph, set); err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(set), err)
		}
	}
	return nil
}

func (t *Test) tolerances() {
	var own struct{ RTol, ATol float64 }
	if text, err := os.ReadFile(filepath.Join(t.Dir, "data.json")); err == nil {
		_ = json.Unmarshal(text, &own) // a folder that says nothing of use has the usual ones
	}
	for _, c := range []struct {
		to       *float64
		own, def float64
	}{{&t.RTol, own.RTol, 1e-3}, {&t.ATol, own.ATol, 1e-7}} {
		if *c.to == 0 {
			*c.to = c.own
		}
		if *c.to == 0 {
			*c.to = c.def
		}
	}
}

func (t Test) set(ctx context.Context, p *Program, g *proto.Graph, dir string) error {
	in, err := readValues(dir, "input", g.Inputs)
	if err != nil {
		return err
	}
	want, err := readValues(dir, "output", g.Outputs)
	if err != nil {
		return err
	}
	given := make([]*Value, len(p.inputs))
	for i, info := range p.inputs {
		at := slices.IndexFunc(g.Inputs, func(v *proto.ValueInfo) bool { return v.Name == info.Name })
		if at < len(in) {
			given[i] = in[at]
		}
	}
	pass := nn.NewPass(nn.PassConfig{Memory: t.Memory})
	defer pass.Close()
	got, err := p.Call(ctx, pass, given)
	if err != nil {
		return err
	}
	random := p.isRandom()
	for i, w := range want {
		if i >= len(got) {
			return fmt.Errorf("there are %d outputs, and %d are wanted", len(got), len(want))
		}
		if err := t.compare(got[i], w, random); err != nil {
			return fmt.Errorf("output %s: %w", g.Outputs[i].Name, err)
		}
	}
	return nil
}

// readValues reads input_0.pb, input_1.pb, … as values of the types that the graph says.
func readValues(dir, what string, infos []*proto.ValueInfo) ([]*Value, error) {
	var values []*Value
	for i := 0; ; i++ {
		name := filepath.Join(dir, what+"_"+strconv.Itoa(i)+".pb")
		data, err := os.ReadFile(name)
		if errors.Is(err, os.ErrNotExist) {
			return values, nil
		}
		if err != nil {
			return nil, err
		}
		if i >= len(infos) {
			return nil, fmt.Errorf("%s: the model has %d", name, len(infos))
		}
		v, err := decode(data, infos[i].Type)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(name), err)
		}
		values = append(values, v)
	}
}

func decode(data []byte, t *proto.Type) (*Value, error) {
	switch {
	case t != nil && t.Sequence != nil:
		s, err := proto.UnmarshalSequence(data)
		if err != nil {
			return nil, err
		}
		return fromSequence(s)
	case t != nil && t.Optional != nil:
		o, err := proto.UnmarshalOptional(data)
		if err != nil {
			return nil, err
		}
		return fromOptional(o)
	case t != nil && t.Map != nil:
		m, err := proto.UnmarshalMap(data)
		if err != nil {
			return nil, err
		}
		return fromMap(m)
	}
	x, err := proto.UnmarshalTensor(data)
	if err != nil {
		return nil, err
	}
	return FromProto(x)
}

// compare says how a value differs from the one that is wanted. Of what is random only type and shape are compared.
func (t Test) compare(got, want *Value, random bool) error {
	switch {
	case got == nil:
		if want.Kind == Optional && len(want.Elems) == 0 {
			return nil
		}
		return errors.New("there is none")
	case got.Kind != want.Kind:
		return fmt.Errorf("it is %v, and should be %v", got, want)
	case got.Kind == Tensor || got.Kind == Strings:
		if got.Type != want.Type || !slices.Equal(got.Dims(), want.Dims()) {
			return fmt.Errorf("it is %v, and should be %v", got, want)
		}
		if random {
			return nil
		}
		if got.Kind == Strings {
			return compareStrings(got.Strings, want.Strings)
		}
		return t.numbers(got, want)
	case len(got.Elems) != len(want.Elems):
		return fmt.Errorf("it has %d elements, and should have %d", len(got.Elems), len(want.Elems))
	}
	for i := range want.Elems {
		if err := t.compare(got.Elems[i], want.Elems[i], random); err != nil {
			return fmt.Errorf("element %d: %w", i, err)
		}
	}
	if want.Keys != nil {
		return t.compare(got.Keys, want.Keys, random)
	}
	return nil
}

func compareStrings(got, want []string) error {
	for i := range want {
		if got[i] != want[i] {
			return fmt.Errorf("element %d is %q, and should be %q", i, got[i], want[i])
		}
	}
	return nil
}

// numbers compares as NumPy's assert_allclose does. Two units in the last place are allowed to types with few.
func (t Test) numbers(got, want *Value) error {
	rtol := t.RTol
	switch want.Type {
	case proto.BFloat16:
		rtol = max(rtol, math.Ldexp(1, -6))
	case proto.Float16:
		rtol = max(rtol, math.Ldexp(1, -9))
	}
	a, b := tensor.Values[float64](got.Tensor), tensor.Values[float64](want.Tensor)
	wrong, worst, at := 0, 0.0, 0
	for i := range b {
		off := math.Abs(a[i] - b[i])
		if a[i] == b[i] || a[i] != a[i] && b[i] != b[i] || off <= t.ATol+rtol*math.Abs(b[i]) {
			continue
		}
		if wrong++; !(off <= worst) {
			worst, at = off, i
		}
	}
	if wrong == 0 {
		return nil
	}
	return fmt.Errorf("%d of %d elements are off, most the one at %d: %v, and should be %v", wrong, len(b), at, a[at], b[at])
}

// isRandom reports whether a node draws numbers.
func (p *Program) isRandom() bool { return p.graph.isRandom() }

func (g *graph) isRandom() bool {
	return slices.ContainsFunc(g.nodes, func(n *node) bool {
		if n.body != nil && n.body.isRandom() || strings.HasPrefix(n.op, "Random") || n.op == "Bernoulli" || n.op == "Multinomial" {
			return true
		}
		for _, inner := range n.graphs {
			if inner.isRandom() {
				return true
			}
		}
		return false
	})
}
