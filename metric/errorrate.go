package metric

import (
	"math"
	"strings"
)

// An alignment counts how a candidate differs from a reference under the least number of edits.
type alignment struct {
	hits, substitutions, deletions, insertions int
	texts                                      int
}

func (a alignment) errors() int    { return a.substitutions + a.deletions + a.insertions }
func (a alignment) reference() int { return a.hits + a.substitutions + a.deletions }
func (a alignment) candidate() int { return a.hits + a.substitutions + a.insertions }

func (a *alignment) merge(b alignment) {
	a.hits, a.substitutions, a.deletions = a.hits+b.hits, a.substitutions+b.substitutions, a.deletions+b.deletions
	a.insertions, a.texts = a.insertions+b.insertions, a.texts+b.texts
}

// Reset forgets what was added.
func (a *alignment) Reset() { *a = alignment{} }

// add counts a candidate against the reference from which it differs least for its length.
func (a *alignment) add(op string, split func(string) []string, candidate string, references []string) {
	needReferences(op, references)
	var best alignment
	least := math.Inf(1)
	for _, r := range references {
		b := align(split(r), split(candidate))
		if v := float64(b.errors()) / float64(max(b.reference(), 1)); v < least {
			best, least = b, v
		}
	}
	best.texts = 1
	a.merge(best)
}

// Hits returns how many words, or characters, are right.
func (a *alignment) Hits() int { return a.hits }

// Substitutions returns how many words, or characters, stand for another.
func (a *alignment) Substitutions() int { return a.substitutions }

// Deletions returns how many words, or characters, of the references are missing.
func (a *alignment) Deletions() int { return a.deletions }

// Insertions returns how many words, or characters, are not in the references.
func (a *alignment) Insertions() int { return a.insertions }

// distances returns those of nothing from the beginnings of b: the first row of the table of edit distances.
func distances(b []string) []int32 {
	row := make([]int32, len(b)+1)
	for j := range row {
		row[j] = int32(j)
	}
	return row
}

// nextDistances fills the row of the table after one more word x of a.
func nextDistances(row, next []int32, x string, b []string) {
	next[0] = row[0] + 1
	for j, y := range b {
		cost := int32(1)
		if x == y {
			cost = 0
		}
		next[j+1] = min(row[j]+cost, row[j+1]+1, next[j]+1)
	}
}

// align returns the edits that make a into b. Of several least ones it takes those that RapidFuzz does, and so jiwer: from the
// end, a deletion if there is one, else an insertion.
func align(a, b []string) (n alignment) {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b, n.hits = a[1:], b[1:], n.hits+1
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b, n.hits = a[:len(a)-1], b[:len(b)-1], n.hits+1
	}
	ways := back(a, b)
	i, j := len(a), len(b)
	for i > 0 && j > 0 {
		k := (i-1)*len(b) + j - 1
		switch ways[k/4] >> (k % 4 * 2) & 3 {
		case deletion:
			i, n.deletions = i-1, n.deletions+1
		case insertion:
			j, n.insertions = j-1, n.insertions+1
		default:
			i, j = i-1, j-1
			if a[i] == b[j] {
				n.hits++
			} else {
				n.substitutions++
			}
		}
	}
	n.deletions += i
	n.insertions += j
	return n
}

// What to undo at a place of the table of edit distances; 0 is a hit or a substitution.
const (
	deletion = iota + 1
	insertion
)

// back returns which edit to undo behind each word of a and each of b, [len(a) len(b)], four in a byte: whole pages of characters
// are compared, whose distances would take 16 times as much.
func back(a, b []string) []byte {
	ways := make([]byte, (len(a)*len(b)+3)/4)
	row, next := distances(b), make([]int32, len(b)+1)
	for i, x := range a {
		nextDistances(row, next, x, b)
		for j := range b {
			way := 0
			if next[j+1] == row[j+1]+1 {
				way = deletion
			} else if j > 0 && next[j] == row[j]-1 {
				way = insertion
			}
			k := i*len(b) + j
			ways[k/4] |= byte(way << (k % 4 * 2))
		}
		row, next = next, row
	}
	return ways
}

// characters splits a text into them, without white space at the ends.
func characters(s string) []string { return strings.Split(strip(s), "") }

// WordErrorRate is the number of words that were replaced, lost or added over that of the references' words, 0 at best; it may
// exceed 1.
//
//	(S + D + I) / (H + S + D)       hits H, substitutions S, deletions D, insertions I over all texts
//
// Words are what white space separates; case and punctuation count. Of several references the nearest counts.
type WordErrorRate struct{ alignment }

// Name returns "wer".
func (e *WordErrorRate) Name() string { return "wer" }

// AddText counts a candidate.
func (e *WordErrorRate) AddText(candidate string, references ...string) {
	e.add("WordErrorRate", words, candidate, references)
}

// Value returns the rate.
func (e *WordErrorRate) Value() float64 { return e.rate() }

