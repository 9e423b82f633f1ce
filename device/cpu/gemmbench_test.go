package cpu

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

func BenchmarkSgemm(b *testing.B) {
	b.Run("peak", func(b *testing.B) {
		flop := 0
		for b.Loop() {
			flop += kernel.Peak(100_000)
		}
		gflops(b, float64(flop)/float64(b.N))
	})
	for _, threads := range []int{1, 2} {
		for _, s := range [][3]int{
			{32, 32, 32},
			{64, 64, 64},
			{100, 100, 100},
			{128, 128, 128},
			{256, 256, 256},
			{512, 512, 512},
			{1024, 1024, 1024},
			{1536, 1536, 1536},
			{2048, 2048, 2048},
			{64, 512, 784},
			{64, 10, 512},
			{2048, 768, 768},
			{8192, 64, 288},
			{1, 4096, 4096},
			{16, 1024, 1024},
			{4096, 1, 4096},
		} {
			for _, how := range []string{"", "A", "B", "AB"} {
				if how != "" && s != [3]int{512, 512, 512} && s != [3]int{64, 512, 784} && s != [3]int{1024, 1024, 1024} && s != [3]int{1, 4096, 4096} {
					continue
				}
				b.Run(fmt.Sprintf("%dx%dx%d%s/threads%d", s[0], s[1], s[2], how, threads), func(b *testing.B) {
					parallel.SetThreads(threads)
					defer parallel.SetThreads(0)
					r := rand.New(rand.NewPCG(1, 2))
					x, y := randomMatrix(r, s[0], s[2], rowMajor), randomMatrix(r, s[2], s[1], rowMajor)
					if how == "A" || how == "AB" {
						x = randomMatrix(r, s[0], s[2], colMajor)
					}
					if how == "B" || how == "AB" {
						y = randomMatrix(r, s[2], s[1], colMajor)
					}
					z := randomMatrix(r, s[0], s[1], rowMajor)
					best := time.Hour
					for b.Loop() {
						start := time.Now()
						sgemm(z, x, y, epilogue{})
						best = min(best, time.Since(start))
					}
					flop := float64(2 * s[0] * s[1] * s[2])
					gflops(b, flop)
					b.ReportMetric(flop/float64(best.Nanoseconds()), "best-GFLOP/s")
				})
			}
		}
	}
}

// gflops reports flop floating-point operations a round.
func gflops(b *testing.B, flop float64) {
	b.ReportMetric(flop*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
}
