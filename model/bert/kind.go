package bert

import (
	"cmp"
	"strings"

	"github.com/jimu-ml/jimu/model"
)

// A kind is what a family is like where the configuration says nothing.
type kind struct {
	name, about string
	place       func(m *Model) **Encoder
	filled      Config
	pooler      bool // the first token goes through a map before it is judged
	distilled   bool // DistilBERT's names
	fromPadding bool // positions are counted from the padding's id on
	example     int  // tokens of the published vocabulary
	variants    []model.Variant
}

var kinds = []kind{
	{
		name: "bert", about: "encoder of texts that sees both sides of a token, with heads for pretraining and for use; for tokens",
		place:  func(m *Model) **Encoder { return &m.BERT },
		filled: Config{Layers: 12, Positions: 512, Types: 2}, pooler: true, example: 30522,
		variants: []model.Variant{
			variant("bert-base-uncased", `{"head": "pretraining"}`, 30522, 512, 110106428),
			variant("bert-large-uncased", `{"head": "pretraining", "layers": 24, "width": 1024, "heads": 16}`, 30522, 512, 336226108),
			variant("bert-base-cased", `{"head": "pretraining"}`, 28996, 512, 108932934),
			variant("bert-base-chinese", `{"head": "pretraining"}`, 21128, 512, 102882442),
			variant("bert-base-multilingual-cased", `{"head": "pretraining"}`, 119547, 512, 178566653),
			variant("all-MiniLM-L6-v2", `{"head": "embedding", "normal": true, "layers": 6, "width": 384}`, 30522, 256, 22565376), // 22713216 with the pooler, which embeddings leave out
		},
	},
	{
		name: "roberta", about: "BERT trained longer and on hidden tokens alone; for tokens",
		place:  func(m *Model) **Encoder { return &m.RoBERTa },
		filled: Config{Layers: 12, Positions: 514, Types: 1, Padding: 1, Eps: 1e-5}, pooler: true, fromPadding: true, example: 50265,
		variants: []model.Variant{
			variant("roberta-base", `{"head": "masked"}`, 50265, 512, 124697433),
			variant("roberta-large", `{"head": "masked", "layers": 24, "width": 1024, "heads": 16}`, 50265, 512, 355412057),
			variant("xlm-roberta-base", `{"head": "masked"}`, 250002, 512, 278295186),
		},
	},
	{
		name: "distilbert", about: "BERT of half the layers, taught by the whole one; for tokens",
		place:  func(m *Model) **Encoder { return &m.DistilBERT },
		filled: Config{Layers: 6, Positions: 512}, distilled: true, example: 30522,
		variants: []model.Variant{
			variant("distilbert-base-uncased", `{"head": "masked"}`, 30522, 512, 66985530),
			variant("distilbert-base-uncased-finetuned-sst-2-english", `{"head": "classification"}`, 30522, 512, 66955010),
		},
	},
	{
		name: "electra", about: "encoder of texts trained to tell which tokens were replaced; for tokens",
		place:  func(m *Model) **Encoder { return &m.ELECTRA },
		filled: Config{Layers: 12, Positions: 512, Types: 2}, example: 30522,
		variants: []model.Variant{
			variant("electra-small-discriminator", `{"head": "discriminator", "width": 256, "heads": 4, "embedding": 128}`, 30522, 512, 13549057),
			variant("electra-base-discriminator", `{"head": "discriminator"}`, 30522, 512, 109483009),
		},
	},
}

func variant(name, config string, tokens, length, parameters int) model.Variant {
	return model.Variant{Name: name, Config: config, Of: model.Examples{Input: []int{length}, Tokens: tokens, Outputs: 2}, Parameters: parameters}
}

func init() {
	for _, k := range kinds {
		model.Register(model.Architecture{
			Name: k.name, About: k.about, Config: Config{}, Build: build(k.name), Variants: k.variants,
			Example: model.Examples{Input: []int{128}, Tokens: k.example, Outputs: 2},
			Layouts: layouts(k.name), Types: types[k.name], Published: published(k), Publish: publish(k),
		})
	}
}

// filled returns the configuration with the defaults of a family.
func (c Config) filled(k kind) Config {
	d := k.filled
	if c.Head == "" {
		c.Head = "classification"
	}
	if c.Activation == "" {
		c.Activation = "gelu"
	}
	c.Layers, c.Width, c.Heads = cmp.Or(c.Layers, d.Layers), cmp.Or(c.Width, 768), cmp.Or(c.Heads, 12)
	c.Positions, c.Types, c.Padding = cmp.Or(c.Positions, d.Positions), cmp.Or(c.Types, d.Types), cmp.Or(c.Padding, d.Padding)
	if c.Hidden == 0 {
		c.Hidden = 4 * c.Width
	}
	if c.Embedding == 0 {
		c.Embedding = c.Width
	}
	if c.Eps == 0 {
		c.Eps = max(d.Eps, 1e-12)
	}
	return c
}

// heads returns the names of the heads that the family has.
func (k kind) heads() []string {
	names := []string{"classification", "tokens", "questions", "masked", "choice", "embedding", "none"}
	switch k.name {
	case "bert":
		return append(names, "next_sentence", "pretraining")
	case "electra":
		return append(names, "discriminator")
	}
	return names
}

// layouts are those of files that hold an encoder without its head, and of those that name the norms' parameters as
// TensorFlow does, as the first ones of BERT do.
func layouts(family string) []model.Layout {
	prefix := family + "."
	old := func(name string) string {
		name = strings.Replace(name, "LayerNorm.weight", "LayerNorm.gamma", 1)
		return strings.Replace(name, "LayerNorm.bias", "LayerNorm.beta", 1)
	}
	bare := func(name string) string { return strings.TrimPrefix(name, prefix) }
	layout := func(name string, rename func(string) string) model.Layout {
		return model.Layout{
			Name: name, Marks: []string{rename(prefix + "embeddings.LayerNorm.weight")},
			Source: func(ours string) model.Source { return model.Source{Names: []string{rename(ours)}} },
			Ignore: surplus,
		}
	}
	return []model.Layout{
		layout("transformers", func(name string) string { return name }),
		layout("transformers, the encoder alone", bare),
		layout("transformers, the first files", old),
		layout("transformers, the first files of encoders alone", func(name string) string { return old(bare(name)) }),
	}
}

// surplus reports what files hold beside the parameters that a model uses: the table of the words again, and parts that
// another head wants.
func surplus(name string) bool {
	for _, part := range []string{
		"cls.predictions.decoder.", "lm_head.decoder.", "vocab_projector.weight", "generator_lm_head.weight", "pooler.", "cls.",
		"embeddings.token_type_ids", "discriminator_predictions.",
	} {
		if strings.HasPrefix(name, part) || strings.Contains(name, "."+part) {
			return true
		}
	}
	return false
}
