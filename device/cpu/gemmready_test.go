package cpu

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// uniform returns a view of random numbers.
func uniform(r *rand.Rand, shape ...int) *device.View {
	v := temporary(device.Float32, shape...)
	for i := range elements[float32](v) {
		memory[float32](v)[i] = r.Float32() - 0.5
	}
	return v
}

// A linear map has the same bits whether its weight is packed for the call, by one row or many, or was kept in panels,
// on any number of threads; and a weight that has changed is never used as it was.
func TestLinearWithWeightsReady(t *testing.T) {
	defer parallel.SetThreads(0)
	withSets(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(1, 2))
		for _, s := range [][3]int{{1, 70, 300}, {3, 48, 100}, {9, 500, 130}, {150, 333, 270}, {600, 10, 600}, {700, 130, 500}} {
			x, w, b := uniform(r, s[0], s[2]), uniform(r, s[1], s[2]), uniform(r, s[1])
			y := temporary(device.Float32, s[0], s[1])
			run := func(w *device.View, relu bool) []float32 {
				Device.Run(&device.Call{Op: device.Linear, Attr: device.Attr{Flag: relu}, Out: []*device.View{y}, In: []*device.View{x, w, b}})
				return slices.Clone(elements[float32](y))
			}
			for range 3 {
				fresh := *w
				fresh.Buffer = Of(slices.Clone(elements[float32](w)))
				want, wantRelu := run(&fresh, false), run(&fresh, true)
				for i := range 2 * patience {
					parallel.SetThreads(1 + i%3)
					if !slices.Equal(run(w, false), want) || !slices.Equal(run(w, true), wantRelu) {
						t.Fatalf("%v: run %d is not that of this weight", s, i)
					}
				}
				Device.Run(&device.Call{Op: device.MulScalar, Out: []*device.View{w}, In: []*device.View{w}, Attr: device.Attr{Scalars: [8]float64{1.5}}})
			}
			if forms := w.Buffer.(*Buffer).keeps.Load().forms; len(forms) != 1 {
				t.Errorf("%v: %d forms of the weight are remembered", s, len(forms))
			}
		}
	})
}
