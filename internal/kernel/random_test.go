package kernel

import (
	"math"
	"testing"
)

// TestPhilox has the known answers of the Random123 library, file kat_vectors.
func TestPhilox(t *testing.T) {
	const all = math.MaxUint32
	for _, c := range []struct {
		ctr  [4]uint32
		key  [2]uint32
		want [4]uint32
	}{
		{[4]uint32{}, [2]uint32{}, [4]uint32{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
		{[4]uint32{all, all, all, all}, [2]uint32{all, all}, [4]uint32{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
		{[4]uint32{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, [2]uint32{0xa4093822, 0x299f31d0}, [4]uint32{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
	} {
		if got := Philox4x32(c.ctr, c.key); got != c.want {
			t.Errorf("Philox4x32(%x, %x) = %x, want %x", c.ctr, c.key, got, c.want)
		}
	}
}

// TestStream checks that every part of a stream, in every set, has the bits of the whole in plain Go.
func TestStream(t *testing.T) {
	const n = 3000
	for name, f := range map[string]func(dst []float32, key, counter uint64){"Uniform": Uniform, "Normal": Normal} {
		for _, start := range []uint64{0, 4 * (1<<32 - 100), math.MaxUint64 - 2*n} {
			const key = 0x123456789abcdef0
			want := make([]float32, n)
			restore := Use("generic")
			f(want, key, start)
			restore()
			withSets(t, func(t *testing.T) {
				part := make([]float32, 300+2)
				for l := range 300 {
					at := l * 7
					got := part[1:][:l]
					part[0], part[l+1] = 9, 9
					f(got, key, start+uint64(at))
					for i := range got {
						if math.Float32bits(got[i]) != math.Float32bits(want[at+i]) {
							t.Fatalf("%s: element %d+%d is %v, want %v", name, start, at+i, got[i], want[at+i])
						}
					}
					if part[0] != 9 || part[l+1] != 9 {
						t.Fatalf("%s: %d elements: written outside", name, l)
					}
				}
				got := make([]float32, n)
				f(got, key, start)
				for i := range got {
					if math.Float32bits(got[i]) != math.Float32bits(want[i]) {
						t.Fatalf("%s: element %d+%d is %v, want %v", name, start, i, got[i], want[i])
					}
				}
			})
		}
	}
}

// TestDropout checks that dropout keeps the elements that the stream of its key says, in every set.
func TestDropout(t *testing.T) {
	const key, p, scale = 0x123456789abcdef0, 0.3, 1 / 0.7
	withSets(t, func(t *testing.T) {
		for n := range 140 {
			for start := range uint64(5) {
				x, u := edge[float32](t, n), make([]float32, n)
				Normal(x, 3, 0)
				Uniform(u, key, start)
				dst, room := edge[float32](t, n), make([]float32, n)
				Dropout(dst, x, room, key, start, p, scale)
				Dropout(x, x, room, key, start, p, scale)
				again := make([]float32, n)
				Normal(again, 3, 0)
				for i, v := range again {
					want := v * float32(scale)
					if u[i] < p {
						want = 0
					}
					if math.Float32bits(dst[i]) != math.Float32bits(want) || math.Float32bits(x[i]) != math.Float32bits(want) {
						t.Fatalf("n = %d from %d: element %d is %v and %v in place, want %v", n, start, i, dst[i], x[i], want)
					}
				}
			}
		}
	})
}

// TestMoments checks mean, variance, skew and kurtosis, and the distribution function of Normal.
func TestMoments(t *testing.T) {
	const n = 1 << 20
	x := make([]float32, n)
	moments := func() (mean, variance, skew, kurtosis float64) {
		for _, v := range x {
			mean += float64(v) / n
		}
		for _, v := range x {
			d := float64(v) - mean
			variance += d * d / n
			skew += d * d * d / n
			kurtosis += d * d * d * d / n
		}
		return
	}
	Uniform(x, 5, 0)
	for _, v := range x {
		if !(v >= 0 && v < 1) {
			t.Fatalf("uniform: %v", v)
		}
	}
	if m, v, s, k := moments(); math.Abs(m-0.5) > 2e-3 || math.Abs(v-1./12) > 1e-3 || math.Abs(s) > 1e-3 || math.Abs(k-1./80) > 1e-3 {
		t.Errorf("uniform: moments %v %v %v %v", m, v, s, k)
	}
	Normal(x, 5, 0)
	if m, v, s, k := moments(); math.Abs(m) > 5e-3 || math.Abs(v-1) > 1e-2 || math.Abs(s) > 2e-2 || math.Abs(k-3) > 5e-2 {
		t.Errorf("normal: moments %v %v %v %v", m, v, s, k)
	}
	for _, b := range []float64{-3, -2, -1, 0, 1, 2, 3} {
		below := 0.0
		for _, v := range x {
			if float64(v) < b {
				below++
			}
		}
		if want := math.Erfc(-b/math.Sqrt2) / 2; math.Abs(below/n-want) > 2e-3 {
			t.Errorf("normal: %v of the numbers are below %v, want %v", below/n, b, want)
		}
	}
}

// TestBoxMuller compares the polynomials with package math.
func TestBoxMuller(t *testing.T) {
	for i := range uint32(1 << 16) {
		w0, w1 := i<<16|i, i*0x9E3779B1
		x, y := boxMuller(w0, w1)
		r := math.Sqrt(-2 * math.Log(float64(w0>>8+1)*0x1p-24))
		s, c := math.Sincos(2 * math.Pi * float64(w1>>8) * 0x1p-24)
		if math.Abs(float64(x)-r*c) > 2e-6 || math.Abs(float64(y)-r*s) > 2e-6 {
			t.Fatalf("words %#x, %#x: %v, %v, want %v, %v", w0, w1, x, y, r*c, r*s)
		}
	}
}

func BenchmarkRandom(b *testing.B) {
	const size = 131072
	x, room := make([]float32, size), make([]float32, size)
	sweep(b, "Uniform", size, 4, func(l, h int) { Uniform(x[l:h], 1, uint64(l)) })
	sweep(b, "Dropout", size, 8, func(l, h int) { Dropout(x[l:h], x[l:h], room[l:h], 1, uint64(l), 0.1, 1) })
	sweep(b, "Normal", size, 4, func(l, h int) { Normal(x[l:h], 1, uint64(l)) })
}
