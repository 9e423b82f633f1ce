package format

import (
	"fmt"
	"io"
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/durable"
)

// Sized returns a shape from a file as a shape of ours, and checks, without overflow, that the bytes for its elements are
// there: nothing may be allocated for a shape before. Elements of less than a byte are counted by their blocks, as the last
// axis of shape.
func Sized(what string, remaining int64, elementBytes int, shape []int64) ([]int, error) {
	if len(shape) > device.MaxRank {
		return nil, fmt.Errorf("%w: %s has %d axes; there may be %d", ErrFormat, what, len(shape), device.MaxRank)
	}
	out := make([]int, len(shape))
	need, zero := int64(elementBytes), false
	for i, n := range shape {
		if n < 0 || n > math.MaxInt {
			return nil, fmt.Errorf("%w: %s has shape %v", ErrFormat, what, shape)
		}
		if out[i] = int(n); n == 0 {
			zero = true
			continue
		}
		if need > math.MaxInt64/n {
			return nil, fmt.Errorf("%w: %s has shape %v", ErrFormat, what, shape)
		}
		need *= n
	}
	if !zero && need > remaining {
		return nil, fmt.Errorf("%w: %s of shape %v takes %d bytes, and %d are there", ErrFormat, what, shape, need, remaining)
	}
	return out, nil
}

// Replace makes a file appear under its name at once, in place of an older one: a crash at any instant leaves the old file
// or the new one, whole.
func Replace(path string, write func(w io.Writer) error) error {
	return durable.Disk{}.Replace(path, write)
}
