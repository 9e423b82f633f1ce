package llama

import (
	"strings"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/tensor"
)

// Layouts returns where published files keep the parameters that have other names or shapes there: Mixtral's, Phi-3's, and
// those of GGUF and llama2.c.
func (m *Model) Layouts() []model.Layout {
	return []model.Layout{
		{Name: "mixtral", Marks: []string{"model.layers.0.block_sparse_moe.gate.weight"}, Source: mixtral},
		{Name: "phi3", Marks: []string{"model.layers.0.self_attn.qkv_proj.weight"}, Source: m.phi3},
		{Name: "transformers", Marks: []string{"model.embed_tokens.weight"}, Ignore: m.ignored},
	}
}

// ignored reports whether a tensor of transformers' files is none of ours: the table of tokens, kept a second time.
func (m *Model) ignored(theirs string) bool { return m.Config.Tied && theirs == "lm_head.weight" }

// mixtral names the experts as in Mixtral's files.
func mixtral(ours string) model.Source {
	before, rest, ok := strings.Cut(ours, ".mlp.")
	if !ok {
		return model.Source{}
	}
	rest = strings.NewReplacer("gate_proj", "w1", "down_proj", "w2", "up_proj", "w3").Replace(rest)
	return model.Source{Names: []string{before + ".block_sparse_moe." + rest}}
}

// phi3 cuts parameters out of the joint maps that Phi-3 has.
func (m *Model) phi3(ours string) model.Source {
	c := m.Config
	q, k := c.Heads*c.Head, c.Groups*c.Head
	for _, part := range []struct {
		ours, theirs string
		from, to     int
	}{
		{"q_proj", "qkv_proj", 0, q},
		{"k_proj", "qkv_proj", q, q + k},
		{"v_proj", "qkv_proj", q + k, q + 2*k},
		{"gate_proj", "gate_up_proj", 0, c.Hidden},
		{"up_proj", "gate_up_proj", c.Hidden, 2 * c.Hidden},
	} {
		if before, ok := strings.CutSuffix(ours, part.ours+".weight"); ok && strings.HasSuffix(before, ".") {
			return model.Source{Names: []string{before + part.theirs + ".weight"}, Make: func(in []*tensor.Tensor) *tensor.Tensor {
				return in[0].Slice(0, part.from, part.to)
			}}
		}
	}
	return model.Source{}
}
