package cpu

import (
	"slices"
	"testing"
)

// Memory with large pages is as any other: zero at first, and all of it can be written.
func TestLargePages(t *testing.T) {
	for _, n := range []int{1, 4096, 2 << 20, 2<<20 + 64, 9<<20 + 192} {
		b := aligned(n)
		if len(b) != n || slices.ContainsFunc(b, func(x byte) bool { return x != 0 }) {
			t.Fatalf("%d bytes: %d, or not zero", n, len(b))
		}
		for i := 0; i < n; i += 512 {
			b[i] = 1
		}
		b[n-1] = 1
	}
}
