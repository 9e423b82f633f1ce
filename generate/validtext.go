package generate

import "math"

// ValidText forbids tokens behind which the text, as bytes, could not become UTF-8: for vocabularies whose tokens may be parts of
// letters. Make one by [NewValidText].
type ValidText struct {
	next [letterStates][]int8 // the state behind each token, by the state before; −1: it is forbidden
}

// The states are what a letter that has begun still wants.
const (
	whole     = iota // no letter has begun
	oneMore          // one more byte
	twoMore          // two
	threeMore        // three
	behindE0         // two, of which the first is not below A0: it would be too long a way to write a letter
	behindED         // two, of which the first is below A0: half of a pair of UTF-16 is no letter
	behindF0         // three, of which the first is not below 90
	behindF4         // three, of which the first is below 90: there are no letters further on
	letterStates
)

// NewValidText returns the processor of a vocabulary: the bytes of each token, none of those that stand for no text. Those of stop
// are only allowed between letters.
func NewValidText(tokens [][]byte, stop ...int64) *ValidText {
	v := new(ValidText)
	for state := range v.next {
		v.next[state] = make([]int8, len(tokens))
		for id, bytes := range tokens {
			to := int8(state)
			for _, b := range bytes {
				if to = behind(to, b); to < 0 {
					break
				}
			}
			v.next[state][id] = to
		}
		for _, id := range stop {
			if state != whole && id >= 0 && id < int64(len(tokens)) {
				v.next[state][id] = -1
			}
		}
	}
	return v
}

// behind returns the state behind one more byte, or −1.
func behind(state int8, b byte) int8 {
	low, high := byte(0x80), byte(0xbf)
	switch state {
	case whole:
		return first(b)
	case behindE0:
		low = 0xa0
	case behindED:
		high = 0x9f
	case behindF0:
		low = 0x90
	case behindF4:
		high = 0x8f
	}
	if b < low || b > high {
		return -1
	}
	switch state {
	case oneMore:
		return whole
	case twoMore, behindE0, behindED:
		return oneMore
	}
	return twoMore
}

// first returns the state behind the first byte of a letter, or −1.
func first(b byte) int8 {
	switch {
	case b < 0x80:
		return whole
	case b == 0xe0:
		return behindE0
	case b == 0xed:
		return behindED
	case b == 0xf0:
		return behindF0
	case b == 0xf4:
		return behindF4
	case b >= 0xc2 && b < 0xe0:
		return oneMore
	case b >= 0xe0 && b < 0xf0:
		return twoMore
	case b > 0xf0 && b < 0xf4:
		return threeMore
	}
	return -1
}

// Process forbids the others.
func (v *ValidText) Process(text []int64, logits []float32) {
	state := int8(whole)
	for _, id := range text {
		if id < 0 || id >= int64(len(v.next[whole])) {
			continue
		}
		if state = v.next[state][id]; state < 0 {
			state = whole // the prompt is what it is
		}
	}
	for id, to := range v.next[state][:min(len(logits), len(v.next[state]))] {
		if to < 0 {
			logits[id] = float32(math.Inf(-1))
		}
	}
}
