package kernel

import "unsafe"

// Tiles is a part of a matrix product for [Gemm]: tiles of C, one below the other, each the product of some rows of
// A and the same columns of B. The pointers and strides are of float32, strides in elements.
//
//	C[i,j] = relu(α·Σ A[i,k]·B[k,j] + bias[j] + C[i,j])     i < Rows·Count, j < Cols
//
// The sum is over k < K for each of Taps pairs of places in A and B. It runs from the first to the last product, one
// fused multiply-add after another where the processor has it; so its bits do not depend on how a matrix is cut
// into tiles. Without TileScale, TileAccumulate and TileReLU in Flags, and without Bias, those terms are left out.
type Tiles struct {
	K    int // length of the inner loop
	Taps int // inner loops that follow one another, at least 1: one, or the taps of a convolution

	A     unsafe.Pointer
	AK    int // step of A along k; 1 if AI is not 1
	AI    int // step of A from row to row; 1 if AK is not 1
	ATile int // step of A from tile to tile
	ATap  int // step of A after an inner loop, from where it ended

	B    unsafe.Pointer
	BK   int // step of B along k
	BTap int // step of B after an inner loop, from where it ended

	C     unsafe.Pointer
	CI    int // step of C from row to row; tiles follow one another
	Count int // tiles, at least 1

	Bias  unsafe.Pointer // Cols elements, or nil
	Flags TileFlags
	Cols  int // of a tile, at most those of the shape

	Offsets unsafe.Pointer // Taps ints, or nil: where each tap begins in A, instead of ATap
	BPacked unsafe.Pointer // where to write the rows of B as they are read, or nil
	Alpha   float32
	_       float32
	saved   uintptr //lint:ignore U1000 room for the assembly

	Rows int // of a tile, at most those of the shape

	// What the caller will read next, to be brought to the second cache meanwhile: in each round of four steps along k
	// the two cache lines at Next, which moves on by NextK bytes; it begins NextTile bytes further for the next tile.
	// Nothing is read if Next is 0.
	Next              uintptr
	NextK, NextTile   int
	lastRow, tapsLeft uintptr //lint:ignore U1000 room for the assembly
}

// TileFlags are the optional terms of [Tiles].
type TileFlags uint64

// What is done with the products.
const (
	TileAccumulate TileFlags = 1 << iota // add what C holds
	TileReLU                             // replace what is negative by 0
	TileScale                            // multiply the product by Alpha
	TilePadded                           // the rows of B go on to a multiple of Lanes; what lies there is not used
	TileContinue                         // begin with what C holds instead of 0
)

// A TileShape is how large the tiles of [Gemm] may be.
type TileShape struct {
	Rows, Cols         int  // of the tiles for large matrices
	TallRows, TallCols int  // of tiles with more rows and fewer columns
	Lanes              int  // BPacked has rows of Cols, rounded up to a multiple of this
	FuseRows           int  // at most so many rows with BPacked
	PartialB           bool // whether rows of B may end after Cols; otherwise they are read up to a multiple of Lanes
}

// Width returns the length of the rows of a packed B with that many columns.
func (s *TileShape) Width(cols int) int { return (cols + s.Lanes - 1) / s.Lanes * s.Lanes }

// mode returns which row of a table of assembly is for t: A contiguous along its rows or along k, and with BPacked.
func (t *Tiles) mode() int {
	mode := 0
	if t.AI != 1 {
		mode = 1
	}
	if t.BPacked != nil {
		mode += 2
	}
	return mode
}

// A gemmUnit is a way to compute tiles, and the tiles it can do.
type gemmUnit struct {
	run   func(*Tiles)
	shape *TileShape
}

// Gemm computes tiles of a matrix product. It does not check what it is given: every element that the strides lead
// to must exist. It takes at most about 2·10⁷/Cols multiply-adds by rows to stay within 100 µs.
func Gemm(t *Tiles) { gemmSlot.run(t) }

// GemmShape returns how large the tiles of [Gemm] may be. It is the same until the program ends, but for [Use].
func GemmShape() *TileShape { return gemmSlot.shape }

var gemmSlot = gemmUnit{gemmGeneric, &tileShapeGeneric}

var tileShapeGeneric = TileShape{Rows: 4, Cols: 32, TallRows: 4, TallCols: 32, Lanes: 4, FuseRows: 4, PartialB: true}

