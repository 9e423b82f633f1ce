package kernel

import "github.com/jimu-ml/jimu/internal/cpuid"

func init() {
	provide("lstm", "neon", cpuid.NEON, &lstm, lstmNEON)
	provide("lstmgrad", "neon", cpuid.NEON, &lstmGrad, lstmGradNEON)
	provide("gru", "neon", cpuid.NEON, &gru, gruNEON)
	provide("grugrad", "neon", cpuid.NEON, &gruGrad, gruGradNEON)
}
