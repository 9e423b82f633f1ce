package metric

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// KID is the squared maximum mean discrepancy between features of generated and of real examples under a polynomial kernel;
// with the features of an Inception network, the kernel inception distance. Unlike [FID] it is unbiased, so it may be a
// little below 0.
//
//	predictions x [n d] and targets y [m d] are the features of any extractor; n and m may differ
//	k(x, y) = (x·y/d + 1)³
//	mean of k(xᵢ, xⱼ) over i ≠ j + mean of k(yᵢ, yⱼ) over i ≠ j − 2·mean of k(xᵢ, yⱼ)
//
// It keeps all features, and takes (n + m)²·d steps. Subset bounds them: then the value is the mean over groups of so many
// features on either side, in the order in which they were added, which is as unbiased as the random groups of the paper; what
// is left over does not count.
//
// Bińkowski, Sutherland, Arbel and Gretton, Demystifying MMD GANs, 2018 (arXiv:1801.01401), section 4.
type KID struct {
	Subset int // 0 means all at once

	d               int
	generated, real []float64
}

// Name returns "kid".
func (k *KID) Name() string { return "kid" }

// Add counts features of generated and of real examples; either may be nil.
func (k *KID) Add(generated, real *tensor.Tensor) {
	k.generated = append(k.generated, k.rows(generated)...)
	k.real = append(k.real, k.rows(real)...)
}

func (k *KID) rows(x *tensor.Tensor) []float64 {
	if x == nil {
		return nil
	}
	if x.Rank() != 2 {
		panic(tensor.Errorf("KID", "features of shape %v; want [n d]", x))
	}
	k.fit("KID", x.Dim(1))
	return tensor.Values[float64](x.Detach())
}

func (k *KID) fit(op string, d int) {
	if k.d == 0 {
		k.d = d
	}
	if d != k.d && d > 0 {
		panic(tensor.Errorf(op, "%d features after some of %d", d, k.d))
	}
}

// Value returns the distance, NaN of fewer than two examples on a side.
func (k *KID) Value() float64 {
	if k.Subset == 0 {
		return k.distance(k.generated, k.real)
	}
	var m mean
	size := k.Subset * k.d
	for i := size; size > 0 && i <= min(len(k.generated), len(k.real)); i += size {
		m.one(k.distance(k.generated[i-size:i], k.real[i-size:i]))
	}
	return m.Value()
}

func (k *KID) distance(x, y []float64) float64 {
	if len(x) < 2*k.d || len(y) < 2*k.d || k.d == 0 {
		return math.NaN()
	}
	n, m := float64(len(x)/k.d), float64(len(y)/k.d)
	return k.kernels(x, x, true)/(n*(n-1)) + k.kernels(y, y, true)/(m*(m-1)) - 2*k.kernels(x, y, false)/(n*m)
}

// kernels returns the sum of the kernels of rows, those of a row with itself left out if the two are the same.
func (k *KID) kernels(x, y []float64, same bool) (sum float64) {
	d := k.d
	for i := 0; i < len(x); i += d {
		for j := 0; j < len(y); j += d {
			if same && i == j {
				continue
			}
			dot := 0.
			for l, v := range x[i : i+d] {
				dot += v * y[j+l]
			}
			v := dot/float64(d) + 1
			sum += v * v * v
		}
	}
	return sum
}

// Merge adds what another KID has seen.
func (k *KID) Merge(m Metric) {
	b := same[*KID]("KID.Merge", m)
	k.fit("KID.Merge", b.d)
	k.generated, k.real = append(k.generated, b.generated...), append(k.real, b.real...)
}

// Reset forgets what was added.
func (k *KID) Reset() { k.d, k.generated, k.real = 0, nil, nil }

// InceptionScore says how sure a classifier is of each generated example and how many classes it finds in all, from 1 to the
// number of classes. The second tensor is not looked at and may be nil.
//
//	logits [… c] of the classifier
//	exp(mean KL(p(y|x) ‖ p(y)))       p(y) the mean of p(y|x)
//
// It is exact over all that is added: not the mean over ten random splits of the paper, which is a little lower.
//
// Salimans and others, Improved Techniques for Training GANs, 2016 (arXiv:1606.03498), section 4.
type InceptionScore struct {
	marginal []float64 // sum of p(y|x)
	entropy  mean      // of p(y|x), negative
}

// Name returns "inception_score".
func (s *InceptionScore) Name() string { return "inception_score" }

// Add counts a batch.
func (s *InceptionScore) Add(logits, _ *tensor.Tensor) {
	if logits.Rank() < 1 || !logits.DType().IsFloat() {
		panic(tensor.Errorf("InceptionScore", "logits %s %v; want floats [… c]", logits.DType(), logits))
	}
	z, c := tensor.Values[float64](logits.Detach()), logits.Dim(-1)
	s.grow("InceptionScore", c)
	for ; len(z) > 0; z = z[c:] {
		logSoftmax(z[:c])
		sum := 0.
		for i, l := range z[:c] {
			if p := math.Exp(l); p > 0 {
				s.marginal[i] += p
				sum += p * l
			}
		}
		s.entropy.one(sum)
	}
}

func (s *InceptionScore) grow(op string, c int) {
	if s.marginal == nil {
		s.marginal = make([]float64, c)
	}
	if len(s.marginal) != c {
		panic(tensor.Errorf(op, "logits of %d classes after some of %d", c, len(s.marginal)))
	}
}

// Value returns the score.
func (s *InceptionScore) Value() float64 {
	sum, n := s.entropy.Value(), float64(s.entropy.count)
	for _, p := range s.marginal {
		if p > 0 {
			sum -= p / n * math.Log(p/n)
		}
	}
	return math.Exp(sum)
}

// Merge adds what another InceptionScore has counted.
func (s *InceptionScore) Merge(m Metric) {
	b := same[*InceptionScore]("InceptionScore.Merge", m)
	if b.marginal == nil {
		return
	}
	s.grow("InceptionScore.Merge", len(b.marginal))
	for i, p := range b.marginal {
		s.marginal[i] += p
	}
	s.entropy.merge(b.entropy)
}

// Reset forgets what was added.
func (s *InceptionScore) Reset() { *s = InceptionScore{} }
