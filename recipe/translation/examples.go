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
	sampler  *sampler // nil: sentences are in the same pieces always
}

// A sampler cuts sentences into other pieces each time.
type sampler struct {
	tokens  *recipe.Pieces
	dropout float64 // share of the merges that are left out
	longest int     // sentence in pieces
	pairs   []pair  // of the examples, in their order
}

// newExamples returns pairs as examples, the shortest first, so that little is padded where they come in order. Pairs with a
// sentence of more tokens than longest are left out if drop, and cut otherwise. With dropout some merges are left out, others each time.
func newExamples(t *recipe.Pieces, all []pair, longest int, drop bool, dropout float64) (*examples, error) {
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
	if dropout > 0 {
		e.sampler = &sampler{tokens: t, dropout: dropout, longest: longest}
	}
	for _, i := range order {
		e.from, e.to = append(e.from, x[i]), append(e.to, slices.Concat([]int64{recipe.BeginPiece}, y[i]))
		if e.sampler != nil {
			e.sampler.pairs = append(e.sampler.pairs, all[i])
		}
	}
	return e, nil
}

// Len returns the number of pairs.
func (e *examples) Len() int { return len(e.from) }

// Batch returns the pairs at those positions.
func (e *examples) Batch(index []int, key rng.Key) (data.Batch, error) {
	from, to := make([][]int64, len(index)), make([][]int64, len(index))
	for i, k := range index {
		from[i], to[i] = e.from[k], e.to[k]
		if e.sampler == nil {
			continue
		}
		var err error
		if from[i], to[i], err = e.sampler.cut(key.At(uint64(k)), k, from[i], to[i]); err != nil {
			return data.Batch{}, err
		}
	}
	return data.Batch{X: recipe.PadPieces(from), Y: recipe.PadPieces(to), Index: index}, nil
}

// cut cuts pair k anew. A sentence that would be too long stays as it is.
func (s *sampler) cut(key rng.Key, k int, from, to []int64) (x, y []int64, err error) {
	if x, err = s.tokens.CutSampled(key.Child("from"), s.dropout, s.pairs[k].from, s.longest+1); err != nil {
		return nil, nil, err
	}
	if y, err = s.tokens.CutSampled(key.Child("to"), s.dropout, s.pairs[k].to, s.longest+1); err != nil {
		return nil, nil, err
	}
	if len(x) > s.longest {
		x = from
	}
	if len(y) > s.longest {
		return x, to, nil
	}
	return x, slices.Concat([]int64{recipe.BeginPiece}, y), nil
}

// lengths returns how many tokens the longer side of each pair has.
func (e *examples) lengths() []int {
	all := make([]int, e.Len())
	for i := range all {
		all[i] = max(len(e.from[i]), len(e.to[i]))
	}
	return all
}
