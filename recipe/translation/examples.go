package translation

import (
	"cmp"
	"slices"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/rng"
)

// examples are pairs as tokens: X [n s] what is read, Y [n t] what is written, with its beginning and end.
type examples struct {
	from, to [][]int64
	pairs    []pair
}

// newExamples returns pairs as examples, the shortest first, so that little is padded where they come in order. Pairs with a
// sentence of more tokens than longest are left out if drop, and cut otherwise.
func newExamples(t *recipe.Pieces, all []pair, longest int, drop bool) (*examples, error) {
	var from, to []string
	for _, p := range all {
		from, to = append(from, p.from), append(to, p.to)
	}
	room := longest
	if drop {
		room++ // so that what is too long shows
	}
	x, err := t.Cut(from, room)
	if err != nil {
		return nil, err
	}
	y, err := t.Cut(to, room)
	if err != nil {
		return nil, err
	}
	order := make([]int, 0, len(all))
	for i := range all {
		if len(x[i]) <= longest && len(y[i]) <= longest {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(i, j int) int {
		return cmp.Or(cmp.Compare(len(x[i]), len(x[j])), cmp.Compare(len(y[i]), len(y[j])))
	})
	e := new(examples)
	for _, i := range order {
		e.from, e.to = append(e.from, x[i]), append(e.to, slices.Concat([]int64{recipe.BeginPiece}, y[i]))
		e.pairs = append(e.pairs, all[i])
	}
	return e, nil
}

// Len returns the number of pairs.
func (e *examples) Len() int { return len(e.from) }

// Batch returns the pairs at those positions.
func (e *examples) Batch(index []int, _ rng.Key) (data.Batch, error) {
	from, to := make([][]int64, len(index)), make([][]int64, len(index))
	for i, k := range index {
		from[i], to[i] = e.from[k], e.to[k]
	}
	return data.Batch{X: recipe.PadPieces(from), Y: recipe.PadPieces(to), Index: index}, nil
}

// lengths returns how many tokens the longer side of each pair has.
func (e *examples) lengths() []int {
	all := make([]int, e.Len())
	for i := range all {
		all[i] = max(len(e.from[i]), len(e.to[i]))
	}
	return all
}

// sampled are examples whose words are in other pieces each time.
type sampled struct {
	*examples
	tokens  *recipe.Pieces
	longest int
}

// Batch returns the pairs at those positions. A sentence that would be too long is in the pieces that it is in otherwise.
func (s sampled) Batch(index []int, key rng.Key) (data.Batch, error) {
	from, to := make([][]int64, len(index)), make([][]int64, len(index))
	for i, k := range index {
		own := key.At(uint64(k))
		x, err := s.tokens.CutSampled(own.Child("from"), s.pairs[k].from, s.longest+1)
		if err != nil {
			return data.Batch{}, err
		}
		y, err := s.tokens.CutSampled(own.Child("to"), s.pairs[k].to, s.longest+1)
		if err != nil {
			return data.Batch{}, err
		}
		from[i], to[i] = s.from[k], s.to[k]
		if len(x) <= s.longest {
			from[i] = x
		}
		if len(y) <= s.longest {
			to[i] = slices.Concat([]int64{recipe.BeginPiece}, y)
		}
	}
	return data.Batch{X: recipe.PadPieces(from), Y: recipe.PadPieces(to), Index: index}, nil
}