// gemmGeneric computes tiles in blocks of 2 by 4, as many as the registers of any processor hold.
func gemmGeneric(t *Tiles) {
	if t.BPacked != nil {
		packTileB(t)
	}
	for tile := range t.Count {
		for i := 0; i < t.Rows; i += 2 {
			for j := 0; j < t.Cols; j += 4 {
				block := tileBlock{Tiles: t, i: i, j: j, tile: tile}
				if i+1 < t.Rows && j+4 <= t.Cols {
					block.whole()
				} else {
					block.edge(min(2, t.Rows-i), min(4, t.Cols-j))
				}
			}
		}
	}
}

// at returns the element at a distance from p.
func at(p unsafe.Pointer, offset int) *float32 { return (*float32)(unsafe.Add(p, 4*offset)) }

// packTileB writes BPacked, with zeros behind the columns.
func packTileB(t *Tiles) {
	width, to, from := tileShapeGeneric.Width(t.Cols), 0, 0
	for range t.Taps {
		for range t.K {
			for j := range width {
				v := float32(0)
				if j < t.Cols {
					v = *at(t.B, from+j)
				}
				*at(t.BPacked, to+j) = v
			}
			from += t.BK
			to += width
		}
		from += t.BTap
	}
}

// A tileBlock is a part of a tile, from row i and column j on.
type tileBlock struct {
	*Tiles
	i, j, tile int
}

// from returns where the inner loop of a tap begins in A and in B. These are distances and not pointers because the
// last ones lie outside the matrices, where no pointer may.
func (t *tileBlock) from(tap int) (a, b int) {
	offset := tap * (t.K*t.AK + t.ATap)
	if t.Offsets != nil {
		offset = *(*int)(unsafe.Add(t.Offsets, tap*int(unsafe.Sizeof(tap))))
	}
	return t.tile*t.ATile + t.i*t.AI + offset, tap*(t.K*t.BK+t.BTap) + t.j
}

func (t *tileBlock) whole() {
	first, second := t.begin(0, 4), t.begin(1, 4)
	c00, c01, c02, c03 := first[0], first[1], first[2], first[3]
	c10, c11, c12, c13 := second[0], second[1], second[2], second[3]
	for tap := range t.Taps {
		a, b := t.from(tap)
		for range t.K {
			a0, a1 := *at(t.A, a), *at(t.A, a+t.AI)
			row := (*[4]float32)(unsafe.Pointer(at(t.B, b)))
			c00 += a0 * row[0]
			c01 += a0 * row[1]
			c02 += a0 * row[2]
			c03 += a0 * row[3]
			c10 += a1 * row[0]
			c11 += a1 * row[1]
			c12 += a1 * row[2]
			c13 += a1 * row[3]
			a, b = a+t.AK, b+t.BK
		}
	}
	t.put(0, []float32{c00, c01, c02, c03})
	t.put(1, []float32{c10, c11, c12, c13})
}

func (t *tileBlock) edge(rows, cols int) {
	var c [2][4]float32
	for i := range rows {
		c[i] = t.begin(i, cols)
	}
	for tap := range t.Taps {
		a, b := t.from(tap)
		for k := range t.K {
			for i := range rows {
				for j := range cols {
					c[i][j] += *at(t.A, a+i*t.AI+k*t.AK) * *at(t.B, b+k*t.BK+j)
				}
			}
		}
	}
	for i := range rows {
		t.put(i, c[i][:cols])
	}
}

// begin returns what the sums of row i of the block begin with.
func (t *tileBlock) begin(i, cols int) (sums [4]float32) {
	if t.Flags&TileContinue != 0 {
		row := t.row(i)
		for j := range cols {
			sums[j] = *at(t.C, row+j)
		}
	}
	return sums
}

// row returns where row i of the block begins in C.
func (t *tileBlock) row(i int) int { return ((t.tile*t.Rows)+t.i+i)*t.CI + t.j }

// put writes sums to row i of the block.
func (t *tileBlock) put(i int, sums []float32) {
	row := t.row(i)
	for j, v := range sums {
		c := at(t.C, row+j)
		if t.Flags&TileScale != 0 {
			v = float32(v * t.Alpha)
		}
		if t.Bias != nil {
			v += *at(t.Bias, t.j+j)
		}
		if t.Flags&TileAccumulate != 0 {
			v += *c
		}
		if t.Flags&TileReLU != 0 && v < 0 {
			v = 0
		}
		*c = v
	}
}
