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

// randomHalf returns a matrix of bfloat16 in that order in memory, and its values.
func randomHalf(r *rand.Rand, rows, cols int, transposed bool) (matrix16, []float64) {
	m := matrix16{make([]uint16, (rows+1)*(cols+1)), rows, cols, cols + 1, 1}
	if transposed {
		m.rowStride, m.colStride = 1, rows+1
	}
	x, one := make([]float64, rows*cols), make([]float32, 1)
	for i := range rows {
		for j := range cols {
			one[0] = float32(r.NormFloat64())
			at := i*m.rowStride + j*m.colStride
			kernel.Float32ToBFloat16(m.data[at:at+1], one)
			kernel.BFloat16ToFloat32(one, m.data[at:at+1])
			x[i*cols+j] = float64(one[0])
		}
	}
	return m, x
}

func TestBgemm(t *testing.T) {
	for _, set := range kernel.Sets() {
		t.Run(set, func(t *testing.T) {
			defer kernel.Use(set)()
			r := rand.New(rand.NewPCG(1, 2))
			for _, s := range [][3]int{
				{1, 1, 1},
				{1, 40, 30},
				{40, 1, 30},
				{2, 3, 1},
				{5, 7, 3},
				{31, 33, 32},
				{32, 32, 64},
				{33, 31, 95},
				{64, 64, 0},
				{130, 70, 100},
				{70, 300, 65},
				{200, 40, 1100},
				{17, 129, 1536},
				{40, 130, 4200},
			} {
				step := 1
				if testing.Short() || s[0]*s[1]*s[2] > 1e6 {
					step = 5 // 0, 5, 10 and 15 have everything once
				}
				for mode := 0; mode < 16; mode += step {
					testBgemm(t, r, s[0], s[1], s[2], mode)
				}
			}
		})
	}
}

func testBgemm(t *testing.T, r *rand.Rand, m, n, k, mode int) {
	t.Helper()
	a, x := randomHalf(r, m, k, mode&1 != 0)
	b, w := randomHalf(r, k, n, mode&2 != 0)
	ep := epilogue{relu: mode&4 != 0}
	if mode&8 != 0 {
		ep.bias = make([]float32, n)
		for j := range ep.bias {
			ep.bias[j] = float32(r.NormFloat64())
		}
	}
	c16 := matrix16{make([]uint16, m*(n+2)), m, n, n + 2, 1}
	c32 := matrix{make([]float32, m*(n+2)), m, n, n + 2, 1}
	if mode == 3 {
		c32.rowStride, c32.colStride = 1, m
	}
	bgemm(c16, a, b, ep)
	for i := range c32.data {
		c32.data[i] = float32(i)
	}
	before := slices.Clone(c32.data)
	ep32 := ep
	ep32.accumulate = true
	bgemm(c32, a, b, ep32)
	got := make([]float32, len(c16.data))
	kernel.BFloat16ToFloat32(got, c16.data)
	for i := range m {
		for j := range n {
			sum, size := 0.0, 0.0
			for p := range k {
				v := x[i*k+p] * w[p*n+j]
				sum, size = sum+v, size+math.Abs(v)
			}
			if ep.bias != nil {
				sum += float64(ep.bias[j])
			}
			at := i*c32.rowStride + j*c32.colStride
			for _, c := range []struct{ got, want, ulp float64 }{
				{float64(got[i*(n+2)+j]), sum, 0x1p-8}, {float64(c32.data[at]), sum + float64(before[at]), 0x1p-22},
			} {
				if ep.relu {
					c.want = max(c.want, 0)
				}
				if math.Abs(c.got-c.want) > c.ulp*math.Abs(c.want)+float64(k+2)*0x1p-24*(size+math.Abs(float64(before[at]))) {
					t.Fatalf("%d×%d×%d, mode %d: [%d %d] is %v, want %v", m, n, k, mode, i, j, c.got, c.want)
				}
			}
		}
	}
	for i := range m {
		if c16.data[i*(n+2)+n] != 0 || c16.data[i*(n+2)+n+1] != 0 {
			t.Fatalf("%d×%d×%d, mode %d: written beside row %d", m, n, k, mode, i)
		}
	}
}

// Long sums of many columns are taken by blocks of k; they have the bits of those of a few columns, which are not.
func TestBgemmDeep(t *testing.T) {
	const m, n, k = 3600, 320, 1700
	r := rand.New(rand.NewPCG(1, 2))
	for mode := range 4 {
		a, _ := randomHalf(r, m, k, mode&1 != 0)
		b, _ := randomHalf(r, k, n, mode&2 != 0)
		all := matrix16{make([]uint16, m*n), m, n, n, 1}
		few := matrix16{make([]uint16, m*n), m, n, n, 1}
		bgemm(all, a, b, epilogue{})
		for j := 0; j < n; j += 64 {
			bgemm(few.part(0, j, m, 64), a, b.part(0, j, k, 64), epilogue{})
		}
		if !slices.Equal(all.data, few.data) {
			t.Errorf("mode %d: a block of k gives other bits", mode)
		}
	}
}

