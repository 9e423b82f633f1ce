package bert

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/jimu-ml/jimu/model"
)

// types are the model_type of the configurations of each family.
var types = map[string][]string{
	"bert": {"bert"}, "roberta": {"roberta", "xlm-roberta", "camembert"}, "distilbert": {"distilbert"}, "electra": {"electra"},
}

// parts are the heads of a family's models by the end of their names.
var parts = []struct{ end, head string }{
	{"ForMaskedLM", "masked"},
	{"ForPreTraining", "pretraining"},
	{"ForNextSentencePrediction", "next_sentence"},
	{"ForSequenceClassification", "classification"},
	{"ForTokenClassification", "tokens"},
	{"ForQuestionAnswering", "questions"},
	{"ForMultipleChoice", "choice"},
	{"Model", "none"},
}

// settings is what a config.json of transformers says; DistilBERT's keys are its own.
type settings struct {
	Architectures []string          `json:"architectures"`
	Vocab         int               `json:"vocab_size"`
	Width         int               `json:"hidden_size"`
	Layers        int               `json:"num_hidden_layers"`
	Heads         int               `json:"num_attention_heads"`
	Hidden        int               `json:"intermediate_size"`
	Positions     int               `json:"max_position_embeddings"`
	Types         *int              `json:"type_vocab_size"`
	Activation    string            `json:"hidden_act"`
	Eps           float64           `json:"layer_norm_eps"`
	Padding       int               `json:"pad_token_id"`
	Dropout       float64           `json:"hidden_dropout_prob"`
	Embedding     int               `json:"embedding_size"`
	Labels        map[string]string `json:"id2label"`
	Decoder       bool              `json:"is_decoder"`
	Relative      string            `json:"position_embedding_type"`

	Dim          int     `json:"dim"`
	DimLayers    int     `json:"n_layers"`
	DimHeads     int     `json:"n_heads"`
	DimHidden    int     `json:"hidden_dim"`
	DimDropout   float64 `json:"dropout"`
	DimFunction  string  `json:"activation"`
	DimSinusoids bool    `json:"sinusoidal_pos_embds"`
}

// published translates the configurations of a family.
func published(k kind) func(text []byte) (json.RawMessage, model.Examples, error) {
	return func(text []byte) (json.RawMessage, model.Examples, error) {
		var s settings
		if err := json.Unmarshal(text, &s); err != nil {
			return nil, model.Examples{}, err
		}
		if k.distilled {
			s.Width, s.Layers, s.Heads, s.Hidden, s.Dropout, s.Activation = s.Dim, s.DimLayers, s.DimHeads, s.DimHidden, s.DimDropout, s.DimFunction
		}
		if s.Decoder {
			return nil, model.Examples{}, errors.New("it is made a decoder; there are encoders here")
		}
		if s.Relative != "" && s.Relative != "absolute" {
			return nil, model.Examples{}, fmt.Errorf("its positions are %q, and not absolute", s.Relative)
		}
		c := Config{
			Head: s.head(k), Layers: s.Layers, Width: s.Width, Heads: s.Heads, Hidden: s.Hidden, Embedding: s.Embedding,
			Positions: s.Positions, Padding: s.Padding, Activation: s.Activation, Eps: s.Eps, Dropout: s.Dropout,
		}
		if s.Types != nil {
			c.Types = *s.Types
		}
		of := model.Examples{Tokens: s.Vocab, Outputs: max(len(s.Labels), 2)}
		if len(s.Labels) == 1 {
			of.Outputs = 1
		}
		length := c.filled(k).Positions
		if k.fromPadding {
			length -= c.filled(k).Padding + 1
		}
		of.Input = []int{length}
		out, err := json.Marshal(c)
		return out, of, err
	}
}

// head returns the head that the first of the architectures names; without one there is none.
func (s settings) head(k kind) string {
	if len(s.Architectures) == 0 {
		return "none"
	}
	for _, p := range parts {
		if strings.HasSuffix(s.Architectures[0], p.end) {
			if p.head == "pretraining" && k.name == "electra" {
				return "discriminator"
			}
			return p.head
		}
	}
	return s.Architectures[0]
}
