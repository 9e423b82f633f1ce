package kernel

import "github.com/jimu-ml/jimu/internal/cpuid"

func init() {
	provide("uniformblocks", "avx2", cpuid.AVX2, &uniformBlocks, inSteps(16, uniformBlocksAVX2, uniformBlocksGeneric))
	provide("uniformblocks", "avx512", cpuid.AVX512, &uniformBlocks, inSteps(32, uniformBlocksAVX512, uniformBlocksGeneric))
	provide("normalblocks", "avx2", cpuid.AVX2, &normalBlocks, inSteps(16, normalBlocksAVX2, normalBlocksGeneric))
	provide("normalblocks", "avx512", cpuid.AVX512, &normalBlocks, inSteps(32, normalBlocksAVX512, normalBlocksGeneric))
	provide("dropoutblocks", "avx512", cpuid.AVX512, &dropout, dropoutInSteps(32, dropoutBlocksAVX512))
}
