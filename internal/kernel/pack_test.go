package kernel

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// atEdge returns a copy of x behind which memory faults.
func atEdge(t *testing.T, x []float32) []float32 {
	y := edge[float32](t, len(x))
	copy(y, x)
	return y
}

func TestPackCopy(t *testing.T) {
	withSets(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(1, 2))
		for width := 1; width <= 52; width++ {
			rows, n := r.IntN(6), r.IntN(width+1)
			stride := n + r.IntN(4)
			src := atEdge(t, random(r, max(0, (rows-1)*stride+n)))
			dst := atEdge(t, random(r, rows*width))
			want := slices.Clone(dst)
			for i := range want {
				want[i] = 0
				if i%width < n {
					want[i] = src[i/width*stride+i%width]
				}
			}
			PackCopy(dst, src, rows, n, stride, width)
			if !slices.Equal(dst, want) {
				t.Fatalf("%d rows of %d in %d, stride %d: %v, want %v", rows, n, width, stride, dst, want)
			}
		}
	})
}

func TestPackTranspose(t *testing.T) {
	withSets(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(1, 2))
		for k := range 40 {
			for _, width := range []int{1, 6, 8, 14, 16, 17, 48} {
				rows := r.IntN(width + 1)
				ss, ds := k+r.IntN(4), width+r.IntN(4)
				src := atEdge(t, random(r, max(0, (rows-1)*ss+k)))
				dst := atEdge(t, random(r, max(0, (k-1)*ds+width)))
				want := slices.Clone(dst)
				for p := range k {
					for i := range width {
						want[p*ds+i] = 0
						if i < rows {
							want[p*ds+i] = src[i*ss+p]
						}
					}
				}
				PackTranspose(dst, ds, src, ss, rows, k, width)
				if !slices.Equal(dst, want) {
					t.Fatalf("%d rows of %d, stride %d, to columns of %d, stride %d: %v, want %v", rows, k, ss, width, ds, dst, want)
				}
			}
		}
	})
}

func TestGemv(t *testing.T) {
	withSets(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(1, 2))
		for n := range 150 {
			rows := r.IntN(20)
			stride := n + r.IntN(4)
			x, w := atEdge(t, random(r, rows)), atEdge(t, random(r, max(0, (rows-1)*stride+n)))
			y := atEdge(t, random(r, n))
			want := slices.Clone(y)
			for i, v := range x {
				for j := range want {
					want[j] += v * w[i*stride+j]
				}
			}
			Gemv(y, x, w, stride)
			for j := range y {
				if !close(y[j], want[j], rows) {
					t.Fatalf("%d rows of %d: element %d is %v, want %v", rows, n, j, y[j], want[j])
				}
			}
		}
	})
}

// No kernel touches what lies behind its operands.
func TestGemmAtTheEdge(t *testing.T) {
	withSets(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(1, 2))
		s := GemmShape()
		for rows := 1; rows <= max(s.Rows, s.TallRows); rows++ {
			for _, cols := range []int{1, 7, 8, 9, 16, 17, 31, 32, 33, 47, 48} {
				if cols > s.Cols || rows > s.Rows && cols > s.TallCols {
					continue
				}
				for mode := range 4 {
					k := 1 + r.IntN(9)
					width := cols
					if !s.PartialB {
						width = s.Width(cols)
					}
					a := atEdge(t, random(r, rows*k))
					b, c, bias := atEdge(t, random(r, k*width)), atEdge(t, random(r, rows*cols)), atEdge(t, random(r, cols))
					tile := Tiles{K: k, Taps: 1, AK: rows, AI: 1, BK: width, CI: cols, Count: 1, Rows: rows, Cols: cols, Flags: TileAccumulate}
					if mode&1 == 1 && k > 1 {
						tile.AK, tile.AI = 1, k
					}
					if mode&2 == 2 && rows <= s.FuseRows {
						tile.BPacked = pointer(atEdge(t, make([]float32, k*s.Width(cols))))
					}
					tile.A, tile.B, tile.C, tile.Bias = pointer(a), pointer(b), pointer(c), pointer(bias)
					Gemm(&tile)
				}
			}
		}
	})
}

func TestDot2x4(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for k := range 10 {
		a, b := make([]float64, 2*k), make([]float64, 4*k)
		for i := range a {
			a[i] = float64(r.IntN(9))
		}
		for i := range b {
			b[i] = float64(r.IntN(9))
		}
		var sums, want [2][4]float64
		for i := range 2 {
			for j := range 4 {
				for p := range k {
					want[i][j] += a[i*k+p] * b[4*p+j]
				}
			}
		}
		Dot2x4(&sums, a[:k], a[k:], b)
		if sums != want {
			t.Fatalf("%d products: %v, want %v", k, sums, want)
		}
	}
}
