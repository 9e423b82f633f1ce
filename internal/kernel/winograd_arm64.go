package kernel

import "github.com/jimu-ml/jimu/internal/cpuid"

func init() {
	provide("winograd", "neon", cpuid.NEON, &winogradSlot, [3]winogradUnit{
		{4, tilesOf(winogradInput4NEON), tilesOf(winogradOutput2x3NEON), tilesOf(winogradWeights2x3NEON), tilesOf(winogradOutputGrad2x3NEON), tilesOf(winogradWeightsGrad2x3NEON)},
		{4, tilesOf(winogradInput6NEON), tilesOf(winogradOutput4x3NEON), tilesOf(winogradWeights4x3NEON), tilesOf(winogradOutputGrad4x3NEON), tilesOf(winogradWeightsGrad4x3NEON)},
		{4, tilesOf(winogradInput6NEON), tilesOf(winogradOutput2x5NEON), tilesOf(winogradWeights2x5NEON), tilesOf(winogradOutputGrad2x5NEON), tilesOf(winogradWeightsGrad2x5NEON)},
	})
}
