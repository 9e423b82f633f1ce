package vit

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/jimu-ml/jimu/data/picture"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/tensor"
)

// layouts are those of transformers, whose queries, keys and values are apart, and of timm, where DeiT comes from.
var layouts = []model.Layout{
	transformers("transformers", "vit.", "classifier."),
	transformers("transformers, distilled", "deit.", "cls_classifier."),
	timm(),
}

func transformers(name, prefix, head string) model.Layout {
	rename := strings.NewReplacer(
		"class_token", prefix+"embeddings.cls_token", "distillation_token", prefix+"embeddings.distillation_token",
		"conv_proj.", prefix+"embeddings.patch_embeddings.projection.", "encoder.pos_embedding", prefix+"embeddings.position_embeddings",
		"encoder.layers.encoder_layer_", prefix+"encoder.layer.", "encoder.ln.", prefix+"layernorm.",
		".ln_1.", ".layernorm_before.", ".ln_2.", ".layernorm_after.", ".self_attention.out_proj.", ".attention.output.dense.",
		".mlp.0.", ".intermediate.dense.", ".mlp.3.", ".output.dense.",
		"heads.head.", head, "heads.distillation.", "distillation_classifier.",
	)
	return model.Layout{
		Name: name, Marks: []string{prefix + "embeddings.cls_token"},
		Source: func(ours string) model.Source {
			block, kind, joint := strings.Cut(rename.Replace(ours), ".self_attention.in_proj_")
			if !joint {
				return model.Source{Names: []string{block}}
			}
			s := model.Source{Make: func(in []*tensor.Tensor) *tensor.Tensor { return tensor.Concat(0, in...) }}
			for _, part := range []string{"query", "key", "value"} {
				s.Names = append(s.Names, block+".attention.attention."+part+"."+kind)
			}
			return s
		},
		Ignore:     func(theirs string) bool { return strings.HasPrefix(theirs, prefix+"pooler.") },
		Preprocess: &model.Preprocess{Resize: 224, Mean: model.Half(), Std: model.Half(), Scale: 1.0 / 255},
	}
}

func timm() model.Layout {
	rename := strings.NewReplacer(
		"class_token", "cls_token", "distillation_token", "dist_token", "conv_proj.", "patch_embed.proj.", "encoder.pos_embedding", "pos_embed",
		"encoder.layers.encoder_layer_", "blocks.", "encoder.ln.", "norm.", ".ln_1.", ".norm1.", ".ln_2.", ".norm2.",
		".self_attention.out_proj.", ".attn.proj.", ".self_attention.in_proj_", ".attn.qkv.", ".mlp.0.", ".mlp.fc1.", ".mlp.3.", ".mlp.fc2.",
		"heads.head.", "head.", "heads.distillation.", "head_dist.",
	)
	return model.Layout{
		Name: "timm", Marks: []string{"patch_embed.proj.weight"},
		Source:     func(ours string) model.Source { return model.Source{Names: []string{rename.Replace(ours)}} },
		Preprocess: &model.Preprocess{Filter: picture.Bicubic},
	}
}

// published translates a config.json of type vit or deit.
func published(text []byte) (json.RawMessage, model.Examples, error) {
	s := struct {
		Architectures []string          `json:"architectures"`
		Type          string            `json:"model_type"`
		Side          int               `json:"image_size"`
		Channels      int               `json:"num_channels"`
		Patch         int               `json:"patch_size"`
		Width         int               `json:"hidden_size"`
		Layers        int               `json:"num_hidden_layers"`
		Heads         int               `json:"num_attention_heads"`
		Hidden        int               `json:"intermediate_size"`
		Eps           float64           `json:"layer_norm_eps"`
		Dropout       float64           `json:"hidden_dropout_prob"`
		Activation    string            `json:"hidden_act"`
		Biases        bool              `json:"qkv_bias"`
		Labels        map[string]string `json:"id2label"`
	}{Side: 224, Channels: 3, Biases: true, Activation: "gelu"}
	if err := json.Unmarshal(text, &s); err != nil {
		return nil, model.Examples{}, err
	}
	want := map[string]string{"vit": "ViTForImageClassification", "deit": "DeiTForImageClassificationWithTeacher"}[s.Type]
	if len(s.Architectures) == 0 || s.Architectures[0] != want {
		return nil, model.Examples{}, fmt.Errorf("it is %v; of type %q there is %s here", s.Architectures, s.Type, want)
	}
	if s.Activation != "gelu" || !s.Biases {
		return nil, model.Examples{}, fmt.Errorf("its activation is %q, and it has biases is %v; there is gelu with biases here", s.Activation, s.Biases)
	}
	c := Config{
		Patch: s.Patch, Layers: s.Layers, Heads: s.Heads, Width: s.Width, Hidden: s.Hidden, Dropout: s.Dropout, Eps: s.Eps,
		Distilled: s.Type == "deit",
	}
	out, err := json.Marshal(c)
	labels := len(s.Labels)
	if labels == 0 {
		labels = 2
	}
	return out, model.Examples{Input: []int{s.Channels, s.Side, s.Side}, Outputs: labels}, err
}
