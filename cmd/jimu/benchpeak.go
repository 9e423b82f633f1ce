package main

import (
	"context"
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

// share fills in what part of the machine's peak was reached.
func (b *bench) share(m *measurement, ours *side) error {
	if m.Unit == "Mop/s" { // what is measured is what is neither
		return nil
	}
	b.raisePeak(m.Threads, m.Unit == "GB/s" || m.Unit == "tokens/s")
	peak := b.peaks[m.Threads]
	if m.Unit == "GB/s" {
		m.Of, m.Peak, m.Share = "bandwidth", peak.Copy, m.Value/peak.Copy
		return nil
	}
	c, err := ours.ask(order{Do: "count", Work: m.Work})
	if err != nil {
		return err
	}
	m.Of, m.Peak, m.Share = "fma", peak.FMA, c.FLOPs/1e6/m.Median/peak.FMA
	if m.Unit == "tokens/s" { // every weight is read for one token: that is what takes the time
		m.Of, m.Peak, m.Share = "bandwidth", peak.Copy, c.Bytes/1e6/m.Median/peak.Copy
	}
	return nil
}

// raisePeak looks again, just before and after a work ran, what the machine can do: one that others use shows its peak at some
// times only.
func (b *bench) raisePeak(threads int, memory bool) {
	p := b.peaks[threads]
	p.FMA = max(p.FMA, fmaPeak(threads))
	if memory {
		p.Copy = max(p.Copy, copyPeak(threads))
	}
	b.peaks[threads] = p
}

// findPeaks measures what the machine can do on so many processors, in a process that ends before others begin.
func (b *bench) findPeaks(ctx context.Context, threads int) error {
	if _, known := b.peaks[threads]; known {
		b.raisePeak(threads, false)
		return nil
	}
	b.show.status("measuring the peaks of %s", threadsOf(threads))
	s, err := startSelf(ctx, threads)
	if err != nil {
		return err
	}
	defer s.end()
	p, err := s.ask(order{Do: "peaks", Threads: threads})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err == nil && !b.json {
		b.show.say("%s can do %.1f GFLOP/s of FMA, and copy %.1f GB/s", threadsOf(threads), p.FMA, p.Copy)
	}
	b.peaks[threads] = p
	return err
}
