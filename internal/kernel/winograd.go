package kernel

import (
	"math"
	"unsafe"
)

// A Winograd is a fast convolution: m by m outputs of a window of r by r are computed from a tile of n by n inputs,
// n = m+r−1, with n² products instead of m²r².
//
//	y = Aᵀ·[(G·w·Gᵀ) ⊙ (Bᵀ·x·B)]·A
//
// Products ⊙ are matrix products over channels and tiles, and so the work of [Gemm]. The transformations around them are
// here. They interpolate polynomials at 0, ±1, for n = 6 at ±2, and at ∞. The gradients use the same matrices turned.
//
// Winograd, Arithmetic Complexity of Computations, 1980; Lavin and Gray, Fast Algorithms for Convolutional Neural
// Networks, 2015 (arXiv:1509.09308).
type Winograd struct {
	Out, Window int // m and r
	unit        int
}

// The fast convolutions there are.
var (
	Winograd2x3 = &Winograd{2, 3, 0}
	Winograd4x3 = &Winograd{4, 3, 1}
	Winograd2x5 = &Winograd{2, 5, 2}
)

// Points returns n.
func (w *Winograd) Points() int { return w.Out + w.Window - 1 }

// WinogradTiles are Count tiles of N channels to transform. A tile is a square of vectors of N adjacent elements, and
// so is the result. Strides are in elements.
type WinogradTiles struct {
	Src                     unsafe.Pointer
	SrcRow, SrcCol, SrcTile int // strides
	Dst                     unsafe.Pointer
	DstRow, DstCol, DstTile int
	N, Count                int            // at least 1
	Bias                    unsafe.Pointer // N elements; of Output alone
	Floor                   float32        // and so this: what is less becomes this. 0 is a ReLU, −Inf is nothing
	_                       float32
	saved                   [3]uintptr //lint:ignore U1000 room for the assembly
}

// The transformations of tiles: inputs to n by n, products to m by m outputs with bias and floor, weights of r by r to
// n by n, gradients of outputs of m by m to n by n, and gradients of products to r by r gradients of the weights. They
// do not check what they are given. A call should not be longer than about 10⁵ elements of the larger side.

// Input sets Dst to Bᵀ·x·B of each tile x.
func (w *Winograd) Input(t *WinogradTiles) { winogradSlot[w.unit].input(t) }

// Output sets Dst to max(Aᵀ·x·A + bias, floor) of each tile x.
func (w *Winograd) Output(t *WinogradTiles) { winogradSlot[w.unit].output(t) }

// Weights sets Dst to G·x·Gᵀ of each tile x.
func (w *Winograd) Weights(t *WinogradTiles) { winogradSlot[w.unit].weights(t) }

// OutputGrad sets Dst to A·x·Aᵀ of each tile x.
func (w *Winograd) OutputGrad(t *WinogradTiles) { winogradSlot[w.unit].outputGrad(t) }

// WeightsGrad sets Dst to Gᵀ·x·G of each tile x.
func (w *Winograd) WeightsGrad(t *WinogradTiles) { winogradSlot[w.unit].weightsGrad(t) }

// WinogradLanes returns how many elements the transformations do at once: 1 if they are plain Go and slow.
func WinogradLanes() int { return winogradSlot[0].lanes }

// A winogradUnit is a way to compute the transformations of one of the fast convolutions.
type winogradUnit struct {
	lanes                                           int
	input, output, weights, outputGrad, weightsGrad func(*WinogradTiles)
}

var winogradSlot = [3]winogradUnit{
	winogradGeneric(2, 3), winogradGeneric(4, 3), winogradGeneric(2, 5),
}

// winogradGeneric returns the transformations in plain Go.
func winogradGeneric(out, window int) winogradUnit {
	n := out + window - 1
	powers, scaled := winogradPowers(n, out), winogradPowers(n, window)
	for i, row := range scaled {
		for j := range row {
			row[j] /= winogradScale[n][i]
		}
	}
	return winogradUnit{
		lanes: 1, input: transformed(winogradInput[n], false),
		output: transformed(transpose(powers), true), weights: transformed(scaled, false),
		outputGrad: transformed(powers, false), weightsGrad: transformed(transpose(scaled), false),
	}
}

// winogradInput is Bᵀ, by the number of points.
var winogradInput = map[int][][]float32{
	4: {{1, 0, -1, 0}, {0, 1, 1, 0}, {0, -1, 1, 0}, {0, -1, 0, 1}},
	6: {
		{4, 0, -5, 0, 1, 0},
		{0, -4, -4, 1, 1, 0},
		{0, 4, -4, -1, 1, 0},
		{0, -2, -1, 2, 1, 0},
		{0, 2, -1, -2, 1, 0},
		{0, 4, 0, -5, 0, 1},
	},
}

// winogradScale is what the powers of every point are divided by in G: the product of its distances to the others.
var winogradScale = map[int][]float32{4: {1, 2, 2, 1}, 6: {4, -6, -6, 24, 24, 1}}

// winogradPowers returns for every point its powers from 0 to n−1, which is A; of ∞ only the last counts.
func winogradPowers(points, n int) [][]float32 {
	var m [][]float32
	for _, x := range []float64{0, 1, -1, 2, -2}[:points-1] {
		row := make([]float32, n)
		for j := range row {
			row[j] = float32(math.Pow(x, float64(j)))
		}
		m = append(m, row)
	}
	last := make([]float32, n)
	last[n-1] = 1
	return append(m, last)
}

func transpose(m [][]float32) [][]float32 {
	t := make([][]float32, len(m[0]))
	for j := range t {
		for i := range m {
			t[j] = append(t[j], m[i][j])
		}
	}
	return t
}

// transformed returns the transformation of tiles x to l·x·lᵀ, with the epilogue of the output or without.
func transformed(l [][]float32, epilogue bool) func(*WinogradTiles) {
	return func(t *WinogradTiles) {
		for tile := range t.Count {
			for c := range t.N {
				transformChannel(t, l, tile*t.SrcTile+c, tile*t.DstTile+c, c, epilogue)
			}
		}
	}
}

// transformChannel transforms a tile of one channel.
func transformChannel(t *WinogradTiles, l [][]float32, from, to, c int, epilogue bool) {
	for i := range l {
		var row [6]float32 // of l·x
		for j := range l[0] {
			for k, v := range l[i] {
				if v != 0 {
					row[j] += v * *at(t.Src, from+k*t.SrcRow+j*t.SrcCol)
				}
			}
		}
		for j := range l {
			sum := float32(0)
			for k, v := range l[j] {
				if v != 0 {
					sum += v * row[k]
				}
			}
			if epilogue {
				sum += *at(t.Bias, c)
				if sum < t.Floor {
					sum = t.Floor
				}
			}
			*at(t.Dst, to+i*t.DstRow+j*t.DstCol) = sum
		}
	}
}

// tilesOf makes a transformation of assembly that takes the address of the tiles.
func tilesOf(f func(*byte)) func(*WinogradTiles) {
	return func(t *WinogradTiles) { f((*byte)(unsafe.Pointer(t))) }
}
