package cpu

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// timed are the layers that are measured, in channels-last memory.
var timed = []struct {
	name string
	s    *convSample
}{
	{"digits1to32", newSample(64, 1, 32, 5, 28, 28).with(1, 2, 2)},
	{"digits32to64", newSample(64, 32, 64, 5, 14, 14).with(1, 2, 2)},
	{"vgg224x3to64", newSample(1, 3, 64, 3, 224, 224).with(1, 1, 1)},
	{"vgg224x64", newSample(1, 64, 64, 3, 224, 224).with(1, 1, 1)},
	{"vgg112x64to128", newSample(1, 64, 128, 3, 112, 112).with(1, 1, 1)},
	{"vgg112x128", newSample(1, 128, 128, 3, 112, 112).with(1, 1, 1)},
	{"vgg56x128to256", newSample(1, 128, 256, 3, 56, 56).with(1, 1, 1)},
	{"vgg56x256", newSample(1, 256, 256, 3, 56, 56).with(1, 1, 1)},
	{"vgg28x512", newSample(1, 512, 512, 3, 28, 28).with(1, 1, 1)},
	{"vgg14x512single", newSample(1, 512, 512, 3, 14, 14).with(1, 1, 1)},
	{"vgg14x512", newSample(8, 512, 512, 3, 14, 14).with(1, 1, 1)},
	{"resnet7x512", newSample(8, 512, 512, 3, 7, 7).with(1, 1, 1)},
	{"stem224", newSample(1, 3, 64, 7, 224, 224).with(2, 3, 3)},
	{"stride2x128", newSample(4, 128, 256, 3, 28, 28).with(2, 1, 1)},
	{"point56x64to256", newSample(1, 64, 256, 1, 56, 56)},
	{"point14x1024to256", newSample(4, 1024, 256, 1, 14, 14)},
	{"cifar32x16", newSample(32, 16, 16, 3, 32, 32).with(1, 1, 1)},
	{"depth56x128", newSample(4, 128, 128, 3, 56, 56).with(1, 1, 1).grouped(128)},
	{"groups14x256by32", newSample(4, 256, 256, 3, 14, 14).with(1, 1, 1).grouped(32)},
	{"sequence1000x64", newSample(8, 64, 64, 3, 1000).with(1, 1, 1)},
}

// calls returns the three operations on random numbers.
func (s *convSample) calls() map[string]*device.Call {
	r := rand.New(rand.NewPCG(1, 2))
	fill := func(layout int, shape []int) *device.View {
		return assign[float32](arrange[float32](layout, shape), numbers(r, len64(shape)))
	}
	x, w, y := fill(1, s.xShape()), fill(0, s.wShape()), fill(1, s.yShape())
	own := *w // memory of the device, so that what is made of it may be kept
	own.Buffer = Device.Alloc(device.Float32, w.Len())
	Device.Run(&device.Call{Op: device.Copy, Out: []*device.View{&own}, In: []*device.View{w}})
	w = &own
	b := fill(0, []int{s.out})
	a := device.Attr{Window: s.window, Flag: true}
	v := func(v ...*device.View) []*device.View { return v }
	return map[string]*device.Call{
		"forward": {Op: device.Conv, Out: v(arrange[float32](1, s.yShape())), In: v(x, w, b), Attr: a},
		"input":   {Op: device.ConvInputGrad, Out: v(arrange[float32](1, s.xShape())), In: v(y, w), Attr: a},
		"weight":  {Op: device.ConvWeightGrad, Out: v(arrange[float32](0, s.wShape()), b), In: v(x, y), Attr: a},
	}
}

// flop returns how many floating-point operations a convolution is, counted without regard to padding.
func (s *convSample) flop() float64 {
	return 2 * float64(len64(s.yShape())) * float64(len64(s.wShape())/s.out)
}

func BenchmarkConv(b *testing.B) {
	for _, l := range timed {
		b.Run(l.name, func(b *testing.B) {
			calls := l.s.calls()
			for _, what := range []string{"forward", "input", "weight"} {
				for _, threads := range []int{1, 2} {
					b.Run(fmt.Sprintf("%s/threads%d", what, threads), func(b *testing.B) { l.s.time(b, calls[what], threads) })
				}
			}
		})
	}
}

// time measures a call.
func (s *convSample) time(b *testing.B, c *device.Call, threads int) {
	parallel.SetThreads(threads)
	defer parallel.SetThreads(0)
	b.ReportAllocs()
	best := time.Hour
	for b.Loop() {
		start := time.Now()
		Device.Run(c)
		best = min(best, time.Since(start))
	}
	gflops(b, s.flop())
	b.ReportMetric(s.flop()/float64(best.Nanoseconds()), "best-GFLOP/s")
	b.ReportMetric(100*s.flop()/float64(best.Nanoseconds())/(float64(threads)*peakNow()), "%peak")
}

// peakNow returns the GFLOP/s of multiply-adds on one processor, now.
func peakNow() float64 {
	best := 0.0
	for range 5 {
		start := time.Now()
		flop := kernel.Peak(50_000)
		best = max(best, float64(flop)/float64(time.Since(start).Nanoseconds()))
	}
	return best
}
