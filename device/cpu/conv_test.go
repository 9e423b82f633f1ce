package cpu

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// A convSample is a geometry of a convolution.
type convSample struct {
	n, in, out  int
	size        []int // of the images
	window      device.Window
	bias, relu  bool
	x, w, y, dx int // layouts, as for arrange
}

func (s *convSample) String() string {
	k := s.window.Axes
	return fmt.Sprint(s.n, "x", s.in, s.size, " to ", s.out, " by ", s.window.Size[:k], " stride ", s.window.Stride[:k],
		" dilation ", s.window.Dilation[:k], " pad ", s.window.Pad[:k], " groups ", s.window.Groups, " bias ", s.bias,
		" relu ", s.relu, " layouts ", s.x, s.w, s.y, s.dx)
}

// newSample returns a sample of the simplest kind.
func newSample(n, in, out, window int, size ...int) *convSample {
	s := &convSample{n: n, in: in, out: out, size: size}
	s.window.Axes, s.window.Groups = len(size), 1
	for k := range size {
		s.window.Size[k], s.window.Stride[k], s.window.Dilation[k] = window, 1, 1
	}
	return s
}

// with returns s with a stride and padding for all axes.
func (s *convSample) with(stride, before, behind int) *convSample {
	for k := range s.size {
		s.window.Stride[k], s.window.Pad[k] = stride, [2]int{before, behind}
	}
	return s
}

func (s *convSample) grouped(groups int) *convSample { s.window.Groups = groups; return s }
func (s *convSample) dilated(d int) *convSample {
	for k := range s.size {
		s.window.Dilation[k] = d
	}
	return s
}

func (s *convSample) laid(x, w, y, dx int) *convSample { s.x, s.w, s.y, s.dx = x, w, y, dx; return s }
func (s *convSample) biased(relu bool) *convSample     { s.bias, s.relu = true, relu; return s }

func randomSample(r *rand.Rand) *convSample {
	s := &convSample{n: r.IntN(4), bias: r.IntN(2) == 0, relu: r.IntN(3) == 0}
	s.x, s.w, s.y, s.dx = r.IntN(4), r.IntN(4), r.IntN(4), r.IntN(4)
	axes := 1 + r.IntN(3)
	s.window.Axes, s.window.Groups = axes, 1
	in, out := 1+r.IntN(40), 1+r.IntN(40)
	if r.IntN(3) == 0 {
		s.window.Groups = 1 + r.IntN(5)
		in, out = 1+r.IntN(10), 1+r.IntN(10)
		if r.IntN(2) == 0 {
			s.window.Groups, in, out = 1+r.IntN(40), 1, 1+r.IntN(2)
		}
	}
	s.in, s.out = s.window.Groups*in, s.window.Groups*out
	for k := range axes {
		w := &s.window
		w.Size[k], w.Stride[k], w.Dilation[k] = 1+r.IntN(4), 1+r.IntN(3), 1+r.IntN(2)
		if r.IntN(2) == 0 {
			w.Stride[k], w.Dilation[k] = 1, 1
		}
		if r.IntN(4) != 0 {
			w.Pad[k] = [2]int{r.IntN(4), r.IntN(4)}
		}
		size := 1 + r.IntN(18/axes)
		span := (w.Size[k]-1)*w.Dilation[k] + 1 - w.Pad[k][0] - w.Pad[k][1]
		s.size = append(s.size, max(size, span))
	}
	return s
}

func (s *convSample) xShape() []int { return append([]int{s.n, s.in}, s.size...) }
func (s *convSample) wShape() []int {
	return append([]int{s.out, s.in / s.window.Groups}, s.window.Size[:s.window.Axes]...)
}

func (s *convSample) yShape() []int {
	shape := []int{s.n, s.out}
	for k, n := range s.size {
		shape = append(shape, s.window.Out(k, n))
	}
	return shape
}

// arrange returns a view of that shape in a memory of its own, filled with NaN: row-major, channels last, with gaps, or
// backwards.
func arrange[T float32 | float64](layout int, shape []int) *device.View {
	v := &device.View{}
	v.SetRowMajor(shape...)
	n := v.Len()
	if layout == 1 && len(shape) > 1 {
		n = 1
		for _, k := range append([]int{1}, axesDown(len(shape))...) {
			v.Stride[k] = n
			n *= shape[k]
		}
	}
	if layout >= 2 {
		n = 1
		for k := range shape {
			v.Stride[k] = n
			n *= shape[k] + 1
		}
	}
	if layout == 3 {
		for k := range shape {
			v.Offset += v.Stride[k] * max(0, shape[k]-1)
			v.Stride[k] *= -1
		}
	}
	data := make([]T, max(n, 1))
	for i := range data {
		data[i] = T(math.NaN())
	}
	v.Buffer = Of(data)
	if T(0)+T(1e-10)+1 != 1 {
		v.DType = device.Float64
	}
	return v
}

