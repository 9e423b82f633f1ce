package op

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// MatrixPower returns square matrices multiplied with themselves.
//
//	x [… n n] → y [… n n],  y = x · … · x, k times
//
// A negative k takes the power of the inverse; 0 gives the identity. It takes about 2 log₂ k products.
func MatrixPower(x *tensor.Tensor, k int) *tensor.Tensor {
	if m, n := matrixShape("MatrixPower", x); m != n {
		panic(tensor.Errorf("MatrixPower", "the matrices of shape %v are not square", x))
	}
	if k < 0 {
		x, k = Inverse(x), -k
	}
	if k == 0 {
		return x.Scale(0).Add(unit(x, x.Dim(-1)))
	}
	var y *tensor.Tensor
	for ; ; x = x.MatMul(x) {
		switch {
		case k&1 == 1 && y == nil:
			y = x
		case k&1 == 1:
			y = y.MatMul(x)
		}
		if k >>= 1; k == 0 {
			return y.Reshape(y.Shape()...)
		}
	}
}

// MatrixExp returns the exponentials of square matrices.
//
//	x [… n n] → y [… n n],  y = 1 + x + x²/2! + x³/3! + …
//	dx = the upper right quarter of exp((xᵀ dy; 0 xᵀ))
//
// It is computed on the host, in float64: the series for x/2ˢ, squared s times.
//
// Moler and Van Loan, Nineteen Dubious Ways to Compute the Exponential of a Matrix, Twenty-Five Years Later, 2003, method 3; Najfeld and
// Havel, Derivatives of the Matrix Exponential and Their Computation, 1995.
func MatrixExp(x *tensor.Tensor) *tensor.Tensor {
	return inSingle(func(x []*tensor.Tensor) *tensor.Tensor { return matrixExp(x[0]) }, x)
}

func matrixExp(x *tensor.Tensor) *tensor.Tensor {
	b := squaresOf("MatrixExp", x)
	n := b.n
	b.each(func(_ int, a []float64) { exponentiate(a, n) })
	return tensor.Record(b.tensor(b.v, n, n), "MatrixExp", func(dy, _ *tensor.Tensor, x []*tensor.Tensor) []*tensor.Tensor {
		t := x[0].T()
		above, below := tensor.Concat(-1, t, dy), tensor.Concat(-1, t.Scale(0), t)
		return []*tensor.Tensor{matrixExp(tensor.Concat(-2, above, below)).Slice(-2, 0, n).Slice(-1, n, 2*n)}
	}, x)
}

// exponentiate puts the exponential of a in its place.
func exponentiate(a []float64, n int) {
	if !finite(a) {
		fillNaN(a)
		return
	}
	most := 0.0 // the largest sum of a row's magnitudes
	for i := range n {
		sum := 0.0
		for _, v := range a[i*n : (i+1)*n] {
			sum += math.Abs(v)
		}
		most = max(most, sum)
	}
	squarings := 0
	for ; most > 0.5; most /= 2 {
		squarings++
	}
	x := make([]float64, n*n)
	for i := range a {
		x[i] = math.Ldexp(a[i], -squarings)
	}
	const terms = 16 // 0.5¹⁷/17! is below float64
	y, next := make([]float64, n*n), make([]float64, n*n)
	addUnit(y, n)
	for k := terms; k > 0; k-- {
		multiply(next, x, y, n)
		for i := range next {
			y[i] = next[i] / float64(k)
		}
		addUnit(y, n)
	}
	for range squarings {
		multiply(next, y, y, n)
		y, next = next, y
	}
	copy(a, y)
}

func addUnit(a []float64, n int) {
	for i := range n {
		a[i*n+i]++
	}
}

// multiply puts a·b into c.
func multiply(c, a, b []float64, n int) {
	clear(c)
	for i := range n {
		for k := range n {
			f := a[i*n+k]
			for j, v := range b[k*n : (k+1)*n] {
				c[i*n+j] += f * v
			}
		}
	}
}
