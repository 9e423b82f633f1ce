package whisper

import (
	"encoding/json"
	"errors"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/model"
)

var variants = []model.Variant{
	variant("whisper-tiny", `{}`, 80, 51865, 37184640),
	variant("whisper-base", `{"layers": 6, "width": 512, "heads": 8}`, 80, 51865, 71825920),
	variant("whisper-small", `{"layers": 12, "width": 768, "heads": 12}`, 80, 51865, 240582912),
	variant("whisper-medium", `{"layers": 24, "width": 1024, "heads": 16}`, 80, 51865, 762321920),
	variant("whisper-large-v3", `{"layers": 32, "width": 1280, "heads": 20}`, 128, 51866, 1541570560),
	variant("whisper-large-v3-turbo", `{"layers": 32, "decoder_layers": 4, "width": 1280, "heads": 20}`, 128, 51866, 806958080),
}

func variant(name, config string, bands, tokens, parameters int) model.Variant {
	return model.Variant{Name: name, Config: config, Of: model.Examples{Input: []int{bands, 3000}, Outputs: tokens}, Parameters: parameters}
}

// layouts are those of files that hold the table of the tokens once more, for the logits.
var layouts = []model.Layout{{
	Name: "transformers", Marks: []string{"model.encoder.conv1.weight"},
	Ignore: func(theirs string) bool { return theirs == "proj_out.weight" },
}}

// published translates a config.json of type whisper.
func published(text []byte) (json.RawMessage, model.Examples, error) {
	s := struct {
		Vocab         int     `json:"vocab_size"`
		Bands         int     `json:"num_mel_bins"`
		Layers        int     `json:"encoder_layers"`
		DecoderLayers int     `json:"decoder_layers"`
		Heads         int     `json:"encoder_attention_heads"`
		DecoderHeads  int     `json:"decoder_attention_heads"`
		Hidden        int     `json:"encoder_ffn_dim"`
		DecoderHidden int     `json:"decoder_ffn_dim"`
		Width         int     `json:"d_model"`
		Source        int     `json:"max_source_positions"`
		Target        int     `json:"max_target_positions"`
		Activation    string  `json:"activation_function"`
		Dropout       float64 `json:"dropout"`
		Scaled        bool    `json:"scale_embedding"`
	}{}
	if err := json.Unmarshal(text, &s); err != nil {
		return nil, model.Examples{}, err
	}
	if s.Heads != s.DecoderHeads || s.Hidden != s.DecoderHidden || s.Scaled {
		return nil, model.Examples{}, errors.New("its encoder and decoder are of different widths, or its embeddings are scaled")
	}
	c := Config{
		Layers: s.Layers, DecoderLayers: s.DecoderLayers, Width: s.Width, Heads: s.Heads, Hidden: s.Hidden, Context: s.Target,
		Activation: s.Activation, Dropout: s.Dropout,
	}
	out, err := json.Marshal(c)
	return out, model.Examples{Input: []int{s.Bands, 2 * s.Source}, Outputs: s.Vocab}, err
}

// publish returns what transformers' config.json says of a model. The special tokens are Whisper's, or the last if there are not
// so many.
func publish(m any, of model.Examples, tensors []format.Named) (map[string]any, []format.Named, error) {
	c, end := m.(*Model).Config, min(50257, of.Outputs-1)
	return map[string]any{
		"model_type": "whisper", "architectures": []string{"WhisperForConditionalGeneration"}, "vocab_size": of.Outputs, "num_mel_bins": of.Input[0],
		"encoder_layers": c.Layers, "decoder_layers": c.DecoderLayers, "encoder_attention_heads": c.Heads, "decoder_attention_heads": c.Heads,
		"encoder_ffn_dim": c.Hidden, "decoder_ffn_dim": c.Hidden, "d_model": c.Width, "max_source_positions": of.Input[1] / 2,
		"max_target_positions": c.Context, "activation_function": model.TransformersActivation(c.Activation), "dropout": c.Dropout,
		"pad_token_id": end, "bos_token_id": end, "eos_token_id": end, "decoder_start_token_id": min(50258, of.Outputs-1),
	}, tensors, nil
}