func TestBgemmBitsDoNotDependOnThreads(t *testing.T) {
	defer parallel.SetThreads(0)
	r := rand.New(rand.NewPCG(1, 2))
	for _, set := range kernel.Sets() {
		if set == "generic" || testing.Short() && set != kernel.Sets()[len(kernel.Sets())-1] {
			continue // too slow for what is worth several threads
		}
		restore := kernel.Use(set)
		for _, s := range [][3]int{{777, 555, 333}, {64, 2000, 700}, {3000, 40, 300}, {300, 260, 2500}} {
			for mode := range 4 {
				a, _ := randomHalf(r, s[0], s[2], mode&1 != 0)
				b, _ := randomHalf(r, s[2], s[1], mode&2 != 0)
				var want []uint16
				for _, n := range []int{1, 2, 5} {
					parallel.SetThreads(n)
					c := matrix16{make([]uint16, s[0]*s[1]), s[0], s[1], s[1], 1}
					bgemm(c, a, b, epilogue{})
					if want == nil {
						want = c.data
					}
					if !slices.Equal(c.data, want) {
						t.Errorf("%s, %v, mode %d: %d threads give other bits", set, s, mode, n)
					}
				}
			}
		}
		restore()
	}
}

// BenchmarkBgemmPeer compares products of bfloat16 with oneDNN's: B as it lies in memory, and as oneDNN likes it best.
func BenchmarkBgemmPeer(b *testing.B) {
	p := startPeer(b)
	r := rand.New(rand.NewPCG(1, 2))
	for _, threads := range []int{1, 2} {
		for _, s := range [][3]int{{256, 256, 256}, {1024, 1024, 1024}, {2048, 2048, 2048}, {64, 1024, 1024}} {
			x, _ := randomHalf(r, s[0], s[2], false)
			w, _ := randomHalf(r, s[2], s[1], false)
			x, w = tight(x), tight(w)
			c := matrix{make([]float32, s[0]*s[1]), s[0], s[1], s[1], 1}
			b.Run(fmt.Sprintf("threads %d/%dx%dx%d", threads, s[0], s[1], s[2]), func(b *testing.B) {
				command := func(layout string) string {
					return fmt.Sprintf("matmul bf16 %s %d 1 %d %d %d", layout, threads, s[0], s[1], s[2])
				}
				p.against(b, threads, 2*float64(s[0])*float64(s[1])*float64(s[2]), func() { bgemm(c, x, w, epilogue{}) }, command("plain"), command("packed"))
			})
		}
	}
}

// tight returns m without gaps.
func tight(m matrix16) matrix16 {
	to := matrix16{make([]uint16, m.rows*m.cols), m.rows, m.cols, m.cols, 1}
	copyMatrix(to, m)
	return to
}

// BenchmarkBgemm is of products of bfloat16 alone, with B stored as it is, or transposed as a weight [out in].
func BenchmarkBgemm(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, s := range [][3]int{{64, 64, 64}, {256, 256, 256}, {1024, 1024, 1024}, {2048, 2048, 2048}, {64, 1024, 1024}, {512, 2048, 784}, {1536, 384, 8192}, {2048, 2048, 8192}, {128, 256, 2048}} {
		for _, mode := range []int{0, 2, 1} {
			for _, half := range []bool{false, true} {
				b.Run(fmt.Sprintf("%dx%dx%d/%s/half %v", s[0], s[1], s[2], []string{"nn", "tn", "nt"}[mode], half), func(b *testing.B) {
					parallel.SetThreads(1)
					defer parallel.SetThreads(0)
					x, w := tightHalf(r, s[0], s[2], mode&1 != 0), tightHalf(r, s[2], s[1], mode&2 != 0)
					c, c16 := matrix{make([]float32, s[0]*s[1]), s[0], s[1], s[1], 1}, matrix16{make([]uint16, s[0]*s[1]), s[0], s[1], s[1], 1}
					flop, best := 2*float64(s[0])*float64(s[1])*float64(s[2]), 1e9
					for b.Loop() {
						best = min(best, timingOf(flop).of(func() {
							if half {
								bgemm(c16, x, w, epilogue{})
							} else {
								bgemm(c, x, w, epilogue{})
							}
						}).best)
					}
					b.ReportMetric(0, "ns/op")
					b.ReportMetric(flop/best*1e-9, "GFLOP/s")
				})
			}
		}
	}
}

// tightHalf returns a random matrix without gaps.
func tightHalf(r *rand.Rand, rows, cols int, transposed bool) matrix16 {
	m, _ := randomHalf(r, rows, cols, transposed)
	if transposed {
		return tight(m.transposed()).transposed()
	}
	return tight(m)
}
