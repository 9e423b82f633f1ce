package kernel

import "github.com/jimu-ml/jimu/internal/cpuid"

func init() {
	f16c := cpuid.AVX2 && cpuid.F16C
	provide("bfloat16tofloat32", "avx2", cpuid.AVX2, &bfloat16ToFloat32, inWhole(8, bfloat16ToFloat32AVX2, bfloat16ToFloat32Generic))
	provide("bfloat16tofloat32", "avx512", cpuid.AVX512, &bfloat16ToFloat32, bfloat16ToFloat32AVX512)
	provide("float32tobfloat16", "avx2", cpuid.AVX2, &float32ToBFloat16, inWhole(8, float32ToBFloat16AVX2, float32ToBFloat16Generic))
	provide("float32tobfloat16", "avx512", cpuid.AVX512, &float32ToBFloat16, float32ToBFloat16AVX512)
	provide("float16tofloat32", "avx2", f16c, &float16ToFloat32, inWhole(8, float16ToFloat32AVX2, float16ToFloat32Generic))
	provide("float16tofloat32", "avx512", cpuid.AVX512, &float16ToFloat32, float16ToFloat32AVX512)
	provide("float32tofloat16", "avx2", f16c, &float32ToFloat16, inWhole(8, float32ToFloat16AVX2, float32ToFloat16Generic))
	provide("float32tofloat16", "avx512", cpuid.AVX512, &float32ToFloat16, float32ToFloat16AVX512)
}
