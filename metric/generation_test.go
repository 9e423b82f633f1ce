package metric

import (
	"math"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

var _ = register(sample{
	name: "FID", fresh: func() Metric { return &FID{} }, called: "fid",
	golden: "FID", uneven: true,
	misuse: []misuse{{tensor.Zeros(3), tensor.Zeros(3), "features of shape [3]; want [n d]"}, {tensor.Zeros(3, 2), tensor.Zeros(3, 4), "2 features of generated examples and 4 of real ones"}},
})

var _ = register(sample{
	name: "KID", fresh: func() Metric { return &KID{} }, called: "kid",
	golden: "KID",
	like:   func(c *check.Case) Metric { return &KID{Subset: int(number(c, "subset"))} },
	misuse: []misuse{{tensor.Zeros(3), tensor.Zeros(3), "features of shape [3]; want [n d]"}, {tensor.Zeros(3, 2), tensor.Zeros(3, 4), "4 features after some of 2"}},
})

var _ = register(sample{
	name: "InceptionScore", fresh: func() Metric { return &InceptionScore{} }, called: "inception_score",
	golden: "InceptionScore",
	misuse: []misuse{{tensor.Of([]int64{1}, 1), nil, "logits int64 [1]; want floats"}},
})

var _ = register(sample{
	name: "Mean", fresh: func() Metric { return &Mean{} }, called: "mean",
	prediction: tensor.Of([]float32{1, -2, 4}), target: nil, value: 1,
	misuse: []misuse{{tensor.Zeros(3), tensor.Zeros(1), "differ"}},
})

var _ = register(sample{
	name: "Mean/weights", fresh: func() Metric { return &Mean{} }, called: "mean",
	prediction: tensor.Of([]float32{1, -2, 4}), target: tensor.Of([]float32{1, 0, 3}), value: 13. / 4,
})

var _ = register(sample{
	name: "Sum", fresh: func() Metric { return &Sum{} }, called: "sum",
	prediction: tensor.Of([]float32{1, -2, 4}), target: nil, value: 3, twice: 6,
	misuse: []misuse{{tensor.Zeros(3), tensor.Zeros(1), "differ"}},
})

var _ = register(sample{
	name: "Sum/weights", fresh: func() Metric { return &Sum{} }, called: "sum",
	prediction: tensor.Of([]float32{1, -2, 4}), target: tensor.Of([]float32{1, 0.5, 3}), value: 12, twice: 24,
})

var _ = register(sample{
	name: "Max", fresh: func() Metric { return &Max{} }, called: "max",
	prediction: tensor.Of([]float32{1, -2, 4}), target: nil, value: 4,
})

var _ = register(sample{
	name: "Min", fresh: func() Metric { return &Min{} }, called: "min",
	prediction: tensor.Of([]float32{1, -2, 4}), target: nil, value: -2,
})

// TestEigen: A·v = λ·v for each row v, rows of length 1, and the sum of the values is the trace.
func TestEigen(t *testing.T) {
	for n := range 20 {
		a := make([]float64, n*n)
		for i := range n {
			for j := range i + 1 {
				v := math.Sin(float64(i*7+j*3)) * float64(1+(i+j)%4)
				if n > 10 {
					v = float64(i%3) * float64(j%3) // of rank 1, with eigenvalues of 0
				}
				a[i*n+j], a[j*n+i] = v, v
			}
		}
		values, vectors := eigen(append([]float64(nil), a...), n, true)
		only, _ := eigen(append([]float64(nil), a...), n, false)
		trace := 0.
		for i := range n {
			trace += a[i*n+i] - values[i]
			v := vectors[i*n : (i+1)*n]
			length := 0.
			for j := range n {
				sum := -values[i] * v[j]
				for k := range n {
					sum += a[j*n+k] * v[k]
				}
				length += v[j] * v[j]
				if math.Abs(sum) > 1e-12*float64(n*n) {
					t.Fatalf("n = %d: row %d is no eigenvector of %v: off by %v", n, i, values[i], sum)
				}
			}
			if math.Abs(length-1) > 1e-13 || math.Abs(only[i]-values[i]) > 1e-12*float64(n) {
				t.Fatalf("n = %d: row %d has length %v, value %v or %v", n, i, length, values[i], only[i])
			}
		}
		if math.Abs(trace) > 1e-12*float64(n*n) {
			t.Fatalf("n = %d: the values miss the trace by %v", n, trace)
		}
	}
}

// TestExtremesNaN: a NaN is neither lost nor overtaken.
func TestExtremesNaN(t *testing.T) {
	var m Max
	m.Add(tensor.Of([]float64{1, math.NaN(), 3}), nil)
	if !math.IsNaN(m.Value()) {
		t.Errorf("%v", m.Value())
	}
}
