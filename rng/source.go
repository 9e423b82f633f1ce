package rng

import (
	"math/bits"

	"github.com/jimu-ml/jimu/internal/kernel"
)

// A Source reads the stream of a key one number after another, for code that cannot say how many it will need: an
// augmentation that draws until the crop fits. Its two fields are all it remembers; who saves them can go on from there.
// It is a Source of math/rand/v2. It must not be used by two goroutines at once.
type Source struct {
	Key  Key
	Next uint64 // how many numbers have been drawn
}

// Source returns a source at the start of the stream of k.
func (k Key) Source() *Source { return &Source{Key: k} }

// Uint64 returns 64 random bits: Key.Uint64At(Next).
func (s *Source) Uint64() uint64 {
	s.Next++
	return s.Key.Uint64At(s.Next - 1)
}

// Float64 returns a number in [0, 1), a multiple of 2⁻⁵³.
func (s *Source) Float64() float64 { return float64(s.Uint64()>>11) * 0x1p-53 }

// Intn returns an integer in [0, n). It panics with an [Error] if n ≤ 0.
func (s *Source) Intn(n int) int {
	if n <= 0 {
		panic(&Error{Func: "Intn", N: n, Want: "n > 0"})
	}
	high, _ := bits.Mul64(s.Uint64(), uint64(n))
	return int(high)
}

// Normal returns a standard normal number, with the 24 bits of float32.
func (s *Source) Normal() float64 {
	var x [1]float32
	kernel.Normal(x[:], uint64(s.Key), 2*s.Next) // made of the two words that Uint64 would return
	s.Next++
	return float64(x[0])
}
