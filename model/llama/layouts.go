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
		{Name: "gguf, joint maps", Marks: []string{"blk.0.attn_qkv.weight"}, Source: m.ggufFused, Ignore: ignoredByGGUF},
		{Name: "gguf", Marks: []string{"token_embd.weight"}, Source: m.gguf, Ignore: ignoredByGGUF},
		{Name: "llama2.c", Marks: []string{"token_embedding_table"}, Source: m.llama2c, Ignore: func(theirs string) bool { return strings.HasPrefix(theirs, "freq_cis_") }},
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

// A piece is a parameter of ours that is some rows of a joint map of theirs.
type piece struct {
	ours, theirs string
	from, to     int
}

// fused returns what Phi-3's joint maps consist of.
func (m *Model) fused() []piece {
	c := m.Config
	q, k := c.Heads*c.Head, c.Groups*c.Head
	return []piece{
		{"q_proj", "qkv_proj", 0, q},
		{"k_proj", "qkv_proj", q, q + k},
		{"v_proj", "qkv_proj", q + k, q + 2*k},
		{"gate_proj", "gate_up_proj", 0, c.Hidden},
		{"up_proj", "gate_up_proj", c.Hidden, 2 * c.Hidden},
	}
}

func (p piece) source(theirs string) model.Source {
	return model.Source{Names: []string{theirs}, Make: func(in []*tensor.Tensor) *tensor.Tensor { return in[0].Slice(0, p.from, p.to) }}
}

// phi3 cuts parameters out of the joint maps that Phi-3 has.
func (m *Model) phi3(ours string) model.Source {
	for _, part := range m.fused() {
		if before, ok := strings.CutSuffix(ours, "."+part.ours+".weight"); ok {
			return part.source(before + "." + part.theirs + ".weight")
		}
	}
	return model.Source{}
}
