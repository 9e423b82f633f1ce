package metric

import (
	"math"

	"github.com/jimu-ml/jimu/internal/parallel"
	"github.com/jimu-ml/jimu/tensor"
)

// FID is the Fréchet distance between features of generated and of real examples, as if both were Gaussian; with the features
// of an Inception network, the Fréchet inception distance. 0 at best.
//
//	predictions [n d] and targets [m d] are the features of any extractor; n and m may differ
//	|μ₁ − μ₂|² + tr(Σ₁ + Σ₂ − 2(Σ₁Σ₂)^½)       means μ and covariances Σ, which divide by n − 1 and m − 1
//
// It keeps means and covariances, not features, in float64. The trace of the root is the sum of the roots of the eigenvalues of
// GΣ₂Gᵀ, which is symmetric, with Σ₁ = GᵀG; that takes some 10·d³ steps. Numbers are comparable only for one
// extractor and number of examples.
//
// Heusel and others, GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium, 2017
// (arXiv:1706.08500), equation 6.
type FID struct{ generated, real scatter }

// Name returns "fid".
func (f *FID) Name() string { return "fid" }

// Add counts features of generated and of real examples; either may be nil.
func (f *FID) Add(generated, real *tensor.Tensor) {
	f.generated.add("FID", generated)
	f.real.add("FID", real)
	if a, b := len(f.generated.mean), len(f.real.mean); a > 0 && b > 0 && a != b {
		panic(tensor.Errorf("FID", "%d features of generated examples and %d of real ones", a, b))
	}
}

// Value returns the distance, NaN of fewer than two examples on a side.
func (f *FID) Value() float64 {
	a, b := &f.generated, &f.real
	if a.n < 2 || b.n < 2 {
		return math.NaN()
	}
	d, sum := len(a.mean), 0.
	s, t := a.covariance(), b.covariance()
	for i := range d {
		sum += squared(a.mean[i], b.mean[i]) + s[i*d+i] + t[i*d+i]
	}
	g := factor(s, d)
	r := len(g) / d
	if r == 0 {
		return sum
	}
	values := eigenvalues(inner(inner(g, t, d), g, d), r) // t is its own transpose
	most := 0.
	for _, v := range values {
		most = max(most, v)
	}
	for _, v := range values {
		if v > most*float64(d)*smallest { // the root of what rounding alone made would be a millionth of a percent of the largest
			sum -= 2 * math.Sqrt(v)
		}
	}
	return sum
}

// inner returns the inner products of the rows of a and b, each of length d.
func inner(a, b []float64, d int) []float64 {
	n := len(b) / d
	m := make([]float64, len(a)/d*n)
	parallel.For(len(a)/d, 4, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			for j := range n {
				sum, y := 0., b[j*d:(j+1)*d]
				for k, v := range a[i*d : (i+1)*d] {
					sum += v * y[k]
				}
				m[i*n+j] = sum
			}
		}
	})
	return m
}

// Merge adds what another FID has counted.
func (f *FID) Merge(m Metric) {
	b := same[*FID]("FID.Merge", m)
	f.generated.merge("FID.Merge", b.generated)
	f.real.merge("FID.Merge", b.real)
}

// Reset forgets what was added.
func (f *FID) Reset() { *f = FID{} }

// scatter is the mean of rows and the sum of their outer products around it.
type scatter struct {
	n    float64
	mean []float64
	of   []float64
}

// add counts rows [n d], or none if x is nil.
func (s *scatter) add(op string, x *tensor.Tensor) {
	if x == nil {
		return
	}
	if x.Rank() != 2 {
		panic(tensor.Errorf(op, "features of shape %v; want [n d]", x))
	}
	n, d := x.Dim(0), x.Dim(1)
	if n == 0 || d == 0 {
		return
	}
	rows := tensor.Values[float64](x.Detach())
	b := scatter{n: float64(n), mean: make([]float64, d)}
	for i, v := range rows {
		b.mean[i%d] += v / float64(n)
	}
	for i := range rows {
		rows[i] -= b.mean[i%d]
	}
	b.of = make([]float64, d*d)
	parallel.For(d, 16, func(lo, hi int) {
		for i := range n {
			row := rows[i*d : (i+1)*d]
			for j := lo; j < hi; j++ {
				v, sums := row[j], b.of[j*d:(j+1)*d]
				for k, w := range row {
					sums[k] += v * w
				}
			}
		}
	})
	s.merge(op, b)
}

func (s *scatter) merge(op string, b scatter) {
	if b.n == 0 {
		return
	}
	d := len(b.mean)
	if s.n == 0 {
		s.mean, s.of = make([]float64, d), make([]float64, d*d)
	}
	if len(s.mean) != d {
		panic(tensor.Errorf(op, "%d features after some of %d", d, len(s.mean)))
	}
	n := s.n + b.n
	w := s.n * b.n / n
	off := make([]float64, d)
	for j := range d {
		off[j] = b.mean[j] - s.mean[j]
	}
	for j, v := range off {
		row, more := s.of[j*d:(j+1)*d], b.of[j*d:(j+1)*d]
		for k := range row {
			row[k] += more[k] + w*v*off[k]
		}
		s.mean[j] += v * b.n / n
	}
	s.n = n
}

// covariance returns the matrix [d d], which divides by n − 1.
func (s *scatter) covariance() []float64 {
	c := make([]float64, len(s.of))
	for i, v := range s.of {
		c[i] = v / (s.n - 1)
	}
	return c
}
