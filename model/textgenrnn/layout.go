package textgenrnn

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/tensor"
)

// Layouts say where the weights that textgenrnn saves through Keras are, from a GPU or without one.
var Layouts = []model.Layout{{Name: "keras", Marks: []string{"rnn_1/kernel"}, Source: source}}

func source(ours string) model.Source {
	switch ours {
	case "embedding.weight":
		return model.Source{Names: []string{"embedding/embeddings"}}
	case "attention":
		return model.Source{Names: []string{"attention/attention_W"}}
	case "output.weight":
		return model.Source{Names: []string{"output/kernel"}, Make: func(in []*tensor.Tensor) *tensor.Tensor { return in[0].T() }}
	case "output.bias":
		return model.Source{Names: []string{"output/bias"}}
	}
	layer, name, _ := strings.Cut(strings.TrimPrefix(ours, "rnn."), ".")
	i, err := strconv.Atoi(layer)
	if err != nil {
		return model.Source{}
	}
	theirs := fmt.Sprintf("rnn_%d/", i+1)
	bias := theirs + "bias"
	switch name {
	case "weight_ih_l0":
		return model.Source{Names: []string{theirs + "kernel", bias}, Make: func(in []*tensor.Tensor) *tensor.Tensor {
			if !cudnn(in[0], in[1]) {
				return in[0].T()
			}
			return gates(in[0], func(g *tensor.Tensor) *tensor.Tensor { return g.Contiguous().Reshape(g.Dim(1), g.Dim(0)) })
		}}
	case "weight_hh_l0":
		return model.Source{Names: []string{theirs + "recurrent_kernel", bias}, Make: func(in []*tensor.Tensor) *tensor.Tensor {
			if !cudnn(in[0], in[1]) {
				return in[0].T()
			}
			return gates(in[0], func(g *tensor.Tensor) *tensor.Tensor { return g })
		}}
	case "bias_ih_l0":
		return model.Source{Names: []string{theirs + "recurrent_kernel", bias}, Make: func(in []*tensor.Tensor) *tensor.Tensor {
			return in[1].Slice(0, 0, in[0].Dim(1))
		}}
	case "bias_hh_l0":
		return model.Source{Names: []string{theirs + "recurrent_kernel", bias}, Make: func(in []*tensor.Tensor) *tensor.Tensor {
			if n := in[0].Dim(1); cudnn(in[0], in[1]) {
				return in[1].Slice(0, n, 2*n)
			}
			return in[1].FullLike(0, in[1].Len())
		}}
	}
	return model.Source{}
}

// cudnn reports whether a layer was trained by CuDNN, which has two biases for each gate, and the matrices of the gates the
// other way round in memory.
func cudnn(kernel, bias *tensor.Tensor) bool { return bias.Len() == 2*kernel.Dim(1) }

// gates turns the matrices of the four gates, side by side in the file, one below the other.
func gates(x *tensor.Tensor, turn func(g *tensor.Tensor) *tensor.Tensor) *tensor.Tensor {
	u := x.Dim(1) / 4
	parts := x.Split(1, u, u, u, u)
	for i := range parts {
		parts[i] = turn(parts[i])
	}
	return tensor.Concat(0, parts...)
}
