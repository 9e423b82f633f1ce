// Package bert holds encoders of texts: BERT, RoBERTa, DistilBERT and ELECTRA, with the heads they are trained and used with.
package bert

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Config describes an encoder and its head. The zero value is the family's base model, judging whole texts.
type Config struct {
	// Head is what the model is asked for: "classification" of texts, also if empty, or of "tokens"; "questions", where an answer
	// begins and ends; "masked", which tokens were hidden; BERT's "next_sentence", and both in "pretraining"; ELECTRA's
	// "discriminator", which tokens were replaced; "choice" among texts; "embedding", one vector for a text; or "none".
	Head string `json:"head,omitempty"`

	Layers     int     `json:"layers,omitempty"`     // 12 if 0, DistilBERT's 6
	Width      int     `json:"width,omitempty"`      // 768 if 0
	Heads      int     `json:"heads,omitempty"`      // of attention; 12 if 0
	Hidden     int     `json:"hidden,omitempty"`     // width inside the feed-forward layers; four times Width if 0
	Embedding  int     `json:"embedding,omitempty"`  // numbers for a token before the layers; Width if 0
	Positions  int     `json:"positions,omitempty"`  // 512 if 0, RoBERTa's 514, of which it uses 512
	Types      int     `json:"types,omitempty"`      // kinds of tokens, such as first and second sentence; 2 if 0, RoBERTa's 1; DistilBERT has none
	Padding    int     `json:"padding,omitempty"`    // the token that fills up short texts; 0, RoBERTa's 1 if 0
	Activation string  `json:"activation,omitempty"` // "gelu" if empty
	Eps        float64 `json:"eps,omitempty"`        // of the norms; 1e-12 if 0
	Dropout    float64 `json:"dropout,omitempty"`    // everywhere; the paper's is 0.1

	Pool   string `json:"pool,omitempty"`   // of embeddings: "mean" of the tokens, also if empty, "max" or "first"
	Normal bool   `json:"normal,omitempty"` // embeddings have length 1
}

// A Model is an encoder with a head.
//
//	ids [b t] → logits, by the head: [b out], or [b t out], [b t v]
//
// Names and shapes of the parameters are those of Hugging Face's transformers. As a [model.Program] it takes which tokens to
// see and their kinds as well; as a layer it sees all but the padding, and all tokens are of kind 0. Weights are drawn from the
// normal distribution with a standard deviation of 0.02.
//
// Devlin, Chang, Lee and Toutanova, BERT, 2018 (arXiv:1810.04805); Liu and others, RoBERTa, 2019 (arXiv:1907.11692), whose
// positions are counted from the padding's id on; Sanh and others, DistilBERT, 2019 (arXiv:1910.01108); Clark and others,
// ELECTRA, 2020 (arXiv:2003.10555).
type Model struct {
	BERT       *Encoder `nn:"bert"` // one of these is there
	RoBERTa    *Encoder `nn:"roberta"`
	ELECTRA    *Encoder `nn:"electra"`
	DistilBERT *Encoder `nn:"distilbert"`
	Head

	Config  Config `nn:"-"` // with nothing left to its defaults
	of      model.Examples
	encoder *Encoder
}

// New returns a model of a family, "bert", "roberta", "electra" or "distilbert", for texts of of.Input tokens at most. The error
// says what of the configuration does not fit.
func New(r *rng.Rand, family string, of model.Examples, c Config) (*Model, error) {
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.name == family })
	if i < 0 {
		return nil, fmt.Errorf("there is no family %q", family)
	}
	k := kinds[i]
	c = c.filled(k)
	if err := c.check(of); err != nil {
		return nil, err
	}
	m := &Model{Config: c, of: of, encoder: newEncoder(r, of.Tokens, k, c)}
	*k.place(m) = m.encoder
	var err error
	m.Head, err = newHead(r, k, c, of, m.encoder)
	return m, err
}

