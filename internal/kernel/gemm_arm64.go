package kernel

import (
	"unsafe"

	"github.com/jimu-ml/jimu/internal/cpuid"
)

func init() {
	provide("gemm", "neon", cpuid.NEON, &gemmSlot, gemmUnit{gemmNEON, &tileShapeNEON})
}

// Of the 32 registers a tile of 8 by 12 takes 24, and a row of B and elements of A the others.
var tileShapeNEON = TileShape{Rows: 8, Cols: 12, TallRows: 8, TallCols: 12, Lanes: 4, FuseRows: 8}

func gemmNEON(t *Tiles) {
	tilesNEON[t.mode()][(t.Cols-1)/4][t.Rows-1]((*byte)(unsafe.Pointer(t)))
}

// tilesNEON are the kernels by mode, vectors in a row, and rows.
var tilesNEON = [4][3][8]func(*byte){
	{
		{gemmP1x4NEON, gemmP2x4NEON, gemmP3x4NEON, gemmP4x4NEON, gemmP5x4NEON, gemmP6x4NEON, gemmP7x4NEON, gemmP8x4NEON},
		{gemmP1x8NEON, gemmP2x8NEON, gemmP3x8NEON, gemmP4x8NEON, gemmP5x8NEON, gemmP6x8NEON, gemmP7x8NEON, gemmP8x8NEON},
		{gemmP1x12NEON, gemmP2x12NEON, gemmP3x12NEON, gemmP4x12NEON, gemmP5x12NEON, gemmP6x12NEON, gemmP7x12NEON, gemmP8x12NEON},
	},
	{
		{gemmS1x4NEON, gemmS2x4NEON, gemmS3x4NEON, gemmS4x4NEON, gemmS5x4NEON, gemmS6x4NEON, gemmS7x4NEON, gemmS8x4NEON},
		{gemmS1x8NEON, gemmS2x8NEON, gemmS3x8NEON, gemmS4x8NEON, gemmS5x8NEON, gemmS6x8NEON, gemmS7x8NEON, gemmS8x8NEON},
		{gemmS1x12NEON, gemmS2x12NEON, gemmS3x12NEON, gemmS4x12NEON, gemmS5x12NEON, gemmS6x12NEON, gemmS7x12NEON, gemmS8x12NEON},
	},
	{
		{gemmPF1x4NEON, gemmPF2x4NEON, gemmPF3x4NEON, gemmPF4x4NEON, gemmPF5x4NEON, gemmPF6x4NEON, gemmPF7x4NEON, gemmPF8x4NEON},
		{gemmPF1x8NEON, gemmPF2x8NEON, gemmPF3x8NEON, gemmPF4x8NEON, gemmPF5x8NEON, gemmPF6x8NEON, gemmPF7x8NEON, gemmPF8x8NEON},
		{gemmPF1x12NEON, gemmPF2x12NEON, gemmPF3x12NEON, gemmPF4x12NEON, gemmPF5x12NEON, gemmPF6x12NEON, gemmPF7x12NEON, gemmPF8x12NEON},
	},
	{
		{gemmSF1x4NEON, gemmSF2x4NEON, gemmSF3x4NEON, gemmSF4x4NEON, gemmSF5x4NEON, gemmSF6x4NEON, gemmSF7x4NEON, gemmSF8x4NEON},
		{gemmSF1x8NEON, gemmSF2x8NEON, gemmSF3x8NEON, gemmSF4x8NEON, gemmSF5x8NEON, gemmSF6x8NEON, gemmSF7x8NEON, gemmSF8x8NEON},
		{gemmSF1x12NEON, gemmSF2x12NEON, gemmSF3x12NEON, gemmSF4x12NEON, gemmSF5x12NEON, gemmSF6x12NEON, gemmSF7x12NEON, gemmSF8x12NEON},
	},
}
