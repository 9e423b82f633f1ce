package metric

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// TranslationEditRate is the number of edits that make translations equal to references over the references' words, in percent:
// sacreBLEU's TER. An edit replaces, removes or inserts a word, or shifts some in a row.
//
// Of several references the one with the fewest edits counts, over the mean length of all. Which shifts are tried follows
// Tercom's heuristics: of at most ten words, over at most fifty, a thousand attempts a sentence, and distances near the
// diagonal.
//
// Snover, Dorr, Schwartz, Micciulla and Makhoul, A Study of Translation Edit Rate with Targeted Human Annotation, 2006.
type TranslationEditRate struct {
	Normalize     bool // tokenize punctuation and symbols of Western languages
	NoPunctuation bool // remove it
	CaseSensitive bool

	count         int
	edits, length float64
}

// Name returns "ter".
func (t *TranslationEditRate) Name() string { return "ter" }

// AddText counts a candidate.
func (t *TranslationEditRate) AddText(candidate string, references ...string) {
	needReferences("TranslationEditRate", references)
	c, least := t.words(candidate), math.MaxInt
	sum := 0
	for _, r := range references {
		ref := t.words(strings.Join(t.words(r), " ")) // twice, as in sacreBLEU: what the first time leaves of "..5" falls apart
		sum += len(ref)
		least = min(least, editsAndShifts(c, ref))
	}
	t.count++
	t.edits += float64(least)
	t.length += float64(sum) / float64(len(references))
}

func (t *TranslationEditRate) words(s string) []string {
	s = strings.TrimRightFunc(s, isSpace)
	if !t.CaseSensitive {
		s = strings.ToLower(s)
	}
	if t.Normalize && s != "" {
		s = tercom(s)
	}
	if t.NoPunctuation {
		s = strings.Map(func(r rune) rune {
			if strings.ContainsRune(`.,?:;!"()`, r) {
				return -1
			}
			return r
		}, s)
	}
	return words(s)
}

