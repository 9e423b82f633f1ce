package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"
)

// The generator knows the fields of Panel by their place.
func TestPanelLayout(t *testing.T) {
	if unsafe.Sizeof(int(0)) != 8 {
		t.Skip("no assembly for this architecture")
	}
	var x Panel
	for i, at := range []uintptr{
		unsafe.Offsetof(x.Steps), unsafe.Offsetof(x.A), unsafe.Offsetof(x.AI), unsafe.Offsetof(x.AStep), unsafe.Offsetof(x.Tail), unsafe.Offsetof(x.B),
		unsafe.Offsetof(x.C), unsafe.Offsetof(x.CI), unsafe.Offsetof(x.Rows), unsafe.Offsetof(x.Accumulate),
	} {
		if at != uintptr(8*i) {
			t.Errorf("field %d is at %d", i, at)
		}
	}
}

// A panelCase is a product of rows of bytes by 32 columns, with operands at the ends of pages.
type panelCase struct {
	rows, bytes int
	a           []byte // [rows][bytes]
	tail, panel []byte
	c           []byte // [rows][32] numbers of 32 bits
	p           Panel
}

// newPanelCase makes operands for rows of bytes; b are the columns, one after another.
func newPanelCase(t *testing.T, rows, bytes int, a, b []byte) *panelCase {
	s := &panelCase{rows: rows, bytes: bytes, a: edge[byte](t, rows*bytes), c: edge[byte](t, rows*panelRow)}
	copy(s.a, a)
	s.panel = edge[byte](t, PanelBytes(bytes))
	PackColumns(s.panel, b, bytes, PanelCols, bytes)
	s.p = Panel{Steps: bytes / StepBytes, AI: bytes, AStep: StepBytes, B: unsafe.Pointer(&s.panel[0]), C: unsafe.Pointer(&s.c[0]), CI: panelRow, Rows: rows}
	if s.p.Steps > 0 {
		s.p.A = unsafe.Pointer(&s.a[0])
	}
	if rest := bytes % StepBytes; rest > 0 {
		s.tail = edge[byte](t, rows*StepBytes)
		for i := range rows {
			copy(s.tail[i*StepBytes:], s.a[(i+1)*bytes-rest:(i+1)*bytes])
		}
		s.p.Tail = unsafe.Pointer(&s.tail[0])
	}
	return s
}

func randomBytes(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

var panelShapes = [][2]int{{1, 64}, {1, 2}, {2, 4}, {3, 66}, {5, 128}, {12, 62}, {13, 190}, {14, 64}, {15, 64}, {16, 256}, {17, 30}, {28, 64}, {31, 64}, {32, 70}, {33, 512}, {48, 64}, {63, 126}, {64, 1024}, {65, 130}, {100, 320}}

func TestPanelInt8(t *testing.T) {
	withSets(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(1, 2))
		for _, shape := range panelShapes {
			rows, k := shape[0], shape[1]
			a, b := randomBytes(r, rows*k), randomBytes(r, PanelCols*k)
			if k == 512 { // the largest sums of products
				for i := range a {
					a[i] = 255
				}
				for i := range b {
					b[i] = 0x80
				}
			}
			s := newPanelCase(t, rows, k, a, b)
			c := unsafe.Slice((*int32)(unsafe.Pointer(&s.c[0])), rows*PanelCols)
			for s.p.Accumulate = range 2 {
				before := slices.Clone(c)
				PanelInt8(&s.p)
				for i := range rows {
					for j := range PanelCols {
						want := int32(0)
						if s.p.Accumulate != 0 {
							want = before[i*PanelCols+j]
						}
						for p := range k {
							want += int32(a[i*k+p]) * int32(int8(b[j*k+p]))
						}
						if got := c[i*PanelCols+j]; got != want {
							t.Fatalf("%d rows of %d: [%d %d] is %d, want %d", rows, k, i, j, got, want)
						}
					}
				}
			}
		}
	})
}

