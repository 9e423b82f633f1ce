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

// winogradSamples are convolutions with a square window, step by step.
func winogradSamples(window int) []*convSample {
	r := rand.New(rand.NewPCG(uint64(window), 1))
	var all []*convSample
	for range 12 {
		s := newSample(1+r.IntN(3), 1+r.IntN(20), 1+r.IntN(40), window, window+r.IntN(14), window+r.IntN(14))
		s.with(1, r.IntN(window), r.IntN(window)).laid(r.IntN(4), r.IntN(4), r.IntN(4), r.IntN(4))
		if r.IntN(2) == 0 {
			s.biased(r.IntN(2) == 0)
		}
		all = append(all, s)
	}
	volume := newSample(2, 5, 6, window, 3, 9, 8).with(1, 1, 1)
	volume.window.Size[0], volume.window.Pad[0] = 1, [2]int{}
	return append(all, volume)
}

// winogradRun runs the forward pass and the gradients by a fast convolution, whether it is the device's choice or not.
func winogradConv(s *convSample, w *kernel.Winograd, x, weight, b, dy []float64) convResult[float32] {
	xv, wv := assign[float32](arrange[float32](s.x, s.xShape()), x), assign[float32](arrange[float32](s.w, s.wShape()), weight)
	yv, dxv := arrange[float32](s.y, s.yShape()), arrange[float32](s.dx, s.xShape())
	c := newConvolution(xv, wv, yv, &s.window)
	var bias []float32
	if s.bias {
		for _, v := range b {
			bias = append(bias, float32(v))
		}
	}
	f := c.forward()
	winogradForward(c, &f, w, c.y, bias, s.relu, false)
	r := convResult[float32]{y: rowMajorOf[float32](yv)}
	dyv := assign[float32](arrange[float32](s.y, s.yShape()), dy)
	c = newConvolution(dxv, wv, dyv, &s.window)
	g, dx := c.backward([3]int{})
	winogradForward(c, &g, w, dx, nil, false, true)
	r.dx = rowMajorOf[float32](dxv)
	dwv, dbv := arrange[float32](s.w, s.wShape()), arrange[float32](s.x, []int{s.out})
	winogradWeight(newConvolution(xv, dwv, dyv, &s.window), w, dbv)
	r.dw, r.db = rowMajorOf[float32](dwv), rowMajorOf[float32](dbv)
	return r
}

func TestWinograd(t *testing.T) {
	for _, set := range kernel.Sets() {
		restore := kernel.Use(set)
		for _, w := range winograds {
			for _, s := range winogradSamples(w.Window) {
				t.Run(fmt.Sprint(set, " ", w.Out, " ", s), func(t *testing.T) {
					x, weight, b, dy := s.inputs()
					want, size := s.reference(x, weight, b, dy)
					got := winogradConv(s, w, x, weight, b, dy)
					compareConv(t, "y", got.y, want.y, size.y, 1e-4)
					compareConv(t, "dx", got.dx, want.dx, size.dx, 1e-4)
					compareConv(t, "dw", got.dw, want.dw, size.dw, 1e-4)
					if s.bias {
						compareConv(t, "db", got.db, want.db, size.db, 1e-5)
					}
				})
			}
		}
		restore()
	}
}

// How exact the fast convolutions are beside the direct one: the root mean square of the error over that of the
// result, in float64. The figures of Exact are from here.
func TestWinogradError(t *testing.T) {
	rms := func(got []float32, want []float64) float64 {
		e, n := 0.0, 0.0
		for i, v := range want {
			e += (float64(got[i]) - v) * (float64(got[i]) - v)
			n += v * v
		}
		return math.Sqrt(e / n)
	}
	for _, c := range []int{16, 64, 256, 512} {
		for _, w := range winograds {
			s := newSample(1, c, 32, w.Window, 12, 12).with(1, 1, 1).laid(1, 0, 1, 1)
			x, weight, b, dy := s.inputs()
			want, _ := s.reference(x, weight, b, dy)
			got := winogradConv(s, w, x, weight, b, dy)
			fast, weights := rms(got.y, want.y), rms(got.dw, want.dw)
			Exact(true)
			got = runConv[float32](t, s, x, weight, b, dy)
			Exact(false)
			t.Logf("%d channels, %dx%d: %.1e, direct %.1e; gradient of the weights over %d positions: %.1e, direct %.1e", c, w.Out, w.Window,
				fast, rms(got.y, want.y), 12*12, weights, rms(got.dw, want.dw))
			if fast > 1e-5 {
				t.Errorf("%d channels, %dx%d: an error of %.1e", c, w.Out, w.Window, fast)
			}
		}
	}
}

