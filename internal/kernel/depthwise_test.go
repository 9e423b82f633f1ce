package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"
)

// The generator knows the fields of DepthRow by their place.
func TestDepthLayout(t *testing.T) {
	if unsafe.Sizeof(int(0)) != 8 {
		t.Skip("no assembly for this architecture")
	}
	var x DepthRow
	for i, at := range []uintptr{
		unsafe.Offsetof(x.X), unsafe.Offsetof(x.XCol), unsafe.Offsetof(x.Y), unsafe.Offsetof(x.YCol), unsafe.Offsetof(x.W), unsafe.Offsetof(x.Taps),
		unsafe.Offsetof(x.Count), unsafe.Offsetof(x.N), unsafe.Offsetof(x.Outputs), unsafe.Offsetof(x.Bias), unsafe.Offsetof(x.Floor),
	} {
		if at != uintptr(8*i) {
			t.Errorf("field %d is at %d", i, at)
		}
	}
}

// Both kernels of every set against the loops: all numbers of channels, outputs and taps, at the edge of a page.
func TestDepthwise(t *testing.T) {
	withSets(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(1, 2))
		for n := 1; n <= 40; n++ {
			for _, outputs := range []int{1, 2, 3, 4, 5, 7, 8, 11, 12, 13, 20} {
				testDepthwise(t, r, n, outputs, 1+r.IntN(30))
			}
		}
	})
}

func testDepthwise(t *testing.T, r *rand.Rand, n, outputs, taps int) {
	t.Helper()
	row := DepthRow{XCol: n + r.IntN(3), YCol: n + r.IntN(3), N: n, Outputs: outputs, Count: taps, Floor: float32(math.Inf(-1))}
	if r.IntN(2) == 0 {
		row.Floor = 0
	}
	list := make([]DepthTap, taps)
	for i := range list {
		list[i] = DepthTap{i * 2, (taps - 1 - i) * n}
	}
	x := atEdge(t, random(r, (outputs-1)*row.XCol+2*(taps-1)+n))
	w, y, bias := random(r, taps*n), random(r, (outputs-1)*row.YCol+n), atEdge(t, random(r, n))
	row.X, row.Taps, row.Bias = pointer(x), unsafe.Pointer(&list[0]), pointer(bias)
	check := func(what string, f, generic func(*DepthRow), out func() (*unsafe.Pointer, []float32)) {
		t.Helper()
		for _, p := range []struct {
			to   *unsafe.Pointer
			data []float32
		}{{&row.W, w}, {&row.Y, y}} {
			*p.to = pointer(atEdge(t, slices.Clone(p.data)))
		}
		to, data := out()
		got, want := atEdge(t, slices.Clone(data)), slices.Clone(data)
		*to = pointer(got)
		f(&row)
		*to = pointer(want)
		generic(&row)
		for i := range want {
			if math.Abs(float64(got[i]-want[i])) > 1e-5 {
				t.Fatalf("%s, %d channels, %d outputs, %d taps: element %d is %v, want %v", what, n, outputs, taps, i, got[i], want[i])
			}
		}
	}
	check("DepthForward", DepthForward, depthForwardGeneric, func() (*unsafe.Pointer, []float32) { return &row.Y, y })
	check("DepthWeights", DepthWeights, depthWeightsGeneric, func() (*unsafe.Pointer, []float32) { return &row.W, w })
}
