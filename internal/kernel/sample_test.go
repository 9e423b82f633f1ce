package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// A sample is a row of the test table: a kernel, called with some slices of one length.
type sample struct {
	name   string
	slices int                           // how many slices run takes
	run    func(s [][]float32) []float32 // calls the kernel; returns what it returns
	fill   func(r *rand.Rand) float32    // makes an input; ordinary if nil
	ulp    int                           // by how much implementations may differ; 0: not in a bit
	close  float64                       // or, where terms cancel, this much of the largest result
	long   []int                         // lengths besides 0 to 200 and some long ones
}

var samples []sample

func register(s sample) { samples = append(samples, s) }

// ordinary makes numbers near 1 of either sign, and now and then a special one.
func ordinary(r *rand.Rand) float32 {
	switch r.IntN(64) {
	case 0:
		special := []float32{0, float32(math.Copysign(0, -1)), 1, -1, 1e-40, -1e-45, 1e30, -3e38}
		return special[r.IntN(len(special))]
	}
	return float32(r.NormFloat64() * 2)
}

// wild makes any number at all, also infinities and NaN.
func wild(r *rand.Rand) float32 {
	if r.IntN(2) == 0 {
		return math.Float32frombits(r.Uint32())
	}
	special := []float32{0, float32(math.Copysign(0, -1)), float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN()), 1, -1}
	return special[r.IntN(len(special))]
}

// tame makes numbers near 1 of either sign.
func tame(r *rand.Rand) float32 { return float32(r.NormFloat64() * 2) }

// positive makes numbers above 0.
func positive(r *rand.Rand) float32 { return float32(r.ExpFloat64()) + 1e-6 }

func TestAll(t *testing.T) {
	for _, s := range samples {
		t.Run(s.name, func(t *testing.T) {
			for _, set := range Sets() {
				t.Run(set, func(t *testing.T) { s.check(t, set) })
			}
		})
	}
}

func (s *sample) check(t *testing.T, set string) {
	r := rand.New(rand.NewPCG(1, 2))
	fill := s.fill
	if fill == nil {
		fill = ordinary
	}
	for n := range 201 {
		s.compare(t, set, n, n%5, r, fill)
	}
	for _, n := range append([]int{255, 256, 257, 1000, 4099}, s.long...) {
		s.compare(t, set, n, 1, r, fill)
	}
	at := make([][]float32, s.slices)
	for i := range at {
		at[i] = edge[float32](t, 300)
	}
	for n := range 300 {
		end := make([][]float32, s.slices)
		for i := range at {
			end[i] = at[i][300-n:]
			for j := range end[i] {
				end[i][j] = fill(r)
			}
		}
		restore := Use(set)
		s.run(end)
		restore()
	}
}

// compare runs the kernel with slices of n elements, offset from an aligned start, once in plain Go and once in the
// set, and compares the results and what is around the slices.
func (s *sample) compare(t *testing.T, set string, n, offset int, r *rand.Rand, fill func(*rand.Rand) float32) {
	t.Helper()
	const guard = 40
	want, got := make([][]float32, s.slices), make([][]float32, s.slices)
	whole, before := make([][]float32, s.slices), make([][]float32, s.slices)
	for i := range want {
		whole[i] = make([]float32, guard+offset+n+guard)
		for j := range whole[i] {
			whole[i][j] = fill(r)
		}
		before[i] = append([]float32{}, whole[i]...)
		got[i] = whole[i][guard+offset:][:n]
		want[i] = append([]float32{}, got[i]...)
	}
	restore := Use("generic")
	wantResult := s.run(want)
	restore()
	restore = Use(set)
	gotResult := s.run(got)
	restore()
	for i := range want {
		s.same(t, fmt.Sprintf("n = %d, slice %d", n, i), got[i], want[i])
		for j := range whole[i] {
			outside := j < guard+offset || j >= guard+offset+n
			if outside && math.Float32bits(whole[i][j]) != math.Float32bits(before[i][j]) {
				t.Fatalf("n = %d: slice %d was written outside, at %d", n, i, j-guard-offset)
			}
		}
	}
	s.same(t, fmt.Sprintf("n = %d, result", n), gotResult, wantResult)
}

func (s *sample) same(t *testing.T, what string, got, want []float32) {
	t.Helper()
	largest := 0.0
	for _, w := range want {
		if a := math.Abs(float64(w)); a > largest && !math.IsInf(a, 0) {
			largest = a
		}
	}
	for j := range want {
		if ulps(got[j], want[j]) > s.ulp && !(math.Abs(float64(got[j]-want[j])) <= s.close*largest) {
			t.Fatalf("%s: [%d] is %v (%#08x), want %v (%#08x)", what, j, got[j], math.Float32bits(got[j]), want[j], math.Float32bits(want[j]))
		}
	}
}

// ulps returns how many floats lie between a and b; all NaN are one, and zeros of different sign are one apart.
func ulps(a, b float32) int {
	if a != a && b != b {
		return 0
	}
	if a != a || b != b {
		return math.MaxInt
	}
	line := func(x float32) int {
		i := int(math.Float32bits(x))
		if i >= 1<<31 {
			return 1<<31 - 1 - i
		}
		return i
	}
	d := line(a) - line(b)
	return max(d, -d)
}