func TestWinogradBits(t *testing.T) {
	defer parallel.SetThreads(0)
	for _, s := range []*convSample{
		newSample(3, 16, 40, 3, 30, 30).with(1, 1, 1).laid(1, 0, 1, 1).biased(true), newSample(4, 20, 36, 3, 80, 60).with(1, 1, 1).laid(1, 0, 1, 1), newSample(1, 300, 80, 3, 50, 30).with(1, 1, 1).laid(1, 0, 1, 1),
	} {
		x, w, b, dy := s.inputs()
		Exact(true)
		direct := runConv[float32](t, s, x, w, b, dy)
		Exact(false)
		near := func(a, b float32) int {
			if math.Abs(float64(a-b)) < 6e-3 {
				return 0
			}
			return 1
		}
		for _, scheme := range []*kernel.Winograd{kernel.Winograd2x3, kernel.Winograd4x3} {
			var first convResult[float32]
			for i, threads := range []int{1, 2, 5} {
				parallel.SetThreads(threads)
				got := winogradConv(s, scheme, x, w, b, dy)
				if i == 0 {
					first = got
				}
				if slices.CompareFunc(got.y, direct.y, near) != 0 || slices.CompareFunc(got.dx, direct.dx, near) != 0 {
					t.Errorf("%v: not what the direct convolution gives", s)
				}
				if !slices.Equal(got.y, first.y) || !slices.Equal(got.dx, first.dx) || !slices.Equal(got.dw, first.dw) || !slices.Equal(got.db, first.db) {
					t.Errorf("%v: other bits with %d threads", s, threads)
				}
			}
		}
	}
}

// The choices that users will meet.
func TestWinogradChoice(t *testing.T) {
	if kernel.WinogradLanes() == 1 {
		t.Skip("no fast transformations here")
	}
	few := "winograd 4x3" // 3 outputs fill a vector badly either way
	if kernel.WinogradLanes() == 4 {
		few = "direct"
	}
	for _, c := range []struct {
		s                      *convSample
		forward, input, weight string
	}{
		{newSample(1, 3, 64, 3, 224, 224).with(1, 1, 1), "direct", few, "direct"},
		{newSample(1, 64, 64, 3, 224, 224).with(1, 1, 1), "winograd 4x3", "winograd 4x3", "winograd 4x3"},
		{newSample(1, 512, 512, 3, 28, 28).with(1, 1, 1), "winograd 4x3", "winograd 4x3", "winograd 2x3"},
		{newSample(1, 512, 512, 3, 14, 14).with(1, 1, 1), "winograd 4x3", "winograd 2x3", "direct"},
		{newSample(64, 32, 64, 5, 14, 14).with(1, 2, 2), "winograd 2x5", "winograd 2x5", "winograd 2x5"},
		{newSample(64, 1, 32, 5, 28, 28).with(1, 2, 2), "direct", "direct", "direct"},
		{newSample(8, 64, 64, 3, 56, 56).with(2, 1, 1), "direct", "direct", "direct"},
		{newSample(8, 64, 64, 3, 56, 56).with(1, 2, 2).dilated(2), "direct", "direct", "direct"},
		{newSample(8, 64, 64, 3, 56, 56).with(1, 1, 1).grouped(2), "direct", "direct", "direct"},
		{newSample(8, 64, 256, 1, 56, 56), "direct", "direct", "direct"},
	} {
		x, w, y := arrange[float32](1, c.s.xShape()), arrange[float32](0, c.s.wShape()), arrange[float32](1, c.s.yShape())
		forward := &device.Call{Op: device.Conv, Out: []*device.View{y}, In: []*device.View{x, w}, Attr: device.Attr{Window: c.s.window}}
		input := &device.Call{Op: device.ConvInputGrad, Out: []*device.View{x}, In: []*device.View{y, w}, Attr: forward.Attr}
		weight := &device.Call{Op: device.ConvWeightGrad, Out: []*device.View{w}, In: []*device.View{x, y}, Attr: forward.Attr}
		for call, want := range map[*device.Call]string{forward: c.forward, input: c.input, weight: c.weight} {
			if got := Device.(device.Chooser).Choice(call); got != want {
				t.Errorf("%v: %v is %q, want %q", c.s, call.Op, got, want)
			}
			Exact(true)
			if got := Device.(device.Chooser).Choice(call); got != "direct" {
				t.Errorf("%v: %v is %q though it is to be exact", c.s, call.Op, got)
			}
			Exact(false)
		}
	}
}
