package recipe

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/jimu-ml/jimu/generate"
	"github.com/jimu-ml/jimu/nn"
)

// Rewrite returns the likeliest texts that beams find to write for others: what lengths has are those of the others, of which so many,
// the shortest first, are read together. Read lets a model read those at some places and says how what it writes is searched; the pieces
// that stand for no text and halves of letters are never written.
func (t *Pieces) Rewrite(ctx context.Context, lengths []int, together int, read func(some []int) (nn.Layer, generate.BeamConfig, error)) ([]string, error) {
	order := make([]int, len(lengths))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(lengths[i], lengths[j]) })
	valid := generate.NewValidText(t.Spelled(), EndPiece)
	said := make([]string, len(lengths))
	for some := range slices.Chunk(order, together) {
		reading, c, err := read(some)
		if err != nil {
			return nil, err
		}
		c.Stop = []int64{EndPiece}
		c.Processors = slices.Concat(
			[]generate.Processor{generate.Bias{PaddingPiece: math.Inf(-1), BeginPiece: math.Inf(-1)}}, c.Processors, []generate.Processor{valid})
		found, err := generate.BeamsEach(ctx, reading, slices.Repeat([][]int64{{BeginPiece}}, len(some)), c)
		if err != nil {
			return nil, err
		}
		for i, k := range some {
			said[k] = t.Decode(found[i][0].Tokens, true)
		}
	}
	return said, nil
}
