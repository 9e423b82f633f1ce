// Package language learns to go on with texts: a decoder that predicts each token from those before it.
//
// The sets are texts that are read as a whole, from a file or in the program, and collections of short ones: names, poems.
// Conversations are texts too, in which the answers alone are learned, and a model that holds them may go on to learn which of two
// answers is the right one. What a model has learned is tested on texts that were kept back, by the loss of a token in nats, the perplexity, and the bits
// of a character.
package language

import (
	"embed"

	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/recipe"
)

// Tokens are what these sets have to predict, see [recipe.Goal].
const Tokens recipe.Target = "tokens"

// Preferences are what the set preferences has to predict: which answer of two is the right one.
const Preferences recipe.Target = "preferences"

//go:embed *.json
var recipes embed.FS

func init() {
	recipe.Register("text", "a text in a file, by its characters or by byte pairs", text{Running: running}, text.source)
	recipe.Register("shakespeare", "Tiny Shakespeare: a million characters of plays; in the program", shakespeare{running}, shakespeare.source)
	recipe.Register("names", "32,033 first names, in the program, or the lines of a file", names{Batches: recipe.Usual, Held: recipe.Held{Test: 0.03}}, names.source)
	recipe.Register("poetry", "6,000 quatrains of the Tang, five or seven characters a line; in the program",
		poetry{Batches: recipe.Usual, Held: recipe.Held{Test: 0.05}, Rhyme: true}, poetry.source)
	recipe.Register("chat", "2,266 short conversations, in the program, or those in a file", talks, chat.source)
	recipe.Register("preferences", "the true answers of the set chat beside answers to other questions, for a run of it that goes on",
		preferences{conversations: talks.conversations}, preferences.source)
	recipe.RegisterObjective("next_token", "negative log-likelihood of each token from those before it", objective.MaskedLMLoss{},
		func(o objective.MaskedLMLoss) (recipe.Goal, error) {
			if o.ZLoss < 0 {
				return recipe.Goal{}, recipe.Errorf("objective.z_loss", "want 0 or more, not %v", o.ZLoss)
			}
			return recipe.Goal{Objective: o, Of: Tokens}, nil
		})
	recipe.RegisterObjective("dpo", "direct preference optimization: right answers likelier than others, near the model that training began with",
		dpo{DPOLoss: objective.DPOLoss{Beta: 0.1}, Likelihood: 1}, dpo.goal)
	recipe.RegisterBuiltins(recipes)
}
