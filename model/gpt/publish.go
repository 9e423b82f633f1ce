package gpt

import (
	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/model"
)

// publish says what transformers calls a decoder: GPT-2.
func publish(m any, of model.Examples, tensors []format.Named) (map[string]any, []format.Named, error) {
	c := m.(*Model).Config
	if c.NoBias {
		return nil, tensors, nil // as nanoGPT may; GPT-2 has biases
	}
	activation := c.Activation
	if activation == "gelu_tanh" {
		activation = "gelu_new"
	}
	return map[string]any{
		"model_type": "gpt2", "architectures": []string{"GPT2LMHeadModel"}, "vocab_size": of.Tokens, "n_layer": c.Layers, "n_head": c.Heads,
		"n_embd": c.Width, "n_positions": c.Context, "n_inner": c.Hidden, "activation_function": activation, "layer_norm_epsilon": c.Eps,
		"attn_pdrop": model.Dropout(c.AttentionDropout, c.Dropout), "embd_pdrop": c.Dropout, "resid_pdrop": c.Dropout, "tie_word_embeddings": !c.Untied,
	}, tensors, nil
}
