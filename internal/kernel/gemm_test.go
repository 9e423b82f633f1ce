package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"
)

// The generator knows the fields of Tiles by their place.
func TestTilesLayout(t *testing.T) {
	if unsafe.Sizeof(int(0)) != 8 {
		t.Skip("no assembly for this architecture")
	}
	var x Tiles
	for i, at := range []uintptr{
		unsafe.Offsetof(x.K), unsafe.Offsetof(x.Taps),
		unsafe.Offsetof(x.A), unsafe.Offsetof(x.AK), unsafe.Offsetof(x.AI), unsafe.Offsetof(x.ATile), unsafe.Offsetof(x.ATap),
		unsafe.Offsetof(x.B), unsafe.Offsetof(x.BK), unsafe.Offsetof(x.BTap),
		unsafe.Offsetof(x.C), unsafe.Offsetof(x.CI), unsafe.Offsetof(x.Count),
		unsafe.Offsetof(x.Bias), unsafe.Offsetof(x.Flags), unsafe.Offsetof(x.Cols),
		unsafe.Offsetof(x.Offsets), unsafe.Offsetof(x.BPacked), unsafe.Offsetof(x.Alpha), unsafe.Offsetof(x.saved),
		unsafe.Offsetof(x.Rows), unsafe.Offsetof(x.Next), unsafe.Offsetof(x.NextK), unsafe.Offsetof(x.NextTile),
		unsafe.Offsetof(x.lastRow), unsafe.Offsetof(x.tapsLeft),
	} {
		if at != uintptr(8*i) {
			t.Errorf("field %d is at %d", i, at)
		}
	}
}

func random(r *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = r.Float32() - 0.5
	}
	return x
}

// close tells whether two results of sums of n products of numbers up to ½ may differ so.
func close(a, b float32, n int) bool {
	return math.Abs(float64(a-b)) <= 1e-6*float64(n+1) || a != a && b != b
}

// pointer returns where the elements of x begin, or nil.
func pointer(x []float32) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(x)) }

// Every kernel of every set: rows, columns, A contiguous along rows or along k, B packed or not, every flag, taps.
func TestGemmAgainstSums(t *testing.T) {
	withSets(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(1, 2))
		s := GemmShape()
		for rows := 1; rows <= max(s.Rows, s.TallRows); rows++ {
			most := s.TallCols
			if rows <= s.Rows {
				most = s.Cols
			}
			for cols := 1; cols <= most; cols++ {
				for mode := range 4 {
					if mode >= 2 && rows > s.FuseRows {
						continue
					}
					testTiles(t, r, rows, cols, mode&1 == 1, mode&2 == 2)
				}
			}
		}
	})
}

func testTiles(t *testing.T, r *rand.Rand, rows, cols int, strided, pack bool) {
	s := GemmShape()
	k, taps, count := r.IntN(23), 1+r.IntN(3), 1+r.IntN(3)
	tile := Tiles{K: k, Taps: taps, Count: count, Rows: rows, Cols: cols, Flags: TileFlags(r.IntN(32)), Alpha: 1.5}
	if strided {
		tile.AK, tile.AI = 1, k*taps+3
	} else {
		tile.AK, tile.AI = rows*count+2, 1
	}
	if strided && tile.AI == 1 {
		tile.AI = 2
	}
	tile.ATile = rows * tile.AI
	tile.ATap = r.IntN(2) * tile.AK
	a := random(r, rows*count*tile.AI+taps*(k*tile.AK+tile.ATap)+64)
	tile.BK = cols + r.IntN(5)
	if !s.PartialB || tile.Flags&TilePadded != 0 {
		tile.BK = s.Width(cols) + r.IntN(5)
	}
	tile.BTap = r.IntN(2) * tile.BK
	b := random(r, taps*(k*tile.BK+tile.BTap)+64)
	tile.CI = cols + r.IntN(5)
	c := random(r, rows*count*tile.CI+64)
	var bias []float32
	if r.IntN(2) == 0 {
		bias = random(r, cols)
	}
	offsets := make([]int, taps)
	for i := range offsets {
		offsets[i] = i * (k*tile.AK + tile.ATap)
	}
	if r.IntN(2) == 0 {
		slices.Reverse(offsets)
		tile.Offsets = unsafe.Pointer(&offsets[0])
	}
	width := s.Width(cols)
	packed := make([]float32, k*taps*width+8)
	for i := range packed {
		packed[i] = 99
	}
	tile.A, tile.B, tile.C, tile.Bias = pointer(a), pointer(b), pointer(c), pointer(bias)
	if pack {
		tile.BPacked = pointer(packed)
	}
	want := append([]float32(nil), c...)
	for i := range rows * count {
		for j := range cols {
			sum := 0.0
			if tile.Flags&TileContinue != 0 {
				sum = float64(want[i*tile.CI+j])
			}
			for tap, o := range offsets {
				for p := range k {
					sum += float64(a[o+i*tile.AI+p*tile.AK]) * float64(b[tap*(k*tile.BK+tile.BTap)+p*tile.BK+j])
				}
			}
			if tile.Flags&TileScale != 0 {
				sum *= float64(tile.Alpha)
			}
			if bias != nil {
				sum += float64(bias[j])
			}
			if tile.Flags&TileAccumulate != 0 {
				sum += float64(want[i*tile.CI+j])
			}
			if tile.Flags&TileReLU != 0 {
				sum = max(sum, 0)
			}
			want[i*tile.CI+j] = float32(sum)
		}
	}
	Gemm(&tile)
	name := fmt.Sprintf("%d×%d, strided %v, pack %v, K %d, taps %d, count %d, flags %d, offsets %v", rows, cols, strided, pack, k, taps, count, tile.Flags, tile.Offsets != nil)
	for i := range c {
		if !close(c[i], want[i], k*taps) {
			t.Fatalf("%s: element %d is %v, want %v", name, i, c[i], want[i])
		}
	}
	if !pack {
		return
	}
	for i, v := range packed {
		want := float32(99)
		if i < k*taps*width {
			row, j := i/width, i%width
			want = 0
			if j >= cols && tile.Flags&TilePadded != 0 {
				continue
			}
			if j < cols || !s.PartialB {
				want = b[row/max(k, 1)*(k*tile.BK+tile.BTap)+row%max(k, 1)*tile.BK+j]
			}
		}
		if v != want {
			t.Fatalf("%s: packed element %d is %v, want %v", name, i, v, want)
		}
	}
}

func TestGemmNaN(t *testing.T) {
	withSets(t, func(t *testing.T) {
		nan := float32(math.NaN())
		a, b, c := []float32{nan, -1}, []float32{1, 1, 1}, make([]float32, 6)
		tile := Tiles{K: 1, Taps: 1, AK: 2, AI: 1, BK: 3, CI: 3, Count: 1, Rows: 2, Cols: 3, Flags: TileReLU}
		if !GemmShape().PartialB {
			b = make([]float32, GemmShape().Width(3))
			copy(b, []float32{1, 1, 1})
		}
		tile.A, tile.B, tile.C = pointer(a), pointer(b), pointer(c)
		Gemm(&tile)
		for j := range 3 {
			if c[j] == c[j] || c[3+j] != 0 {
				t.Fatalf("ReLU of NaN and −1 is %v and %v", c[j], c[3+j])
			}
		}
	})
}
