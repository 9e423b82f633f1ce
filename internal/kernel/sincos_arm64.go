package kernel

import (
	"math"

	"github.com/jimu-ml/jimu/internal/cpuid"
)

func init() {
	provide("sin", "neon", cpuid.NEON, &sin, near(sinNEON, math.Sin))
	provide("cos", "neon", cpuid.NEON, &cos, near(cosNEON, math.Cos))
}
