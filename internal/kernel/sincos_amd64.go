package kernel

import (
	"math"

	"github.com/jimu-ml/jimu/internal/cpuid"
)

func init() {
	provide("sin", "avx2", cpuid.AVX2, &sin, near(sinAVX2, math.Sin))
	provide("sin", "avx512", cpuid.AVX512, &sin, near(sinAVX512, math.Sin))
	provide("cos", "avx2", cpuid.AVX2, &cos, near(cosAVX2, math.Cos))
	provide("cos", "avx512", cpuid.AVX512, &cos, near(cosAVX512, math.Cos))
}
