package kernel

import (
	"fmt"
	"testing"
)

// sweep measures f over [0, size) in blocks of at most 64k, in GB/s of the bytes an element counts and in Gelem/s.
func sweep(b *testing.B, name string, size, bytes int, f func(l, h int)) {
	b.Run(fmt.Sprintf("%s/%d", name, size), func(b *testing.B) {
		for b.Loop() {
			for l := 0; l < size; l += 1 << 16 {
				f(l, min(l+1<<16, size))
				Checkpoint()
			}
		}
		per := b.Elapsed().Seconds() / float64(b.N) * 1e9
		b.ReportMetric(float64(size*bytes)/per, "GB/s")
		b.ReportMetric(float64(size)/per, "Gelem/s")
		b.ReportMetric(0, "ns/op")
	})
}
