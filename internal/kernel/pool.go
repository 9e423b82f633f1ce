package kernel

import "unsafe"

var (
	maxPool     = maxPoolGeneric[float32]
	maxPoolGrad = maxPoolGradGeneric[float32]
	meanPool    = meanPoolGeneric[float32]
)

// A PoolRow is a row of positions, each of which sees the same places of another image, relative to its own. Its channels
// lie contiguously, and so do those of what it sees.
type PoolRow[T float] struct {
	Y                    []T     // the row
	X                    []T     // what it sees
	At                   []uint8 // of every maximum, or that it sees, which place it came from
	Taps                 []PoolTap[T]
	YStep, XStep, AtStep int // from position to position
	Positions, Channels  int
}

// A PoolTap is a place that a position sees.
type PoolTap[T float] struct {
	X, At  int    // where it is, for the first position
	Mark   uint32 // its number in the window, below 256
	Weight T      // in a sum
}

// check panics, as an index out of range, if the row leads to an element that does not exist. The taps lead to At too,
// or the row does.
func (r *PoolRow[T]) check(at, taps bool) {
	last := r.Positions - 1
	_ = r.Y[last*r.YStep+r.Channels-1]
	if at {
		_ = r.At[last*r.AtStep+r.Channels-1]
	}
	for i := range r.Taps {
		t := &r.Taps[i]
		_, _ = r.X[t.X:], r.X[last*r.XStep+t.X+r.Channels-1]
		if taps {
			_, _ = r.At[t.At:], r.At[last*r.AtStep+t.At+r.Channels-1]
		}
	}
}

func (r *PoolRow[T]) empty() bool { return r.Positions <= 0 || r.Channels <= 0 }

// MaxPool sets each element of the row to the largest of those that it sees, the first of equals, or the first NaN; and
// At, at the same position, to its mark. There is at least one tap.
func MaxPool(r *PoolRow[float32]) {
	if !r.empty() {
		r.check(true, false)
		maxPool(r)
	}
}

// MaxPool64 is [MaxPool] in float64.
func MaxPool64(r *PoolRow[float64]) { maxPoolGeneric(r) }

func maxPoolGeneric[T float](r *PoolRow[T]) {
	for p := range r.Positions {
		y, at := r.Y[p*r.YStep:][:r.Channels], r.At[p*r.AtStep:][:r.Channels]
		for i := range r.Taps {
			t := &r.Taps[i]
			x := r.X[p*r.XStep+t.X:][:len(y)]
			if i == 0 {
				copy(y, x)
				Fill(at, uint8(t.Mark))
				continue
			}
			for c, v := range x {
				if w := y[c]; v > w || v != v && w == w {
					y[c], at[c] = v, uint8(t.Mark)
				}
			}
		}
	}
}

// MaxPoolGrad sets each element of the row to the sum of those that it sees of which At holds the mark of the tap.
func MaxPoolGrad(r *PoolRow[float32]) {
	if !r.empty() {
		r.check(false, true)
		maxPoolGrad(r)
	}
}

// MaxPoolGrad64 is [MaxPoolGrad] in float64.
func MaxPoolGrad64(r *PoolRow[float64]) { maxPoolGradGeneric(r) }

func maxPoolGradGeneric[T float](r *PoolRow[T]) {
	for p := range r.Positions {
		y := r.Y[p*r.YStep:][:r.Channels]
		clear(y)
		for i := range r.Taps {
			t := &r.Taps[i]
			x, at := r.X[p*r.XStep+t.X:][:len(y)], r.At[p*r.AtStep+t.At:][:len(y)]
			for c, v := range x {
				if at[c] == uint8(t.Mark) {
					y[c] += v
				}
			}
		}
	}
}

// MeanPool sets each element of the row to the weighted sum of those that it sees.
func MeanPool(r *PoolRow[float32]) {
	if !r.empty() {
		r.check(false, false)
		meanPool(r)
	}
}

// MeanPool64 is [MeanPool] in float64.
func MeanPool64(r *PoolRow[float64]) { meanPoolGeneric(r) }

func meanPoolGeneric[T float](r *PoolRow[T]) {
	for p := range r.Positions {
		y := r.Y[p*r.YStep:][:r.Channels]
		clear(y)
		for i := range r.Taps {
			t := &r.Taps[i]
			x := r.X[p*r.XStep+t.X:][:len(y)]
			for c, v := range x {
				y[c] += T(v * t.Weight)
			}
		}
	}
}

// poolRow makes a kernel of assembly that takes the address of a row.
func poolRow(f func(r *byte)) func(*PoolRow[float32]) {
	return func(r *PoolRow[float32]) { f((*byte)(unsafe.Pointer(r))) }
}

// atLeast is poolRow for a kernel that needs n channels, with another for fewer.
func atLeast(n int, f func(r *byte), fewer func(*PoolRow[float32])) func(*PoolRow[float32]) {
	return func(r *PoolRow[float32]) {
		if r.Channels < n {
			fewer(r)
			return
		}
		f((*byte)(unsafe.Pointer(r)))
	}
}
