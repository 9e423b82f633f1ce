// Package speech has recipes that hear, a whole run written down each: what a recording is, by classes, and which words are said
// in one, by connectionist temporal classification.
//
// The sets are digits and sounds, for classes; digit-strings and yesno, for words.
package speech

import (
	"embed"

	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/recipe"
)

//go:embed *.json
var builtins embed.FS

// Words is what the sets digit-strings and yesno have to predict.
const Words recipe.Target = "words"

func init() {
	usual := recipe.Usual
	recipe.Register("digits", "spoken digits of six speakers, the Free Spoken Digit Dataset; 240 recordings are in the program, folder has all 3,000",
		digits{Batches: usual, ears: narrow, variety: varied, Seconds: 1}, digits.source)
	recipe.Register("sounds", "WAV, FLAC and MP3 files in one folder for each class",
		sounds{Batches: usual, Held: recipe.Held{Test: 0.2}, ears: wide, variety: varied, Seconds: 1}, sounds.source)
	few := recipe.Batches{Batch: 16, Validation: 0.1}
	recipe.Register("digit-strings", "several spoken digits in a row, put together of the recordings of the set digits as they are needed",
		digitStrings{Batches: few, ears: narrow, variety: varied, Strings: 600, Least: 3, Most: 7, Pause: 0.3, Beams: 10}, digitStrings.source)
	recipe.Register("yesno", "60 recordings of eight words each, yes or no in Hebrew; folder has them",
		yesno{Batches: recipe.Batches{Batch: 6, Validation: 0.1}, ears: narrow, variety: varied, Beams: 10}, yesno.source)
	recipe.RegisterObjective("ctc", "negative log-likelihood of words under predictions at more steps: connectionist temporal classification", struct{}{},
		func(struct{}) (recipe.Goal, error) { return recipe.Goal{Of: Words, Config: objective.CTCLoss{}}, nil })
	recipe.RegisterBuiltins(builtins)
}
