package t5

import (
	"encoding/json"
	"strings"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/model"
)

var variants = []model.Variant{
	variant("t5-small", `{"layers": 6, "width": 512, "heads": 8, "hidden": 2048}`, 32128, 60506624),
	variant("t5-base", `{}`, 32128, 222903552),
	variant("t5-large", `{"layers": 24, "width": 1024, "heads": 16, "hidden": 4096}`, 32128, 737668096),
	variant("flan-t5-small", `{"layers": 8, "width": 512, "heads": 6, "hidden": 1024, "gated": true, "activation": "gelu_tanh", "untied": true}`, 32128, 76961152),
	variant("flan-t5-base", `{"hidden": 2048, "gated": true, "activation": "gelu_tanh", "untied": true}`, 32128, 247577856),
	variant("flan-t5-large", `{"layers": 24, "width": 1024, "heads": 16, "hidden": 2816, "gated": true, "activation": "gelu_tanh", "untied": true}`, 32128, 783150080),
	variant("mt5-small", `{"layers": 8, "width": 512, "heads": 6, "hidden": 1024, "gated": true, "activation": "gelu_tanh", "untied": true}`, 250112, 300176768),
}

func variant(name, config string, tokens, parameters int) model.Variant {
	return model.Variant{Name: name, Config: config, Of: model.Examples{Input: []int{64}, Tokens: tokens, Outputs: tokens}, Parameters: parameters}
}

// layouts are those of files with a table of their own for the logits, and without, where it is that of the tokens.
var layouts = []model.Layout{
	{Name: "transformers", Marks: []string{"lm_head.weight"}, Ignore: surplus},
	{
		Name: "transformers, with one table", Marks: []string{"shared.weight"}, Ignore: surplus,
		Source: func(ours string) model.Source {
			if ours == "lm_head.weight" {
				ours = "shared.weight"
			}
			return model.Source{Names: []string{ours}}
		},
	},
}

// surplus reports what files hold twice, or without using it.
func surplus(name string) bool {
	return strings.HasSuffix(name, "embed_tokens.weight") || name == "lm_head.weight" ||
		strings.HasSuffix(name, "EncDecAttention.relative_attention_bias.weight")
}

// published translates a config.json of type t5 or mt5.
func published(text []byte) (json.RawMessage, model.Examples, error) {
	s := struct {
		Architectures []string `json:"architectures"`
		Vocab         int      `json:"vocab_size"`
		Width         int      `json:"d_model"`
		Head          int      `json:"d_kv"`
		Hidden        int      `json:"d_ff"`
		Layers        int      `json:"num_layers"`
		DecoderLayers int      `json:"num_decoder_layers"`
		Heads         int      `json:"num_heads"`
		Buckets       int      `json:"relative_attention_num_buckets"`
		Most          int      `json:"relative_attention_max_distance"`
		Dropout       float64  `json:"dropout_rate"`
		Eps           float64  `json:"layer_norm_epsilon"`
		Function      string   `json:"feed_forward_proj"`
		Tied          bool     `json:"tie_word_embeddings"`
		Scaled        bool     `json:"scale_decoder_outputs"` // which newer versions write in place of tied
	}{Vocab: 32128, Tied: true, Scaled: true, Function: "relu"}
	if err := json.Unmarshal(text, &s); err != nil {
		return nil, model.Examples{}, err
	}
	f, gated := strings.CutPrefix(s.Function, "gated-")
	if gated && f == "gelu" {
		f = "gelu_tanh"
	}
	c := Config{
		Layers: s.Layers, DecoderLayers: s.DecoderLayers, Width: s.Width, Heads: s.Heads, Head: s.Head, Hidden: s.Hidden,
		Buckets: s.Buckets, Most: s.Most, Activation: f, Gated: gated, Untied: !s.Tied || !s.Scaled, Eps: s.Eps, Dropout: s.Dropout,
		EncoderOnly: len(s.Architectures) > 0 && strings.HasSuffix(s.Architectures[0], "EncoderModel"),
	}
	out, err := json.Marshal(c)
	return out, model.Examples{Input: []int{64}, Tokens: s.Vocab, Outputs: s.Vocab}, err
}

// publish returns what transformers' config.json says of a model.
func publish(m any, of model.Examples, tensors []format.Named) (map[string]any, []format.Named, error) {
	c := m.(*Model).Config
	f, class := model.TransformersActivation(c.Activation), "T5ForConditionalGeneration"
	if c.Gated {
		f = "gated-" + strings.TrimSuffix(f, "_new")
	}
	if c.EncoderOnly {
		class = "T5EncoderModel"
	}
	return map[string]any{
		"model_type": "t5", "architectures": []string{class}, "vocab_size": of.Tokens, "d_model": c.Width, "d_kv": c.Head, "d_ff": c.Hidden,
		"num_layers": c.Layers, "num_decoder_layers": c.DecoderLayers, "num_heads": c.Heads, "relative_attention_num_buckets": c.Buckets,
		"relative_attention_max_distance": c.Most, "dropout_rate": c.Dropout, "layer_norm_epsilon": c.Eps, "feed_forward_proj": f,
		"tie_word_embeddings": !c.Untied, "is_encoder_decoder": !c.EncoderOnly, "pad_token_id": 0, "eos_token_id": 1, "decoder_start_token_id": 0,
	}, tensors, nil
}
