package cpu

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/internal/parallel"
)

// A small product has the bits of the same rows in a product that is not small, wherever its matrices lie, with every
// epilogue and on any number of threads; and nothing is written between the rows of C.
func TestSmallProduct(t *testing.T) {
	defer parallel.SetThreads(0)
	withSets(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(1, 2))
		for _, s := range [][3]int{{2, 1, 1}, {2, 3, 5}, {9, 17, 33}, {15, 49, 40}, {33, 64, 64}, {70, 100, 100}, {64, 10, 500}, {31, 112, 80}} {
			m, n, k := s[0], s[1], s[2]
			many := smallProducts/(n*k) + m
			long := randomMatrix(r, many, k, rowMajor)
			bias := randomMatrix(r, 1, n, rowMajor).data
			for layout := range scattered {
				a, b, c := randomMatrix(r, m, k, layout), randomMatrix(r, k, n, layout), randomMatrix(r, m, n, rowsApart)
				copyMatrix(a, long.part(0, 0, m, k))
				for _, ep := range []epilogue{{}, {bias: bias}, {relu: true}, {bias: bias, relu: true, accumulate: true}} {
					want := randomMatrix(r, many, n, rowMajor)
					copyMatrix(want.part(0, 0, m, n), c)
					sgemm(want, long, b, ep)
					for _, threads := range []int{1, 2, 5} {
						parallel.SetThreads(threads)
						got, kept := c, c
						got.data, kept.data = slices.Clone(c.data), slices.Clone(c.data)
						sgemm(got, a, b, ep)
						copyMatrix(kept, want.part(0, 0, m, n))
						if !slices.Equal(got.data, kept.data) {
							t.Fatalf("%v, layout %d, bias %v, relu %v, %d threads: other bits than in a large product", s, layout, ep.bias != nil, ep.relu, threads)
						}
					}
				}
			}
		}
	})
}
