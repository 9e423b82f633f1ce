package recipe

import (
	"cmp"
	"maps"
	"slices"

	"github.com/jimu-ml/jimu/model/bagofwords"
)

// Wording is how sets of texts are asked to make tokens of them.
type Wording struct {
	Words   int     // how many tokens are known, the commonest
	Length  int     // words of a text; the rest is cut off
	Grams   int     // up to so many words in a row are a token too; words alone if 1 or 0
	Letters int     // three to so many letters in a row of a word are a token too; none if 0
	Drop    float64 // share of a text's tokens that is left out, others each time, while training
}

// Check reports what cannot be.
func (c Wording) Check() error {
	switch {
	case c.Words < 1 || c.Length < 1:
		return errorf("data", "words is %d and length %d; want 1 or more", c.Words, c.Length)
	case c.Length > 1<<16:
		return errorf("data.length", "want at most %d words, not %d", 1<<16, c.Length)
	case c.Grams < 0 || c.Grams > 5:
		return errorf("data.grams", "want 1 to 5 words in a row, not %d", c.Grams)
	case c.Letters < 0 || c.Letters > 0 && c.Letters < leastLetters || c.Letters > 8:
		return errorf("data.letters", "want 0 for none, or %d to 8 letters in a row, not %d", leastLetters, c.Letters)
	}
	return share("data.drop", c.Drop)
}

// Learn returns the tokens that some texts have, the commonest first. Of what is more or less than a word, those that come
// in one text only are left out.
func (c Wording) Learn(texts []string) *Texts {
	t := &Texts{Length: c.Length, Grams: c.Grams, Letters: c.Letters}
	count, in := map[string]int{}, map[string]int{}
	for _, text := range texts {
		words := split(text)
		once := map[string]bool{}
		for _, w := range words {
			count[w]++
			in[w] = 2
		}
		for _, k := range t.beside(words) {
			count[k]++
			if !once[k] {
				once[k] = true
				in[k]++
			}
		}
	}
	maps.DeleteFunc(count, func(k string, _ int) bool { return in[k] < 2 })
	t.Words = slices.SortedFunc(maps.Keys(count), func(a, b string) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b))
	})
	t.Words = slices.Clone(t.Words[:min(c.Words, len(t.Words))])
	return t
}

// Tokens returns how many tokens there are, with that of nothing and that of unknown words.
func (t *Texts) Tokens() int { return len(t.Words) + unknownWord + 1 }

// leastLetters is the shortest run of letters that is a token.
const leastLetters = 3

// beside returns the tokens of a text besides its words: neighbours, joined by blanks, and letters, behind a blank.
func (t *Texts) beside(words []string) (more []string) {
	for n := 2; n <= t.Grams; n++ {
		for i := range len(words) - n + 1 {
			k := words[i]
			for _, w := range words[i+1 : i+n] {
				k += " " + w
			}
			more = append(more, k)
		}
	}
	if t.Letters == 0 {
		return more
	}
	for _, w := range words {
		letters := []rune("<" + w + ">")
		for n := leastLetters; n <= min(t.Letters, len(letters)-1); n++ {
			for i := range len(letters) - n + 1 {
				more = append(more, " "+string(letters[i:i+n]))
			}
		}
	}
	return more
}

// unknownWord is the token of words that are not known; the tokens of t.Words follow it.
const unknownWord = bagofwords.Padding + 1

// IDs returns the number of every token.
func (t *Texts) IDs() map[string]int64 {
	ids := make(map[string]int64, len(t.Words))
	for i, w := range t.Words {
		ids[w] = int64(i) + unknownWord + 1
	}
	return ids
}

// Encode returns the tokens of a text, those of its words first, and how many words it has. At most Length words count.
func (t *Texts) Encode(text string, ids map[string]int64) (x []int64, words int) {
	all := split(text)
	some := all[:min(len(all), t.Length)]
	for _, w := range some {
		k, known := ids[w]
		if !known {
			k = unknownWord
		}
		x = append(x, k)
	}
	for _, k := range t.beside(some) {
		if id, known := ids[k]; known {
			x = append(x, id)
		}
	}
	return x, len(all)
}
