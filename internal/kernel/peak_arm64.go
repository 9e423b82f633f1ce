package kernel

import "github.com/jimu-ml/jimu/internal/cpuid"

func init() {
	provide("peak", "neon", cpuid.NEON, &peak, func(rounds int) int {
		peakNEON(rounds)
		return rounds * 24 * 4 * 2
	})
}
