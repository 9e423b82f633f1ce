package llama

import (
	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/model"
)

// publish says what transformers calls a decoder: a Llama, Mistral, Qwen2 or Qwen3, by what it has. Of Gemma, mixtures,
// squeezed logits and windows in some layers only it says nothing.
func publish(m any, of model.Examples, tensors []format.Named) (map[string]any, []format.Named, error) {
	c := m.(*Model).Config
	kind, class := "llama", "LlamaForCausalLM"
	switch {
	case c.Mixture != nil, c.FromOne, c.PostNorm, c.Scaled, c.AttentionCap != 0, c.LogitCap != 0, c.QueryWidth != float64(c.Head), len(c.Full) > 0,
		c.Scaling != nil && c.Scaling.Kind != "linear" && c.Scaling.Kind != "llama3", c.Biases && c.Window > 0, c.HeadNorm && c.Window > 0:
		return nil, tensors, nil
	case c.HeadNorm:
		kind, class = "qwen3", "Qwen3ForCausalLM"
	case c.Biases && !c.OutputBias:
		kind, class = "qwen2", "Qwen2ForCausalLM"
	case c.Window > 0:
		kind, class = "mistral", "MistralForCausalLM"
	}
	says := map[string]any{
		"model_type": kind, "architectures": []string{class}, "vocab_size": of.Tokens, "hidden_size": c.Width, "intermediate_size": c.Hidden,
		"num_hidden_layers": c.Layers, "num_attention_heads": c.Heads, "num_key_value_heads": c.Groups, "head_dim": c.Head,
		"max_position_embeddings": max(of.Input[0], 2048), "rms_norm_eps": c.Eps, "rope_theta": c.Base, "hidden_act": hiddenAct(c.Activation),
		"tie_word_embeddings": c.Tied, "attention_bias": c.Biases && c.OutputBias, "sliding_window": nil,
	}
	if c.Window > 0 {
		says["sliding_window"] = c.Window
	}
	if s := c.Scaling; s != nil {
		says["rope_scaling"] = map[string]any{
			"rope_type": s.Kind, "factor": s.Factor, "low_freq_factor": given(s.Low, 1), "high_freq_factor": given(s.High, 4),
			"original_max_position_embeddings": s.Original,
		}
	}
	return says, tensors, nil
}

func hiddenAct(name string) string {
	switch name {
	case "":
		return "silu"
	case "gelu_tanh":
		return "gelu_pytorch_tanh"
	}
	return name
}
