package questions

import (
	"hash/fnv"
	"math"
	"strings"
	"unicode"

	"github.com/jimu-ml/jimu/data/text"
)

// A token is a word or a sign of a text, and what is said of it.
type token struct {
	text.Span
	word string // in small letters
	id   int64  // of the word
}

// A reader makes tokens of questions and passages, and of each token the ids that a model is given: its word, its shape, how it
// stands in the question, how much its sentence has of the question, how far the nearest word of the question is, and its ending.
//
// An id of a channel is numbered behind those of the channels before.
type reader struct{ words *text.Vocabulary }

// channels are the ids of a token, and how many there are of each behind the words and the mask.
const (
	channels  = 6
	shapes    = 15
	matches   = 15
	places    = 30
	distances = 15
	endings   = 1024
)

// mask is the id of a hidden word.
func (r *reader) mask() int64 { return int64(r.words.Len()) }

// first returns the first id of a channel.
func (r *reader) first(channel int) int32 {
	at := r.words.Len() + 1
	for _, n := range []int{shapes, matches, places, distances, endings}[:max(channel-1, 0)] {
		at += n
	}
	return int32(at)
}

// size returns how many ids there are.
func (r *reader) size() int { return int(r.first(channels)) }

// tokens returns the tokens of a text.
func (r *reader) tokens(s string) []token {
	var all []token
	at := 0
	for _, w := range text.Words(s) {
		at += strings.Index(s[at:], w)
		small := text.Normalize(w)
		all = append(all, token{text.Span{Start: at, End: at + len(w)}, small, r.words.ID(small)})
		at += len(w)
	}
	return all
}

// weight returns how much a word says: by its rank among the commonest, as by Zipf's law its rareness does, from 0 to 1. A sign says
// nothing.
func (r *reader) weight(t token) float64 {
	if !said(t.word) {
		return 0
	}
	if t.id == text.Unknown {
		return 1
	}
	return math.Log(float64(t.id)) / math.Log(float64(r.words.Len()))
}

// said reports whether a token is a word or a number.
func said(word string) bool {
	for _, c := range word {
		return unicode.IsLetter(c) || unicode.IsDigit(c)
	}
	return false
}

// plain returns the ids of tokens that no question is about.
func (r *reader) plain(s string, all []token) [][channels]int32 {
	ids := make([][channels]int32, len(all))
	for i, t := range all {
		ids[i] = [channels]int32{int32(t.id), r.first(1) + shape(s[t.Start:t.End]), r.first(2), r.first(3), r.first(4), r.first(5) + ending(all, i)}
	}
	return ids
}

// shape says what a token looks like.
func shape(s string) int32 {
	runes := []rune(s)
	digits, upper, letters := 0, 0, 0
	for _, c := range runes {
		switch {
		case unicode.IsDigit(c):
			digits++
		case unicode.IsUpper(c):
			upper, letters = upper+1, letters+1
		case unicode.IsLetter(c):
			letters++
		}
	}
	first := runes[0]
	switch n := len(runes); {
	case strings.ContainsRune("一二三四五六七八九十百千万亿两零〇", first):
		return 1
	case unicode.Is(unicode.Han, first):
		return 2
	case digits == n:
		return 3 + int32(min(n, 5)) - 1 // to 7
	case digits > 0:
		return 8
	case letters > 0 && upper == letters && n > 1:
		return 9
	case unicode.IsUpper(first):
		return 10
	case letters > 0:
		return 11
	case strings.ContainsAny(s, sentenceEnds):
		return 12
	case strings.ContainsAny(s, "()[]「」『』《》“”\"（）"):
		return 13
	}
	return 14
}

// ending numbers the last letters of a word, or a Chinese character with the one before it.
func ending(all []token, i int) int32 {
	if !said(all[i].word) {
		return 0
	}
	r := []rune(all[i].word)
	what := string(r[max(0, len(r)-3):])
	if unicode.Is(unicode.Han, r[0]) {
		if i == 0 || all[i-1].End != all[i].Start {
			return 0
		}
		what = all[i-1].word + what
	}
	h := fnv.New32a()
	h.Write([]byte(what))
	return 1 + int32(h.Sum32()%(endings-1))
}

// question returns the ids of a question.
func (r *reader) question(s string, q, passage []token) [][channels]int32 {
	ids := r.plain(s, q)
	m := compare(q, passage)
	for i := range ids {
		ids[i][2] += r.match(q[i], m[i])
		ids[i][3] += int32(1 + min(i, 8))
	}
	return ids
}

// passage returns the ids of a passage that a question is about.
func (r *reader) passage(s string, passage, q []token) [][channels]int32 {
	ids := r.plain(s, passage)
	m := compare(passage, q)
	near := r.distances(passage, m)
	for i := range ids {
		ids[i][2] += r.match(passage[i], m[i])
		ids[i][4] += near[i]
	}
	o := r.overlap(passage, q)
	for rank, k := range o.order() {
		shared := int32(min(4, 5*o.sentences[k].score/max(o.whole, 1e-9)))
		for i := o.sentences[k].from; i < o.sentences[k].to; i++ {
			ids[i][3] += 10 + 5*int32(min(rank, 3)) + shared
		}
	}
	return ids
}

// match numbers how a token is matched: by how many tokens in a row, and how rare it is.
func (r *reader) match(t token, run int) int32 {
	switch {
	case run == 0:
		return 0
	case run < 0:
		return 1
	}
	return 2 + 4*int32(min(2, 3*r.weight(t))) + int32(min(run, 4)-1)
}

// near is from which weight on a word of the question counts for distances.
const near = 0.35

// distances numbers how far each token is from the nearest word of the question that says something, before it or behind it.
func (r *reader) distances(all []token, m []int) []int32 {
	before, behind := make([]int, len(all)), make([]int, len(all))
	sweep := func(to []int, i, last int) int {
		if m[i] != 0 && r.weight(all[i]) >= near {
			last = i
		}
		to[i] = last
		return last
	}
	for i, last := 0, math.MinInt32; i < len(all); i++ {
		last = sweep(before, i, last)
	}
	for i, last := len(all)-1, math.MaxInt32; i >= 0; i-- {
		last = sweep(behind, i, last)
	}
	out := make([]int32, len(all))
	for i := range all {
		left, right := i-before[i], behind[i]-i
		switch {
		case left == 0:
			out[i] = 1
		case min(left, right) > 32:
			out[i] = 0
		case left <= right:
			out[i] = 2 + bucket(left)
		default:
			out[i] = 8 + bucket(right)
		}
	}
	return out
}

// bucket numbers a distance from 1: 1, 2, 3 and 4, up to 8, up to 16, up to 32.
func bucket(n int) int32 { return int32(math.Ceil(math.Log2(float64(n)))) }
