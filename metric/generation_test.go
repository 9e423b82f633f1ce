package metric

import (
	"math"
	"slices"
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

// TestEigenvalues: those of second differences are known, 2 − 2·cos(kπ/(n+1)), before and after rotations of the axes.
func TestEigenvalues(t *testing.T) {
	for n := range 40 {
		a := make([]float64, n*n)
		for i := range n {
			a[i*n+i] = 2
			if i > 0 {
				a[i*n+i-1], a[(i-1)*n+i] = -1, -1
			}
		}
		for range 2 {
			got := slices.Sorted(slices.Values(eigenvalues(slices.Clone(a), n)))
			for k, v := range got {
				if want := 2 - 2*math.Cos(float64(k+1)*math.Pi/float64(n+1)); math.Abs(v-want) > 1e-13*float64(n) {
					t.Fatalf("n = %d: value %d is %v, want %v", n, k, v, want)
				}
			}
			for i := range n - 1 {
				turn(a, n, i, (i*7+3)%n)
			}
		}
	}
}

// turn rotates two axes of a symmetric matrix.
func turn(a []float64, n, i, j int) {
	if i == j {
		return
	}
	s, c := math.Sincos(float64(i + 2*j))
	for k := range n {
		a[i*n+k], a[j*n+k] = c*a[i*n+k]-s*a[j*n+k], s*a[i*n+k]+c*a[j*n+k]
	}
	for k := range n {
		a[k*n+i], a[k*n+j] = c*a[k*n+i]-s*a[k*n+j], s*a[k*n+i]+c*a[k*n+j]
	}
}

// TestFactor: the outer products sum to the matrix, and there are as many as its rank.
func TestFactor(t *testing.T) {
	const n, rank = 9, 4
	rows := make([]float64, rank*n)
	for i := range rows {
		rows[i] = math.Sin(float64(i * i))
	}
	sum := func(g []float64) []float64 {
		a := make([]float64, n*n)
		for r := 0; r < len(g); r += n {
			for i := range n {
				for j := range n {
					a[i*n+j] += g[r+i] * g[r+j]
				}
			}
		}
		return a
	}
	a := sum(rows)
	g := factor(a, n)
	if len(g) != rank*n {
		t.Fatalf("%d numbers, want %d rows of %d", len(g), rank, n)
	}
	for i, v := range sum(g) {
		if math.Abs(v-a[i]) > 1e-14 {
			t.Errorf("element %d is %v, want %v", i, v, a[i])
		}
	}
	if len(factor(make([]float64, 4), 2)) != 0 {
		t.Error("nothing has factors")
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
