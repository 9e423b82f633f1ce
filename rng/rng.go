// Package rng gives counter-based random numbers (Philox), keyed by seed, step and path. It knows neither the time nor
// globals.
//
// A number is a function of a key and a counter, so it does not matter who asks for it, when, or in what order: the same
// seed gives the same numbers on 1 and on 64 cores, on every machine, and after a restart. A [Key] is a path, walked from
// a seed by names and numbers:
//
//	k := rng.KeyOf(1)
//	k.Child("dropout").At(step).Child("blocks.3")
//
// Every key has one stream of random words, and all methods that make numbers read it from its start. Numbers for two
// purposes therefore need two keys: one Child for each.
package rng

import (
	"encoding/binary"
	"fmt"
	"math/bits"

	"github.com/jimu-ml/jimu/internal/kernel"
)

// A Key names a stream of random numbers. As a number it is the key of Philox4x32-10; word i of its stream is word i mod 4
// of the block whose counter is (i div 4, 0). It is a value: copy it, compare it, save it.
type Key uint64

// Nothing is the key of no stream: of a parameter whose first value nobody wants, because it is only looked at or will be
// read from a file. What draws from it where a value is wanted gets the numbers of a key like any other.
const Nothing Key = 0x6e6f7468696e6721

// KeyOf returns the key of a seed, which is the seed itself, but for that of [Nothing].
func KeyOf(seed uint64) Key { return Key(seed).something() }

// something returns k, or the key before it if that is Nothing.
func (k Key) something() Key {
	if k == Nothing {
		return k - 1
	}
	return k
}

// The counters of a stream have 0 in their third word; those that make keys have one of these.
const (
	domainAt = 1 + iota
	domainPart
	domainName
)

// derive returns the key that value, in a domain, makes of k: the first 64 bits of a Philox block, the low word first.
func (k Key) derive(value uint64, domain, detail uint32) Key {
	w := kernel.Philox4x32([4]uint32{uint32(value), uint32(value >> 32), domain, detail}, [2]uint32{uint32(k), uint32(k >> 32)})
	return Key(uint64(w[1])<<32 | uint64(w[0])).something()
}

// At returns the key of number i below k: a step, an epoch, an example.
func (k Key) At(i uint64) Key { return k.derive(i, domainAt, 0) }

// Child returns the key of a name below k: a layer's path, a purpose. Child("a").Child("b") is not Child("ab"), and no
// Child is an At. Two paths of a run meet with a probability of about 2⁻⁶⁴.
func (k Key) Child(name string) Key {
	for len(name) > 8 {
		k = k.derive(binary.LittleEndian.Uint64([]byte(name[:8])), domainPart, 0)
		name = name[8:]
	}
	var rest [8]byte
	n := copy(rest[:], name)
	return k.derive(binary.LittleEndian.Uint64(rest[:]), domainName, uint32(n))
}

// Uint64At returns 64 random bits, element i: words 2i (the low half) and 2i+1 of the stream.
func (k Key) Uint64At(i uint64) uint64 {
	b := i / 2
	w := kernel.Philox4x32([4]uint32{uint32(b), uint32(b >> 32)}, [2]uint32{uint32(k), uint32(k >> 32)})
	if i%2 != 0 {
		return uint64(w[3])<<32 | uint64(w[2])
	}
	return uint64(w[1])<<32 | uint64(w[0])
}

// Float64At returns a number in [0, 1), a multiple of 2⁻⁵³: the high bits of Uint64At(i).
func (k Key) Float64At(i uint64) float64 { return float64(k.Uint64At(i)>>11) * 0x1p-53 }

// IntnAt returns an integer in [0, n) made of Uint64At(i). No integer is likelier than another by more than a factor of
// 1 + n·2⁻⁶⁴. It panics with an [Error] if n ≤ 0.
func (k Key) IntnAt(i uint64, n int) int {
	if n <= 0 {
		panic(&Error{Func: "IntnAt", N: n, Want: "n > 0"})
	}
	high, _ := bits.Mul64(k.Uint64At(i), uint64(n))
	return int(high)
}

// Shuffle puts n things into random order; swap exchanges things i and j. All orders are equally likely as far as 64 bits
// of key can tell. It panics with an [Error] if n < 0.
//
// Fisher and Yates; Durstenfeld, Algorithm 235: Random Permutation, CACM 1964.
func (k Key) Shuffle(n int, swap func(i, j int)) {
	if n < 0 {
		panic(&Error{Func: "Shuffle", N: n, Want: "n ≥ 0"})
	}
	for i := n - 1; i > 0; i-- {
		swap(i, k.IntnAt(uint64(i), i+1))
	}
}

// Perm returns the numbers 0 to n-1 in random order. It panics with an [Error] if n < 0.
func (k Key) Perm(n int) []int {
	if n < 0 {
		panic(&Error{Func: "Perm", N: n, Want: "n ≥ 0"})
	}
	p := make([]int, n)
	for i := range p {
		p[i] = i
	}
	k.Shuffle(n, func(i, j int) { p[i], p[j] = p[j], p[i] })
	return p
}

// Uniform fills dst with numbers in [0, 1), multiples of 2⁻²⁴; element i is made of word i of the stream.
func (k Key) Uniform(dst []float32) { k.fill(dst, kernel.Uniform) }

// Normal fills dst with standard normal numbers; elements 2i and 2i+1 are made of words 2i and 2i+1 of the stream. None
// is further from 0 than 5.77.
func (k Key) Normal(dst []float32) { k.fill(dst, kernel.Normal) }

// fill calls a kernel for pieces of dst that are short enough for the collector not to wait.
func (k Key) fill(dst []float32, f func(dst []float32, key, counter uint64)) {
	const piece = 1 << 13
	for i := 0; i < len(dst); i += piece {
		f(dst[i:min(i+piece, len(dst))], uint64(k), uint64(i))
		kernel.Checkpoint()
	}
}

// An Error is what a misuse of this package panics with.
type Error struct {
	Func string // the method that was called
	N    int    // what it was given
	Want string // what it needs
}

// Error says which method was given what: "rng: IntnAt: n is 0, want n > 0".
func (e *Error) Error() string { return fmt.Sprintf("rng: %s: n is %d, want %s", e.Func, e.N, e.Want) }
