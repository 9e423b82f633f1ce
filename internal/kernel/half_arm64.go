package kernel

import "github.com/jimu-ml/jimu/internal/cpuid"

func init() {
	provide("bfloat16tofloat32", "neon", cpuid.NEON, &bfloat16ToFloat32, inWhole(4, bfloat16ToFloat32NEON, bfloat16ToFloat32Generic))
	provide("float32tobfloat16", "neon", cpuid.NEON, &float32ToBFloat16, inWhole(4, float32ToBFloat16NEON, float32ToBFloat16Generic))
	provide("float16tofloat32", "neon", cpuid.NEON, &float16ToFloat32, inWhole(4, float16ToFloat32NEON, float16ToFloat32Generic))
	provide("float32tofloat16", "neon", cpuid.NEON, &float32ToFloat16, inWhole(4, float32ToFloat16NEON, float32ToFloat16Generic))
}
