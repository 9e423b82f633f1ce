// Package music holds examples of music: notes, piano rolls of them, MIDI files read and written, and notes played.
package music

import (
	"cmp"
	"math"
	"slices"
	"sort"
)

// The keys of a piano, by their numbers in MIDI: 60 is the middle C.
const (
	Lowest  = 21
	Highest = 108
	Keys    = Highest - Lowest + 1
)

// A Note is a key that sounds from Start to End, in quarter notes.
type Note struct {
	Key        int // 0 to 127
	Start, End float64
	Velocity   int // how hard it is struck, 1 to 127
}

// A Score is notes and how fast they go.
type Score struct {
	Notes []Note
	Tempo float64 // quarter notes a minute
}

// Length returns when the last note ends.
func (s *Score) Length() float64 {
	end := 0.0
	for _, n := range s.Notes {
		end = max(end, n.End)
	}
	return end
}

// A Roll is what sounds at each of equal steps: keys from low to high, each once.
type Roll [][]int

// Roll returns what sounds at the beginnings of steps of so many quarter notes. Keys that a piano does not have are left out, and
// what is behind the first limit steps. However many notes there are, it takes the memory of the keys at the steps.
func (s *Score) Roll(step float64, limit int) Roll {
	n := int(min(math.Ceil(s.Length()/step-1e-6), float64(limit)))
	r := make(Roll, max(n, 0))
	var more [Keys][]int32 // notes of a key that begin at a step, less those that end there
	for _, note := range s.Notes {
		if note.Key < Lowest || note.Key > Highest {
			continue
		}
		from := max(int(math.Ceil(min(note.Start/step, float64(n))-1e-6)), 0)
		to := sort.Search(len(r), func(t int) bool { return float64(t)*step >= note.End-1e-6 })
		if from >= to {
			continue
		}
		k := note.Key - Lowest
		if more[k] == nil {
			more[k] = make([]int32, len(r)+1)
		}
		more[k][from]++
		more[k][to]--
	}
	var on [Keys]int32
	for t := range r {
		for k := range more {
			if more[k] == nil {
				continue
			}
			if on[k] += more[k][t]; on[k] > 0 {
				r[t] = append(r[t], k+Lowest)
			}
		}
	}
	return r
}

// Score returns the notes of a roll whose steps last so many quarter notes. A key that sounds at steps one after another is one
// note.
func (r Roll) Score(step, tempo float64) *Score {
	s := &Score{Tempo: tempo}
	since := map[int]int{}
	for t := range len(r) + 1 {
		var now []int
		if t < len(r) {
			now = r[t]
		}
		for k, from := range since {
			if !slices.Contains(now, k) {
				s.Notes = append(s.Notes, Note{k, float64(from) * step, float64(t) * step, 80})
				delete(since, k)
			}
		}
		for _, k := range now {
			if _, on := since[k]; !on {
				since[k] = t
			}
		}
	}
	slices.SortFunc(s.Notes, func(a, b Note) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.Key, b.Key), cmp.Compare(a.End, b.End))
	})
	return s
}

// Transpose returns the roll so many half tones higher. What leaves the piano is moved back by octaves.
func (r Roll) Transpose(by int) Roll {
	moved := make(Roll, len(r))
	for t, keys := range r {
		for _, k := range keys {
			for k += by; k > Highest; k -= 12 {
			}
			for ; k < Lowest; k += 12 {
			}
			moved[t] = append(moved[t], k)
		}
		slices.Sort(moved[t])
		moved[t] = slices.Compact(moved[t])
	}
	return moved
}

// How well each of the twelve tones goes with a key, counted from its tonic, as listeners said.
var majorProfile, minorProfile = [12]float64{6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88},
	[12]float64{6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17}

// ending is what it counts for a key, in correlation, that the piece ends on its tonic.
const ending = 0.2

// Key returns the tonic of a roll, 0 for C to 11 for B, and whether it is in minor: the key whose profile goes best with how long each
// tone sounds, and on whose tonic the bass ends, if there is one about as good.
//
// Krumhansl and Kessler, Tracing the dynamic changes in perceived tonal organization in a spatial representation of musical keys, 1982;
// Krumhansl, Cognitive Foundations of Musical Pitch, 1990.
func (r Roll) Key() (tonic int, minor bool) {
	var long [12]float64
	last := -1
	for _, keys := range r {
		for _, k := range keys {
			long[k%12]++
		}
		if len(keys) > 0 {
			last = keys[0] % 12
		}
	}
	best := math.Inf(-1)
	for t := range 12 {
		var turned [12]float64
		for k := range turned {
			turned[k] = long[(k+t)%12]
		}
		for i, profile := range [][12]float64{majorProfile, minorProfile} {
			c := correlation(turned, profile)
			if t == last {
				c += ending
			}
			if c > best {
				best, tonic, minor = c, t, i == 1
			}
		}
	}
	return tonic, minor
}

func correlation(a, b [12]float64) float64 {
	var ma, mb, ab, aa, bb float64
	for i := range a {
		ma, mb = ma+a[i]/12, mb+b[i]/12
	}
	for i := range a {
		x, y := a[i]-ma, b[i]-mb
		ab, aa, bb = ab+float64(x*y), aa+float64(x*x), bb+float64(y*y)
	}
	return ab / math.Sqrt(max(aa*bb, 1e-12))
}
