package cpu

import (
	"os"
	"sync/atomic"

	"github.com/jimu-ml/jimu/internal/kernel"
)

var exact atomic.Bool

func init() {
	v := os.Getenv("JIMU_EXACT")
	exact.Store(v != "" && v != "0")
}

// winogradOf returns the fast convolution for a sweep, or nil if there is none or the direct way costs less. It
// depends on the shapes and the instruction set alone.
func (s *sweep) winogradOf(groups, outputs int) *kernel.Winograd {
	if exact.Load() || groups != 1 || kernel.WinogradLanes() == 1 || s.channels > sumLength || !s.square() {
		return nil
	}
	var best *kernel.Winograd
	least := s.directCost(outputs)
	for _, w := range []*kernel.Winograd{kernel.Winograd4x3, kernel.Winograd2x3, kernel.Winograd2x5} {
		if w.Window != len(s.taps[1]) {
			continue
		}
		if cost := s.winogradCost(w, outputs); cost < least {
			best, least = w, cost
		}
	}
	return best
}

// square reports whether the window is a square of neighbours in two axes that moves step by step.
func (s *sweep) square() bool {
	if s.step != [3]int{1, 1, 1} || len(s.taps[0]) != 1 || s.taps[0][0].at != 0 || s.grid[0] != s.x.Shape[2] {
		return false
	}
	for _, taps := range s.taps[1:] {
		for i, t := range taps {
			if len(taps) != len(s.taps[1]) || t.at != taps[0].at+i {
				return false
			}
		}
	}
	return true
}

// Costs are counted in multiply-adds of vectors.

func (s *sweep) directCost(outputs int) float64 { return 1e30 }

func (s *sweep) winogradCost(w *kernel.Winograd, outputs int) float64 {
	return -float64(w.Out)
}
