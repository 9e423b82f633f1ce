package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"
)

// The generator knows the fields of Weights by their place.
func TestWeightsLayout(t *testing.T) {
	if unsafe.Sizeof(int(0)) != 8 {
		t.Skip("no assembly for this architecture")
	}
	var x Weights
	for i, at := range []uintptr{
		unsafe.Offsetof(x.W), unsafe.Offsetof(x.WI), unsafe.Offsetof(x.Scale), unsafe.Offsetof(x.ScaleI), unsafe.Offsetof(x.X), unsafe.Offsetof(x.XI),
		unsafe.Offsetof(x.Y), unsafe.Offsetof(x.YI), unsafe.Offsetof(x.Rows), unsafe.Offsetof(x.Chunks), unsafe.Offsetof(x.Group),
	} {
		if at != uintptr(8*i) {
			t.Errorf("field %d is at %d", i, at)
		}
	}
}

// randomWeights returns rows of random weights whose last byte is the last of a page, and their scales.
func randomWeights(t *testing.T, r *rand.Rand, f WeightFormat, rows, chunks, group int) (w []byte, scale []float32) {
	w, scale = edge[byte](t, rows*chunks*f.Bytes()), edge[float32](t, rows*((chunks+group-1)/group))
	copy(w, randomBytes(r, len(w)))
	if f == BFloat16 {
		b, _ := halves(r, len(w)/2, tame)
		copy(w, b)
	}
	for i := range scale {
		scale[i] = positive(r)
	}
	return w, scale
}

func TestWeightRows(t *testing.T) {
	withSets(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(1, 2))
		for _, f := range []WeightFormat{Int4, Int8, BFloat16} {
			for _, s := range [][3]int{{1, 1, 1}, {2, 3, 1}, {3, 4, 2}, {5, 7, 2}, {4, 9, 4}, {2, 5, 9}, {3, 64, 1}, {1, 0, 1}} {
				for m := 1; m <= MaxVectors; m++ {
					testWeightRows(t, r, f, s[0], s[1], s[2], m)
				}
			}
		}
	})
}

func testWeightRows(t *testing.T, r *rand.Rand, f WeightFormat, rows, chunks, group, m int) {
	w, scale := randomWeights(t, r, f, rows, chunks, group)
	groups := (chunks + group - 1) / group
	x := edge[float32](t, m*chunks*Chunk)
	for i := range x {
		x[i] = tame(r)
	}
	y := make([]float32, m*(rows+3))
	p := Weights{W: unsafe.Pointer(unsafe.SliceData(w)), WI: chunks * f.Bytes(), Scale: pointer(scale), ScaleI: 4 * groups, X: pointer(x), XI: 4 * chunks * Chunk, Y: pointer(y), YI: 4 * (rows + 3), Rows: rows, Chunks: chunks, Group: group}
	WeightRows(f, m, &p)
	for row := range rows {
		values := make([]float32, chunks*Chunk)
		unpackWeightsGeneric(f, values, w[row*p.WI:], scale[row*groups:], group)
		got := make([]float32, len(values))
		if chunks > 0 {
			UnpackWeights(f, got, w[row*p.WI:], scale[row*groups:], group)
		}
		for k := range values {
			if got[k] != values[k] {
				t.Fatalf("format %d: unpacked [%d %d] is %v, want %v", f, row, k, got[k], values[k])
			}
		}
		for i := range m {
			want, size := 0.0, 0.0
			for k, v := range values {
				v := float64(v) * float64(x[i*chunks*Chunk+k])
				want, size = want+v, size+math.Abs(v)
			}
			if got := float64(y[i*(rows+3)+row]); math.Abs(got-want) > float64(chunks*Chunk+2)*0x1p-24*size {
				t.Fatalf("format %d, %d rows of %d chunks, groups of %d, %d vectors: [%d %d] is %v, want %v", f, rows, chunks, group, m, i, row, got, want)
			}
		}
	}
	for i := range m {
		for _, v := range y[i*(rows+3)+rows : (i+1)*(rows+3)] {
			if v != 0 {
				t.Fatalf("format %d, %d vectors: written beside the rows", f, m)
			}
		}
	}
}

func TestQuantizeRow(t *testing.T) {
	inf := float32(math.Inf(1))
	nan := float32(math.NaN())
	withSets(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(1, 2))
		for n := range 70 {
			x, q := edge[float32](t, n), edge[uint8](t, n)
			largest := float32(0)
			for i := range x {
				x[i] = tame(r)
				largest = max(largest, x[i], -x[i])
			}
			s := QuantizeRow(q, x)
			if s != largest/127 {
				t.Fatalf("%d numbers up to %v: scale %v", n, largest, s)
			}
			for i, v := range x {
				if want := 128 + math.RoundToEven(float64(float32(v*float32(127/largest)))); float64(q[i]) != want {
					t.Fatalf("%d numbers: %v is %d, want %v", n, v, q[i], want)
				}
			}
		}
		for _, c := range []struct {
			x    []float32
			want float32
		}{{nil, 0}, {[]float32{0, 0}, 0}, {[]float32{1e-38, -1e-40}, 0}, {[]float32{1, inf}, nan}, {[]float32{-inf, 1}, nan}, {[]float32{3, nan, 1}, nan}} {
			q := make([]uint8, len(c.x))
			if got := QuantizeRow(q, c.x); got != c.want && (got == got || c.want == c.want) {
				t.Errorf("%v: scale %v, want %v", c.x, got, c.want)
			}
			for _, v := range q {
				if v != 128 {
					t.Errorf("%v: %v", c.x, q)
				}
			}
		}
	})
}

func BenchmarkWeightRows(b *testing.B) {
	const rows, chunks = 64, 128
	x := make([]float32, MaxVectors*chunks*Chunk)
	for _, f := range []WeightFormat{Int4, Int8, BFloat16} {
		w, scale, y := make([]byte, rows*chunks*f.Bytes()), make([]float32, rows*chunks), make([]float32, MaxVectors*rows)
		for _, set := range Sets() {
			for _, m := range []int{1, 4} {
				b.Run(fmt.Sprintf("bits %d/%s/%d vectors", 4<<f, set, m), func(b *testing.B) {
					defer Use(set)()
					p := Weights{W: unsafe.Pointer(&w[0]), WI: chunks * f.Bytes(), Scale: pointer(scale), ScaleI: 4 * chunks, X: pointer(x), XI: 4 * chunks * Chunk, Y: pointer(y), YI: 4 * rows, Rows: rows, Chunks: chunks, Group: 2}
					b.SetBytes(int64(len(w)))
					for b.Loop() {
						WeightRows(f, m, &p)
					}
				})
			}
		}
	}
}
