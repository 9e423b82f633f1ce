package language

import (
	"fmt"

	"github.com/jimu-ml/jimu/data"
	dataset "github.com/jimu-ml/jimu/data/text"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// pairs is a set of questions with two answers.
//
//	X [n 2 t] tokens, those with the true answer first; Y [n 2 t] the same, −100 where they are no answer's
type pairs struct {
	rows [][2]example
	end  int64
}

// pairsOf gives each first question the answer of another from the same source, chosen by chance.
func pairsOf(m template, talks []talk, most int) (pairs, error) {
	p := pairs{end: m.end}
	byFrom := map[string][]exchange{}
	for _, t := range talks {
		byFrom[t.from] = append(byFrom[t.from], t.exchanges[0])
	}
	key := rng.KeyOf(0).Child("preferences")
	for i, t := range talks {
		right, others := t.exchanges[0], byFrom[t.from]
		wrong := others[key.IntnAt(uint64(i), len(others))]
		if wrong.answer == right.answer {
			continue
		}
		var row [2]example
		for k, answer := range []string{right.answer, wrong.answer} {
			var err error
			if row[k], err = m.exchange(exchange{right.asked, answer}); err != nil {
				return p, err
			}
		}
		if max(len(row[0].ids), len(row[1].ids)) <= most {
			p.rows = append(p.rows, row)
		}
	}
	return p, nil
}

// lengths returns how many tokens each pair takes.
func (p pairs) lengths() []int {
	n := make([]int, len(p.rows))
	for i, row := range p.rows {
		n[i] = 2 * max(len(row[0].ids), len(row[1].ids))
	}
	return n
}

// Len returns the number of pairs.
func (p pairs) Len() int { return len(p.rows) }

// Batch returns the pairs at those positions.
func (p pairs) Batch(index []int, _ rng.Key) (data.Batch, error) {
	t := 0
	for _, k := range index {
		if k < 0 || k >= len(p.rows) {
			return data.Batch{}, fmt.Errorf("example %d of a set of %d", k, len(p.rows))
		}
		t = max(t, len(p.rows[k][0].ids), len(p.rows[k][1].ids))
	}
	x, y := make([]int64, 0, 2*len(index)*t), make([]int64, 0, 2*len(index)*t)
	for _, k := range index {
		for _, e := range p.rows[k] {
			for i := range t {
				at, label := p.end, dataset.Unlabelled
				if i < len(e.ids) {
					at = e.ids[i]
					if e.answer[i] {
						label = at
					}
				}
				x, y = append(x, at), append(y, label)
			}
		}
	}
	return data.Batch{X: tensor.Of(x, len(index), 2, t), Y: tensor.Of(y, len(index), 2, t), Index: index}, nil
}
