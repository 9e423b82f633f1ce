package transformer

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/tensor"
)

var variants = []model.Variant{
	variant("opus-mt-en-de", `{"activation": "silu", "halves": true, "biased": true}`, 58101, 512, 73886208),
	variant("opus-mt-en-zh", `{"activation": "silu", "halves": true, "biased": true}`, 65001, 512, 77419008),
	variant("bart-base", bart+`"width": 768, "heads": 12}`, 50265, 1024, 139420416),
	variant("bart-large", bart+`"layers": 12, "width": 1024, "heads": 16}`, 50265, 1024, 406291456),
}

const bart = `{"activation": "gelu", "learned": 1024, "first_norm": true, "unscaled": true, "biased": true, `

func variant(name, config string, tokens, length, parameters int) model.Variant {
	return model.Variant{Name: name, Config: config, Of: model.Examples{Input: []int{length}, Tokens: tokens, Outputs: tokens}, Parameters: parameters}
}

var rename = strings.NewReplacer(
	"encoder_embedding.positions.", "model.encoder.embed_positions.", "encoder_embedding.norm.", "model.encoder.layernorm_embedding.",
	"decoder_embedding.positions.", "model.decoder.embed_positions.", "decoder_embedding.norm.", "model.decoder.layernorm_embedding.",
	"shared.", "model.shared.", ".self_attn.", ".self_attn.", ".multihead_attn.", ".encoder_attn.", ".linear1.", ".fc1.", ".linear2.", ".fc2.",
)

// layouts are those of Marian's translators and of BART, whose queries, keys and values are apart.
var layouts = []model.Layout{{
	Name: "transformers", Marks: []string{"model.shared.weight"}, Source: source,
	Ignore: func(theirs string) bool {
		return strings.HasSuffix(theirs, "embed_tokens.weight") || strings.HasSuffix(theirs, "embed_positions.weight") || theirs == "lm_head.weight"
	},
}}

func source(ours string) model.Source {
	theirs := rename.Replace(ours)
	if theirs == "logit_bias" {
		return model.Source{Names: []string{"final_logits_bias"}, Make: func(in []*tensor.Tensor) *tensor.Tensor { return in[0].Flatten(0, -1) }}
	}
	if strings.HasPrefix(theirs, "encoder.") || strings.HasPrefix(theirs, "decoder.") {
		theirs = "model." + theirs
	}
	norms := []string{".norm1.", ".self_attn_layer_norm.", ".norm2.", ".final_layer_norm."}
	if strings.HasPrefix(theirs, "model.decoder.") {
		norms = []string{".norm1.", ".self_attn_layer_norm.", ".norm2.", ".encoder_attn_layer_norm.", ".norm3.", ".final_layer_norm."}
	}
	block, kind, joint := strings.Cut(strings.NewReplacer(norms...).Replace(theirs), ".in_proj_")
	if !joint {
		return model.Source{Names: []string{block}}
	}
	s := model.Source{Make: func(in []*tensor.Tensor) *tensor.Tensor { return tensor.Concat(0, in...) }}
	for _, part := range []string{".q_proj.", ".k_proj.", ".v_proj."} {
		s.Names = append(s.Names, block+part+kind)
	}
	return s
}

