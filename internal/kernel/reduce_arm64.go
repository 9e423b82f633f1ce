package kernel

import "github.com/jimu-ml/jimu/internal/cpuid"

func init() {
	provide("sum", "neon", cpuid.NEON, &sum, sumNEON)
	provide("sumsquare", "neon", cpuid.NEON, &sumSquare, sumSquareNEON)
	provide("dot", "neon", cpuid.NEON, &dot, dotNEON)
	provide("sumsquarefrom", "neon", cpuid.NEON, &sumSquareFrom, sumSquareFromNEON)
	provide("standarddot", "neon", cpuid.NEON, &standardDot, standardDotNEON)
	provide("standarddot3", "neon", cpuid.NEON, &standardDot3, standardDot3NEON)
	provide("max", "neon", cpuid.NEON, &maxOf, maxNEON)
	provide("min", "neon", cpuid.NEON, &minOf, minNEON)
}
