package optim

import (
	"math"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/rng"
)

// By hand it goes over a matrix of one column [3 1]: L is full, R a number.
var _ = register(sample{
	name:  "Shampoo",
	rule:  Shampoo{LR: 0.1, Eps: 0.5, Largest: 2},
	shape: []int{3, 1},
	whole: func() func([]float64, given) []float64 {
		r := 0.5 // L is too large, and R^−½ is left
		return func(p []float64, x given) []float64 {
			r += norm2(x.g)
			return moved(p, x.g, 0.1/math.Sqrt(r))
		}
	},
	golden: "Shampoo",
	like: func(c *check.Case) Rule {
		r := Shampoo{LR: c.Float("lr"), Eps: c.Float("matrix_eps")}
		optional(c, map[string]*float64{"weight_decay": &r.WeightDecay})
		return r
	},
	loose:  1e-4,
	bowl:   Shampoo{LR: 0.5},
	valley: Shampoo{LR: 0.3},
	below:  1,
})

// TestEigen: V diag(λ) Vᵀ = A, VᵀV = 1, and values fall, also where they are equal or 0.
func TestEigen(t *testing.T) {
	for n := 1; n < 24; n++ {
		for kind := range 3 {
			a, key := make([]float64, n*n), rng.KeyOf(uint64(n))
			for i := range n {
				for j := range i + 1 {
					v := key.Float64At(uint64(i*n+j)) - 0.5
					switch kind {
					case 1: // rank 1
						v = float64(i+1) * float64(j+1) / 10
					case 2: // a multiple of the identity
						v = 0
						if i == j {
							v = 2
						}
					}
					a[i*n+j], a[j*n+i] = v, v
				}
			}
			checkEigen(t, a, n)
		}
	}
}

func checkEigen(t *testing.T, a []float64, n int) {
	t.Helper()
	values, v := eigen(a, n)
	for i := range n {
		if i > 0 && values[i] > values[i-1] {
			t.Errorf("%v does not fall", values)
		}
		for j := range n {
			sum, one := 0.0, 0.0
			for k := range n {
				sum += v[i*n+k] * values[k] * v[j*n+k]
				one += v[k*n+i] * v[k*n+j]
			}
			if i == j {
				one--
			}
			if math.Abs(sum-a[i*n+j]) > 1e-12*float64(n*n) || math.Abs(one) > 1e-12 {
				t.Fatalf("n %d: %v for %v, off the identity by %v", n, sum, a[i*n+j], one)
			}
		}
	}
}

func TestOrthonormal(t *testing.T) {
	for _, a := range [][]float64{{3, 1, 4, 1, 5, 9, 2, 6, 5}, {1, 2, 3, 2, 4, 6, 3, 6, 9}, make([]float64, 9)} {
		q := orthonormal(a, 3)
		for i := range 3 {
			for j := range 3 {
				sum := 0.0
				for k := range 3 {
					sum += q[k*3+i] * q[k*3+j]
				}
				if i == j {
					sum--
				}
				if math.Abs(sum) > 1e-14 {
					t.Errorf("%v: columns %d and %d: %v", a, i, j, sum)
				}
			}
		}
	}
}
