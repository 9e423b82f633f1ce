package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// BenchmarkPeak measures what no kernel can exceed.
func BenchmarkPeak(b *testing.B) {
	best := 0.0
	for b.Loop() {
		start := time.Now()
		flop := Peak(20_000)
		best = max(best, float64(flop)/float64(time.Since(start).Nanoseconds()))
	}
	b.ReportMetric(best, "GFLOP/s")
}

// BenchmarkGemm measures tiles on packed operands, without what is around them.
func BenchmarkGemm(b *testing.B) {
	s := GemmShape()
	r := rand.New(rand.NewPCG(1, 2))
	for _, shape := range [][2]int{{s.Rows, s.Cols}, {s.TallRows, s.TallCols}, {12, 32}} {
		for _, strided := range []bool{false, true} {
			for _, k := range []int{64, 128, 256, 384, 512} {
				b.Run(fmt.Sprintf("%dx%d,strided=%v,K=%d", shape[0], shape[1], strided, k), func(b *testing.B) {
					rows, cols, count := shape[0], shape[1], 16
					x, y, z := random(r, rows*count*(k+16)), random(r, cols*k), random(r, rows*count*cols)
					t := Tiles{K: k, Taps: 1, AK: rows, AI: 1, ATile: rows * k, BK: cols, CI: cols, Count: count, Rows: rows, Cols: cols}
					if strided {
						t.AK, t.AI, t.ATile = 1, k+16, rows*(k+16)
					}
					t.A, t.B, t.C = pointer(x), pointer(y), pointer(z)
					best := 0.0
					flop := float64(2 * rows * count * cols * k)
					for b.Loop() {
						start := time.Now()
						Gemm(&t)
						best = max(best, flop/float64(time.Since(start).Nanoseconds()))
					}
					b.ReportMetric(best, "GFLOP/s")
				})
			}
		}
	}
}
