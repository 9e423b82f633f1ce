package op_test

import (
	"math"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// TestTopKMatchesSort compares what is picked from long rows with the head of a sort, with equal elements, NaN, and rows in order or
// of a period, for which a sample says little.
func TestTopKMatchesSort(t *testing.T) {
	const n = 150_000
	normal := make([]float32, n)
	rng.New(1).Next().Normal(normal)
	rows := map[string]func(i int) float32{
		"normal":     func(i int) float32 { return normal[i] },
		"ascending":  func(i int) float32 { return float32(i) },
		"descending": func(i int) float32 { return float32(-i) },
		"equal":      func(i int) float32 { return 1 },
		"few kinds":  func(i int) float32 { return float32(i * i % 7) },
		"periodic":   func(i int) float32 { return float32(math.Sin(float64(i) / 23)) },
		"NaN": func(i int) float32 {
			if i%50 == 9 {
				return float32(math.NaN())
			}
			return normal[i]
		},
		"one large": func(i int) float32 { return float32(max(i, 140_000)) },
	}
	for name, f := range rows {
		v := make([]float32, n)
		for i := range v {
			v[i] = f(i)
		}
		for _, x := range []*tensor.Tensor{tensor.Of(v, n), tensor.Of(v, 10, n/10)} {
			for _, smallest := range []bool{false, true} {
				sorted := x.ArgSort(-1, !smallest)
				for _, k := range []int{0, 1, 50, 1000, 3700} {
					_, got := op.TopK(x, k, -1, smallest)
					if !slices.Equal(got.Ints(), sorted.Slice(-1, 0, k).Ints()) {
						t.Errorf("%s %v, the best %d, smallest %v: not the head of the sort", name, x.Shape(), k, smallest)
					}
				}
			}
		}
	}
}
