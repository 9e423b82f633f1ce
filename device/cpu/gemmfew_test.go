package cpu

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// A product that is computed turned, because B is stored transposed, has the bits of one that is not, with every
// epilogue and on any number of threads; and nothing is written between the rows of C.
func TestFewRows(t *testing.T) {
	defer parallel.SetThreads(0)
	withSets(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(1, 2))
		for _, s := range [][3]int{{8, 112, 1}, {8, 113, 3}, {16, 300, 130}, {29, 225, 70}, {64, 500, 784}, {64, 129, 1500}, {128, 260, 90}} {
			m, n, k := s[0], s[1], s[2]
			a, b := randomMatrix(r, m, k, rowsApart), randomMatrix(r, k, n, rowMajor)
			stored := randomMatrix(r, k, n, colsApart)
			copyMatrix(stored, b)
			bias := randomMatrix(r, 1, n, rowMajor).data
			c := randomMatrix(r, m, n, rowsApart)
			if c.cols >= 2*c.rows && !fewRows(c, a, stored, epilogue{}, kernel.GemmShape()) && kernel.GemmShape().Width(m) == m {
				t.Errorf("%v is not turned", s)
			}
			for _, ep := range []epilogue{{}, {bias: bias}, {relu: true}, {bias: bias, relu: true}, {accumulate: true}} {
				want := c
				want.data = slices.Clone(c.data)
				parallel.SetThreads(1)
				sgemm(want, a, b, ep)
				for _, threads := range []int{1, 2, 5} {
					parallel.SetThreads(threads)
					got := c
					got.data = slices.Clone(c.data)
					sgemm(got, a, stored, ep)
					if !slices.Equal(got.data, want.data) {
						t.Fatalf("%v, bias %v, relu %v, %d threads: other bits than as B lies in rows", s, ep.bias != nil, ep.relu, threads)
					}
				}
			}
		}
	})
}