func axesDown(rank int) []int {
	var axes []int
	for k := rank - 1; k >= 2; k-- {
		axes = append(axes, k)
	}
	return append(axes, 0)
}

// rowMajorOf returns the elements of a view, row-major.
func rowMajorOf[T float32 | float64](v *device.View) []T {
	x := make([]T, v.Len())
	data := memory[T](v)
	for i := range x {
		x[i] = data[whereIs(v, i)]
	}
	return x
}

func assign[T float32 | float64](v *device.View, x []float64) *device.View {
	data := memory[T](v)
	for i := range x {
		data[whereIs(v, i)] = T(x[i])
	}
	return v
}

func whereIs(v *device.View, i int) int {
	at := v.Offset
	for k := v.Rank - 1; k >= 0; k-- {
		at += i % v.Shape[k] * v.Stride[k]
		i /= v.Shape[k]
	}
	return at
}

// numbers returns n numbers that float32 can hold.
func numbers(r *rand.Rand, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = float64(float32(r.NormFloat64()))
	}
	return x
}

// A convResult is what the three operations give, row-major.
type convResult[T any] struct{ y, dx, dw, db []T }

// runConv runs the three operations.
func runConv[T float32 | float64](t testing.TB, s *convSample, x, w, b, dy []float64) convResult[T] {
	xv := assign[T](arrange[T](s.x, s.xShape()), x)
	wv := assign[T](arrange[T](s.w, s.wShape()), w)
	yv := arrange[T](s.y, s.yShape())
	in := []*device.View{xv, wv, nil}
	if s.bias {
		in[2] = assign[T](arrange[T](s.x, []int{s.out}), b)
	}
	attr := device.Attr{Window: s.window, Flag: s.relu}
	run := func(c *device.Call) {
		t.Helper()
		if !Device.Run(c) {
			t.Fatalf("%v: refused", c.Op)
		}
	}
	run(&device.Call{Op: device.Conv, Out: []*device.View{yv}, In: in, Attr: attr})
	dyv := assign[T](arrange[T](s.y, s.yShape()), dy)
	dxv := arrange[T](s.dx, s.xShape())
	run(&device.Call{Op: device.ConvInputGrad, Out: []*device.View{dxv}, In: []*device.View{dyv, wv}, Attr: attr})
	dwv := arrange[T](s.w, s.wShape())
	out := []*device.View{dwv}
	r := convResult[T]{y: rowMajorOf[T](yv), dx: rowMajorOf[T](dxv)}
	if s.bias {
		out = append(out, arrange[T](s.x, []int{s.out}))
	}
	run(&device.Call{Op: device.ConvWeightGrad, Out: out, In: []*device.View{xv, dyv}, Attr: attr})
	r.dw = rowMajorOf[T](dwv)
	if s.bias {
		r.db = rowMajorOf[T](out[1])
	}
	return r
}

// reference computes the three operations as they are defined, and for each result the sum of the absolute values of
// the terms, which says how exact it can be.
func (s *convSample) reference(x, w, b, dy []float64) (r, size convResult[float64]) {
	xv, wv, yv := arrange[float64](0, s.xShape()), arrange[float64](0, s.wShape()), arrange[float64](0, s.yShape())
	xv, wv, yv = spatial(xv), spatial(wv), spatial(yv)
	fresh := func() convResult[float64] {
		return convResult[float64]{make([]float64, yv.Len()), make([]float64, xv.Len()), make([]float64, wv.Len()), make([]float64, s.out)}
	}
	r, size = fresh(), fresh()
	inputs, outputs := s.in/s.window.Groups, s.out/s.window.Groups
	shift := 3 - s.window.Axes
	each3 := func(v *device.View, f func(p [3]int)) { each([3]int(v.Shape[2:5]), f) }
	for n := range s.n {
		for j := range s.out {
			each3(yv, func(o [3]int) {
				yi := place(yv, n, j, o)
				r.db[j] += dy[yi]
				size.db[j] += math.Abs(dy[yi])
				if s.bias {
					r.y[yi] += b[j]
					size.y[yi] += math.Abs(b[j])
				}
				each3(wv, func(k [3]int) {
					p := o
					for a := range s.window.Axes {
						p[a+shift] = o[a+shift]*s.window.Stride[a] + k[a+shift]*s.window.Dilation[a] - s.window.Pad[a][0]
						if p[a+shift] < 0 || p[a+shift] >= s.size[a] {
							return
						}
					}
					for i := range inputs {
						xi, wi := place(xv, n, j/outputs*inputs+i, p), place(wv, j, i, k)
						r.y[yi] += x[xi] * w[wi]
						size.y[yi] += math.Abs(x[xi] * w[wi])
						r.dx[xi] += dy[yi] * w[wi]
						size.dx[xi] += math.Abs(dy[yi] * w[wi])
						r.dw[wi] += dy[yi] * x[xi]
						size.dw[wi] += math.Abs(dy[yi] * x[xi])
					}
				})
				if s.relu {
					r.y[yi] = max(r.y[yi], 0)
				}
			})
		}
	}
	if !s.bias {
		r.db = nil
	}
	return r, size
}

