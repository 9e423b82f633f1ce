package llama

import (
	"strconv"
	"strings"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/tensor"
)

// ggufNames are llama.cpp's names of what a layer has, and of what stands beside the layers.
var ggufNames = map[string]string{
	"self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output",
	"self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm", "input_layernorm": "attn_norm",
	"post_attention_layernorm": "ffn_norm", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down",
	"mlp.gate": "ffn_gate_inp", "mlp.shared_expert.gate_proj": "ffn_gate_shexp", "mlp.shared_expert.up_proj": "ffn_up_shexp",
	"mlp.shared_expert.down_proj": "ffn_down_shexp", "mlp.shared_expert_gate": "ffn_gate_inp_shexp",
	"model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output",
}

// ggufPostNorms are those of Gemma 2 and 3, where a name of others means something else.
var ggufPostNorms = map[string]string{
	"post_attention_layernorm": "post_attention_norm", "pre_feedforward_layernorm": "ffn_norm", "post_feedforward_layernorm": "post_ffw_norm",
}

// ignoredByGGUF are the factors of scaled positions, which the configuration holds.
func ignoredByGGUF(theirs string) bool { return strings.HasPrefix(theirs, "rope_f") }

// gguf returns where llama.cpp's files keep a parameter.
func (m *Model) gguf(ours string) model.Source {
	dot := strings.LastIndexByte(ours, '.')
	part, suffix := ours[:dot], ours[dot:] // .weight or .bias
	layer := ""
	if rest, ok := strings.CutPrefix(part, "model.layers."); ok {
		layer, part, _ = strings.Cut(rest, ".")
	}
	if layer == "" {
		return m.made(ours, ggufNames[part]+suffix)
	}
	if expert, ok := strings.CutPrefix(part, "mlp.experts."); ok {
		number, name, _ := strings.Cut(expert, ".")
		i, _ := strconv.Atoi(number)
		return model.Source{Names: []string{"blk." + layer + "." + ggufNames["mlp."+name] + "_exps" + suffix}, Make: func(in []*tensor.Tensor) *tensor.Tensor {
			return in[0].Select(0, i)
		}}
	}
	name := ggufNames[part]
	if m.Config.PostNorm && ggufPostNorms[part] != "" {
		name = ggufPostNorms[part]
	}
	return m.made(ours, "blk."+layer+"."+name+suffix)
}

// made returns the tensor of that name, changed back from what llama.cpp's converter makes of it.
func (m *Model) made(ours, theirs string) model.Source {
	s := model.Source{Names: []string{theirs}}
	c := m.Config
	switch {
	case c.FromOne && strings.HasSuffix(theirs, "norm.weight"):
		s.Make = func(in []*tensor.Tensor) *tensor.Tensor { return in[0].AddScalar(-1) }
	case strings.HasSuffix(theirs, "ffn_gate_inp_shexp.weight"):
		s.Make = func(in []*tensor.Tensor) *tensor.Tensor { return in[0].Reshape(1, -1) }
	case m.interleaved() && strings.Contains(ours, ".q_proj."):
		s.Make = func(in []*tensor.Tensor) *tensor.Tensor { return halved(in[0], c.Heads) }
	case m.interleaved() && strings.Contains(ours, ".k_proj."):
		s.Make = func(in []*tensor.Tensor) *tensor.Tensor { return halved(in[0], c.Groups) }
	}
	return s
}

// interleaved reports whether files of GGUF have the pairs that are turned together side by side: those of the architecture
// called llama, Mistral's and Mixtral's too.
func (m *Model) interleaved() bool {
	c := m.Config
	return !c.HeadNorm && !c.FromOne && c.Biases == c.OutputBias
}

// halved returns the rows of so many heads with the pairs that are turned together in the two halves of each head, and not
// side by side.
func halved(w *tensor.Tensor, heads int) *tensor.Tensor {
	return w.Reshape(heads, w.Dim(0)/heads/2, 2, -1).Transpose(1, 2).Reshape(w.Shape()...)
}

// ggufFused returns where files of llama.cpp keep a parameter of Phi-3, some of whose maps are one there.
func (m *Model) ggufFused(ours string) model.Source {
	s := m.gguf(ours)
	s.Make = nil
	for _, part := range m.fused() {
		if strings.HasSuffix(ours, "."+part.ours+".weight") {
			before, _, _ := strings.Cut(strings.TrimPrefix(ours, "model.layers."), ".")
			return part.source("blk." + before + "." + map[string]string{"qkv_proj": "attn_qkv", "gate_up_proj": "ffn_up"}[part.theirs] + ".weight")
		}
	}
	return s
}
