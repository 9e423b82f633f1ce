package clip

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/tensor"
)

// layouts are those of OpenAI and of OpenCLIP, whose queries, keys and values are one weight and whose projections lie the
// other way round.
var layouts = []model.Layout{{
	Name: "openai", Marks: []string{"visual.class_embedding"},
	Source: func(ours string) model.Source {
		theirs := rename.Replace(ours)
		if theirs == "visual.proj" || theirs == "text_projection" {
			return model.Source{Names: []string{theirs}, Make: func(in []*tensor.Tensor) *tensor.Tensor { return in[0].Transpose(0, 1) }}
		}
		for i, part := range []string{".attn.q_proj.", ".attn.k_proj.", ".attn.v_proj."} {
			if block, kind, ok := strings.Cut(theirs, part); ok {
				return model.Source{Names: []string{block + ".attn.in_proj_" + kind}, Make: func(in []*tensor.Tensor) *tensor.Tensor {
					d := in[0].Dim(0) / 3
					return in[0].Slice(0, i*d, (i+1)*d)
				}}
			}
		}
		return model.Source{Names: []string{theirs}}
	},
	Ignore: func(theirs string) bool {
		return theirs == "input_resolution" || theirs == "context_length" || theirs == "vocab_size"
	},
}}

var rename = strings.NewReplacer(
	"visual_projection.weight", "visual.proj", "text_projection.weight", "text_projection",
	"text_model.embeddings.token_embedding.", "token_embedding.", "text_model.embeddings.position_embedding.weight", "positional_embedding",
	"text_model.encoder.layers.", "transformer.resblocks.", "text_model.final_layer_norm.", "ln_final.",
	"vision_model.embeddings.class_embedding", "visual.class_embedding", "vision_model.embeddings.patch_embedding.", "visual.conv1.",
	"vision_model.embeddings.position_embedding.weight", "visual.positional_embedding", "vision_model.pre_layrnorm.", "visual.ln_pre.",
	"vision_model.encoder.layers.", "visual.transformer.resblocks.", "vision_model.post_layernorm.", "visual.ln_post.",
	".self_attn.", ".attn.", ".layer_norm1.", ".ln_1.", ".layer_norm2.", ".ln_2.", ".mlp.fc1.", ".mlp.c_fc.", ".mlp.fc2.", ".mlp.c_proj.",
)

// tower is what a config.json says of a tower.
type tower struct {
	Width      int     `json:"hidden_size"`
	Layers     int     `json:"num_hidden_layers"`
	Heads      int     `json:"num_attention_heads"`
	Hidden     int     `json:"intermediate_size"`
	Activation string  `json:"hidden_act"`
	Eps        float64 `json:"layer_norm_eps"`

	Vocab   int `json:"vocab_size"`
	Context int `json:"max_position_embeddings"`
	End     int `json:"eos_token_id"`

	Side     int `json:"image_size"`
	Patch    int `json:"patch_size"`
	Channels int `json:"num_channels"`
}

func (t tower) size() Size {
	return Size{Layers: t.Layers, Width: t.Width, Heads: t.Heads, Hidden: t.Hidden}
}

// published translates a config.json of type clip. What it does not say is as in ViT-B/32.
func published(text []byte) (json.RawMessage, model.Examples, error) {
	s := struct {
		Shared  int   `json:"projection_dim"`
		Text    tower `json:"text_config"`
		Picture tower `json:"vision_config"`
	}{
		Shared:  512,
		Text:    tower{Width: 512, Layers: 12, Heads: 8, Hidden: 2048, Activation: "quick_gelu", Eps: 1e-5, Vocab: 49408, Context: 77, End: 49407},
		Picture: tower{Width: 768, Layers: 12, Heads: 12, Hidden: 3072, Activation: "quick_gelu", Eps: 1e-5, Side: 224, Patch: 32, Channels: 3},
	}
	if err := json.Unmarshal(text, &s); err != nil {
		return nil, model.Examples{}, err
	}
	if s.Text.Activation != s.Picture.Activation || s.Text.Eps != 1e-5 || s.Picture.Eps != 1e-5 {
		return nil, model.Examples{}, fmt.Errorf("its towers have the activations %q and %q and an ε of %v and %v; they have one activation and 1e-5 here",
			s.Text.Activation, s.Picture.Activation, s.Text.Eps, s.Picture.Eps)
	}
	if s.Text.End == 2 { // the first files name another token than the tokenizer's
		s.Text.End = 0
	}
	c := Config{
		Text: s.Text.size(), Picture: s.Picture.size(), Patch: s.Picture.Patch, Tokens: s.Text.Vocab, Context: s.Text.Context, End: s.Text.End,
		Shared: s.Shared, Activation: s.Text.Activation,
	}
	out, err := json.Marshal(c)
	return out, model.Examples{Input: []int{s.Picture.Channels, s.Picture.Side, s.Picture.Side}, Outputs: 1}, err
}

// publish returns what transformers' config.json says of a model.
func publish(m any, of model.Examples, tensors []format.Named) (map[string]any, []format.Named, error) {
	c := m.(*Model).Config
	if of.Input[1] != of.Input[2] {
		return nil, tensors, nil // it has none for such pictures
	}
	text, vision := c.Text.published(c), c.Picture.published(c)
	text["vocab_size"], text["max_position_embeddings"], text["eos_token_id"] = c.Tokens, c.Context, c.End
	if c.End == 0 {
		text["eos_token_id"] = 2
	}
	vision["image_size"], vision["patch_size"], vision["num_channels"] = of.Input[1], c.Patch, of.Input[0]
	return map[string]any{
		"model_type": "clip", "architectures": []string{"CLIPModel"}, "projection_dim": c.Shared, "text_config": text, "vision_config": vision,
	}, tensors, nil
}

// published returns what a config.json says of a tower of that size.
func (s Size) published(c Config) map[string]any {
	return map[string]any{
		"hidden_size": s.Width, "num_hidden_layers": s.Layers, "num_attention_heads": s.Heads, "intermediate_size": s.Hidden,
		"hidden_act": model.TransformersActivation(c.Activation), "layer_norm_eps": 1e-5, "projection_dim": c.Shared,
	}
}
