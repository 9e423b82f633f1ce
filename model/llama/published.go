package llama

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/jimu-ml/jimu/model"
)

// types are those of the configurations that [published] translates.
var types = []string{"llama", "mistral", "mixtral", "qwen2", "qwen2_moe", "qwen3", "qwen3_moe", "gemma", "gemma2", "gemma3_text", "phi3"}

// A hugging is what a config.json of transformers says, in its releases up to 5.
type hugging struct {
	Type    string   `json:"model_type"`
	Vocab   int      `json:"vocab_size"`
	Width   int      `json:"hidden_size"`
	Hidden  int      `json:"intermediate_size"`
	Layers  int      `json:"num_hidden_layers"`
	Heads   int      `json:"num_attention_heads"`
	Groups  int      `json:"num_key_value_heads"`
	Head    int      `json:"head_dim"`
	Context int      `json:"max_position_embeddings"`
	Eps     *float64 `json:"rms_norm_eps"`
	Act     string   `json:"hidden_act"`
	Act2    string   `json:"hidden_activation"`
	Tied    *bool    `json:"tie_word_embeddings"`
	Bias    bool     `json:"attention_bias"`
	QKVBias *bool    `json:"qkv_bias"`
	MLPBias bool     `json:"mlp_bias"`

	Window     int      `json:"sliding_window"`
	UseWindow  *bool    `json:"use_sliding_window"`
	WindowFrom int      `json:"max_window_layers"`
	Pattern    int      `json:"sliding_window_pattern"`
	LayerTypes []string `json:"layer_types"`

	Base      float64         `json:"rope_theta"`
	LocalBase float64         `json:"rope_local_base_freq"`
	Scaling   json.RawMessage `json:"rope_scaling"`
	Rope      json.RawMessage `json:"rope_parameters"`
	Original  int             `json:"original_max_position_embeddings"`
	Partial   float64         `json:"partial_rotary_factor"`

	Experts      int   `json:"num_experts"`
	LocalExperts int   `json:"num_local_experts"`
	K            int   `json:"num_experts_per_tok"`
	ExpertHidden int   `json:"moe_intermediate_size"`
	Shared       int   `json:"shared_expert_intermediate_size"`
	Normalize    *bool `json:"norm_topk_prob"`
	Step         int   `json:"decoder_sparse_step"`
	Dense        []int `json:"mlp_only_layers"`

	QueryScalar   float64 `json:"query_pre_attn_scalar"`
	AttentionCap  float64 `json:"attn_logit_softcapping"`
	LogitCap      float64 `json:"final_logit_softcapping"`
	Bidirectional bool    `json:"use_bidirectional_attention"`
}

// published translates a config.json.
func published(text []byte) (json.RawMessage, model.Examples, error) {
	var h hugging
	if err := json.Unmarshal(text, &h); err != nil {
		return nil, model.Examples{}, fmt.Errorf("the configuration: %w", err)
	}
	if !slices.Contains(types, h.Type) {
		return nil, model.Examples{}, fmt.Errorf("the configuration is of type %q, and no decoder of %v", h.Type, types)
	}
	if h.MLPBias || h.Bidirectional {
		return nil, model.Examples{}, fmt.Errorf("%s with biases in its feed-forward layers, or not causal, is not known here", h.Type)
	}
	c, err := h.config()
	if err != nil {
		return nil, model.Examples{}, fmt.Errorf("%s: %w", h.Type, err)
	}
	own, err := json.Marshal(c)
	return own, model.Examples{Input: []int{min(max(h.Context, 1), 64)}, Tokens: h.Vocab, Outputs: h.Vocab}, err
}

func (h *hugging) config() (Config, error) {
	c := Config{
		Layers: h.Layers, Width: h.Width, Heads: h.Heads, Groups: h.Groups, Head: h.Head, Hidden: h.Hidden, Eps: 1e-6,
		Window: h.Window, Biases: h.Bias, OutputBias: h.Bias, AttentionCap: h.AttentionCap, LogitCap: h.LogitCap,
	}
	if h.Eps != nil {
		c.Eps = *h.Eps
	}
	if h.Tied != nil {
		c.Tied = *h.Tied
	}
	if err := h.family(&c); err != nil {
		return c, err
	}
	if err := h.activation(&c); err != nil {
		return c, err
	}
	h.windows(&c)
	return c, h.rope(&c)
}

// family sets what the type of the model says.
func (h *hugging) family(c *Config) error {
	experts := max(h.Experts, h.LocalExperts)
	switch h.Type {
	case "mixtral":
		c.Mixture = &Mixture{Experts: experts, K: h.K}
	case "qwen2", "qwen2_moe":
		c.Biases, c.OutputBias = h.QKVBias == nil || *h.QKVBias, false
	case "qwen3", "qwen3_moe":
		c.HeadNorm = true
		if c.Head == 0 {
			c.Head = 128
		}
	case "gemma", "gemma2", "gemma3_text":
		c.Scaled, c.FromOne, c.Tied = true, true, h.Tied == nil || *h.Tied
		c.PostNorm, c.HeadNorm = h.Type != "gemma", h.Type == "gemma3_text"
		if h.Type != "gemma" {
			c.QueryWidth = cmp.Or(h.QueryScalar, 256)
		}
		if c.Head == 0 {
			c.Head = 256
		}
	}
	if h.Type == "qwen2_moe" || h.Type == "qwen3_moe" {
		c.Mixture = &Mixture{Experts: experts, K: h.K, Hidden: h.ExpertHidden, Every: h.Step, Dense: h.Dense, Raw: h.Normalize == nil || !*h.Normalize}
		if h.Type == "qwen2_moe" {
			c.Mixture.Shared = h.Shared
		}
	}
	return nil
}