// halves returns the bytes of random bfloat16.
func halves(r *rand.Rand, n int, f func(r *rand.Rand) float32) ([]byte, []float64) {
	b, x := make([]byte, 2*n), make([]float64, n)
	h := make([]uint16, 1)
	for i := range x {
		Float32ToBFloat16(h, []float32{f(r)})
		b[2*i], b[2*i+1] = byte(h[0]), byte(h[0]>>8)
		x[i] = float64(fromBFloat16(h[0]))
	}
	return b, x
}

func TestPanelBFloat16(t *testing.T) {
	withSets(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(1, 2))
		for _, shape := range panelShapes {
			rows, k := shape[0], shape[1]/2
			a, x := halves(r, rows*k, tame)
			b, w := halves(r, PanelCols*k, tame)
			s := newPanelCase(t, rows, 2*k, a, b)
			c := unsafe.Slice((*float32)(unsafe.Pointer(&s.c[0])), rows*PanelCols)
			for s.p.Accumulate = range 2 {
				before := slices.Clone(c)
				PanelBFloat16(&s.p)
				for i := range rows {
					for j := range PanelCols {
						want, size := 0.0, 0.0
						if s.p.Accumulate != 0 {
							want = float64(before[i*PanelCols+j])
						}
						for p := range k {
							v := x[i*k+p] * w[j*k+p]
							want += v
							size += math.Abs(v)
						}
						// k sums are rounded, each by at most half a last place.
						if got := float64(c[i*PanelCols+j]); math.Abs(got-want) > float64(k+1)*0x1p-24*(size+math.Abs(want)) {
							t.Fatalf("%d rows of %d: [%d %d] is %v, want %v", rows, k, i, j, got, want)
						}
					}
				}
			}
		}
	})
}

func TestPanelBFloat16Extremes(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	withSets(t, func(t *testing.T) {
		for _, c := range []struct{ a, b, want float64 }{
			{inf, 1, inf},
			{inf, -2, -inf},
			{inf, 0, nan},
			{nan, 1, nan},
			{nan, 0, nan},
			{1, nan, nan},
			{0, inf, nan},
			{3e38, 3e38, inf},
			{-3e38, 3e38, -inf},
			{1e-30, 1e-30, 0},
			{0x1p-126, 1, 0x1p-126},
		} {
			for at := range 3 {
				const rows, k = 33, 40
				a, x := halves(rand.New(rand.NewPCG(1, 2)), rows*k, func(*rand.Rand) float32 { return 0 })
				b, _ := halves(nil, PanelCols*k, func(*rand.Rand) float32 { return 0 })
				one, v := halves(nil, 1, func(*rand.Rand) float32 { return float32(c.a) })
				two, w := halves(nil, 1, func(*rand.Rand) float32 { return float32(c.b) })
				place := []int{0, 5, 39}[at] // in a step and in the tail
				copy(a[2*(7*k+place):], one)
				copy(b[2*(9*k+place):], two)
				s := newPanelCase(t, rows, 2*k, a, b)
				PanelBFloat16(&s.p)
				y := unsafe.Slice((*float32)(unsafe.Pointer(&s.c[0])), rows*PanelCols)
				want := float32(c.want)
				if !math.IsInf(c.want, 0) && c.want == c.want && c.want != 0 {
					want = float32(v[0] * w[0])
				}
				if got := y[7*PanelCols+9]; got != want && (got == got || want == want) {
					t.Fatalf("%v · %v at %d is %v, want %v", c.a, c.b, place, got, want)
				}
				if y[6*PanelCols+9] != 0 && !math.IsNaN(c.b) && !math.IsInf(c.b, 0) {
					t.Fatalf("%v · %v spills", c.a, c.b)
				}
				_ = x
			}
		}
	})
}

// The bits of an element do not depend on the rows above and below it.
func TestPanelRowsApart(t *testing.T) {
	withSets(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(1, 2))
		const rows, k = 77, 90
		a, _ := halves(r, rows*k, tame)
		b, _ := halves(r, PanelCols*k, tame)
		s := newPanelCase(t, rows, 2*k, a, b)
		PanelBFloat16(&s.p)
		want := slices.Clone(s.c)
		for _, n := range []int{1, 5, 16, 31, 40} {
			clear(s.c)
			for i := 0; i < rows; i += n {
				q := s.p.below(i, min(n, rows-i))
				PanelBFloat16(&q)
			}
			if !slices.Equal(s.c, want) {
				t.Fatalf("in parts of %d rows the bits differ", n)
			}
		}
	})
}

