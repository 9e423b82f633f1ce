package cpu

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/device"
)

// What is made of weights is kept from the fourth use on, and never used when they have changed.
func TestKeptIsNeverStale(t *testing.T) {
	for _, s := range []*convSample{
		newSample(1, 64, 64, 3, 14, 14).with(1, 1, 1), // transformed
		newSample(1, 64, 64, 3, 15, 15).with(2, 1, 1), // packed
		newSample(1, 32, 32, 3, 9, 9).with(1, 1, 1).grouped(4),
	} {
		calls := s.calls()
		r := rand.New(rand.NewPCG(1, 2))
		other := assign[float32](arrange[float32](0, s.wShape()), numbers(r, len64(s.wShape())))
		for _, what := range []string{"forward", "input"} {
			c := calls[what]
			w := c.In[1]
			run := func() []float32 {
				if !Device.Run(c) {
					t.Fatal("refused")
				}
				return slices.Clone(rowMajorOf[float32](c.Out[0]))
			}
			fresh := func() []float32 { // in memory of ours, of which nothing is kept
				v := *w
				v.Buffer = Of(slices.Clone(memory[float32](w)))
				c.In[1] = &v
				defer func() { c.In[1] = w }()
				return run()
			}
			check := func(when string) {
				t.Helper()
				want := fresh()
				for i := range 3 * patience {
					if !slices.Equal(run(), want) {
						t.Fatalf("%v, %s: run %d %s is not that of these weights", s, what, i, when)
					}
				}
			}
			check("at first")
			kept := 0
			for _, f := range w.Buffer.(*Buffer).keeps.Load().forms {
				if f.data != nil {
					kept++
				}
			}
			if kept == 0 {
				t.Errorf("%v, %s: nothing is kept", s, what)
			}
			Device.Run(&device.Call{Op: device.MulScalar, Out: []*device.View{w}, In: []*device.View{w}, Attr: device.Attr{Scalars: [8]float64{3}}})
			check("after a call that writes")
			Device.Run(&device.Call{Op: device.SGD, Out: []*device.View{w, nil}, In: []*device.View{other}, Attr: device.Attr{Scalars: [8]float64{0.1, 0, 0, 0, 1, 1}}})
			check("after a step")
			device.Elements[float32](w.Buffer.(device.HostBuffer))[0] = 100
			check("after a write of the user")
		}
		b := calls["forward"].In[1].Buffer.(*Buffer)
		Device.(device.Recycler).Free(b)
		if b.keeps.Load() != nil {
			t.Error("a buffer that was given back keeps something")
		}
	}
}

// Weights that change now and then are asked for more often before they are kept again.
func TestKeptPatience(t *testing.T) {
	b := Device.Alloc(device.Float32, 16).(*Buffer)
	made := 0
	use := func() {
		_, t := b.form(&formKey{}, 16, func([]float32) { made++ })
		if t != nil {
			pool.put(t)
		}
	}
	for range 3 {
		for range 100 {
			use()
		}
		b.written()
	}
	if want := (patience + 1) + (2*patience + 1) + (4*patience + 1); made != want {
		t.Errorf("made %d times, want %d", made, want)
	}
}
