package cpu

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// TestTurnedBits compares products that are computed turned with the same products, bit for bit, computed as they are.
func TestTurnedBits(t *testing.T) {
	defer parallel.SetThreads(0)
	r := rand.New(rand.NewPCG(1, 2))
	for _, set := range kernel.Sets() {
		restore := kernel.Use(set)
		for _, s := range [][3]int{{131, 65, 1024}, {300, 129, 1030}} {
			a, b, c := randomMatrix(r, s[0], s[2], colMajor), randomMatrix(r, s[2], s[1], rowMajor), randomMatrix(r, s[0], s[1], rowMajor)
			if !betterTurned(c, a, b, epilogue{}) {
				t.Fatalf("%v is not turned", s)
			}
			w := new(workspace)
			w.block(c, a, b, epilogue{}, nil)
			want := slices.Clone(c.data)
			for _, threads := range []int{1, 2, 5} {
				parallel.SetThreads(threads)
				clear(c.data)
				sgemm(c, a, b, epilogue{})
				if !slices.Equal(c.data, want) {
					t.Errorf("%s, %v with %d threads: not the same bits", set, s, threads)
				}
			}
		}
		restore()
	}
}
