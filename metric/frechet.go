package metric

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// FID is the Fréchet distance between features of generated and of real examples, as if both were Gaussian; with the features
// of an Inception network, the Fréchet inception distance. 0 at best.
//
//	predictions [n d] and targets [m d] are the features of any extractor; n and m may differ
//	|μ₁ − μ₂|² + tr(Σ₁ + Σ₂ − 2(Σ₁Σ₂)^½)       means μ and covariances Σ, which divide by n − 1 and m − 1
//
// It keeps means and covariances, not features, in float64; the root is taken through the eigenvalues of the symmetric
// Σ₁^½Σ₂Σ₁^½, in d³ steps. Numbers are comparable only for one extractor and number of examples.
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
	values, _ := eigen(between(s, t, d), d, false)
	for _, v := range roots(values) {
		sum -= 2 * v
	}
	return sum
}

// roots returns the square roots of eigenvalues of which none is below 0. Those that rounding alone may have made are taken
// for 0: their roots would be a millionth of a percent of the largest.
func roots(values []float64) []float64 {
	most := 0.
	for _, v := range values {
		most = max(most, v)
	}
	r := make([]float64, len(values))
	for i, v := range values {
		if v > most*float64(len(values))*smallest {
			r[i] = math.Sqrt(v)
		}
	}
	return r
}

// between returns a symmetric matrix with the eigenvalues of s·t. Both are symmetric; s is spoiled.
func between(s, t []float64, d int) []float64 {
	values, half := eigen(s, d, true)
	for i, root := range roots(values) { // the rows of half become those of a root of s
		for j := range d {
			half[i*d+j] *= root
		}
	}
	ht := make([]float64, d*d)
	for i := range d {
		for k := range d {
			h := half[i*d+k]
			for j, v := range t[k*d : (k+1)*d] {
				ht[i*d+j] += h * v
			}
		}
	}
	m := make([]float64, d*d)
	for i := range d {
		for j := range i + 1 {
			sum := 0.
			for k, v := range half[j*d : (j+1)*d] {
				sum += v * ht[i*d+k]
			}
			m[i*d+j], m[j*d+i] = sum, sum
		}
	}
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

// scatter is the mean of rows and the sum of their outer products around it, below the diagonal.
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
	if n == 0 {
		return
	}
	rows := tensor.Values[float64](x.Detach())
	b := scatter{float64(n), make([]float64, d), make([]float64, d*d)}
	for i, v := range rows {
		b.mean[i%d] += v / float64(n)
	}
	row := make([]float64, d)
	for i := range n {
		for j := range row {
			row[j] = rows[i*d+j] - b.mean[j]
		}
		for j, v := range row {
			for k, w := range row[:j+1] {
				b.of[j*d+k] += v * w
			}
		}
	}
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
	for j := range d {
		for k := range j + 1 {
			s.of[j*d+k] += b.of[j*d+k] + w*(b.mean[j]-s.mean[j])*(b.mean[k]-s.mean[k])
		}
	}
	for j := range d {
		s.mean[j] += (b.mean[j] - s.mean[j]) * b.n / n
	}
	s.n = n
}

// covariance returns the matrix [d d], which divides by n − 1.
func (s *scatter) covariance() []float64 {
	d := len(s.mean)
	c := make([]float64, d*d)
	for j := range d {
		for k := range j + 1 {
			v := s.of[j*d+k] / (s.n - 1)
			c[j*d+k], c[k*d+j] = v, v
		}
	}
	return c
}
