package kernel

import "github.com/jimu-ml/jimu/internal/cpuid"

func init() {
	provide("maxpool", "neon", cpuid.NEON, &maxPool, atLeast(4, maxPoolNEON, maxPoolGeneric[float32]))
	provide("maxpoolgrad", "neon", cpuid.NEON, &maxPoolGrad, atLeast(4, maxPoolGradNEON, maxPoolGradGeneric[float32]))
	provide("meanpool", "neon", cpuid.NEON, &meanPool, atLeast(4, meanPoolNEON, meanPoolGeneric[float32]))
}
