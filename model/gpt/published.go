package gpt

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/tensor"
)

// layouts are those of files that hold a decoder with what makes its logits, or without, as those of GPT-2 do. In both the
// weights of the blocks may lie the other way round, as nanoGPT's do: the one that makes queries, keys and values tells.
var layouts = []model.Layout{
	layout("transformers", "transformer."),
	layout("transformers, the decoder alone", ""),
}

func layout(name, prefix string) model.Layout {
	return model.Layout{
		Name: name, Marks: []string{prefix + "wte.weight"},
		Source: func(ours string) model.Source {
			theirs := ours
			if rest, ok := strings.CutPrefix(ours, "transformer."); ok {
				theirs = prefix + rest
			}
			part, _, found := strings.Cut(theirs, ".c_")
			if !found || !strings.HasSuffix(theirs, ".weight") {
				return model.Source{Names: []string{theirs}}
			}
			block := strings.TrimSuffix(strings.TrimSuffix(part, ".attn"), ".mlp")
			return model.Source{Names: []string{theirs, block + ".attn.c_attn.weight"}, Make: upright}
		},
		Ignore: func(theirs string) bool {
			return strings.HasSuffix(theirs, ".attn.bias") || strings.HasSuffix(theirs, ".attn.masked_bias") || theirs == "lm_head.weight"
		},
	}
}

// upright returns the weight in[0] as [in out], if the weight of queries, keys and values in[1] says how they all lie.
func upright(in []*tensor.Tensor) *tensor.Tensor {
	if in[1].Rank() == 2 && in[0].Rank() == 2 && in[1].Dim(0) == 3*in[1].Dim(1) {
		return in[0].Transpose(0, 1)
	}
	return in[0]
}

// published translates a config.json of type gpt2.
func published(text []byte) (json.RawMessage, model.Examples, error) {
	s := struct {
		Layers     int     `json:"n_layer"`
		Heads      int     `json:"n_head"`
		Width      int     `json:"n_embd"`
		Context    int     `json:"n_positions"`
		Hidden     int     `json:"n_inner"`
		Activation string  `json:"activation_function"`
		Eps        float64 `json:"layer_norm_epsilon"`
		Dropout    float64 `json:"resid_pdrop"`
		WeightDrop float64 `json:"attn_pdrop"`
		Vocab      int     `json:"vocab_size"`
		Tied       bool    `json:"tie_word_embeddings"`
		Scaled     bool    `json:"scale_attn_weights"`
		ByLayer    bool    `json:"scale_attn_by_inverse_layer_idx"`
		Cross      bool    `json:"add_cross_attention"`
	}{Vocab: 50257, Tied: true, Scaled: true, Context: 1024}
	if err := json.Unmarshal(text, &s); err != nil {
		return nil, model.Examples{}, err
	}
	if !s.Scaled || s.ByLayer || s.Cross {
		return nil, model.Examples{}, errors.New("its attention is not GPT-2's: unscaled, scaled by layer, or to another sequence")
	}
	c := Config{
		Layers: s.Layers, Heads: s.Heads, Width: s.Width, Context: s.Context, Hidden: s.Hidden,
		Activation: s.Activation, Eps: s.Eps, Dropout: s.Dropout, AttentionDropout: model.OwnDropout(s.WeightDrop, s.Dropout), Untied: !s.Tied,
	}
	out, err := json.Marshal(c)
	return out, model.Examples{Input: []int{s.Context}, Tokens: s.Vocab, Outputs: s.Vocab}, err
}
