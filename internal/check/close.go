package check

import (
	"math"
	"testing"
)

// Close fails the test, naming what and the first and the worst place, unless got equals want within
// tolerance·max(1, |want|) at each place; NaN equals NaN, and an infinity only itself.
func Close(t testing.TB, what string, got, want []float32, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: got %d numbers, want %d", what, len(got), len(want))
		return
	}
	first, worst, off := -1, -1, 0.0
	for i := range want {
		g, w := float64(got[i]), float64(want[i])
		if g == w || g != g && w != w {
			continue
		}
		d := math.Abs(g-w) / max(1, math.Abs(w))
		if d <= tolerance && !math.IsInf(w, 0) {
			continue
		}
		if d != d || math.IsInf(w, 0) {
			d = math.Inf(1)
		}
		if first < 0 {
			first = i
		}
		if worst < 0 || d > off {
			worst, off = i, d
		}
	}
	if first >= 0 {
		t.Errorf("%s: element %d: got %v, want %v; worst is element %d: got %v, want %v, off by %.3g (tolerance %.3g)",
			what, first, got[first], want[first], worst, got[worst], want[worst], off, tolerance)
	}
}