func (c Config) check(of model.Examples) error {
	if of.Tokens == 0 || len(of.Input) != 1 {
		return errors.New("the examples are no texts; it takes tokens")
	}
	if of.Input[0] > c.Positions {
		return fmt.Errorf("texts of %d tokens, and positions for %d", of.Input[0], c.Positions)
	}
	if min(c.Layers, c.Width, c.Heads, c.Hidden, c.Embedding, c.Positions) < 1 || c.Width%c.Heads != 0 || c.Types < 0 {
		return fmt.Errorf("%d layers of width %d with %d heads, %d inside, embeddings of %d and %d types do not fit",
			c.Layers, c.Width, c.Heads, c.Hidden, c.Embedding, c.Types)
	}
	if !(c.Dropout >= 0 && c.Dropout < 1) {
		return fmt.Errorf("dropout %v is no probability below 1", c.Dropout)
	}
	if c.Padding < 0 || c.Padding >= of.Tokens {
		return fmt.Errorf("padding %d is none of %d tokens", c.Padding, of.Tokens)
	}
	if (c.Head == "classification" || c.Head == "tokens") && of.Outputs < 1 {
		return fmt.Errorf("a head for %s has %d classes", c.Head, of.Outputs)
	}
	_, err := model.Activation(c.Activation)
	return err
}

// Forward returns the first output, for the tokens that are no padding; of questions both, [b t 2].
func (m *Model) Forward(p *nn.Pass, ids *tensor.Tensor) *tensor.Tensor {
	out := m.run(p, ids, ids.NotEqual(ids.FullLike(float64(m.Config.Padding))), nil)
	if m.Config.Head == "questions" {
		return tensor.Stack(2, out...)
	}
	return out[0]
}

// Inputs are the tokens, where there are some, and of which kinds they are.
func (m *Model) Inputs() []model.Port {
	shape := append([]int{1}, m.of.Input...)
	if m.Config.Head == "choice" {
		shape = append([]int{1, 2}, m.of.Input...)
	}
	ports := []model.Port{
		{Name: "input_ids", DType: device.Int64, Shape: shape, Below: m.of.Tokens},
		{Name: "attention_mask", DType: device.Int64, Shape: shape, Below: 2},
	}
	if m.Config.Types > 1 {
		ports = append(ports, model.Port{Name: "token_type_ids", DType: device.Int64, Shape: shape, Below: m.Config.Types})
	}
	return ports
}

// Run returns the outputs of the head. Of choices [b c t] the logits are [b c].
func (m *Model) Run(p *nn.Pass, in []*tensor.Tensor) []*tensor.Tensor {
	var types *tensor.Tensor
	if len(in) > 2 {
		types = in[2]
	}
	return m.run(p, in[0], in[1].NotEqual(in[1].FullLike(0)), types)
}

func (m *Model) run(p *nn.Pass, ids, mask, types *tensor.Tensor) []*tensor.Tensor {
	if m.Config.Head != "choice" {
		return m.Answer(p, m.encoder, m.encoder.Forward(p, ids, mask, types), mask)
	}
	if ids.Rank() != 3 {
		panic(tensor.Errorf("bert", "%v are no choices [b c t]", ids))
	}
	if types != nil {
		types = types.Flatten(0, 1)
	}
	flat := mask.Flatten(0, 1)
	logits := m.Answer(p, m.encoder, m.encoder.Forward(p, ids.Flatten(0, 1), flat, types), flat)[0]
	return []*tensor.Tensor{logits.Reshape(ids.Dim(0), ids.Dim(1))}
}

func build(family string) func(*rng.Rand, model.Examples, json.RawMessage) (nn.Layer, error) {
	return func(r *rng.Rand, of model.Examples, text json.RawMessage) (nn.Layer, error) {
		var c Config
		if err := model.Decode(text, &c); err != nil {
			return nil, err
		}
		return New(r, family, of, c)
	}
}
