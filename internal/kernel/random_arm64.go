package kernel

import "github.com/jimu-ml/jimu/internal/cpuid"

func init() {
	provide("uniformblocks", "neon", cpuid.NEON, &uniformBlocks, inSteps(16, uniformBlocksNEON, uniformBlocksGeneric))
	provide("normalblocks", "neon", cpuid.NEON, &normalBlocks, inSteps(16, normalBlocksNEON, normalBlocksGeneric))
}