// published translates a config.json of type marian or bart.
func published(text []byte) (json.RawMessage, model.Examples, error) {
	s := struct {
		Architectures []string `json:"architectures"`
		Type          string   `json:"model_type"`
		Vocab         int      `json:"vocab_size"`
		DecoderVocab  int      `json:"decoder_vocab_size"`
		Width         int      `json:"d_model"`
		Layers        int      `json:"encoder_layers"`
		DecoderLayers int      `json:"decoder_layers"`
		Heads         int      `json:"encoder_attention_heads"`
		DecoderHeads  int      `json:"decoder_attention_heads"`
		Hidden        int      `json:"encoder_ffn_dim"`
		DecoderHidden int      `json:"decoder_ffn_dim"`
		Positions     int      `json:"max_position_embeddings"`
		Activation    string   `json:"activation_function"`
		Dropout       float64  `json:"dropout"`
		Weights       float64  `json:"attention_dropout"`
		Inside        float64  `json:"activation_dropout"`
		Scaled        bool     `json:"scale_embedding"`
		Shared        bool     `json:"share_encoder_decoder_embeddings"`
	}{Shared: true}
	if err := json.Unmarshal(text, &s); err != nil {
		return nil, model.Examples{}, err
	}
	if s.Heads != s.DecoderHeads || s.Hidden != s.DecoderHidden || !s.Shared || s.DecoderVocab != 0 && s.DecoderVocab != s.Vocab {
		return nil, model.Examples{}, errors.New("its encoder and decoder are of different widths, or have tables apart")
	}
	if len(s.Architectures) > 0 && s.Architectures[0] != "MarianMTModel" && s.Architectures[0] != "BartForConditionalGeneration" {
		return nil, model.Examples{}, errors.New("it is " + s.Architectures[0] + "; there are MarianMTModel and BartForConditionalGeneration here")
	}
	c := Config{
		Layers: s.Layers, DecoderLayers: s.DecoderLayers, Width: s.Width, Heads: s.Heads, Hidden: s.Hidden, Activation: s.Activation,
		Dropout: s.Dropout, AttentionDropout: model.OwnDropout(s.Weights, s.Dropout), ActivationDropout: model.OwnDropout(s.Inside, s.Dropout),
		Unscaled: !s.Scaled, Biased: true, Halves: s.Type == "marian",
	}
	if s.Type == "bart" {
		c.Learned, c.FirstNorm = s.Positions, true
	}
	out, err := json.Marshal(c)
	return out, model.Examples{Input: []int{min(64, s.Positions)}, Tokens: s.Vocab, Outputs: s.Vocab}, err
}

// publish returns what transformers' config.json says of a model, Marian's or BART's, and its tensors there.
func publish(m any, of model.Examples, tensors []format.Named) (map[string]any, []format.Named, error) {
	c, kind, class := m.(*Model).Config, "marian", "MarianMTModel"
	if c.Learned > 0 {
		kind, class = "bart", "BartForConditionalGeneration"
	}
	if c.PreNorm || c.FinalNorm || c.Apart || !c.Biased || c.FirstNorm != (kind == "bart") || c.Halves != (kind == "marian") {
		return nil, tensors, nil // it has none but Marian's and BART's
	}
	length := c.Learned
	if length == 0 {
		length = max(512, of.Input[0])
	}
	says := map[string]any{
		"model_type": kind, "architectures": []string{class}, "vocab_size": of.Tokens, "d_model": c.Width, "encoder_layers": c.Layers,
		"decoder_layers": c.DecoderLayers, "encoder_attention_heads": c.Heads, "decoder_attention_heads": c.Heads, "encoder_ffn_dim": c.Hidden,
		"decoder_ffn_dim": c.Hidden, "max_position_embeddings": length, "activation_function": model.TransformersActivation(c.Activation),
		"dropout": c.Dropout, "attention_dropout": model.Dropout(c.AttentionDropout, c.Dropout),
		"activation_dropout": model.Dropout(c.ActivationDropout, c.Dropout), "scale_embedding": !c.Unscaled, "pad_token_id": of.Tokens - 1,
		"decoder_start_token_id": of.Tokens - 1,
	}
	if kind == "bart" {
		says["pad_token_id"], says["decoder_start_token_id"] = 1, 2
	}
	tensors = apart(tensors)
	for i := range tensors {
		if tensors[i].Name == "final_logits_bias" {
			tensors[i].Tensor = tensors[i].Tensor.Unsqueeze(0)
		}
	}
	return says, tensors, nil
}

// apart returns the tensors of a model as transformers has them: what it makes one of ours of is cut up again.
func apart(tensors []format.Named) (all []format.Named) {
	for _, q := range tensors {
		names := source(q.Name).Names
		n := q.Tensor.Dim(0) / len(names)
		for i, name := range names {
			all = append(all, format.Named{Name: name, Tensor: q.Tensor.Slice(0, i*n, (i+1)*n)})
		}
	}
	return all
}
