// Package music has recipes that write music, a whole run written down each: which keys of a piano sound next, learned from chorales of
// Bach or from MIDI files.
package music

import (
	"embed"

	"github.com/jimu-ml/jimu/recipe"
)

//go:embed *.json
var builtins embed.FS

func init() {
	recipe.Register("chorales", "382 chorales of Bach as piano rolls; in the program",
		chorales{Batches: recipe.Batches{Batch: 16}, score: usual}, chorales.source)
	recipe.Register("midi", "MIDI files in a folder, as piano rolls",
		files{Batches: recipe.Batches{Batch: 16, Validation: 0.1}, Held: recipe.Held{Test: 0.2}, score: usual}, files.source)
	recipe.RegisterBuiltins(builtins)
}
