package kernel

import "github.com/jimu-ml/jimu/internal/cpuid"

func init() {
	provide("exp", "neon", cpuid.NEON, &exp, expNEON)
	provide("log", "neon", cpuid.NEON, &log, logNEON)
	provide("tanh", "neon", cpuid.NEON, &tanh, tanhNEON)
	provide("sigmoid", "neon", cpuid.NEON, &sigmoid, sigmoidNEON)
	provide("silu", "neon", cpuid.NEON, &silu, siluNEON)
	provide("softplus", "neon", cpuid.NEON, &softplus, softplusNEON)
	provide("erf", "neon", cpuid.NEON, &erf, erfNEON)
	provide("gelu", "neon", cpuid.NEON, &gelu, geluNEON)
	provide("gelutanh", "neon", cpuid.NEON, &geluTanh, geluTanhNEON)
	provide("silugrad", "neon", cpuid.NEON, &siluGrad, siluGradNEON)
	provide("gelugrad", "neon", cpuid.NEON, &geluGrad, geluGradNEON)
	provide("gelutanhgrad", "neon", cpuid.NEON, &geluTanhGrad, geluTanhGradNEON)
	provide("logsoftmaxback", "neon", cpuid.NEON, &logSoftmaxBack, logSoftmaxBackNEON)
	provide("expsum", "neon", cpuid.NEON, &expSum, expSumNEON)
	provide("expshift", "neon", cpuid.NEON, &expShift, expShiftNEON)
	provide("geluslope", "neon", cpuid.NEON, &geluSlope, geluSlopeNEON)
}
