package bert

import (
	"fmt"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/model"
)

// classes are the names of the families in those of transformers' classes.
var classes = map[string]string{"bert": "Bert", "roberta": "Roberta", "distilbert": "DistilBert", "electra": "Electra"}

// publish says what transformers calls the models of a family. It has no class that gives one vector for a text.
func publish(k kind) func(any, model.Examples, []format.Named) (map[string]any, []format.Named, error) {
	return func(m any, of model.Examples, tensors []format.Named) (map[string]any, []format.Named, error) {
		c := m.(*Model).Config
		end := ""
		for _, p := range parts {
			if p.head == c.Head || p.head == "pretraining" && c.Head == "discriminator" {
				end = p.end
			}
		}
		if end == "" {
			return nil, tensors, nil
		}
		activation := c.Activation
		if activation == "gelu_tanh" {
			activation = "gelu_new"
		}
		says := map[string]any{
			"model_type": k.name, "architectures": []string{classes[k.name] + end}, "vocab_size": of.Tokens, "max_position_embeddings": c.Positions,
			"pad_token_id": c.Padding,
		}
		if c.Head == "classification" || c.Head == "tokens" {
			labels, ids := map[string]string{}, map[string]int{}
			for i := range of.Outputs {
				labels[fmt.Sprint(i)], ids[fmt.Sprintf("LABEL_%d", i)] = fmt.Sprintf("LABEL_%d", i), i
			}
			says["id2label"], says["label2id"] = labels, ids
		}
		sizes := map[string]any{
			"hidden_size": c.Width, "num_hidden_layers": c.Layers, "num_attention_heads": c.Heads, "intermediate_size": c.Hidden,
			"type_vocab_size": c.Types, "hidden_act": activation, "layer_norm_eps": c.Eps, "hidden_dropout_prob": c.Dropout,
			"attention_probs_dropout_prob": c.Dropout, "embedding_size": c.Embedding,
		}
		if k.distilled {
			sizes = map[string]any{
				"dim": c.Width, "n_layers": c.Layers, "n_heads": c.Heads, "hidden_dim": c.Hidden, "activation": activation, "dropout": c.Dropout,
				"attention_dropout": c.Dropout, "seq_classif_dropout": c.Dropout, "qa_dropout": c.Dropout,
			}
		}
		for key, value := range sizes {
			says[key] = value
		}
		return says, tensors, nil
	}
}
