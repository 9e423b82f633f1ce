package export

import (
	"maps"
	"slices"

	"github.com/jimu-ml/jimu/format/onnx"
)

// irVersion returns the version of the format that came with an opset.
func irVersion(opset int) int64 {
	switch {
	case opset < 15:
		return 7
	case opset < 19:
		return 8
	case opset < 21:
		return 9
	case opset < 23:
		return 10
	}
	return 11
}

// model returns the whole, with the outputs under their names.
func (e *emitter) model(outputs []string) *onnx.Model {
	c := &e.config
	for i, name := range outputs {
		v := e.run.out[i]
		e.rename(v, name)
		e.graph.Outputs = append(e.graph.Outputs, e.info(name, v))
	}
	e.graph.Name, e.graph.Doc = c.graphName(), c.About
	m := &onnx.Model{
		IRVersion: irVersion(c.Opset), ProducerName: "jimu", ProducerVersion: c.Producer, Doc: c.About,
		Graph: &e.graph, Opsets: []*onnx.OperatorSet{{Version: int64(c.Opset)}},
	}
	for _, key := range slices.Sorted(maps.Keys(c.Metadata)) {
		m.Metadata = append(m.Metadata, &onnx.Property{Key: key, Value: c.Metadata[key]})
	}
	return m
}

// rename gives a value the name of an output. One that has such a name already, or is no node's, is copied.
func (e *emitter) rename(v *value, name string) {
	from := e.name(v)
	made := slices.ContainsFunc(e.graph.Nodes, func(n *onnx.Node) bool { return slices.Contains(n.Outputs, from) })
	isOutput := slices.ContainsFunc(e.graph.Outputs, func(o *onnx.ValueInfo) bool { return o.Name == from })
	if !made || isOutput {
		e.graph.Nodes = append(e.graph.Nodes, &onnx.Node{Op: "Identity", Name: e.unique("/Identity"), Inputs: []string{from}, Outputs: []string{name}})
		return
	}
	for _, n := range e.graph.Nodes {
		for i, s := range n.Inputs {
			if s == from {
				n.Inputs[i] = name
			}
		}
		for i, s := range n.Outputs {
			if s == from {
				n.Outputs[i] = name
			}
		}
	}
	e.names[v] = name
}
