package token

import (
	"encoding/binary"
	"math/bits"
	"sync/atomic"
)

// How much a cache holds at most: words of up to longWord bytes, one in each of its slots.
const (
	cacheSlots = 1 << 15
	longWord   = 48
)

// A cache remembers the tokens of words. Goroutines share it without waiting for each other; a word may push another out, and
// only the time depends on which are there.
type cache struct {
	slots [cacheSlots]atomic.Pointer[cached]
}

type cached struct {
	word string
	toks []tok
}

// hash mixes the bytes of a word.
func hash(word []byte) uint64 {
	const k = 0x9e3779b97f4a7c15
	h := uint64(len(word)) * k
	for len(word) >= 8 {
		h = (h ^ binary.LittleEndian.Uint64(word)) * k
		h ^= bits.RotateLeft64(h, 29)
		word = word[8:]
	}
	for _, b := range word {
		h = (h ^ uint64(b)) * k
	}
	return h ^ h>>32
}

// find returns the tokens of a word, if they are there, and the slot of the word; nil for a word too long to be remembered.
func (c *cache) find(word []byte) ([]tok, bool, *atomic.Pointer[cached]) {
	if len(word) > longWord {
		return nil, false, nil
	}
	slot := &c.slots[hash(word)%cacheSlots]
	if e := slot.Load(); e != nil && e.word == string(word) {
		return e.toks, true, slot
	}
	return nil, false, slot
}

// keep remembers the tokens of a word.
func keep(slot *atomic.Pointer[cached], word []byte, toks []tok) {
	if slot != nil {
		slot.Store(&cached{string(word), append([]tok(nil), toks...)})
	}
}