func (h *hugging) activation(c *Config) error {
	name := h.Act
	if h.Act2 != "" {
		name = h.Act2
	}
	if c.FromOne && h.Act2 == "" { // Gemma's "gelu" has always been the approximation
		name = "gelu_pytorch_tanh"
	}
	switch name {
	case "", "silu", "swish":
	case "gelu_pytorch_tanh", "gelu_new":
		c.Activation = "gelu_tanh"
	case "gelu":
		c.Activation = "gelu"
	default:
		return fmt.Errorf("there is no activation %q here", name)
	}
	return nil
}

// windows finds which layers see only what is near.
func (h *hugging) windows(c *Config) {
	near := func(i int) bool { return true }
	switch h.Type {
	case "llama", "gemma":
		c.Window = 0
	case "qwen2", "qwen2_moe", "qwen3", "qwen3_moe":
		if h.UseWindow == nil || !*h.UseWindow {
			c.Window = 0
		}
		near = func(i int) bool { return i >= h.WindowFrom }
	case "gemma2":
		near = func(i int) bool { return (i+1)%2 != 0 }
	case "gemma3_text":
		pattern := h.Pattern
		if pattern == 0 {
			pattern = 6
		}
		near = func(i int) bool { return (i+1)%pattern != 0 }
	}
	if c.Window == 0 {
		return
	}
	if len(h.LayerTypes) == h.Layers {
		near = func(i int) bool { return h.LayerTypes[i] == "sliding_attention" }
	}
	for i := range h.Layers {
		if !near(i) {
			c.Full = append(c.Full, i)
		}
	}
}

// A turning is what rope_parameters, or the older rope_scaling, says.
type turning struct {
	Type     string    `json:"rope_type"`
	Old      string    `json:"type"`
	Theta    float64   `json:"rope_theta"`
	Factor   float64   `json:"factor"`
	Low      float64   `json:"low_freq_factor"`
	High     float64   `json:"high_freq_factor"`
	Slow     float64   `json:"beta_slow"`
	Fast     float64   `json:"beta_fast"`
	Original int       `json:"original_max_position_embeddings"`
	Short    []float64 `json:"short_factor"`
	Heat     float64   `json:"attention_factor"`
	Partial  float64   `json:"partial_rotary_factor"`
	Truncate *bool     `json:"truncate"`
	Mscale   float64   `json:"mscale"`
}

func (h *hugging) rope(c *Config) error {
	var both struct {
		Full  *turning `json:"full_attention"`
		Local *turning `json:"sliding_attention"`
	}
	t := turning{Theta: h.Base, Partial: h.Partial, Original: h.Original}
	for _, text := range []json.RawMessage{h.Scaling, h.Rope} {
		if len(text) == 0 {
			continue
		}
		if err := json.Unmarshal(text, &both); err != nil {
			return fmt.Errorf("rope_parameters: %w", err)
		}
		if both.Full != nil {
			t = *both.Full
		} else if err := json.Unmarshal(text, &t); err != nil {
			return fmt.Errorf("rope_parameters: %w", err)
		}
	}
	c.Base = t.Theta
	if h.Type == "gemma3_text" {
		c.Base, c.LocalBase = cmp.Or(c.Base, 1e6), cmp.Or(h.LocalBase, 10000)
		if both.Local != nil {
			c.LocalBase = cmp.Or(both.Local.Theta, c.LocalBase)
		}
	}
	if h.Type == "mixtral" {
		c.Base = cmp.Or(c.Base, 1e6)
	}
	if t.Partial != 0 && t.Partial != 1 {
		return fmt.Errorf("heads of which only a part of %g is turned are not known here", t.Partial)
	}
	return h.scaling(c, t)
}

func (h *hugging) scaling(c *Config, t turning) error {
	kind := t.Type
	if kind == "" {
		kind = t.Old
	}
	if t.Original == 0 {
		t.Original = h.Context
	}
	switch kind {
	case "", "default":
	case "linear":
		c.Scaling = &Scaling{Kind: kind, Factor: t.Factor}
	case "llama3":
		c.Scaling = &Scaling{Kind: kind, Factor: t.Factor, Low: t.Low, High: t.High, Original: t.Original}
	case "yarn":
		if t.Mscale != 0 || t.Truncate != nil && !*t.Truncate {
			return fmt.Errorf("YaRN with mscale, or without truncation, is not known here")
		}
		c.Scaling = &Scaling{Kind: kind, Factor: t.Factor, Low: t.Slow, High: t.Fast, Original: t.Original, Heat: t.Heat}
	case "longrope", "su":
		longer := cmp.Or(t.Factor, float64(h.Context)/float64(t.Original))
		heat := 1.0
		if longer > 1 {
			heat = math.Sqrt(1 + math.Log(longer)/math.Log(float64(t.Original)))
		}
		c.Scaling = &Scaling{Kind: "factors", Factors: t.Short, Heat: cmp.Or(t.Heat, heat)}
	default:
		return fmt.Errorf("there is no scaling of positions %q here", kind)
	}
	return nil
}
