package llama

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/model"
)

// classes are those of transformers by the type of the model.
var classes = map[string]string{
	"llama": "LlamaForCausalLM", "mistral": "MistralForCausalLM", "mixtral": "MixtralForCausalLM", "qwen2": "Qwen2ForCausalLM",
	"qwen2_moe": "Qwen2MoeForCausalLM", "qwen3": "Qwen3ForCausalLM", "qwen3_moe": "Qwen3MoeForCausalLM", "gemma": "GemmaForCausalLM",
	"gemma2": "Gemma2ForCausalLM", "gemma3_text": "Gemma3ForCausalLM",
}

// publish says what transformers calls a decoder, by what it has. Of one that is none of its models it says nothing: what it
// says must mean the same model when it is read.
func publish(m any, of model.Examples, tensors []format.Named) (map[string]any, []format.Named, error) {
	c := m.(*Model).Config
	kind := c.kind()
	if kind == "" {
		return nil, tensors, nil
	}
	says := map[string]any{
		"model_type": kind, "architectures": []string{classes[kind]}, "vocab_size": of.Tokens, "hidden_size": c.Width, "intermediate_size": c.Hidden,
		"num_hidden_layers": c.Layers, "num_attention_heads": c.Heads, "num_key_value_heads": c.Groups, "head_dim": c.Head,
		"max_position_embeddings": max(of.Input[0], 2048), "rms_norm_eps": c.Eps, "rope_theta": c.Base, "hidden_act": hiddenAct(c.Activation),
		"tie_word_embeddings": c.Tied, "attention_bias": c.Biases && c.OutputBias, "sliding_window": nil,
	}
	c.sayWindow(says, kind)
	c.sayMixture(says, kind)
	c.sayGemma(says, kind)
	if s := c.Scaling; s != nil && kind != "gemma3_text" {
		says["rope_scaling"] = s.says()
	}
	if kind == "mixtral" {
		tensors = slices.Clone(tensors)
		for i := range tensors {
			if s := mixtral(tensors[i].Name); s.Names != nil {
				tensors[i].Name = s.Names[0]
			}
		}
	}
	return says, tensors, nil
}

// kind returns the type of the model in transformers, "" if there is none.
func (c Config) kind() string {
	if c.Scaling != nil && !slices.Contains([]string{"linear", "llama3", "yarn"}, c.Scaling.Kind) {
		return ""
	}
	if c.FromOne || c.Scaled || c.PostNorm {
		return c.gemmaKind()
	}
	windows := c.Window > 0
	if c.AttentionCap != 0 || c.LogitCap != 0 || c.QueryWidth != float64(c.Head) || c.LocalBase != 0 || c.Biases && c.OutputBias && (windows || c.Mixture != nil || c.HeadNorm) {
		return ""
	}
	switch {
	case c.Mixture != nil:
		return c.mixtureKind()
	case c.HeadNorm && !c.Biases:
		return "qwen3"
	case c.HeadNorm:
		return ""
	case c.Biases && !c.OutputBias:
		return "qwen2"
	case c.OutputBias && !c.Biases:
		return ""
	case windows && len(c.Full) == 0:
		return "mistral"
	case windows:
		return ""
	}
	return "llama"
}

func (c Config) gemmaKind() string {
	if !c.FromOne || !c.Scaled || c.Activation != "gelu_tanh" || c.Biases || c.OutputBias || c.Mixture != nil {
		return ""
	}
	local := c.LocalBase != 0
	switch {
	case !c.PostNorm && !c.HeadNorm && c.Window == 0 && c.AttentionCap == 0 && c.LogitCap == 0 && c.QueryWidth == float64(c.Head) && !local:
		return "gemma"
	case c.PostNorm && !c.HeadNorm && c.Window > 0 && !local:
		return "gemma2"
	case c.PostNorm && c.HeadNorm && c.Window > 0 && local && c.AttentionCap == 0 && (c.Scaling == nil || c.Scaling.Kind == "linear"):
		return "gemma3_text"
	}
	return ""
}

