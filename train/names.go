package train

import (
	"maps"
	"slices"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/tensor"
)

// namesOf returns the parameters as tensors by name, in their order.
func namesOf(params []tensor.Named) Names {
	out := make(Names, len(params))
	for i, p := range params {
		out[i] = format.Named{Name: p.Name, Tensor: p.Param.Value}
	}
	return out
}

// named returns values under the names of the parameters.
func named(params []tensor.Named, values []*tensor.Tensor) Names {
	out := make(Names, len(params))
	for i, p := range params {
		out[i] = format.Named{Name: p.Name, Tensor: values[i]}
	}
	return out
}

// toNames returns a state in the order of its names.
func toNames(state map[string]*tensor.Tensor) Names {
	out := make(Names, 0, len(state))
	for _, name := range slices.Sorted(maps.Keys(state)) {
		out = append(out, format.Named{Name: name, Tensor: state[name]})
	}
	return out
}

func fromNames(n Names) map[string]*tensor.Tensor {
	state := make(map[string]*tensor.Tensor, len(n))
	for _, t := range n {
		state[t.Name] = t.Tensor
	}
	return state
}

// valuesOf returns the tensors of the parameters, in their order, from tensors by name that fit them.
func valuesOf(params []tensor.Named, n Names) []*tensor.Tensor {
	state := fromNames(n)
	out := make([]*tensor.Tensor, len(params))
	for i, p := range params {
		out[i] = state[p.Name]
	}
	return out
}
