package vit

import (
	"fmt"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/model"
)

// publish says what transformers calls a model, ViT or the distilled DeiT, whose queries, keys and values are apart.
func publish(m any, of model.Examples, tensors []format.Named) (map[string]any, []format.Named, error) {
	c := m.(*Model).config
	kind, class, to := "vit", "ViTForImageClassification", layouts[0]
	if c.Distilled {
		kind, class, to = "deit", "DeiTForImageClassificationWithTeacher", layouts[1]
	}
	if of.Input[1] != of.Input[2] {
		return nil, tensors, nil // its pictures are square
	}
	var out []format.Named
	for _, t := range tensors {
		names := to.Source(t.Name).Names
		part := t.Tensor.Dim(0) / len(names)
		for i, name := range names {
			out = append(out, format.Named{Name: name, Tensor: t.Tensor.Detach().Slice(0, i*part, (i+1)*part)})
		}
	}
	labels, ids := map[string]string{}, map[string]int{}
	for i := range of.Outputs {
		labels[fmt.Sprint(i)], ids[fmt.Sprintf("LABEL_%d", i)] = fmt.Sprintf("LABEL_%d", i), i
	}
	return map[string]any{
		"model_type": kind, "architectures": []string{class}, "image_size": of.Input[1], "num_channels": of.Input[0], "patch_size": c.Patch,
		"hidden_size": c.Width, "num_hidden_layers": c.Layers, "num_attention_heads": c.Heads, "intermediate_size": c.Hidden,
		"layer_norm_eps": c.Eps, "hidden_dropout_prob": c.Dropout, "hidden_act": "gelu", "qkv_bias": true, "id2label": labels, "label2id": ids,
	}, out, nil
}
