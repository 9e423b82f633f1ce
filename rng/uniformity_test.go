package rng_test

import (
	"math"
	"testing"

	"github.com/jimu-ml/jimu/rng"
)

// chiSquare returns how many standard deviations the chi-square statistic of counts is from its mean, for equally likely
// classes (Wilson and Hilferty's approximation).
func chiSquare(counts []int) float64 {
	n := 0
	for _, c := range counts {
		n += c
	}
	want, sum := float64(n)/float64(len(counts)), 0.0
	for _, c := range counts {
		sum += (float64(c) - want) * (float64(c) - want) / want
	}
	d := float64(len(counts) - 1)
	return (math.Cbrt(sum/d) - (1 - 2/(9*d))) / math.Sqrt(2/(9*d))
}

// Seeds are fixed, so these tests do not fail by chance: a statistic beyond 4 standard deviations would have been found
// when they were written.
func TestNumbersAreSpreadEvenly(t *testing.T) {
	const n = 200_000
	for seed := range uint64(3) {
		k := rng.KeyOf(seed)
		bytes, pairs, tens := make([]int, 256), make([]int, 256), make([]int, 10)
		across, below, siblings := make([]int, 256), make([]int, 256), make([]int, 256)
		for i := range uint64(n) {
			v := k.Uint64At(i)
			bytes[v>>(8*(i%8))&255]++
			pairs[v>>60<<4|k.Uint64At(i+1)>>60]++
			tens[k.IntnAt(i, 10)]++
			across[v>>60<<4|k.Child("a").Uint64At(i)>>60]++
			below[k.At(i).Uint64At(0)&255]++
			siblings[k.At(i).Uint64At(0)>>60<<4|k.At(i+1).Uint64At(0)>>60]++
		}
		for name, counts := range map[string][]int{"bytes": bytes, "pairs": pairs, "tens": tens, "parent and child": across, "first of each At": below, "neighbours": siblings} {
			if z := chiSquare(counts); math.Abs(z) > 4 {
				t.Errorf("seed %d: %s: chi-square is %.1f standard deviations off", seed, name, z)
			}
		}
	}
}

func TestPermutationsAreEquallyLikely(t *testing.T) {
	counts := make([]int, 24)
	for i := range uint64(48_000) {
		p := rng.KeyOf(9).At(i).Perm(4)
		rank, left := 0, 4
		for j, v := range p {
			for _, w := range p[j+1:] {
				if w < v {
					rank += []int{1, 1, 2, 6}[left-1]
				}
			}
			left--
		}
		counts[rank]++
	}
	if z := chiSquare(counts); math.Abs(z) > 4 {
		t.Errorf("chi-square is %.1f standard deviations off: %v", z, counts)
	}
}

func TestMoments(t *testing.T) {
	const n = 1 << 20
	x := make([]float32, n)
	for _, c := range []struct {
		name                   string
		fill                   func(rng.Key, []float32)
		mean, variance, fourth float64
	}{
		{"Uniform", rng.Key.Uniform, 0.5, 1.0 / 12, 1.0 / 80},
		{"Normal", rng.Key.Normal, 0, 1, 3},
	} {
		c.fill(rng.KeyOf(4).Child("moments"), x)
		var mean, variance, fourth, lag float64
		for i, v := range x {
			d := float64(v) - c.mean
			mean += d / n
			variance += d * d / n
			fourth += d * d * d * d / n
			lag += d * (float64(x[(i+1)%n]) - c.mean) / n
		}
		for _, m := range []struct {
			name            string
			got, want, size float64
		}{
			{"mean", mean, 0, math.Sqrt(c.variance)},
			{"variance", variance, c.variance, math.Sqrt(c.fourth)},
			{"fourth moment", fourth, c.fourth, 10 * c.fourth},
			{"lag-1 covariance", lag, 0, c.variance},
		} {
			if math.Abs(m.got-m.want) > 4*m.size/math.Sqrt(n) {
				t.Errorf("%s: %s is %.5f, want %.5f", c.name, m.name, m.got, m.want)
			}
		}
	}
	s, sum, squares := rng.KeyOf(4).Source(), 0.0, 0.0
	for range 100_000 {
		v := s.Normal()
		sum, squares = sum+v, squares+v*v
	}
	if math.Abs(sum/1e5) > 0.013 || math.Abs(squares/1e5-1) > 0.018 {
		t.Errorf("Source.Normal: mean %.4f, variance %.4f", sum/1e5, squares/1e5)
	}
}
