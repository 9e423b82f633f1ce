// Package language learns to go on with texts: a decoder that predicts each token from those before it.
//
// The sets are texts that are read as a whole, from a file or in the program, and collections of short ones: names, poems.
// What a model has learned is tested on texts that were kept back, by the loss of a token in nats, the perplexity, and the bits
// of a character.
package language

import (
	"embed"

	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/recipe"
)

// Tokens are what these sets have to predict, see [recipe.Goal].
const Tokens recipe.Target = "tokens"

//go:embed *.json
var recipes embed.FS

func init() {
	recipe.Register("text", "a text in a file, by its characters or by byte pairs", text{Running: running}, text.source)
	recipe.Register("shakespeare", "Tiny Shakespeare: a million characters of plays; in the program", shakespeare{running}, shakespeare.source)
	recipe.Register("names", "32,033 first names, in the program, or the lines of a file", names{Batches: recipe.Usual, Held: recipe.Held{Test: 0.03}}, names.source)
	recipe.Register("poetry", "6,000 quatrains of the Tang, five or seven characters a line; in the program",
		poetry{Batches: recipe.Usual, Held: recipe.Held{Test: 0.05}}, poetry.source)
	recipe.RegisterObjective("next_token", "negative log-likelihood of each token from those before it", objective.MaskedLMLoss{},
		func(o objective.MaskedLMLoss) (recipe.Goal, error) {
			if o.ZLoss < 0 {
				return recipe.Goal{}, recipe.Errorf("objective.z_loss", "want 0 or more, not %v", o.ZLoss)
			}
			return recipe.Goal{Objective: o, Of: Tokens}, nil
		})
	recipe.RegisterBuiltins(recipes)
}
