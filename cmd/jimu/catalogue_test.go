package main

import (
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/model/sequential"
	"github.com/jimu-ml/jimu/recipe"
)

// elsewhere are the layers, optimizers and schedules that a recipe does not name as the catalogue does, with what it does
// name, or why it cannot.
var elsewhere = map[string]string{
	"nn.AdditiveAttention": "takes queries and keys", "nn.Attention": "takes queries, keys and values", "nn.MultiplicativeAttention": "takes queries and keys",
	"nn.Bilinear": "takes two inputs", "nn.Transformer": "takes two sequences", "nn.TransformerDecoder": "takes two sequences",
	"nn.TransformerDecoderLayer": "takes two sequences", "nn.ConvLSTM": "takes pictures over time, which no set holds",
	"nn.GRUCell": "takes a state; gru goes over the steps", "nn.LSTMCell": "takes a state; lstm goes over the steps", "nn.RNNCell": "takes a state; rnn goes over the steps",
	"nn.DenseLayer": "one step of dense_block", "nn.Lambda": "holds a Go function", "nn.PassThrough": "identity",
	"nn.Rotary": "turns queries and keys, within attention", "nn.TransformerEncoderLayer": "a layer of transformer_encoder",
	"optim.AdaptiveClip": "train.clip_adaptive", "optim.Lookahead": "train.lookahead", "optim.SAM": "train.sam and train.asam",
	"optim.Average": "train.average", "optim.LossScale": "for numbers of 16 bits",
	"optim.RMSProp": "rmsprop", "optim.SignSGD": "signsgd",
	"optim.CosineRestarts": "restarts", "optim.ReduceOnPlateau": "plateau", "optim.StepDecay": "step", "optim.WarmUp": "warmup of every schedule",
	"optim.Func": "holds a Go function", "optim.Piecewise": "milestones", "optim.Product": "composes schedules", "optim.Sequence": "composes schedules",
}

// TestRecipesNameTheCatalogue: a layer, optimizer or schedule can be named in a recipe, or stands above with the reason.
func TestRecipesNameTheCatalogue(t *testing.T) {
	nameable := map[string][]string{"layer": sequential.Kinds()}
	for _, s := range recipe.Parts() {
		for _, c := range s.Choices {
			nameable[s.Name] = append(nameable[s.Name], c.Name)
		}
	}
	excused := 0
	for _, kind := range []string{"layer", "optimizer", "schedule"} {
		for _, e := range recipe.Vocabulary(kind) {
			_, excuse := elsewhere[e.Go]
			if excuse {
				excused++
			}
			if named := slices.Contains(nameable[kind], e.Name); named == excuse {
				t.Errorf("%s: a recipe can name %s: %v; an exception: %v", e.Go, e.Name, named, excuse)
			}
		}
	}
	if excused != len(elsewhere) {
		t.Errorf("%d exceptions, of which %d are in the catalogue", len(elsewhere), excused)
	}
}