// Packing of every set against the generic one.
func TestPackPanels(t *testing.T) {
	type packing struct {
		name string
		run  func(cols, k int, src []uint16) []byte
	}
	all := []packing{
		{"PackColumns", func(cols, k int, src []uint16) []byte {
			to := make([]byte, PanelBytes(2*k))
			PackColumns(to, asBytes(src), 2*k+2, cols, 2*k)
			return to
		}},
		{"PackPairs", func(cols, k int, src []uint16) []byte {
			to := make([]byte, PanelBytes(2*k))
			for i := range to {
				to[i] = 99
			}
			PackPairs(to, src, cols+1, k, cols)
			return to
		}},
		{"PackRows", func(cols, k int, src []uint16) []byte {
			step := cols*StepBytes/2 + 3
			to := make([]uint16, stepsOf(2*k)*step)
			PackRows(to, step, src, cols+1, k, cols)
			return asBytes(to)
		}},
	}
	r := rand.New(rand.NewPCG(1, 2))
	for _, p := range all {
		for _, cols := range []int{1, 2, 15, 16, 17, 31, 32} {
			for _, k := range []int{1, 2, 3, 16, 31, 32, 33, 64, 95, 129} {
				src := edge[uint16](t, (cols+1)*(k+1))
				for i := range src {
					src[i] = uint16(r.Uint32())
				}
				// The last row ends where the page does.
				switch p.name {
				case "PackColumns":
					src = src[len(src)-cols*(k+1)+1:]
				default:
					src = src[len(src)-k*(cols+1)+1:]
				}
				restore := Use("generic")
				want := p.run(cols, k, src)
				restore()
				for _, set := range Sets()[1:] {
					restore := Use(set)
					got := p.run(cols, k, src)
					restore()
					if !slices.Equal(got, want) {
						t.Fatalf("%s of %d columns, k %d: %s differs from generic", p.name, cols, k, set)
					}
				}
			}
		}
	}
}

func asBytes(x []uint16) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), 2*len(x))
}

// Signals, collections, and goroutines that move between threads do not disturb products: nothing lives in the vector or
// tile registers from one call to the next, and the system keeps them while a signal is handled.
func TestPanelUnderPreemption(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const rows, k = 320, 2048
	a, _ := halves(r, rows*k, tame)
	b, _ := halves(r, PanelCols*k, tame)
	ref := newPanelCase(t, rows, 2*k, a, b)
	PanelBFloat16(&ref.p)
	defer debug.SetGCPercent(debug.SetGCPercent(5)) // what the goroutines allocate makes the collector run all the time
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	long := 300 * time.Millisecond
	if testing.Short() {
		long = 100 * time.Millisecond
	}
	end := time.Now().Add(long)
	var wg sync.WaitGroup
	for g := range 16 {
		wg.Go(func() {
			c := make([]float32, rows*PanelCols)
			p := ref.p
			p.C = unsafe.Pointer(&c[0])
			for n := 0; time.Now().Before(end); n++ {
				clear(c)
				PanelBFloat16(&p)
				deep(10 + g*n%50)
				garbage.Store(new([1 << 16]byte))
				if !slices.Equal(unsafe.Slice((*byte)(p.C), 4*len(c)), ref.c) {
					t.Errorf("goroutine %d, round %d: other bits", g, n)
					return
				}
				runtime.Gosched()
			}
		})
	}
	wg.Wait()
	runtime.ReadMemStats(&after)
	t.Logf("%d collections", after.NumGC-before.NumGC)
}

var garbage atomic.Pointer[[1 << 16]byte]

// deep grows the stack.
func deep(n int) byte {
	var room [512]byte
	if n == 0 {
		return room[0]
	}
	room[n%512] = deep(n - 1)
	return room[(n+1)%512]
}

