package metric

import (
	"math"
	"strings"
	"unicode/utf8"

	"github.com/jimu-ml/jimu/tensor"
)

// CHRF is the F score of the character n-grams of translations against references, from 0 to 100: sacreBLEU's chrF, or chrF++
// with a WordOrder of 2.
//
//	100·(1 + β²)·P·R / (β²·P + R)
//
// Precision P and recall R are the means over the orders n that both sides have, of counts over the whole corpus. Of several
// references that with the best score counts. Spaces do not count.
//
// Popović, chrF: character n-gram F-score for automatic MT evaluation, 2015; chrF++: words helping character n-grams, 2017.
type CHRF struct {
	CharOrder  int     // of the longest n-grams of characters; 0 means 6
	WordOrder  int     // of the longest n-grams of words; 0 means none, chrF++ has 2
	Beta       float64 // how much more recall weighs; 0 means 2
	Lowercase  bool    // compare without case
	Whitespace bool    // spaces count

	count int
	of    []overlap // by order
}

// An overlap is how many n-grams a candidate has, a reference has, and both have.
type overlap struct{ candidate, reference, both float64 }

// Name returns "chrf", or "chrf++" if there are words.
func (c *CHRF) Name() string {
	if c.WordOrder > 0 {
		return "chrf++"
	}
	return "chrf"
}

// AddText counts a candidate.
func (c *CHRF) AddText(candidate string, references ...string) {
	needReferences("CHRF", references)
	grams := c.grams(candidate)
	var best []overlap
	most := -1.
	for _, r := range references {
		of := make([]overlap, len(grams))
		for i, ref := range c.grams(r) {
			of[i] = overlap{float64(many(grams[i])), float64(many(ref)), float64(shared(grams[i], ref))}
			if len(ref) == 0 {
				of[i].candidate = 0 // an order that the reference lacks does not count
			}
		}
		if f := c.score(of); f > most {
			best, most = of, f
		}
	}
	c.count++
	c.add("CHRF", best)
}

func (c *CHRF) add(op string, of []overlap) {
	if c.of == nil {
		c.of = make([]overlap, len(of))
	}
	if len(c.of) != len(of) {
		panic(tensor.Errorf(op, "%d orders after some of %d", len(of), len(c.of)))
	}
	for i, o := range of {
		a := &c.of[i]
		a.candidate, a.reference, a.both = a.candidate+o.candidate, a.reference+o.reference, a.both+o.both
	}
}

// grams returns the n-grams of a text, of characters and then of words.
func (c *CHRF) grams(s string) (all []map[ngram]int) {
	if c.Lowercase {
		s = strings.ToLower(s)
	}
	text := s
	if !c.Whitespace {
		text = strings.Join(words(s), "")
	}
	letters := strings.Split(text, "")
	for n := range orElse(c.CharOrder, 6) {
		all = append(all, ngrams(letters, n+1))
	}
	parts := apart(s)
	for n := range c.WordOrder {
		all = append(all, ngrams(parts, n+1))
	}
	return all
}

const punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"

// apart splits a text into words, and a punctuation mark from the end of a word, or else from its beginning.
func apart(s string) (parts []string) {
	for _, w := range words(s) {
		n := len(w)
		switch {
		case utf8.RuneCountInString(w) == 1:
			parts = append(parts, w)
		case strings.IndexByte(punctuation, w[n-1]) >= 0:
			parts = append(parts, w[:n-1], w[n-1:])
		case strings.IndexByte(punctuation, w[0]) >= 0:
			parts = append(parts, w[:1], w[1:])
		default:
			parts = append(parts, w)
		}
	}
	return parts
}

func (c *CHRF) score(of []overlap) float64 {
	p, r, n := 0., 0., 0.
	for _, o := range of {
		if o.candidate > 0 && o.reference > 0 {
			p, r, n = p+o.both/o.candidate, r+o.both/o.reference, n+1
		}
	}
	if p+r == 0 {
		return 0
	}
	p, r = p/n, r/n
	b := orElse(c.Beta, 2) * orElse(c.Beta, 2)
	return 100 * (1 + b) * p * r / (b*p + r)
}

// Value returns the score.
func (c *CHRF) Value() float64 {
	if c.count == 0 {
		return math.NaN()
	}
	return c.score(c.of)
}

// Merge adds what another CHRF has counted.
func (c *CHRF) Merge(m TextMetric) {
	o := same[*CHRF]("CHRF.Merge", m)
	if o.count > 0 {
		c.add("CHRF.Merge", o.of)
		c.count += o.count
	}
}

// Reset forgets what was added.
func (c *CHRF) Reset() { c.count, c.of = 0, nil }
