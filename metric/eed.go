package metric

import (
	"math"
	"regexp"
	"slices"
	"strings"
)

// ExtendedEditDistance is how far translations are from references in characters, where the reader may also jump, from 0 at
// best to 1: the mean over the candidates of the nearest reference's.
//
// A jump to any place costs 2 at a space of the reference, a character that is removed 0.2, one that is inserted or replaced 1;
// each place of the candidate that is visited more than once, or never, adds 0.3 to the cost and to the length it is divided
// by. Texts are prepared for English as in torchmetrics.
//
// Stanchev, Wang and Ney, EED: Extended Edit Distance Measure for Machine Translation, 2019.
type ExtendedEditDistance struct{ mean }

// Name returns "eed".
func (e *ExtendedEditDistance) Name() string { return "eed" }

// AddText counts a candidate.
func (e *ExtendedEditDistance) AddText(candidate string, references ...string) {
	needReferences("ExtendedEditDistance", references)
	c, least := []rune(prepared(candidate)), math.Inf(1)
	for _, r := range references {
		least = min(least, extended(c, []rune(prepared(r))))
	}
	e.one(least)
}

// Merge adds what another ExtendedEditDistance has counted.
func (e *ExtendedEditDistance) Merge(m TextMetric) {
	e.merge(same[*ExtendedEditDistance]("ExtendedEditDistance.Merge", m).mean)
}

var (
	beforeMarks = strings.NewReplacer(".", " .", "!", " !", "?", " ?", ",", " ,")
	decimals    = regexp.MustCompile(`(\p{Nd}) ([.,]) (\p{Nd})`)
	titles      = regexp.MustCompile(`(Dr|Jr|Prof|Rev|Gen|Mr|Mt|Mrs|Ms) .`)
)

// prepared separates punctuation as torchmetrics does for English.
func prepared(s string) string {
	s = beforeMarks.Replace(strings.TrimRightFunc(s, isSpace))
	var b strings.Builder
	space := false
	for _, r := range s {
		if !isSpace(r) {
			b.WriteRune(r)
		} else if !space {
			b.WriteByte(' ')
		}
		space = isSpace(r)
	}
	s = titles.ReplaceAllString(decimals.ReplaceAllString(b.String(), "$1$2$3"), "$1.")
	for _, r := range [][2]string{{"e . g .", "e.g."}, {"i . e .", "i.e."}, {"U . S .", "U.S."}} {
		s = strings.ReplaceAll(s, r[0], r[1])
	}
	return " " + s + " "
}

func extended(c, r []rune) float64 {
	visits := make([]float64, len(c)+1)
	row, next := make([]float64, len(c)+1), make([]float64, len(c)+1)
	for i := range row {
		row[i], visits[i] = 1, -1
	}
	row[0] = 0
	for _, w := range r {
		for i := range next {
			if i == 0 {
				next[0] = row[0] + 1
				continue
			}
			same := row[i-1]
			if c[i-1] != w {
				same++
			}
			next[i] = min(next[i-1]+0.2, same, row[i]+1)
		}
		least := slices.Min(next)
		visits[slices.Index(next, least)]++
		for i := range next {
			if w == ' ' {
				next[i] = min(next[i], 2+least)
			}
		}
		row, next = next, row
	}
	coverage := 0.
	for _, v := range visits {
		if v < 0 {
			v = 1
		}
		coverage += 0.3 * v
	}
	return min(1, (row[len(c)]+coverage)/(float64(len(r))+coverage))
}
