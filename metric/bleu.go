package metric

import (
	"math"
	"strings"

	"github.com/jimu-ml/jimu/tensor"
)

// BLEU is the precision of the n-grams of translations against references, from 0 to 100: sacreBLEU's number.
//
//	100·BP·exp(mean over n of log pₙ)       BP = min(1, exp(1 − r/c))
//
// pₙ is the share of all n-grams that are in a reference, each counted at most as often as one reference has it; c is the length
// of the candidates and r that of the references nearest in length, both in words, over the whole corpus. The value is not
// the mean of the sentences' values; for one sentence set EffectiveOrder.
//
// Papineni, Roukos, Ward and Zhu, BLEU: a Method for Automatic Evaluation of Machine Translation, 2002; Post, A Call for
// Clarity in Reporting BLEU Scores, 2018 (arXiv:1804.08771).
type BLEU struct {
	Tokenizer      string  // "13a", the default, "intl", "zh", "char" or "none", as sacreBLEU calls them
	Lowercase      bool    // compare without case
	Order          int     // of the longest n-grams; 0 means 4
	Smoothing      string  // for an n without matches: "exp", the default, "floor", "add-k" or "none"
	Smooth         float64 // of floor and add-k; 0 means 0.1 and 1
	EffectiveOrder bool    // leave out the orders for which the candidates are too short

	count, length, wanted int
	right, total          []float64
}

// Name returns "bleu".
func (b *BLEU) Name() string { return "bleu" }

// AddText counts a candidate.
func (b *BLEU) AddText(candidate string, references ...string) {
	needReferences("BLEU", references)
	b.check()
	order := orElse(b.Order, 4)
	b.grow(order)
	words := b.tokens(candidate)
	b.count++
	b.length += len(words)
	nearest, most := -1, make([]map[ngram]int, order)
	for i := range most {
		most[i] = map[ngram]int{}
	}
	for _, r := range references {
		ref := b.tokens(r)
		if nearest < 0 || closer(len(ref), nearest, len(words)) {
			nearest = len(ref)
		}
		for n := range order {
			for g, k := range ngrams(ref, n+1) {
				most[n][g] = max(most[n][g], k)
			}
		}
	}
	b.wanted += nearest
	for n := range order {
		b.right[n] += float64(shared(ngrams(words, n+1), most[n]))
		b.total[n] += float64(max(len(words)-n, 0))
	}
}

// closer reports whether length a is nearer to a candidate's than b, or as near and shorter.
func closer(a, b, length int) bool {
	x, y := max(a-length, length-a), max(b-length, length-b)
	return x < y || x == y && a < b
}

func (b *BLEU) check() {
	switch b.Smoothing {
	case "", "exp", "floor", "add-k", "none":
	default:
		panic(tensor.Errorf("BLEU", "no smoothing is called %q; want exp, floor, add-k or none", b.Smoothing))
	}
	if tokenizers[b.Tokenizer] == nil {
		panic(tensor.Errorf("BLEU", "no tokenizer is called %q; want 13a, intl, zh, char or none", b.Tokenizer))
	}
}

func (b *BLEU) tokens(s string) []string {
	if b.Lowercase {
		s = strings.ToLower(s)
	}
	return words(tokenizers[b.Tokenizer](strings.TrimRightFunc(s, isSpace)))
}

func (b *BLEU) grow(order int) {
	if b.right == nil {
		b.right, b.total = make([]float64, order), make([]float64, order)
	}
}

// Value returns the number.
func (b *BLEU) Value() float64 {
	if b.count == 0 {
		return math.NaN()
	}
	matches := 0.
	for _, k := range b.right {
		matches += k
	}
	if matches == 0 || b.length == 0 {
		return 0
	}
	penalty := 1.
	if b.length < b.wanted {
		penalty = math.Exp(1 - float64(b.wanted)/float64(b.length))
	}
	return 100 * penalty * b.precision()
}

// precision returns the geometric mean of the smoothed precisions.
func (b *BLEU) precision() float64 {
	sum, order, exp := 0., float64(len(b.right)), 1.
	missing := false
	for n, total := range b.total {
		right := b.right[n]
		if b.Smoothing == "add-k" && n > 0 {
			k := orElse(b.Smooth, 1)
			right, total = right+k, total+k
		}
		if total == 0 {
			missing = !b.EffectiveOrder // the rest has a precision of 0
			break
		}
		if b.EffectiveOrder {
			order = float64(n + 1)
		}
		switch {
		case right > 0:
		case b.Smoothing == "" || b.Smoothing == "exp":
			exp *= 2
			right = 1 / exp
		case b.Smoothing == "floor":
			right = orElse(b.Smooth, 0.1)
		default:
			missing = true
		}
		sum += math.Log(right / total)
	}
	if missing {
		return 0
	}
	return math.Exp(sum / order)
}

// Precisions returns the share of the n-grams that match, by n from 1, without smoothing.
func (b *BLEU) Precisions() []float64 {
	p := make([]float64, len(b.right))
	for n := range p {
		p[n] = b.right[n] / b.total[n]
	}
	return p
}

// Merge adds what another BLEU has counted.
func (b *BLEU) Merge(m TextMetric) {
	o := same[*BLEU]("BLEU.Merge", m)
	if o.count == 0 {
		return
	}
	b.grow(len(o.right))
	if len(b.right) != len(o.right) {
		panic(tensor.Errorf("BLEU.Merge", "n-grams up to %d do not merge into those up to %d", len(o.right), len(b.right)))
	}
	b.count, b.length, b.wanted = b.count+o.count, b.length+o.length, b.wanted+o.wanted
	for n := range b.right {
		b.right[n] += o.right[n]
		b.total[n] += o.total[n]
	}
}

// Reset forgets what was added.
func (b *BLEU) Reset() { b.count, b.length, b.wanted, b.right, b.total = 0, 0, 0, nil, nil }
