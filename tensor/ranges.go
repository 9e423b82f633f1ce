package tensor

import (
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
)

// Range returns the numbers from lo, step apart, up to hi, hi excluded, as float32 on the CPU. Each is lo + i·step, so errors
// do not add up.
//
// It panics with an [Error] if step does not lead from lo to hi.
func Range(lo, hi, step float64) *Tensor {
	n := math.Ceil((hi - lo) / step)
	if step == 0 || !(n >= 0 && n < 1<<40) {
		panic(Errorf("Range", "no way from %v to %v by %v", lo, hi, step))
	}
	return progression(int(n), lo, step)
}

// Linspace returns n numbers at equal distances from lo to hi, both included, as float32 on the CPU. One number is lo.
func Linspace(lo, hi float64, n int) *Tensor {
	v := make([]float32, max(n, 0))
	for i := range v {
		switch {
		case n == 1:
			v[i] = float32(lo)
		case i == n-1:
			v[i] = float32(hi)
		default:
			v[i] = float32(lo + float64(i)*((hi-lo)/float64(n-1)))
		}
	}
	if n < 0 {
		panic(Errorf("Linspace", "%d numbers", n))
	}
	return Of(v, n)
}

// Logspace returns base to the powers of [Linspace], as float32 on the CPU.
func Logspace(lo, hi float64, n int, base float64) *Tensor {
	v := Linspace(lo, hi, n).Floats()
	for i := range v {
		e := lo
		if n > 1 {
			e += float64(i) * ((hi - lo) / float64(n-1))
		}
		v[i] = float32(math.Pow(base, e))
	}
	return Of(v, n)
}

// Eye returns the identity matrix of n rows, as float32 on the CPU.
func Eye(n int) *Tensor { return Ones(n).Diag(0) }

// Meshgrid returns, for vectors x₀, x₁, …, the coordinates of all points of their grid: as many tensors as vectors, in which
// axis k runs along xₖ.
//
//	xₖ [nₖ] → yₖ [n₀ n₁ …]
//	yₖ[i₀, i₁, …] = xₖ[iₖ]
//
// It is the order of matrices ("ij"); NumPy's default exchanges the first two axes.
func Meshgrid(x ...*Tensor) []*Tensor {
	shape := make([]int, len(x))
	for k, v := range x {
		if v.Rank() != 1 {
			panic(Errorf("Meshgrid", "shape %v is no vector", v))
		}
		shape[k] = v.Len()
	}
	y := make([]*Tensor, len(x))
	for k, v := range x {
		along := make([]int, len(x))
		for i := range along {
			along[i] = 1
		}
		along[k] = v.Len()
		y[k] = v.Reshape(along...).Expand(shape...)
	}
	return y
}

func progression(n int, from, step float64) *Tensor {
	y := New(cpu.Device, device.Float32, n)
	Run(device.Iota, &device.Attr{Scalars: [8]float64{from, step}}, []*Tensor{y})
	return y
}