func (c Config) mixtureKind() string {
	m := c.Mixture
	all := m.Every <= 1 && len(m.Dense) == 0
	switch {
	case c.Biases && !c.OutputBias && !c.HeadNorm && m.Shared > 0 && m.Hidden > 0 && c.Window == 0:
		return "qwen2_moe"
	case c.HeadNorm && !c.Biases && !c.OutputBias && m.Shared == 0 && m.Hidden > 0 && c.Window == 0:
		return "qwen3_moe"
	case !c.HeadNorm && !c.Biases && !c.OutputBias && m.Shared == 0 && !m.Raw && all && (m.Hidden == 0 || m.Hidden == c.Hidden) && len(c.Full) == 0:
		return "mixtral"
	}
	return ""
}

// sayWindow says which layers see only what is near.
func (c Config) sayWindow(says map[string]any, kind string) {
	if c.Window == 0 {
		return
	}
	says["sliding_window"] = c.Window
	if kind == "mistral" || kind == "mixtral" {
		return
	}
	types := make([]string, c.Layers)
	for i := range types {
		types[i] = "sliding_attention"
		if c.window(i) == 0 {
			types[i] = "full_attention"
		}
	}
	says["layer_types"], says["use_sliding_window"] = types, true
}

func (c Config) sayMixture(says map[string]any, kind string) {
	m := c.Mixture
	if m == nil {
		return
	}
	says["num_experts_per_tok"] = m.K
	if kind == "mixtral" {
		says["num_local_experts"] = m.Experts
		return
	}
	says["num_experts"], says["moe_intermediate_size"], says["norm_topk_prob"] = m.Experts, m.Hidden, !m.Raw
	says["decoder_sparse_step"], says["mlp_only_layers"] = max(m.Every, 1), append([]int{}, m.Dense...)
	if kind == "qwen2_moe" {
		says["shared_expert_intermediate_size"] = m.Shared
		delete(says, "head_dim")
	}
}

func (c Config) sayGemma(says map[string]any, kind string) {
	if !strings.HasPrefix(kind, "gemma") {
		return
	}
	says["hidden_activation"] = says["hidden_act"]
	if kind == "gemma" {
		return
	}
	delete(says, "hidden_act")
	delete(says, "use_sliding_window")
	says["query_pre_attn_scalar"] = c.QueryWidth
	says["attn_logit_softcapping"], says["final_logit_softcapping"] = orNone(c.AttentionCap), orNone(c.LogitCap)
	if kind == "gemma3_text" {
		full := map[string]any{"rope_type": "default", "rope_theta": c.Base}
		if c.Scaling != nil {
			full["rope_type"], full["factor"] = "linear", c.Scaling.Factor
		}
		delete(says, "rope_theta")
		says["rope_parameters"] = map[string]any{
			"full_attention": full, "sliding_attention": map[string]any{"rope_type": "default", "rope_theta": c.LocalBase},
		}
	}
}

// orNone returns v with a point, which transformers asks for, or null for 0.
func orNone(v float64) any {
	if v == 0 {
		return nil
	}
	text := strconv.FormatFloat(v, 'g', -1, 64)
	if !strings.ContainsAny(text, ".e") {
		text += ".0"
	}
	return json.RawMessage(text)
}

// says returns what transformers calls a scaling of positions.
func (s *Scaling) says() map[string]any {
	says := map[string]any{"rope_type": s.Kind, "factor": s.Factor}
	switch s.Kind {
	case "llama3":
		says["low_freq_factor"], says["high_freq_factor"], says["original_max_position_embeddings"] = cmp.Or(s.Low, 1), cmp.Or(s.High, 4), s.Original
	case "yarn":
		says["beta_slow"], says["beta_fast"], says["original_max_position_embeddings"] = cmp.Or(s.Low, 1), cmp.Or(s.High, 32), s.Original
		if s.Heat != 0 {
			says["attention_factor"] = s.Heat
		}
	}
	return says
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
