package kernel

import (
	"unsafe"

	"github.com/jimu-ml/jimu/internal/cpuid"
)

func init() {
	provide("gemm", "avx2", cpuid.AVX2, &gemmSlot, gemmUnit{gemmAVX2, &tileShapeAVX2})
	provide("gemm", "avx512", cpuid.AVX512, &gemmSlot, gemmUnit{gemmAVX512, &tileShapeAVX512})
}

var (
	tileShapeAVX2   = TileShape{Rows: 6, Cols: 16, TallRows: 6, TallCols: 16, Lanes: 8, FuseRows: 6}
	tileShapeAVX512 = TileShape{Rows: 8, Cols: 48, TallRows: 14, TallCols: 32, Lanes: 16, FuseRows: 8, PartialB: true}
)

func gemmAVX2(t *Tiles) {
	tilesAVX2[t.mode()][(t.Cols-1)/8][t.Rows-1]((*byte)(unsafe.Pointer(t)))
}

func gemmAVX512(t *Tiles) {
	tilesAVX512[t.mode()][(t.Cols-1)/16][t.Rows-1]((*byte)(unsafe.Pointer(t)))
}

// tilesAVX2 are the kernels by mode, vectors in a row, and rows.
var tilesAVX2 = [4][2][]func(*byte){
	{
		{gemmP1x8AVX2, gemmP2x8AVX2, gemmP3x8AVX2, gemmP4x8AVX2, gemmP5x8AVX2, gemmP6x8AVX2},
		{gemmP1x16AVX2, gemmP2x16AVX2, gemmP3x16AVX2, gemmP4x16AVX2, gemmP5x16AVX2, gemmP6x16AVX2},
	},
	{
		{gemmS1x8AVX2, gemmS2x8AVX2, gemmS3x8AVX2, gemmS4x8AVX2, gemmS5x8AVX2, gemmS6x8AVX2},
		{gemmS1x16AVX2, gemmS2x16AVX2, gemmS3x16AVX2, gemmS4x16AVX2, gemmS5x16AVX2, gemmS6x16AVX2},
	},
	{
		{gemmPF1x8AVX2, gemmPF2x8AVX2, gemmPF3x8AVX2, gemmPF4x8AVX2, gemmPF5x8AVX2, gemmPF6x8AVX2},
		{gemmPF1x16AVX2, gemmPF2x16AVX2, gemmPF3x16AVX2, gemmPF4x16AVX2, gemmPF5x16AVX2, gemmPF6x16AVX2},
	},
	{
		{gemmSF1x8AVX2, gemmSF2x8AVX2, gemmSF3x8AVX2, gemmSF4x8AVX2, gemmSF5x8AVX2, gemmSF6x8AVX2},
		{gemmSF1x16AVX2, gemmSF2x16AVX2, gemmSF3x16AVX2, gemmSF4x16AVX2, gemmSF5x16AVX2, gemmSF6x16AVX2},
	},
}

// tilesAVX512 are the kernels by mode, vectors in a row, and rows.
var tilesAVX512 = [4][3][]func(*byte){
	{
		{gemmP1x16AVX512, gemmP2x16AVX512, gemmP3x16AVX512, gemmP4x16AVX512, gemmP5x16AVX512, gemmP6x16AVX512, gemmP7x16AVX512, gemmP8x16AVX512, gemmP9x16AVX512, gemmP10x16AVX512, gemmP11x16AVX512, gemmP12x16AVX512, gemmP13x16AVX512, gemmP14x16AVX512},
		{gemmP1x32AVX512, gemmP2x32AVX512, gemmP3x32AVX512, gemmP4x32AVX512, gemmP5x32AVX512, gemmP6x32AVX512, gemmP7x32AVX512, gemmP8x32AVX512, gemmP9x32AVX512, gemmP10x32AVX512, gemmP11x32AVX512, gemmP12x32AVX512, gemmP13x32AVX512, gemmP14x32AVX512},
		{gemmP1x48AVX512, gemmP2x48AVX512, gemmP3x48AVX512, gemmP4x48AVX512, gemmP5x48AVX512, gemmP6x48AVX512, gemmP7x48AVX512, gemmP8x48AVX512},
	},
	{
		{gemmS1x16AVX512, gemmS2x16AVX512, gemmS3x16AVX512, gemmS4x16AVX512, gemmS5x16AVX512, gemmS6x16AVX512, gemmS7x16AVX512, gemmS8x16AVX512, gemmS9x16AVX512, gemmS10x16AVX512, gemmS11x16AVX512, gemmS12x16AVX512, gemmS13x16AVX512, gemmS14x16AVX512},
		{gemmS1x32AVX512, gemmS2x32AVX512, gemmS3x32AVX512, gemmS4x32AVX512, gemmS5x32AVX512, gemmS6x32AVX512, gemmS7x32AVX512, gemmS8x32AVX512, gemmS9x32AVX512, gemmS10x32AVX512, gemmS11x32AVX512, gemmS12x32AVX512, gemmS13x32AVX512, gemmS14x32AVX512},
		{gemmS1x48AVX512, gemmS2x48AVX512, gemmS3x48AVX512, gemmS4x48AVX512, gemmS5x48AVX512, gemmS6x48AVX512, gemmS7x48AVX512, gemmS8x48AVX512},
	},
	{
		{gemmPF1x16AVX512, gemmPF2x16AVX512, gemmPF3x16AVX512, gemmPF4x16AVX512, gemmPF5x16AVX512, gemmPF6x16AVX512, gemmPF7x16AVX512, gemmPF8x16AVX512},
		{gemmPF1x32AVX512, gemmPF2x32AVX512, gemmPF3x32AVX512, gemmPF4x32AVX512, gemmPF5x32AVX512, gemmPF6x32AVX512, gemmPF7x32AVX512, gemmPF8x32AVX512},
		{gemmPF1x48AVX512, gemmPF2x48AVX512, gemmPF3x48AVX512, gemmPF4x48AVX512, gemmPF5x48AVX512, gemmPF6x48AVX512, gemmPF7x48AVX512, gemmPF8x48AVX512},
	},
	{
		{gemmSF1x16AVX512, gemmSF2x16AVX512, gemmSF3x16AVX512, gemmSF4x16AVX512, gemmSF5x16AVX512, gemmSF6x16AVX512, gemmSF7x16AVX512, gemmSF8x16AVX512},
		{gemmSF1x32AVX512, gemmSF2x32AVX512, gemmSF3x32AVX512, gemmSF4x32AVX512, gemmSF5x32AVX512, gemmSF6x32AVX512, gemmSF7x32AVX512, gemmSF8x32AVX512},
		{gemmSF1x48AVX512, gemmSF2x48AVX512, gemmSF3x48AVX512, gemmSF4x48AVX512, gemmSF5x48AVX512, gemmSF6x48AVX512, gemmSF7x48AVX512, gemmSF8x48AVX512},
	},
}