// compare reports where got is further from want than rounding explains.
func compareConv[T float32 | float64](t *testing.T, what string, got []T, want, size []float64, eps float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d elements, want %d", what, len(got), len(want))
	}
	for i := range got {
		if d := math.Abs(float64(got[i]) - want[i]); !(d <= eps*size[i]) {
			t.Fatalf("%s[%d] = %g, want %g (terms of %g)", what, i, got[i], want[i], size[i])
		}
	}
}

// checkConv checks that the results are as exact as eps says.
func checkConv[T float32 | float64](t *testing.T, s *convSample, eps float64) {
	t.Helper()
	x, w, b, dy := s.inputs()
	want, size := s.reference(x, w, b, dy)
	compareResults(t, runConv[T](t, s, x, w, b, dy), want, size, eps)
}

// inputs returns numbers for x, w, b and dy.
func (s *convSample) inputs() (x, w, b, dy []float64) {
	r := rand.New(rand.NewPCG(1, 2))
	return numbers(r, len64(s.xShape())), numbers(r, len64(s.wShape())), numbers(r, s.out), numbers(r, len64(s.yShape()))
}

func compareResults[T float32 | float64](t *testing.T, got convResult[T], want, size convResult[float64], eps float64) {
	t.Helper()
	compareConv(t, "y", got.y, want.y, size.y, eps)
	compareConv(t, "dx", got.dx, want.dx, size.dx, eps)
	compareConv(t, "dw", got.dw, want.dw, size.dw, eps)
	compareConv(t, "db", got.db, want.db, size.db, eps)
}

