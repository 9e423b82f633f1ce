package kernel

import "math"

var (
	maxOf = maxGeneric[float32]
	minOf = minGeneric[float32]
)

// Max returns the largest of x, NaN if any is NaN, −Inf if x is empty.
func Max(x []float32) float32 { return maxOf(x) }

// Max64 is [Max] in float64.
func Max64(x []float64) float64 { return maxGeneric(x) }

// Min returns the smallest of x, NaN if any is NaN, +Inf if x is empty.
func Min(x []float32) float32 { return minOf(x) }

// Min64 is [Min] in float64.
func Min64(x []float64) float64 { return minGeneric(x) }

func maxGeneric[T float](x []T) T { return extreme(x, T(math.Inf(-1)), larger[T]) }

func minGeneric[T float](x []T) T { return extreme(x, T(math.Inf(1)), smaller[T]) }

// extreme combines x in the tree of 64 lanes: that settles which of two zeros of different sign is returned.
func extreme[T float](x []T, start T, better func(a, b T) T) T {
	var lane [lanes]T
	for j := range lane {
		lane[j] = start
	}
	for i, v := range x {
		lane[i%lanes] = better(lane[i%lanes], v)
	}
	for w := lanes / 2; w > 0; w /= 2 {
		for j := range w {
			lane[j] = better(lane[j], lane[j+w])
		}
	}
	return lane[0]
}