func (a *alignment) rate() float64 {
	if a.texts == 0 {
		return math.NaN()
	}
	return float64(a.errors()) / float64(max(a.reference(), 1))
}

// Merge adds what another WordErrorRate has counted.
func (e *WordErrorRate) Merge(m TextMetric) {
	e.merge(same[*WordErrorRate]("WordErrorRate.Merge", m).alignment)
}

// CharErrorRate is the number of characters that were replaced, lost or added over that of the references' characters: the
// [WordErrorRate] of characters. White space counts, but at the ends.
type CharErrorRate struct{ alignment }

// Name returns "cer".
func (e *CharErrorRate) Name() string { return "cer" }

// AddText counts a candidate.
func (e *CharErrorRate) AddText(candidate string, references ...string) {
	e.add("CharErrorRate", characters, candidate, references)
}

// Value returns the rate.
func (e *CharErrorRate) Value() float64 { return e.rate() }

// Merge adds what another CharErrorRate has counted.
func (e *CharErrorRate) Merge(m TextMetric) {
	e.merge(same[*CharErrorRate]("CharErrorRate.Merge", m).alignment)
}

// MatchErrorRate is the share of the aligned words that do not match, from 0 to 1: (S + D + I) / (H + S + D + I), in the terms
// of [WordErrorRate].
type MatchErrorRate struct{ alignment }

// Name returns "mer".
func (e *MatchErrorRate) Name() string { return "mer" }

// AddText counts a candidate.
func (e *MatchErrorRate) AddText(candidate string, references ...string) {
	e.add("MatchErrorRate", words, candidate, references)
}

// Value returns the rate.
func (e *MatchErrorRate) Value() float64 {
	if e.texts == 0 {
		return math.NaN()
	}
	return float64(e.errors()) / float64(max(e.errors()+e.hits, 1))
}

// Merge adds what another MatchErrorRate has counted.
func (e *MatchErrorRate) Merge(m TextMetric) {
	e.merge(same[*MatchErrorRate]("MatchErrorRate.Merge", m).alignment)
}

// WordInfoPreserved is the share of the references' words that match times the share of the candidates' that do, from 0 to 1:
// H/(H + S + D) · H/(H + S + I), in the terms of [WordErrorRate].
//
// Morris, Maier and Green, From WER and RIL to MER and WIL, 2004.
type WordInfoPreserved struct{ alignment }

// Name returns "wip".
func (p *WordInfoPreserved) Name() string { return "wip" }

// AddText counts a candidate.
func (p *WordInfoPreserved) AddText(candidate string, references ...string) {
	p.add("WordInfoPreserved", words, candidate, references)
}

// Value returns the share.
func (p *WordInfoPreserved) Value() float64 { return p.preserved() }

func (a *alignment) preserved() float64 {
	switch h := float64(a.hits); {
	case a.texts == 0:
		return math.NaN()
	case a.reference() == 0 && a.candidate() == 0:
		return 1
	default:
		return share(h, float64(a.reference())) * share(h, float64(a.candidate()))
	}
}

// Merge adds what another WordInfoPreserved has counted.
func (p *WordInfoPreserved) Merge(m TextMetric) {
	p.merge(same[*WordInfoPreserved]("WordInfoPreserved.Merge", m).alignment)
}

// WordInfoLost is 1 less [WordInfoPreserved].
type WordInfoLost struct{ alignment }

// Name returns "wil".
func (l *WordInfoLost) Name() string { return "wil" }

// AddText counts a candidate.
func (l *WordInfoLost) AddText(candidate string, references ...string) {
	l.add("WordInfoLost", words, candidate, references)
}

// Value returns the share.
func (l *WordInfoLost) Value() float64 { return 1 - l.preserved() }

// Merge adds what another WordInfoLost has counted.
func (l *WordInfoLost) Merge(m TextMetric) {
	l.merge(same[*WordInfoLost]("WordInfoLost.Merge", m).alignment)
}

// EditDistance is the mean number of characters that one has to replace, remove or insert to get from a candidate to the
// nearest of its references: Levenshtein's distance.
type EditDistance struct{ mean }

// Name returns "edit_distance".
func (e *EditDistance) Name() string { return "edit_distance" }

// AddText counts a candidate.
func (e *EditDistance) AddText(candidate string, references ...string) {
	needReferences("EditDistance", references)
	least := math.Inf(1)
	for _, r := range references {
		b := strings.Split(r, "")
		row, next := distances(b), make([]int32, len(b)+1)
		for _, x := range strings.Split(candidate, "") {
			nextDistances(row, next, x, b)
			row, next = next, row
		}
		least = min(least, float64(row[len(b)]))
	}
	e.one(least)
}

// Merge adds what another EditDistance has counted.
func (e *EditDistance) Merge(m TextMetric) {
	e.merge(same[*EditDistance]("EditDistance.Merge", m).mean)
}
