package main

import (
	"sync"
	"time"

	"github.com/jimu-ml/jimu/internal/kernel"
)

// fmaPeak returns the multiply-adds that so many processors reach when they do nothing else, in GFLOP/s: the best of a few
// tries.
func fmaPeak(threads int) (best float64) {
	const tries, length = 6, 30 * time.Millisecond
	for range tries {
		rates := make([]float64, threads)
		together(threads, func(i int) {
			flop, begin := 0, time.Now()
			for time.Since(begin) < length {
				flop += kernel.Peak(4000)
				kernel.Checkpoint()
			}
			rates[i] = float64(flop) / time.Since(begin).Seconds() / 1e9
		})
		all := 0.0
		for _, r := range rates {
			all += r
		}
		best = max(best, all)
	}
	return best
}

// copyPeak returns how fast so many processors copy memory, in GB/s of what is read and written: the best of a few tries.
func copyPeak(threads int) (best float64) {
	const tries, size, block = 8, 128 << 20, 1 << 20
	from, to := make([]byte, size), make([]byte, size)
	for i := 0; i < size; i += 4096 {
		from[i], to[i] = 1, 1 // so that the system has given every page
	}
	for range tries {
		begin := time.Now()
		together(threads, func(i int) {
			for at := i * block; at < size; at += threads * block {
				copy(to[at:min(at+block, size)], from[at:])
			}
		})
		best = max(best, 2*size/time.Since(begin).Seconds()/1e9)
	}
	return best
}

// together runs f n times at once.
func together(n int, f func(i int)) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { f(i) })
	}
	all.Wait()
}
