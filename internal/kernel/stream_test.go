package kernel

import (
	"fmt"
	"testing"
)

// TestStreamedCopies compares copies past the caches with the plain ones, and looks at what lies around them.
func TestStreamedCopies(t *testing.T) {
	const stride = 96
	x := make([]float32, 80*stride)
	for i := range x {
		x[i] = float32(i + 1)
	}
	withSets(t, func(t *testing.T) {
		for _, size := range [][2]int{{16, 16}, {16, 48}, {64, 16}, {48, 64}} {
			rows, n := size[0], size[1]
			t.Run(fmt.Sprint(rows, n), func(t *testing.T) {
				y, z := aligned(80*stride), aligned(80*stride)
				StreamCopy(y[16:], stride, x[3:], stride-5, rows, n)
				StreamTranspose(z[16:], stride, x[3:], stride-5, rows, n)
				for i := range y {
					r, j := (i-16)/stride, (i-16)%stride
					var copied, transposed float32
					if i >= 16 && r < rows && j < n {
						copied = x[3+r*(stride-5)+j]
					}
					if i >= 16 && r < n && j < rows {
						transposed = x[3+j*(stride-5)+r]
					}
					if y[i] != copied || z[i] != transposed {
						t.Fatalf("element %d is %v and %v, want %v and %v", i, y[i], z[i], copied, transposed)
					}
				}
			})
		}
	})
	y := aligned(64)
	if !Streams(y, 16) || Streams(y[1:], 16) || Streams(y, 17) {
		t.Error("Streams is wrong about what is aligned")
	}
	defer func() {
		if _, ok := recover().(NotAligned); !ok {
			t.Error("a copy that is not aligned does not panic with NotAligned")
		}
	}()
	StreamCopy(y[1:], 16, x, 16, 1, 16)
}

// aligned returns n zeros that begin where a cache line does.
func aligned(n int) []float32 {
	x := make([]float32, n+15)
	for !Streams(x, 0) {
		x = x[1:]
	}
	return x[:n]
}
