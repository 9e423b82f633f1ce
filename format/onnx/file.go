package onnx

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/internal/wire"
	"github.com/jimu-ml/jimu/tensor"
)

// sparseBudget is how many bytes a sparse initializer may take with its zeros.
const sparseBudget = 1 << 30

func init() {
	format.Register(format.Format{
		Name: "onnx", About: "ONNX models; here their initializers", Extensions: []string{".onnx"},
		Detect: detect,
		Open:   func(path string) (format.File, error) { return Open(path) },
	})
}

// detect reports whether a file begins as a model does: with the version of the format, and fields of a model behind it.
func detect(path string, head []byte) bool {
	r := wire.NewReader(head)
	if !r.Next() || r.Field() != 1 || r.Kind() != wire.Varint || r.Uint() == 0 || r.Uint() > 99 {
		return false
	}
	for r.Next() {
		want, ok := map[int]wire.Kind{2: wire.Bytes, 3: wire.Bytes, 4: wire.Bytes, 5: wire.Varint, 6: wire.Bytes, 7: wire.Bytes, 8: wire.Bytes, 14: wire.Bytes, 20: wire.Bytes, 25: wire.Bytes}[r.Field()]
		if !ok || r.Kind() != want {
			return false
		}
	}
	return strings.HasSuffix(strings.ToLower(path), ".onnx") || r.Field() >= 2 && r.Field() <= 8 // cut short in a field, most often the graph
}

// Entries lists the initializers, but for strings, which no tensor of ours holds.
func (f *File) Entries() []format.Entry {
	var list []format.Entry
	add := func(t *Tensor, dims []int64) {
		if !t.Type.Known() || t.Type == String || t.Segment != nil {
			return
		}
		e := format.Entry{Name: t.Name, Type: t.Type.String(), DType: t.Type.Carrier()}
		for _, d := range dims {
			e.Shape = append(e.Shape, int(d))
		}
		if t.Type.IsComplex() {
			e.Shape = append(e.Shape, 2)
		}
		var err error
		if e.Bytes, err = t.Bytes(); err == nil && len(e.Shape) <= device.MaxRank {
			list = append(list, e)
		}
	}
	for _, t := range f.Model.Graph.Initializers {
		add(t, t.Dims)
	}
	for _, s := range f.Model.Graph.SparseInitializers {
		if s.Values != nil && f.sparse[s.Values.Name] == s {
			add(s.Values, s.Dims)
		}
	}
	return list
}

// Tensor reads the initializer of that name.
func (f *File) Tensor(name string) (*tensor.Tensor, error) {
	if t := f.byName[name]; t != nil {
		return t.Tensor()
	}
	if s := f.sparse[name]; s != nil {
		t, err := s.Dense(sparseBudget)
		if err != nil {
			return nil, err
		}
		return t.Tensor()
	}
	return nil, fmt.Errorf("no initializer %q in the model", name)
}

// Metadata returns the model's properties, and who made it for which operators.
func (f *File) Metadata() map[string]string {
	m := map[string]string{}
	for _, p := range f.Model.Metadata {
		m[p.Key] = p.Value
	}
	set := func(key, value string) {
		if value != "" {
			m[key] = value
		}
	}
	set("producer", strings.TrimSpace(f.Model.ProducerName+" "+f.Model.ProducerVersion))
	set("ir_version", strconv.FormatInt(f.Model.IRVersion, 10))
	for _, o := range f.Model.Opsets {
		domain := o.Domain
		if domain == "" {
			domain = "ai.onnx"
		}
		set("opset "+domain, strconv.FormatInt(o.Version, 10))
	}
	set("nodes", strconv.Itoa(len(f.Model.Graph.Nodes)))
	return m
}
