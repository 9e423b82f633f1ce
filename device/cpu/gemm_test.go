package cpu

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// withSets runs f once with every instruction set that is available here.
func withSets(t *testing.T, f func(t *testing.T)) {
	for _, set := range kernel.Sets() {
		t.Run(set, func(t *testing.T) {
			defer kernel.Use(set)()
			f(t)
		})
	}
}

// A layout is how the elements of a random matrix lie.
type layout int

const (
	rowMajor layout = iota
	rowsApart
	colMajor
	colsApart
	scattered
	layouts
)

// randomMatrix returns a matrix whose last element is the last of its data.
func randomMatrix(r *rand.Rand, rows, cols int, l layout) matrix {
	return randomMatrixOf[float32](r, rows, cols, l)
}

func randomMatrixOf[T float32 | float64](r *rand.Rand, rows, cols int, l layout) matrixOf[T] {
	m := matrixOf[T]{rows: rows, cols: cols}
	switch l {
	case rowMajor:
		m.rowStride, m.colStride = cols, 1
	case rowsApart:
		m.rowStride, m.colStride = cols+1+r.IntN(9), 1
	case colMajor:
		m.rowStride, m.colStride = 1, rows
	case colsApart:
		m.rowStride, m.colStride = 1, rows+1+r.IntN(9)
	case scattered:
		m.rowStride, m.colStride = 2*cols+1, 2
	}
	if rows > 0 && cols > 0 {
		m.data = make([]T, (rows-1)*m.rowStride+(cols-1)*m.colStride+1)
	}
	for i := range m.data {
		m.data[i] = T(r.Float32() - 0.5)
	}
	return m
}

func (m matrixOf[T]) element(i, j int) T { return m.data[i*m.rowStride+j*m.colStride] }

// product is what sgemm computes, in float64.
func product[T float32 | float64](c, a, b matrixOf[T], ep epilogueOf[T]) []float64 {
	want := make([]float64, c.rows*c.cols)
	for i := range c.rows {
		row := want[i*c.cols : (i+1)*c.cols]
		for k := range a.cols {
			v := float64(a.element(i, k))
			for j := range row {
				row[j] += v * float64(b.element(k, j))
			}
		}
		for j := range row {
			if ep.bias != nil {
				row[j] += float64(ep.bias[j])
			}
			if ep.accumulate {
				row[j] += float64(c.element(i, j))
			}
			if ep.relu {
				row[j] = max(row[j], 0)
			}
		}
	}
	return want
}

func (m matrixOf[T]) String() string {
	return fmt.Sprintf("%d×%d (%d %d)", m.rows, m.cols, m.rowStride, m.colStride)
}

// checkProduct compares a product of random matrices, in random layouts and with a random epilogue, with the sums. An
// element may differ by eps times the root of their length.
func checkProduct[T float32 | float64](t *testing.T, r *rand.Rand, m, n, k int, eps float64, multiply func(c, a, b matrixOf[T], ep epilogueOf[T])) {
	t.Helper()
	a := randomMatrixOf[T](r, m, k, layout(r.IntN(int(layouts))))
	b := randomMatrixOf[T](r, k, n, layout(r.IntN(int(layouts))))
	c := randomMatrixOf[T](r, m, n, layout(r.IntN(int(layouts))))
	if r.IntN(3) > 0 {
		c = randomMatrixOf[T](r, m, n, layout(r.IntN(2)))
	}
	ep := epilogueOf[T]{accumulate: r.IntN(2) == 0, relu: r.IntN(3) == 0}
	if r.IntN(2) == 0 {
		ep.bias = randomMatrixOf[T](r, 1, n, rowMajor).data
	}
	want, before := product(c, a, b, ep), slices.Clone(c.data)
	multiply(c, a, b, ep)
	for i := range m {
		for j := range n {
			got := float64(c.element(i, j))
			if d := math.Abs(got - want[i*n+j]); !(d < eps*(1+math.Sqrt(float64(k)))) {
				t.Fatalf("%v · %v → %v, %+v: element %d, %d is %v, want %v", a, b, c, ep, i, j, got, want[i*n+j])
			}
			before[i*c.rowStride+j*c.colStride] = c.element(i, j)
		}
	}
	if !slices.Equal(before, c.data) {
		t.Fatalf("%v · %v → %v, %+v: wrote between the elements", a, b, c, ep)
	}
}

func TestSgemmAgainstSums(t *testing.T) {
	withSets(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(3, 4))
		for range 1500 {
			checkProduct(t, r, r.IntN(71), r.IntN(71), r.IntN(71), 1e-5, sgemm)
		}
		for _, s := range [][3]int{
			{1, 300, 70},
			{1, 5000, 600},
			{1, 1, 1},
			{300, 1, 70},
			{1, 1, 5000},
			{2, 3, 3000},
			{300, 5, 20},
			{5, 300, 20},
			{129, 97, 1100},
			{600, 130, 3},
			{3, 1100, 513},
			{270, 1030, 30},
			{40, 30, 1024},
			{64, 200, 1024},
			{3000, 5, 300},
			{500, 60, 600},
			{3, 3100, 9},
			{7, 9, 20_000},
		} {
			for range 6 {
				checkProduct(t, r, s[0], s[1], s[2], 1e-5, sgemm)
			}
		}
	})
}