func BenchmarkPanel(b *testing.B) {
	const rows, k = 128, 512
	a, c, panel := make([]byte, rows*4*k), make([]byte, rows*panelRow), make([]byte, PanelBytes(4*k))
	for _, set := range Sets() {
		for _, kind := range []struct {
			name  string
			group int
			run   func(*Panel)
		}{{"bf16", 2, PanelBFloat16}, {"int8", 4, PanelInt8}} {
			b.Run(fmt.Sprint(kind.name, "/", set), func(b *testing.B) {
				defer Use(set)()
				p := Panel{Steps: 4 * k / StepBytes, A: unsafe.Pointer(&a[0]), AI: 4 * k, AStep: StepBytes, B: unsafe.Pointer(&panel[0]), C: unsafe.Pointer(&c[0]), CI: panelRow, Rows: rows}
				for b.Loop() {
					kind.run(&p)
				}
				b.ReportMetric(2*rows*PanelCols*k*float64(kind.group)/float64(b.Elapsed().Nanoseconds())*float64(b.N), "GFLOP/s")
			})
		}
	}
}

// The generator knows the fields of Sums by their place.
func TestSumsLayout(t *testing.T) {
	if unsafe.Sizeof(int(0)) != 8 {
		t.Skip("no assembly for this architecture")
	}
	var x Sums
	for i, at := range []uintptr{
		unsafe.Offsetof(x.Dst), unsafe.Offsetof(x.Stride), unsafe.Offsetof(x.Src), unsafe.Offsetof(x.Rows), unsafe.Offsetof(x.Cols), unsafe.Offsetof(x.Bias),
		unsafe.Offsetof(x.ReLU), unsafe.Offsetof(x.Accumulate), unsafe.Offsetof(x.Minus), unsafe.Offsetof(x.RowScale), unsafe.Offsetof(x.ColScale),
	} {
		if at != uintptr(8*i) {
			t.Errorf("field %d is at %d", i, at)
		}
	}
}

// What takes sums to their place, of every set, has the bits of the generic one, and writes nothing else.
func TestPutSums(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	puts := map[string]func(*Sums){"float32": PutFloat32, "bfloat16": PutBFloat16, "int32": PutInt32}
	for name, put := range puts {
		for _, cols := range []int{1, 2, 15, 16, 17, 31, 32} {
			for mode := range 8 {
				const rows = 5
				size := 4
				if name == "bfloat16" {
					size = 2
				}
				src := make([]float32, rows*PanelCols)
				for i := range src {
					src[i] = wild(r)
				}
				if name == "int32" {
					for i := range src {
						src[i] = math.Float32frombits(r.Uint32N(1 << 20))
					}
				}
				bias, rowScale, colScale, minus := edge[float32](t, cols), random(r, rows), edge[float32](t, cols), edge[int32](t, cols)
				for j := range cols {
					bias[j], colScale[j], minus[j] = tame(r), tame(r), r.Int32N(1000)
				}
				first := randomBytes(r, rows*(cols+3)*size)
				run := func(set string) []byte {
					defer Use(set)()
					to := edge[byte](t, len(first)-3*size)
					copy(to, first)
					s := Sums{
						Dst: unsafe.Pointer(&to[0]), Stride: (cols + 3) * size, Src: pointer(src), Rows: rows, Cols: cols, ReLU: mode & 1,
						Minus: unsafe.Pointer(&minus[0]), RowScale: pointer(rowScale), ColScale: pointer(colScale),
					}
					if mode&2 != 0 {
						s.Bias = pointer(bias)
					}
					if name == "float32" {
						s.Accumulate = mode >> 2
					}
					put(&s)
					return to
				}
				want := run("generic")
				for _, set := range Sets()[1:] {
					got := run(set)
					for i := 0; i < len(got); i += size {
						g, w := element(got[i:], size), element(want[i:], size)
						if g != w && (g == g || w == w) {
							t.Fatalf("%s, %d columns, mode %d, %s: at %d is %v, want %v", name, cols, mode, set, i/size, g, w)
						}
					}
				}
			}
		}
	}
}

// element returns a bfloat16 or float32.
func element(b []byte, size int) float32 {
	v := uint32(b[0]) | uint32(b[1])<<8
	if size == 2 {
		return math.Float32frombits(v << 16)
	}
	return math.Float32frombits(v | uint32(b[2])<<16 | uint32(b[3])<<24)
}