func len64(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

// special are geometries that random ones rarely hit.
var special = []*convSample{
	newSample(2, 3, 4, 5, 2, 2).with(1, 2, 2), // the window is larger than the image
	newSample(2, 3, 4, 3, 3, 3),               // one output
	newSample(0, 3, 4, 3, 5, 5).biased(false),
	newSample(0, 4, 4, 3, 5, 5).grouped(4).biased(false),                       // no image
	newSample(3, 1, 32, 5, 28, 28).with(1, 2, 2).biased(true),                  // digits
	newSample(2, 3, 64, 7, 23, 23).with(2, 3, 3).laid(0, 0, 1, 0).biased(true), // the stem of a residual network
	newSample(2, 64, 64, 3, 14, 14).with(1, 1, 1).laid(1, 0, 1, 1).biased(false),
	newSample(40, 64, 48, 3, 2, 2).with(1, 1, 1).laid(1, 0, 1, 1), // tiles over images
	newSample(2, 64, 96, 1, 9, 9).laid(1, 0, 1, 1).biased(true),
	newSample(3, 20, 30, 1, 5, 4).laid(1, 1, 1, 1).biased(false),
	newSample(2, 64, 96, 1, 9, 9).with(2, 0, 0).laid(1, 0, 1, 1), // positions that no output sees
	newSample(1, 1024, 64, 1, 6, 6).laid(1, 0, 1, 1),             // rows a page apart
	newSample(1, 1100, 20, 3, 5, 5).laid(1, 0, 1, 1),             // sums in several pieces
	newSample(1, 5200, 20, 1, 3, 3).laid(1, 0, 1, 1),             // and of one tap
	newSample(2, 24, 24, 3, 9, 9).with(1, 1, 1).grouped(24).laid(1, 0, 1, 1).biased(true),
	newSample(2, 24, 48, 3, 9, 9).with(2, 1, 1).grouped(24).laid(1, 0, 1, 1),
	newSample(2, 24, 24, 3, 9, 9).with(1, 2, 2).dilated(2).grouped(24).laid(1, 1, 1, 1),
	newSample(2, 32, 64, 3, 9, 9).with(1, 1, 1).grouped(4).laid(1, 0, 1, 1),
	newSample(1, 8, 8, 3, 3000).with(1, 1, 1).laid(1, 0, 1, 1),
	newSample(1, 4, 6, 3, 60, 60).with(3, 1, 1).laid(1, 0, 1, 1),
	newSample(2, 4, 6, 3, 5, 6, 7).with(1, 1, 1).laid(1, 0, 1, 1),
	newSample(2, 4, 6, 2, 5, 6, 7).with(3, 0, 0).laid(0, 0, 0, 0), // strides wider than the window
	newSample(1, 17, 33, 3, 40, 30).with(1, 1, 0).laid(1, 0, 1, 0),
	newSample(3, 32, 32, 3, 30, 28).with(1, 1, 1).laid(1, 0, 1, 1).biased(true), // transformed tiles in several blocks
	newSample(4, 32, 64, 5, 10, 10).with(1, 2, 2).laid(1, 0, 1, 1).biased(true),
}

func TestConvSpecial(t *testing.T) {
	for _, set := range kernel.Sets() {
		restore := kernel.Use(set)
		for _, s := range special {
			t.Run(fmt.Sprint(set, " ", s), func(t *testing.T) { checkBoth(t, s) })
		}
		restore()
	}
}

// checkBoth checks a convolution as the device chooses to run it, and without fast convolutions.
func checkBoth(t *testing.T, s *convSample) {
	t.Helper()
	x, w, b, dy := s.inputs()
	want, size := s.reference(x, w, b, dy)
	compareResults(t, runConv[float32](t, s, x, w, b, dy), want, size, 5e-5)
	Exact(true)
	defer Exact(false)
	compareResults(t, runConv[float32](t, s, x, w, b, dy), want, size, 2e-6)
}

func TestConvRandom(t *testing.T) {
	for _, set := range kernel.Sets() {
		restore := kernel.Use(set)
		r := rand.New(rand.NewPCG(3, 4))
		for range 150 {
			s := randomSample(r)
			t.Run(fmt.Sprint(set, " ", s), func(t *testing.T) { checkBoth(t, s) })
		}
		restore()
	}
}

func TestConvFloat64(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 100 {
		s := randomSample(r)
		t.Run(fmt.Sprint(s), func(t *testing.T) { checkConv[float64](t, s, 1e-14) })
	}
}

// Halves are computed in float32 and rounded once.
func TestConvHalf(t *testing.T) {
	s := newSample(2, 5, 7, 3, 6, 5).with(1, 1, 1)
	half := func(v *device.View) *device.View {
		h := arrange[float32](0, v.Dims())
		h.DType, h.Buffer = device.BFloat16, Device.Alloc(device.BFloat16, h.Len())
		Device.Run(&device.Call{Op: device.Copy, Out: []*device.View{h}, In: []*device.View{v}})
		return h
	}
	single := func(v *device.View) *device.View {
		f := arrange[float32](1, v.Dims())
		Device.Run(&device.Call{Op: device.Copy, Out: []*device.View{f}, In: []*device.View{v}})
		return f
	}
	for what, c := range s.calls() {
		h := &device.Call{Op: c.Op, Attr: c.Attr}
		for _, v := range c.In {
			h.In = append(h.In, half(v))
		}
		for _, v := range c.Out {
			h.Out = append(h.Out, half(v))
		}
		for i, v := range h.In {
			c.In[i] = single(v)
		}
		if !Device.Run(h) || !Device.Run(c) {
			t.Fatalf("%s: refused", what)
		}
		for i := range c.Out {
			got, want := rowMajorOf[float32](single(h.Out[i])), rowMajorOf[float32](single(half(c.Out[i])))
			if !slices.Equal(got, want) {
				t.Errorf("%s: output %d differs from that in float32", what, i)
			}
		}
	}
}

func TestConvRefusesIntegers(t *testing.T) {
	s := newSample(1, 1, 1, 1, 1)
	v := arrange[float32](0, s.xShape())
	v.DType = device.Int32
	for _, op := range []device.Op{device.Conv, device.ConvInputGrad, device.ConvWeightGrad} {
		if Device.Run(&device.Call{Op: op, Out: []*device.View{v}, In: []*device.View{v, v}, Attr: device.Attr{Window: s.window}}) {
			t.Errorf("%v of integers ran", op)
		}
	}
}

// The bits of a result depend neither on the number of threads nor on what the memory held.
func TestConvBits(t *testing.T) {
	defer parallel.SetThreads(0)
	r := rand.New(rand.NewPCG(7, 8))
	for _, s := range special {
		x, w, b, dy := numbers(r, len64(s.xShape())), numbers(r, len64(s.wShape())), numbers(r, s.out), numbers(r, len64(s.yShape()))
		var first convResult[float32]
		for i, threads := range []int{1, 2, 5, 2} {
			parallel.SetThreads(threads)
			got := runConv[float32](t, s, x, w, b, dy)
			if i == 0 {
				first = got
			}
			if !slices.Equal(got.y, first.y) || !slices.Equal(got.dx, first.dx) || !slices.Equal(got.dw, first.dw) || !slices.Equal(got.db, first.db) {
				t.Errorf("%v: other bits with %d threads", s, threads)
			}
		}
	}
}
