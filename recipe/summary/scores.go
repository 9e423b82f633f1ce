package summary

import (
	"context"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/data/sample"
	"github.com/jimu-ml/jimu/data/text"
	"github.com/jimu-ml/jimu/metric"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/train"
)

// rouges returns the metrics of summaries, empty.
func rouges() []*metric.ROUGE { return []*metric.ROUGE{{Of: "1"}, {Of: "2"}, {Of: "L"}} }

// score returns how much each sentence of an abstract shares with its summaries: the mean of three ROUGEs.
func score(a sample.Abstract) []float64 {
	all := make([]float64, len(a.Source))
	for i, s := range a.Source {
		for _, m := range rouges() {
			m.AddText(s, a.Target...)
			all[i] += m.Value() / 3
		}
	}
	return all
}

// examined returns what says how little the summaries of abstracts share with those that people wrote, by ROUGE-L.
func examined(tests []sample.Abstract, ask func(context.Context, recipe.Question) ([]recipe.Prediction, error)) func(context.Context) (*recipe.Examination, error) {
	return func(ctx context.Context) (*recipe.Examination, error) {
		return recipe.Faults(ctx, len(tests), ask, func(i int, p recipe.Prediction) float64 {
			m := &metric.ROUGE{Of: "L"}
			m.AddText(p.Text, tests[i].Target...)
			return 100 * (1 - m.Value())
		})
	}
}

// A rule makes a summary of an abstract.
type rule func(i int) string

// measure returns ROUGE of what a rule makes of abstracts, from 0 to 100, under names with a prefix.
func measure(v train.Values, prefix string, all []sample.Abstract, say rule) {
	ms := rouges()
	for i, a := range all {
		for _, m := range ms {
			m.AddText(say(i), a.Target...)
		}
	}
	for _, m := range ms {
		v[prefix+strings.ToLower(m.Name())] = 100 * m.Value()
	}
}

// lead returns the first sentences of an abstract.
func lead(a sample.Abstract, n int) string { return joined(a.Source, seq(min(n, len(a.Source)))) }

// oracle returns what shares most with the summaries of an abstract of all that could be chosen, taking one sentence after
// another.
func oracle(a sample.Abstract, n int) string {
	var taken []int
	for range min(n, len(a.Source)) {
		best, at := -1.0, 0
		for i := range a.Source {
			if slices.Contains(taken, i) {
				continue
			}
			with := sample.Abstract{Source: []string{joined(a.Source, append(slices.Clone(taken), i))}, Target: a.Target}
			if s := score(with)[0]; s > best {
				best, at = s, i
			}
		}
		taken = append(taken, at)
	}
	return joined(a.Source, taken)
}

// joined returns the sentences of those numbers in the order of the text.
func joined(sentences []string, numbers []int) string {
	var some []string
	for _, i := range slices.Sorted(slices.Values(numbers)) {
		some = append(some, sentences[i])
	}
	return strings.Join(some, " ")
}

func seq(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// novel returns how many pairs of words of a summary stand in no sentence of a text, and how many there are.
func novel(summary string, sentences []string) (fresh, all int) {
	there := map[[2]string]bool{}
	for _, s := range sentences {
		for _, p := range pairs(s) {
			there[p] = true
		}
	}
	for _, p := range pairs(summary) {
		if all++; !there[p] {
			fresh++
		}
	}
	return fresh, all
}

// pairs returns the words of a text that stand one behind another.
func pairs(s string) (all [][2]string) {
	words := text.Words(text.Normalize(s))
	for i := range max(0, len(words)-1) {
		all = append(all, [2]string{words[i], words[i+1]})
	}
	return all
}
