package llama

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/model"
)

// described returns the configuration that a file of GGUF or llama2.c tells of itself.
func described(f format.File) (json.RawMessage, model.Examples, error) {
	m := metadata{of: f.Metadata()}
	var c Config
	var of model.Examples
	switch arch := m.of["general.architecture"]; {
	case m.of["llama2c.dim"] != "":
		c, of = m.llama2c()
	case slices.Contains(ggufTypes, arch) && m.of[arch+".block_count"] != "":
		m.arch = arch
		c, of = m.gguf(f)
	default:
		return nil, of, nil
	}
	if m.err != nil {
		return nil, of, m.err
	}
	text, err := json.Marshal(c)
	return text, of, err
}

// ggufTypes are the architectures of GGUF files that are configurations of a [Model].
var ggufTypes = []string{"llama", "qwen2", "qwen2moe", "qwen3", "qwen3moe", "gemma", "gemma2", "gemma3", "phi3"}

// metadata reads numbers, and keeps the first error.
type metadata struct {
	of   map[string]string
	arch string
	err  error
}

// int returns the number of a key, 0 if there is none.
func (m *metadata) int(key string) int {
	text, ok := m.of[key]
	if !ok {
		return 0
	}
	n, err := strconv.Atoi(text)
	if (err != nil || n < 0 || n > math.MaxInt32) && m.err == nil {
		m.err = fmt.Errorf("metadata %s is %.40q, no number that is known here", key, text)
	}
	return n
}

func (m *metadata) float(key string) float64 {
	text, ok := m.of[key]
	if !ok {
		return 0
	}
	v, err := strconv.ParseFloat(text, 32)
	if (err != nil || v-v != 0) && m.err == nil {
		m.err = fmt.Errorf("metadata %s is %.40q, no number", key, text)
	}
	return v
}

// llama2c returns what a checkpoint of llama2.c is.
func (m *metadata) llama2c() (Config, model.Examples) {
	v := m.int("llama2c.vocab_size")
	return Config{
		Layers: m.int("llama2c.n_layers"), Width: m.int("llama2c.dim"), Heads: m.int("llama2c.n_heads"), Groups: m.int("llama2c.n_kv_heads"),
		Hidden: m.int("llama2c.hidden_dim"), Eps: 1e-5, Tied: m.of["llama2c.shared_classifier"] == "true",
	}, model.Examples{Input: []int{min(m.int("llama2c.seq_len"), 64)}, Tokens: v, Outputs: v}
}

// gguf returns what a GGUF file is. Some of it only its tensors say.
func (m *metadata) gguf(f format.File) (Config, model.Examples) {
	at := func(key string) string { return m.arch + "." + key }
	shapes := map[string][]int{}
	for _, e := range f.Entries() {
		shapes[e.Name] = e.Shape
	}
	has := func(name string) bool { return shapes[name] != nil }
	c := Config{
		Layers: m.int(at("block_count")), Width: m.int(at("embedding_length")), Heads: m.int(at("attention.head_count")),
		Groups: m.int(at("attention.head_count_kv")), Head: m.int(at("attention.key_length")), Hidden: m.int(at("feed_forward_length")),
		Eps: m.float(at("attention.layer_norm_rms_epsilon")), Base: m.float(at("rope.freq_base")),
		Window: m.int(at("attention.sliding_window")), Tied: !has("output.weight"),
		Biases: has("blk.0.attn_q.bias"), OutputBias: has("blk.0.attn_output.bias"), HeadNorm: has("blk.0.attn_q_norm.weight"),
		AttentionCap: m.float(at("attn_logit_softcapping")), LogitCap: m.float(at("final_logit_softcapping")),
	}
	if c.Head != 0 && m.int(at("rope.dimension_count")) != 0 && m.int(at("rope.dimension_count")) != c.Head && m.err == nil {
		m.err = fmt.Errorf("heads of which only a part is turned are not known here")
	}
	m.mixture(&c, at)
	m.gemma(&c, at)
	m.scaling(&c, at, f, has("rope_freqs.weight"))
	v := 0
	if s := shapes["token_embd.weight"]; len(s) == 2 {
		v = s[0]
	}
	return c, model.Examples{Input: []int{min(max(m.int(at("context_length")), 1), 64)}, Tokens: v, Outputs: v}
}

func (m *metadata) mixture(c *Config, at func(string) string) {
	n := m.int(at("expert_count"))
	if n == 0 {
		return
	}
	c.Mixture = &Mixture{Experts: n, K: m.int(at("expert_used_count")), Hidden: m.int(at("expert_feed_forward_length")), Raw: m.arch == "qwen2moe"}
	if m.arch == "qwen2moe" {
		c.Mixture.Shared = m.int(at("expert_shared_feed_forward_length"))
	}
}

// gemma sets what llama.cpp knows of the three architectures without metadata.
func (m *metadata) gemma(c *Config, at func(string) string) {
	every := map[string]int{"gemma2": 2, "gemma3": 6}[m.arch]
	if strings.HasPrefix(m.arch, "gemma") {
		c.Scaled, c.FromOne, c.Activation = true, true, "gelu_tanh"
		c.PostNorm = every > 0
	}
	if n := m.int(at("attention.sliding_window_pattern")); n > 0 {
		every = n
	}
	if m.arch == "gemma3" {
		c.Base, c.LocalBase = cmp.Or(c.Base, 1e6), 1e4
	}
	if every == 0 {
		if m.arch != "phi3" && m.arch != "llama" {
			c.Window = 0
		}
		return
	}
	for i := every - 1; i < c.Layers; i += every {
		c.Full = append(c.Full, i)
	}
	if m.arch == "gemma2" && c.Layers == 46 || m.arch == "gemma3" && c.Layers == 62 { // the sizes of 27 billion parameters
		c.QueryWidth = float64(c.Width) / float64(max(c.Heads, 1))
	}
}

// scaling reads how positions are scaled. Llama 3's scaling is a tensor of factors.
func (m *metadata) scaling(c *Config, at func(string) string, f format.File, factors bool) {
	switch kind := m.of[at("rope.scaling.type")]; {
	case m.err != nil:
	case factors:
		t, err := f.Tensor("rope_freqs.weight")
		if err != nil {
			m.err = err
			return
		}
		c.Scaling = &Scaling{Kind: "factors"}
		for _, v := range t.Floats() {
			c.Scaling.Factors = append(c.Scaling.Factors, float64(v))
		}
	case kind == "linear" && m.float(at("rope.scaling.factor")) != 1:
		c.Scaling = &Scaling{Kind: kind, Factor: m.float(at("rope.scaling.factor"))}
	case kind == "yarn":
		c.Scaling = &Scaling{Kind: kind, Factor: m.float(at("rope.scaling.factor")), Original: m.int(at("rope.scaling.original_context_length"))}
	case kind != "" && kind != "none" && kind != "linear":
		m.err = fmt.Errorf("there is no scaling of positions %.40q here", kind)
	case m.of[at("rope.scale_linear")] != "":
		c.Scaling = &Scaling{Kind: "linear", Factor: m.float(at("rope.scale_linear"))}
	}
}
