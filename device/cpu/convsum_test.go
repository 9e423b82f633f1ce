package cpu

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// summed are the geometries of convolutions that add something on the way.
func summed() []*convSample {
	return []*convSample{
		newSample(1, 64, 48, 1, 7, 7).laid(1, 0, 1, 1).biased(true),
		newSample(2, 33, 130, 1, 9, 5).laid(1, 0, 1, 1).biased(false),
		newSample(1, 40, 40, 1, 14, 14).laid(0, 0, 1, 1),
		newSample(1, 1024, 35, 1, 6, 6).laid(1, 1, 1, 1).with(2, 0, 0).biased(true),
		newSample(3, 12, 18, 1, 5, 5).laid(1, 0, 1, 1).grouped(3).biased(true),
		newSample(2, 20, 7, 1, 11).laid(1, 0, 1, 1).biased(true),
	}
}

// TestConvSum checks that a convolution that adds something has the bits of the convolution and the sum, whether the
// summand lies where the result does or not, on any number of processors and with every instruction set.
func TestConvSum(t *testing.T) {
	defer parallel.SetThreads(0)
	r := rand.New(rand.NewPCG(5, 6))
	for _, set := range kernel.Sets() {
		restore := kernel.Use(set)
		for _, s := range summed() {
			x, w, z := numbers(r, len64(s.xShape())), numbers(r, len64(s.wShape())), numbers(r, len64(s.yShape()))
			in := []*device.View{assign[float32](arrange[float32](s.x, s.xShape()), x), assign[float32](arrange[float32](s.w, s.wShape()), w), nil}
			if s.bias {
				in[2] = assign[float32](arrange[float32](0, []int{s.out}), numbers(r, s.out))
			}
			apart := arrange[float32](s.y, s.yShape())
			Device.Run(&device.Call{Op: device.Conv, Out: []*device.View{apart}, In: in, Attr: device.Attr{Window: s.window}})
			zv := assign[float32](arrange[float32](s.y, s.yShape()), z)
			Device.Run(&device.Call{Op: device.Add, Out: []*device.View{apart}, In: []*device.View{apart, zv}})
			if s.relu {
				Device.Run(&device.Call{Op: device.Relu, Out: []*device.View{apart}, In: []*device.View{apart}})
			}
			want := rowMajorOf[float32](apart)
			for _, threads := range []int{1, 2, 5} {
				parallel.SetThreads(threads)
				for _, layout := range []int{s.y, 0, -1} {
					y := arrange[float32](s.y, s.yShape())
					from := assign[float32](y, z)
					if layout >= 0 { // not in place
						y, from = arrange[float32](s.y, s.yShape()), assign[float32](arrange[float32](layout, s.yShape()), z)
					}
					c := &device.Call{Op: device.Conv, Out: []*device.View{y}, In: []*device.View{in[0], in[1], in[2], from}, Attr: device.Attr{Window: s.window, Flag: s.relu}}
					if !Device.Run(c) {
						t.Fatalf("%v: refused", s)
					}
					if !slices.Equal(rowMajorOf[float32](y), want) {
						t.Errorf("%v, %s, %d threads, layout %d: not the bits of a sum afterwards", s, set, threads, layout)
					}
				}
			}
		}
		restore()
	}
}

// TestConvSumRefused checks that a convolution is refused a summand where it does not add it on the way.
func TestConvSumRefused(t *testing.T) {
	for _, s := range []*convSample{
		newSample(1, 8, 8, 3, 6, 6).with(1, 1, 1).laid(1, 0, 1, 1), newSample(1, 8, 8, 1, 6, 6).laid(0, 0, 0, 0),
		newSample(1, 8, 8, 1, 6, 6).laid(1, 0, 1, 1).grouped(8),
	} {
		y, z := arrange[float32](s.y, s.yShape()), arrange[float32](s.y, s.yShape())
		c := &device.Call{Op: device.Conv, Out: []*device.View{y}, Attr: device.Attr{Window: s.window}}
		c.In = []*device.View{arrange[float32](s.x, s.xShape()), arrange[float32](s.w, s.wShape()), nil, z}
		if Device.Run(c) {
			t.Errorf("%v: not refused", s)
		}
	}
}
