package cpu

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// A recurrence is what the LSTM, the GRU and their gradients share: a number of steps, each of which multiplies the state
// of the step before by a matrix, the same for all steps and packed once, and makes a new state of the products.
type recurrence struct {
	n, steps, units int // examples, steps, hidden units
	down            bool
	weight          *panels
	bias            []float32
	in, out         int          // floats in a row of the state, and of products
	state           [2][]float32 // of the steps of even and odd number, [n pitch]
	sums            []float32    // the products [n out]
	carry           []float32    // what a gradient hands on besides the state, [n units]
	zero            []float32    // [units]
	memory          *Buffer      // of all these

	// cell computes units [lo, hi) of example i at step k: from s, a row of products, to next, a row of the state.
	cell func(i, k, lo, hi int, state, next, s []float32)
}

// recurrent runs the operations on whole sequences.
func recurrent(c *device.Call) bool {
	for _, v := range slices.Concat(c.Out, c.In) {
		if v != nil && v.DType != device.Float32 {
			return inHalf(c) && inFloat32(v.DType) == device.Float32 && settled(c, true)
		}
	}
	if !slices.ContainsFunc(slices.Concat(c.Out, c.In), uneven) {
		switch c.Op {
		case device.LSTM:
			lstm(c)
		case device.LSTMGrad:
			lstmGrad(c)
		case device.GRU:
			gru(c)
		default:
			gruGrad(c)
		}
		return true
	}
	return settled(c, true)
}

// uneven reports whether v, if there is a v, is one whose last axis is not contiguous or another runs backwards.
func uneven(v *device.View) bool {
	if v == nil || v.RowMajor() {
		return false
	}
	last := v.Rank - 1
	return v.Shape[last] != 1 && v.Stride[last] != 1 || slices.Min(v.Strides()) < 0
}

// newRecurrence returns one whose output y is [n t h]; w [gates·h h] multiplies the state, or for a gradient its
// transpose. The memory is to be given back with free.
func newRecurrence(y, w *device.View, gradient, back bool) *recurrence {
	r := &recurrence{n: y.Shape[0], steps: y.Shape[1], units: w.Shape[1], down: gradient != back}
	m := lastAxes[float32](w)
	if gradient {
		r.in, r.out = w.Shape[0], r.units
		r.weight = packPanels(m, 1)
	} else {
		r.in, r.out = r.units, w.Shape[0]
		r.weight = packPanels(m.transposed(), w.Shape[0]/max(r.units, 1))
	}
	var all []float32
	r.memory, all = floats(2*r.n*r.pitch() + r.n*r.out + r.n*r.units + r.units)
	clear(all)
	for i, p := range []*[]float32{&r.state[0], &r.state[1], &r.sums, &r.carry, &r.zero} {
		n := []int{r.n * r.pitch(), r.n * r.pitch(), r.n * r.out, r.n * r.units, r.units}[i]
		*p, all = all[:n], all[n:]
	}
	return r
}

func (r *recurrence) free() {
	r.weight.free()
	pool.put(r.memory)
}

// pitch is the distance of two rows of the state: not a multiple of a page, at which they would share a place in the
// first cache.
func (r *recurrence) pitch() int { return upTo(r.in, 16) + 16 }

// row returns the state of example i before step k.
func (r *recurrence) row(k, i int) []float32 {
	return r.state[k%2][i*r.pitch() : i*r.pitch()+r.in]
}

// time returns the place in the sequence of step k.
func (r *recurrence) time(k int) int {
	if r.down {
		return r.steps - 1 - k
	}
	return k
}

// run takes the steps. If there are enough examples, each processor takes all steps of some; otherwise they share the units
// of every step. The bits of the result are the same.
func (r *recurrence) run() {
	rows, units := r.n, r.units
	threads := parallel.Threads()
	work := 2 * r.in * r.out
	switch {
	case work*r.n*r.steps < parallelFlop || threads == 1:
	case r.n >= 4*threads || work*r.n < 2*parallelFlop:
		rows = (r.n + threads - 1) / threads
	default:
		units = upTo((r.units+threads-1)/threads, r.weight.cols)
	}
	if units >= r.units {
		parallel.For(r.n, rows, func(lo, hi int) {
			for k := range r.steps {
				r.step(k, lo, hi, 0, r.units)
			}
		})
		return
	}
	for k := range r.steps {
		parallel.For(r.units, units, func(lo, hi int) { r.step(k, 0, r.n, lo, hi) })
	}
}

// step computes units [lo, hi) of examples [i, end) at step k.
func (r *recurrence) step(k, i, end, lo, hi int) {
	r.multiply(k, i, end, lo, hi)
	for ; i < end; i++ {
		r.cell(i, k, lo, hi, r.row(k, i), r.row(k+1, i), r.sums[i*r.out:(i+1)*r.out])
		kernel.Checkpoint()
	}
}

// multiply computes the products of the state before step k.
func (r *recurrence) multiply(k, i, end, lo, hi int) {
	if i < end && r.units > 0 {
		r.weight.multiply(r.sums[i*r.out:], r.row(k, i), end-i, r.out, r.pitch(), r.bias, lo, hi)
	}
}

// A series is a view [n t h] or [n h] as rows.
type series struct {
	data []float32
	n, t int // strides
}

// series returns v as rows; if there is none they are zeros.
func (r *recurrence) series(v *device.View) series {
	switch {
	case v == nil:
		return series{data: r.zero}
	case v.Rank == 2:
		return series{memory[float32](v)[v.Offset:], v.Stride[0], 0}
	}
	return series{memory[float32](v)[v.Offset:], v.Stride[0], v.Stride[1]}
}

func (s *series) row(i, t int) []float32 { return s.data[i*s.n+t*s.t:] }

// before returns the row of s at the step before step k, or of first before the first; a gradient's steps go back.
func (r *recurrence) before(s, first *series, i, k int, gradient bool) []float32 {
	if gradient {
		k++
	} else {
		k--
	}
	if k < 0 || k == r.steps {
		return first.row(i, 0)
	}
	return s.row(i, r.time(k))
}
