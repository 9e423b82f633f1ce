package op_test

import (
	"math"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// sturdy returns batches of matrices far from singular, with distinct singular values and eigenvalues.
func sturdy(shape ...int) *tensor.Tensor {
	x := wave(shape...)
	v := tensor.Values[float64](x)
	n := shape[len(shape)-1]
	m := shape[len(shape)-2]
	for i := range v {
		v[i] *= 0.4
		if r, c := i/n%m, i%n; r == c {
			v[i] += 1.5 + float64(r)
		}
	}
	return tensor.Of(v).Reshape(shape...)
}

func part(f func(x *tensor.Tensor) (a, b, c *tensor.Tensor), k int) call {
	return one(func(x *tensor.Tensor) *tensor.Tensor {
		a, b, c := f(x)
		return []*tensor.Tensor{a, b, c}[k]
	})
}

func qr(x *tensor.Tensor) (a, b, c *tensor.Tensor) {
	a, b = op.QR(x)
	return a, b, a.MatMul(b)
}

func eigh(x *tensor.Tensor) (a, b, c *tensor.Tensor) {
	a, b = op.Eigh(x)
	return a, b, b.Mul(a.Exp().Unsqueeze(-2)).MatMul(b.T())
}

func slogdet(x *tensor.Tensor) (a, b, c *tensor.Tensor) {
	a, b = op.SlogDet(x)
	return a, b, a.Mul(b)
}

// absolute is the call of cases of factors whose signs are free: their squares.
func absolute(f call) func(c *check.Case) call {
	return func(*check.Case) call {
		return func(x []*tensor.Tensor) *tensor.Tensor { return f(x).Square() }
	}
}

func notSquare(name string, f func(x *tensor.Tensor)) []misuse {
	return []misuse{
		{name + ": the matrices of shape [2 3] are not square", func() { f(wave(2, 3)) }},
		{name + ": shape [3] is not [… m n]", func() { f(wave(3)) }},
		{name + ": the input is int64", func() { f(integers) }},
	}
}

func equations(f func(a, b *tensor.Tensor) *tensor.Tensor) call {
	return func(x []*tensor.Tensor) *tensor.Tensor { return f(x[0], x[1]) }
}

func upper(a, b *tensor.Tensor) *tensor.Tensor { return op.SolveTriangular(a, b, true) }
func lower(a, b *tensor.Tensor) *tensor.Tensor { return op.SolveTriangular(a, b, false) }
func pinv(x *tensor.Tensor) *tensor.Tensor     { return op.PInverse(x, 0) }
func lstsq(a, b *tensor.Tensor) *tensor.Tensor { return op.LstSq(a, b, 0) }

var _ = []bool{
	register(sample{
		name: "SolveTriangular", in: list(sturdy(2, 3, 3), wave(2, 3, 2)), call: equations(lower), shape: []int{2, 3, 2},
		golden: "SolveTriangular/lower", names: []string{"a", "b"},
		misuse: []misuse{{"SolveTriangular: shapes [2 3] and [2 3] are not [… n n] and [… n k]", func() { op.SolveTriangular(wave(2, 3), wave(2, 3), true) }}},
	}),
	register(sample{
		name: "SolveTriangular/upper", in: list(sturdy(2, 3, 3), wave(3, 2)), call: equations(upper), shape: []int{2, 3, 2},
		golden: "SolveTriangular/upper", names: []string{"a", "b"},
	}),
	register(sample{
		name: "Cholesky", in: list(sturdy(2, 3, 3)), call: one(op.Cholesky), shape: []int{2, 3, 3},
		golden: "Cholesky/", names: []string{"x"}, misuse: notSquare("Cholesky", func(x *tensor.Tensor) { op.Cholesky(x) }),
	}),
	register(sample{
		name: "LU", in: list(sturdy(2, 3, 3).Roll(1, 1)), call: part(op.LU, 1), shape: []int{2, 3, 3},
		golden: "LU/lower", names: []string{"x"}, misuse: notSquare("LU", func(x *tensor.Tensor) { op.LU(x) }),
	}),
	register(sample{
		name: "LU/upper", in: list(sturdy(2, 3, 3).Roll(1, 1)), call: part(op.LU, 2), shape: []int{2, 3, 3},
		golden: "LU/upper", names: []string{"x"},
	}),
	register(sample{
		name: "QR", in: list(sturdy(2, 4, 2)), call: part(qr, 0), shape: []int{2, 4, 2}, golden: "QR/q", names: []string{"x"},
		misuse: []misuse{{"QR: shape [3] is not [… m n]", func() { op.QR(wave(3)) }}},
	}),
	register(sample{name: "QR/r", in: list(sturdy(2, 3, 3)), call: part(qr, 1), shape: []int{2, 3, 3}, golden: "QR/r", names: []string{"x"}}),
	register(sample{name: "QR/wide", in: list(sturdy(2, 2, 3)), call: part(qr, 1), shape: []int{2, 2, 3}}),
	register(sample{
		name: "Eigh", in: list(sturdy(2, 3, 3)), call: part(eigh, 0), shape: []int{2, 3}, golden: "Eigh/w", names: []string{"x"},
		misuse: notSquare("Eigh", func(x *tensor.Tensor) { op.Eigh(x) }),
	}),
	register(sample{
		name: "Eigh/vectors", in: list(sturdy(2, 3, 3)), call: part(eigh, 1), shape: []int{2, 3, 3},
		golden: "Eigh/v2", names: []string{"x"}, attrs: absolute(part(eigh, 1)),
	}),
	register(sample{
		name: "Eigh/function", in: list(sturdy(2, 3, 3).Scale(0.3)), call: part(eigh, 2), shape: []int{2, 3, 3},
		golden: "Eigh/exp", names: []string{"x"},
	}),
	register(sample{
		name: "SVD", in: list(sturdy(2, 3, 2)), call: part(op.SVD, 1), shape: []int{2, 2}, golden: "SVD/s", names: []string{"x"},
		misuse: []misuse{{"SVD: shape [3] is not [… m n]", func() { op.SVD(wave(3)) }}},
	}),
	register(sample{
		name: "SVD/left", in: list(sturdy(2, 4, 2)), call: part(op.SVD, 0), shape: []int{2, 4, 2},
		golden: "SVD/u2", names: []string{"x"}, attrs: absolute(part(op.SVD, 0)),
	}),
	register(sample{
		name: "SVD/right", in: list(sturdy(2, 2, 3)), call: part(op.SVD, 2), shape: []int{2, 3, 2},
		golden: "SVD/v2", names: []string{"x"}, attrs: absolute(part(op.SVD, 2)),
	}),
	register(sample{
		name: "Inverse", in: list(sturdy(2, 3, 3)), call: one(op.Inverse), shape: []int{2, 3, 3}, golden: "Inverse/", names: []string{"x"},
		misuse: notSquare("Inverse", func(x *tensor.Tensor) { op.Inverse(x) }),
	}),
	register(sample{
		name: "Solve", in: list(sturdy(2, 3, 3), wave(2, 3, 2)), call: equations(op.Solve), shape: []int{2, 3, 2}, golden: "Solve/", names: []string{"a", "b"},
		misuse: []misuse{
			{"Solve: shapes [2 3] and [2 1] are not [… n n] and [… n k]", func() { op.Solve(wave(2, 3), wave(2, 1)) }},
			{"Solve: shapes [2] and [3] do not broadcast", func() { op.Solve(sturdy(2, 3, 3), wave(3, 3, 1)) }},
		},
	}),
	register(sample{
		name: "Det", in: list(sturdy(2, 3, 3).Scale(0.5)), call: one(op.Det), shape: []int{2}, golden: "Det/", names: []string{"x"},
		misuse: notSquare("Det", func(x *tensor.Tensor) { op.Det(x) }),
	}),
	register(sample{
		name: "SlogDet", in: list(sturdy(2, 3, 3).Roll(1, 1)), call: part(slogdet, 1), shape: []int{2}, golden: "SlogDet/", names: []string{"x"},
		misuse: notSquare("SlogDet", func(x *tensor.Tensor) { op.SlogDet(x) }),
	}),
	register(sample{
		name: "MatrixPower", in: list(sturdy(2, 2, 2).Scale(0.5)), shape: []int{2, 2, 2}, golden: "MatrixPower/", names: []string{"x"},
		call: one(func(x *tensor.Tensor) *tensor.Tensor { return op.MatrixPower(x, 5) }),
		attrs: func(c *check.Case) call {
			return one(func(x *tensor.Tensor) *tensor.Tensor { return op.MatrixPower(x, c.Int("k")) })
		},
		misuse: notSquare("MatrixPower", func(x *tensor.Tensor) { op.MatrixPower(x, 2) }),
	}),
	register(sample{name: "MatrixPower/inverse", in: list(sturdy(2, 2, 2)), shape: []int{2, 2, 2}, call: one(func(x *tensor.Tensor) *tensor.Tensor {
		return op.MatrixPower(x, -2)
	})}),
	register(sample{name: "MatrixPower/one", in: list(sturdy(2, 2, 2)), shape: []int{2, 2, 2}, call: one(func(x *tensor.Tensor) *tensor.Tensor {
		return op.MatrixPower(x, 1)
	})}),
	register(sample{name: "MatrixPower/none", in: list(sturdy(2, 2, 2)), shape: []int{2, 2, 2}, call: one(func(x *tensor.Tensor) *tensor.Tensor {
		return op.MatrixPower(x, 0)
	})}),
	register(sample{
		name: "MatrixExp", in: list(wave(2, 2, 2)), call: one(op.MatrixExp), shape: []int{2, 2, 2}, golden: "MatrixExp/", names: []string{"x"},
		misuse: notSquare("MatrixExp", func(x *tensor.Tensor) { op.MatrixExp(x) }),
	}),
	register(sample{
		name: "PInverse", in: list(sturdy(2, 3, 2)), call: one(pinv), shape: []int{2, 2, 3}, golden: "PInverse/", names: []string{"x"},
		misuse: []misuse{{"PInverse: shape [3] is not [… m n]", func() { op.PInverse(wave(3), 0) }}},
	}),
	register(sample{name: "PInverse/wide", in: list(sturdy(2, 2, 3)), call: one(pinv), shape: []int{2, 3, 2}}),
	register(sample{
		name: "LstSq", in: list(sturdy(2, 3, 2), wave(2, 3, 1)), call: equations(lstsq), shape: []int{2, 2, 1}, golden: "LstSq/", names: []string{"a", "b"},
		misuse: []misuse{{"LstSq: shapes [3 2] and [2 1] are not [… m n] and [… m k]", func() { op.LstSq(wave(3, 2), wave(2, 1), 0) }}},
	}),
	register(sample{
		name: "MatrixNorm", in: list(sturdy(2, 3, 2)), call: one(func(x *tensor.Tensor) *tensor.Tensor { return op.MatrixNorm(x, op.Nuclear) }), shape: []int{2},
		golden: "MatrixNorm/", names: []string{"x"},
		attrs: func(c *check.Case) call {
			return one(func(x *tensor.Tensor) *tensor.Tensor { return op.MatrixNorm(x, op.MatrixNormKind(c.Int("kind"))) })
		},
		misuse: []misuse{{"MatrixNorm: shape [3] is not [… m n]", func() { op.MatrixNorm(wave(3), op.Frobenius) }}},
	}),
	register(sample{name: "Cond", in: list(sturdy(2, 3, 3)), call: one(op.Cond), shape: []int{2}, golden: "Cond/", names: []string{"x"}}),
	register(sample{
		name: "CholeskySolve", in: list(sturdy(2, 3, 3), wave(2, 3, 2)), call: equations(op.CholeskySolve), shape: []int{2, 3, 2},
		golden: "CholeskySolve/", names: []string{"a", "b"},
		misuse: []misuse{{"CholeskySolve: shapes [2 3] and [2 3] are not [… n n] and [… n k]", func() { op.CholeskySolve(wave(2, 3), wave(2, 3)) }}},
	}),
	register(sample{name: "MatrixRank", in: list(sturdy(2, 3, 2)), order: -1, shape: []int{2}, call: one(func(x *tensor.Tensor) *tensor.Tensor {
		return op.MatrixRank(x, 0)
	})}),
}

// Factors multiply to the matrix, and are what they are said to be, for all kinds of shapes and ranks.
func TestFactors(t *testing.T) {
	for name, x := range map[string]*tensor.Tensor{
		"tall": wave(7, 4), "wide": wave(3, 8), "square": wave(9, 9), "one": wave(1, 1), "column": wave(5, 1), "row": wave(1, 5),
		"zero": wave(4, 3).Scale(0), "rank 1": wave(5).Outer(wave(4)), "identity": tensor.Eye(4).Cast(device.Float64), "none": wave(0, 3),
		"repeated": tensor.Eye(3).Kron(tensor.Ones(2, 2)).Cast(device.Float64), "tiny": wave(4, 4).Scale(1e-150), "large": wave(4, 4).Scale(1e150),
		"batch": wave(2, 5, 3), "many": wave(40, 30),
	} {
		most := 0.0
		for _, v := range tensor.Values[float64](x) {
			most = max(most, math.Abs(v))
		}
		equal := func(what string, got, want *tensor.Tensor, scale float64) {
			t.Helper()
			for i, v := range tensor.Values[float64](got.Sub(want)) {
				if !(math.Abs(v) <= 1e-13*scale) {
					t.Errorf("%s: %s, element %d is off by %g of %g", name, what, i, v, scale)
					return
				}
			}
		}
		orthonormal := func(what string, q *tensor.Tensor) {
			t.Helper()
			equal(what, q.T().MatMul(q), tensor.Eye(q.Dim(-1)).Cast(device.Float64), 1)
		}
		q, r := op.QR(x)
		equal("q r", q.MatMul(r), x, 10*most)
		equal("r is upper", r, r.Triu(0), 0)
		orthonormal("q", q)
		u, s, v := op.SVD(x)
		equal("u s v", u.Mul(s.Unsqueeze(-2)).MatMul(v.T()), x, 10*most)
		orthonormal("u", u)
		orthonormal("v", v)
		falling, _ := s.Sort(-1, true)
		equal("s falls", s, falling, 0)
		w, e := op.Eigh(x.MatMul(x.T()))
		equal("v w v", e.Mul(w.Unsqueeze(-2)).MatMul(e.T()), x.MatMul(x.T()), 100*most*most)
		orthonormal("eigenvectors", e)
		square := x.MatMul(x.T())
		rows, l, up := op.LU(square)
		taken := square.TakeAlong(-2, rows.Unsqueeze(-1).Expand(square.Shape()...))
		equal("l u", l.MatMul(up), taken, 100*most*most)
		p := op.PInverse(x, 1e-12)
		equal("x x⁺ x", x.MatMul(p).MatMul(x), x, 1000*most)
	}
}

// Values and gradients where matrices are singular, or have equal eigenvalues.
func TestSingular(t *testing.T) {
	x := tensor.Of([]float64{1, 2, 2, 4}, 2, 2).Watch()
	if g := tensor.Values[float64](autograd.Backward(op.Det(x)).Of(x)); !near(g, []float64{4, -2, -2, 1}) {
		t.Errorf("the gradient of a determinant of 0 is %v, want the cofactors", g)
	}
	sign, logs := op.SlogDet(x.Detach())
	if sign.Item() != 0 || !math.IsInf(logs.Item(), -1) {
		t.Errorf("sign %v and logarithm %v of a determinant of 0", sign, logs)
	}
	if y := op.Inverse(x.Detach()); finite(y) {
		t.Errorf("a singular matrix has the inverse %v", y)
	}
	if y := op.Cholesky(tensor.Of([]float64{1, 2, 2, 1}, 2, 2)); !math.IsNaN(y.Select(0, 0).Select(0, 0).Item()) {
		t.Errorf("a matrix that is not positive definite has the root %v", y)
	}
	if c := op.Cond(tensor.Zeros(2, 2)).Item(); !math.IsInf(c, 1) {
		t.Errorf("the condition of 0 is %v", c)
	}
	if n := op.MatrixRank(x.Detach(), 0).Item(); n != 1 {
		t.Errorf("rank %v, want 1", n)
	}
	if y := op.Det(tensor.Zeros(2, 0, 0)).Floats(); !slices.Equal(y, []float32{1, 1}) {
		t.Errorf("the determinants of nothing are %v", y)
	}
	one := tensor.Eye(3).Cast(device.Float64).Watch() // three equal eigenvalues: a function of the whole still has its gradient
	w, v := op.Eigh(one)
	g := tensor.Values[float64](autograd.Backward(v.Mul(w.Exp().Unsqueeze(-2)).MatMul(v.T()).Trace()).Of(one))
	if want := tensor.Values[float64](tensor.Eye(3).Scale(math.E)); !near(g, want) {
		t.Errorf("the gradient of tr exp at 1 is %v", g)
	}
	for _, y := range []*tensor.Tensor{first3(op.SVD(x.Detach().Scale(math.NaN()))), op.MatrixExp(x.Detach().Scale(math.Inf(1)))} {
		if finite(y) {
			t.Errorf("of NaN or infinities %v", y)
		}
	}
}

func near(got, want []float64) bool {
	for i, w := range want {
		if !(math.Abs(got[i]-w) < 1e-6) {
			return false
		}
	}
	return true
}

func finite(x *tensor.Tensor) bool { return x.IsFinite().All().Item() == 1 }

func first3(a, _, _ *tensor.Tensor) *tensor.Tensor { return a }
