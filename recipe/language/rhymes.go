package language

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/data/token"
)

// rhymes says which characters rhyme: those that stand at the ends of the even lines of one poem. There is no table of the
// sounds of the Tang here.
type rhymes map[rune]map[rune]bool

// lineEnds returns the last characters of the even lines of a poem.
func lineEnds(poem [][2]string) string {
	var last []rune
	for _, couplet := range poem {
		line := []rune(couplet[1])
		last = append(last, line[len(line)-1])
	}
	return string(last)
}

// hear learns that characters rhyme with each other.
func (r rhymes) hear(ends string) {
	for _, a := range ends {
		for _, b := range ends {
			if a == b {
				continue
			}
			if r[a] == nil {
				r[a] = map[rune]bool{}
			}
			r[a][b] = true
		}
	}
}

// commonRhymes is how many characters must rhyme with both of two that were not heard to rhyme with each other.
const commonRhymes = 3

// rhyme reports whether two characters rhyme.
func (r rhymes) rhyme(a, b rune) bool {
	if a == b || r[a][b] {
		return a != b
	}
	common := 0
	for c := range r[a] {
		if r[b][c] {
			common++
		}
	}
	return common >= commonRhymes
}

// rhyming is the rule that the last character of a quatrain rhymes with the last of its second line: of those that do, the model
// chooses. Where none is known to rhyme it chooses freely. It is a [generate.Processor].
type rhyming struct {
	known      rhymes
	characters []rune // of tokens; 0 of those that are none
	begin      int    // tokens that stand before a poem
}

// newRhyming makes the rule of the rhymes that a run has kept.
func newRhyming(heard []string, t *token.Tokenizer, begin int) rhyming {
	r := rhyming{known: rhymes{}, begin: begin}
	for _, ends := range heard {
		r.known.hear(ends)
	}
	for id := range t.Size() {
		c := rune(0)
		if s := []rune(t.Decode([]int64{int64(id)}, true)); len(s) == 1 {
			c = s[0]
		}
		r.characters = append(r.characters, c)
	}
	return r
}

// Process forbids what does not rhyme where it has to.
func (r rhyming) Process(text []int64, logits []float32) {
	var said []rune
	for _, id := range text[min(r.begin, len(text)):] {
		said = append(said, r.characters[id])
	}
	with, due := rhymeDue(said)
	if !due {
		return
	}
	fits := make([]bool, len(logits))
	for id := range fits {
		fits[id] = id < len(r.characters) && r.known.rhyme(with, r.characters[id])
	}
	if !slices.Contains(fits, true) {
		return
	}
	for id := range logits {
		if !fits[id] {
			logits[id] = float32(math.Inf(-1))
		}
	}
}

// rhymeDue returns the character that the next one has to rhyme with, if a poem has come to the last of its fourth line.
func rhymeDue(said []rune) (with rune, due bool) {
	n := slices.Index(said, '，')
	if n != 5 && n != 7 || len(said) != 4*n+2 || said[2*n+1] != '。' || said[3*n+2] != '，' {
		return 0, false
	}
	return said[2*n], true
}