// tercom normalizes as Tercom does.
func tercom(s string) string {
	for _, r := range [][2]string{{"\n-", ""}, {"\n", " "}, {"&quot;", `"`}, {"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}} {
		s = strings.ReplaceAll(s, r[0], r[1])
	}
	s = strings.ReplaceAll(spaced(" "+s+" ", western[:1]), "'s ", " 's ")
	if end, ok := strings.CutSuffix(s, "'s"); ok {
		s = end + " 's"
	}
	return spaced(s, western[1:])
}

// Value returns the rate.
func (t *TranslationEditRate) Value() float64 {
	switch {
	case t.count == 0:
		return math.NaN()
	case t.length > 0:
		return 100 * t.edits / t.length
	}
	return 100 * min(t.edits, 1)
}

// Merge adds what another TranslationEditRate has counted.
func (t *TranslationEditRate) Merge(m TextMetric) {
	b := same[*TranslationEditRate]("TranslationEditRate.Merge", m)
	t.count, t.edits, t.length = t.count+b.count, t.edits+b.edits, t.length+b.length
}

// Reset forgets what was added.
func (t *TranslationEditRate) Reset() { t.count, t.edits, t.length = 0, 0, 0 }

// editsAndShifts shifts words of c as long as that brings it nearer to r, and returns the shifts and the edits that are left.
func editsAndShifts(c, r []string) int {
	if len(r) == 0 {
		return len(c)
	}
	shifts, tried := 0, 0
	for {
		gain, better := shift(c, r, &tried)
		if tried >= 1000 || gain <= 0 {
			edits, _ := beam(c, r)
			return shifts + edits
		}
		shifts++
		c = better
	}
}

// A shifted candidate, in the order of how good it is.
type shifted struct {
	gain, length, start, to int
	words                   []string
}

// shift returns the best shift of words of c, and how many edits it saves.
func shift(c, r []string, tried *int) (gain int, better []string) {
	before, trace := beam(c, r)
	at, wrongR, wrongC := aligned(trace)
	var best *shifted
	for i := range c {
		for j := max(0, i-50); j < min(len(r), i+51); j++ {
			for n := 1; n <= 10 && i+n <= len(c) && j+n <= len(r) && c[i+n-1] == r[j+n-1]; n++ {
				if !slices.Contains(wrongC[i:i+n], true) || !slices.Contains(wrongR[j:j+n], true) || i <= at[j] && at[j] < i+n {
					continue
				}
				last := -1
				for k := j - 1; k < min(j+n, len(at)); k++ {
					to := 0
					if k >= 0 {
						to = at[k] + 1
					}
					if to == last {
						continue
					}
					last = to
					words := moved(c, i, n, to)
					edits, _ := beam(words, r)
					*tried++
					if s := (shifted{before - edits, n, i, to, words}); best == nil || s.over(best) {
						best = &s
					}
				}
				if *tried >= 1000 {
					return best.gain, best.words
				}
			}
		}
	}
	if best == nil {
		return 0, c
	}
	return best.gain, best.words
}

// over reports whether a shift is better than another: by what it saves, its length, and how early it is.
func (s shifted) over(b *shifted) bool {
	return cmp.Or(s.gain-b.gain, s.length-b.length, b.start-s.start, b.to-s.to, slices.Compare(s.words, b.words)) > 0
}

// moved returns the words with n of them, from i on, put before another.
func moved(w []string, i, n, to int) []string {
	part, rest := w[i:i+n], slices.Concat(w[:i], w[i+n:])
	switch {
	case to < i:
	case to > i+n:
		to -= n
	}
	to = min(to, len(rest))
	return slices.Concat(rest[:to], part, rest[to:])
}

// Edits of a trace, from candidate to reference.
const (
	keep = iota
	substitute
	remove
	insert
)

// beam returns the edit distance of a candidate and a reference, of paths at most 25 or so from the diagonal, and the edits. Of
// equal paths it prefers to keep or substitute, then to remove.
func beam(c, r []string) (int, []byte) {
	w := len(r) + 1
	d, op := make([]int, (len(c)+1)*w), make([]byte, (len(c)+1)*w)
	for k := range d {
		d[k] = math.MaxInt / 2
	}
	for j := range w {
		d[j], op[j] = j, insert
	}
	ratio, width := 1., 25
	if len(c) > 0 {
		ratio = float64(len(r)) / float64(len(c))
	}
	if ratio/2 > 25 {
		width = int(math.Ceil(ratio/2 + 25))
	}
	for i := 1; i <= len(c); i++ {
		diagonal := int(math.Floor(float64(i) * ratio))
		end := min(w, diagonal+width)
		if i == len(c) {
			end = w
		}
		for j := max(0, diagonal-width); j < end; j++ {
			d[i*w+j], op[i*w+j] = step(d, i, j, w, c, r)
		}
	}
	var trace []byte
	for i, j := len(c), len(r); i > 0 || j > 0; {
		o := op[i*w+j]
		trace = append(trace, o)
		if o != insert {
			i--
		}
		if o != remove {
			j--
		}
	}
	slices.Reverse(trace)
	return d[len(d)-1], trace
}

func step(d []int, i, j, w int, c, r []string) (least int, op byte) {
	if j == 0 {
		return d[(i-1)*w] + 1, remove
	}
	least, op = d[(i-1)*w+j-1]+1, substitute
	if c[i-1] == r[j-1] {
		least, op = least-1, keep
	}
	if v := d[(i-1)*w+j] + 1; v < least {
		least, op = v, remove
	}
	if v := d[i*w+j-1] + 1; v < least {
		least, op = v, insert
	}
	return least, op
}

// aligned returns which word of the candidate each of the reference is aligned with, or comes after, and which words of
// either side are wrong.
func aligned(trace []byte) (at []int, wrongR, wrongC []bool) {
	c := -1
	for _, o := range trace {
		switch o {
		case keep, substitute:
			c++
			at, wrongR, wrongC = append(at, c), append(wrongR, o != keep), append(wrongC, o != keep)
		case remove: // of the candidate
			c++
			wrongC = append(wrongC, true)
		case insert:
			at, wrongR = append(at, c), append(wrongR, true)
		}
	}
	return at, wrongR, wrongC
}