func TestDgemmAgainstSums(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for range 500 {
		checkProduct(t, r, r.IntN(30), r.IntN(30), r.IntN(30), 1e-14, dgemm)
	}
	checkProduct(t, r, 211, 130, 97, 1e-14, dgemm)
}

func TestBatches(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for _, n := range []int{0, 1, 2, 7, 40} {
		for _, side := range []int{5, 60} {
			c, a, b := make([]matrix, n), make([]matrix, n), make([]matrix, n)
			for i := range n {
				c[i], a[i] = randomMatrix(r, side, side+1, rowMajor), randomMatrix(r, side, 2*side, colMajor)
				b[i] = randomMatrix(r, 2*side, side+1, rowsApart)
			}
			sgemmBatch(n, func(i int) (matrix, matrix, matrix) { return c[i], a[i], b[i] }, epilogue{})
			for i := range n {
				want := matrix{make([]float32, len(c[i].data)), side, side + 1, side + 1, 1}
				sgemm(want, a[i], b[i], epilogue{})
				if !slices.Equal(want.data, c[i].data) {
					t.Fatalf("product %d of %d is not that of sgemm", i, n)
				}
			}
		}
	}
}

// A row stride of a page makes A be packed.
func TestSgemmAliased(t *testing.T) {
	withSets(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(5, 6))
		a, b, c := randomMatrix(r, 50, 1024, rowMajor), randomMatrix(r, 1024, 150, rowMajor), randomMatrix(r, 50, 150, rowMajor)
		for _, x := range []matrix{a, {a.data, 50, 50, 1, 1024}} {
			y := b.part(0, 0, x.cols, 150)
			want := product(c, x, y, epilogue{})
			sgemm(c, x, y, epilogue{})
			for i := range want {
				if math.Abs(float64(c.data[i])-want[i]) > 1e-4 {
					t.Fatalf("%v: element %d is %v, want %v", x, i, c.data[i], want[i])
				}
			}
		}
	})
}

// The bits do not depend on the number of threads, nor on the other rows and columns, nor on the layout; and where
// there are fused multiply-adds not on the instruction set.
func TestSgemmBits(t *testing.T) {
	defer parallel.SetThreads(0)
	r := rand.New(rand.NewPCG(7, 8))
	a, b := randomMatrix(r, 150, 1300, rowMajor), randomMatrix(r, 1300, 170, rowMajor)
	var fused []float32
	withSets(t, func(t *testing.T) {
		parallel.SetThreads(1)
		c := matrix{make([]float32, 150*170), 150, 170, 170, 1}
		sgemm(c, a, b, epilogue{})
		if kernel.GemmShape().Lanes >= 8 {
			if fused == nil {
				fused = c.data
			} else if !slices.Equal(fused, c.data) {
				t.Error("other bits than with another instruction set")
			}
		}
		same := func(what string, i0, j0, rows, cols int, a, b matrix) {
			t.Helper()
			d := matrix{make([]float32, rows*cols), rows, cols, cols, 1}
			sgemm(d, a.part(i0, 0, rows, a.cols), b.part(0, j0, b.rows, cols), epilogue{})
			for i := range rows {
				for j := range cols {
					if d.element(i, j) != c.element(i0+i, j0+j) {
						t.Fatalf("%s: element %d, %d is %v, otherwise %v", what, i, j, d.element(i, j), c.element(i0+i, j0+j))
					}
				}
			}
		}
		for _, threads := range []int{2, 5} {
			parallel.SetThreads(threads)
			same(fmt.Sprint(threads, " threads"), 0, 0, 150, 170, a, b)
		}
		same("one row", 3, 0, 1, 170, a, b)
		same("one column", 0, 9, 150, 1, a, b)
		same("one element", 5, 6, 1, 1, a, b)
		same("a few", 5, 6, 11, 13, a, b)
		at, bt := randomMatrix(r, 150, 1300, colMajor), randomMatrix(r, 1300, 170, colMajor)
		copyMatrix(at, a)
		copyMatrix(bt, b)
		same("A by columns", 0, 0, 150, 170, at, b)
		same("B by columns", 0, 0, 150, 170, a, bt)
		same("both by columns", 0, 0, 150, 170, at, bt)
		same("one row of B by columns", 3, 0, 1, 170, a, bt)
	})
}

// Long sums of few elements are cut into pieces; the bits do not depend on the number of threads.
func TestSgemmDeepBits(t *testing.T) {
	defer parallel.SetThreads(0)
	r := rand.New(rand.NewPCG(13, 14))
	const m, n, k = 20, 30, 30_000
	if !deep(m, n, k) {
		t.Fatal("not deep")
	}
	a, b := randomMatrix(r, m, k, colMajor), randomMatrix(r, k, n, rowMajor)
	ep := epilogue{accumulate: true, relu: true, bias: randomMatrix(r, 1, n, rowMajor).data}
	var first []float32
	for _, threads := range []int{1, 2, 5} {
		parallel.SetThreads(threads)
		c := matrix{make([]float32, m*n), m, n, n, 1}
		sgemm(c, a, b, ep)
		if first == nil {
			first = c.data
		} else if !slices.Equal(first, c.data) {
			t.Errorf("%d threads: other bits", threads)
		}
	}
}
