package text

import (
	"strings"

	"github.com/jimu-ml/jimu/rng"
)

// A Transform makes another text of one, to train on, or the same one. The same key gives the same text.
type Transform interface {
	Apply(s string, key rng.Key) string
}

// Compose applies transforms one after another.
type Compose []Transform

// Apply returns the text after all of them.
func (c Compose) Apply(s string, key rng.Key) string {
	for i, t := range c {
		s = t.Apply(s, key.At(uint64(i)))
	}
	return s
}

// WordDropout leaves out each word with a probability; a text keeps at least one.
//
// Wei and Zou, EDA: Easy Data Augmentation Techniques for Boosting Performance on Text Classification Tasks, 2019
// (arXiv:1901.11196), random deletion.
type WordDropout struct{ Rate float64 } // 0.1 if 0

// Apply returns the words that are left, with single blanks between.
func (d WordDropout) Apply(s string, key rng.Key) string {
	words := strings.Fields(s)
	var left []string
	for i, w := range words {
		if key.Float64At(uint64(i)) >= rateOr(d.Rate) {
			left = append(left, w)
		}
	}
	if len(left) == 0 && len(words) > 0 {
		left = []string{words[key.Child("kept").IntnAt(0, len(words))]}
	}
	return strings.Join(left, " ")
}

// WordSwap exchanges pairs of words: as many as the rate is of the words, at least one. With Near, words change places with
// their right neighbour only, which keeps more of the meaning.
//
// Wei and Zou, as above, random swap.
type WordSwap struct {
	Rate float64 // 0.1 if 0
	Near bool
}

// Apply returns the words in another order, with single blanks between.
func (w WordSwap) Apply(s string, key rng.Key) string {
	words := strings.Fields(s)
	if len(words) < 2 {
		return strings.Join(words, " ")
	}
	for k := range max(1, int(rateOr(w.Rate)*float64(len(words))+0.5)) {
		draw := key.At(uint64(k))
		i, j := draw.IntnAt(0, len(words)), draw.IntnAt(1, len(words)-1)
		if j >= i {
			j++
		}
		if w.Near {
			i = draw.IntnAt(0, len(words)-1)
			j = i + 1
		}
		words[i], words[j] = words[j], words[i]
	}
	return strings.Join(words, " ")
}

// Typos makes the mistakes of a hasty hand: each letter is, with a probability, left out, doubled, exchanged with the next one, or
// replaced by another letter of the text, all equally likely. White space stays.
//
// Belinkov and Bisk, Synthetic and Natural Noise Both Break Neural Machine Translation, 2018 (arXiv:1711.02173).
type Typos struct{ Rate float64 } // 0.1 if 0

// Apply returns the text with mistakes.
func (t Typos) Apply(s string, key rng.Key) string {
	r := []rune(s)
	var b strings.Builder
	for i := 0; i < len(r); i++ {
		draw := key.At(uint64(i))
		if isBlank(r[i]) || draw.Float64At(0) >= rateOr(t.Rate) {
			b.WriteRune(r[i])
			continue
		}
		switch draw.IntnAt(1, 4) {
		case 0: // left out
		case 1:
			b.WriteRune(r[i])
			b.WriteRune(r[i])
		case 2:
			if i+1 < len(r) && !isBlank(r[i+1]) {
				b.WriteRune(r[i+1])
				b.WriteRune(r[i])
				i++
				continue
			}
			b.WriteRune(r[i])
		default:
			b.WriteRune(another(r, draw))
		}
	}
	return b.String()
}

// another returns a letter of the text; there is one.
func another(r []rune, key rng.Key) rune {
	for k := uint64(2); ; k++ {
		if c := r[key.IntnAt(k, len(r))]; !isBlank(c) {
			return c
		}
	}
}

func isBlank(r rune) bool { return r == ' ' || r == '\n' || r == '\t' || r == '\r' }

func rateOr(rate float64) float64 {
	if rate == 0 {
		return 0.1
	}
	return rate
}
