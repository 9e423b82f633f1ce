package kernel

import "github.com/jimu-ml/jimu/internal/cpuid"

func init() {
	provide("sgdplain", "neon", cpuid.NEON, &sgdPlain, sgdPlainNEON)
	provide("sgdmomentum", "neon", cpuid.NEON, &sgdMomentum, sgdMomentumNEON)
	provide("sgdnesterov", "neon", cpuid.NEON, &sgdNesterov, sgdNesterovNEON)
	provide("adam", "neon", cpuid.NEON, &adam, adamNEON)
}
