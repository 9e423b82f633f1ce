package llama

import (
	"strings"

	"github.com/jimu-ml/jimu/model"
)

// llama2cNames are run.c's names of what a layer has.
var llama2cNames = map[string]string{
	"self_attn.q_proj": "wq", "self_attn.k_proj": "wk", "self_attn.v_proj": "wv", "self_attn.o_proj": "wo", "input_layernorm": "rms_att_weight",
	"post_attention_layernorm": "rms_ffn_weight", "mlp.gate_proj": "w1", "mlp.down_proj": "w2", "mlp.up_proj": "w3",
}

// llama2c returns where llama2.c's checkpoints keep a parameter.
func (m *Model) llama2c(ours string) model.Source {
	switch ours {
	case "model.embed_tokens.weight":
		return model.Source{Names: []string{"token_embedding_table"}}
	case "model.norm.weight":
		return model.Source{Names: []string{"rms_final_weight"}}
	case "lm_head.weight":
		return model.Source{Names: []string{"wcls"}}
	}
	rest, _ := strings.CutPrefix(strings.TrimSuffix(ours, ".weight"), "model.layers.")
	layer, part, _ := strings.Cut(rest, ".")
	return m.made(ours, llama2cNames[part]+"."+layer)
}
