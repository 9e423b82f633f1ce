package op

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// Det returns the determinants of square matrices.
//
//	x [… n n] → y […]
//	dx = dy · cof(x) = dy · y · x⁻ᵀ
//
// It is computed on the host, in float64. The gradient is right at singular matrices too, where it comes from the singular values;
// the second derivative there is NaN. See [SlogDet] for what over- or underflows.
func Det(x *tensor.Tensor) *tensor.Tensor {
	return inSingle(func(x []*tensor.Tensor) *tensor.Tensor { return det(x[0]) }, x)
}

func det(x *tensor.Tensor) *tensor.Tensor {
	b := squaresOf("Det", x)
	y := ones(b.count())
	b.each(func(i int, a []float64) { y[i] = determinant(a, b.n) })
	return tensor.Record(b.tensor(y), "Det", func(dy, y *tensor.Tensor, x []*tensor.Tensor) []*tensor.Tensor {
		if tensor.Tracked(dy, x[0]) {
			return []*tensor.Tensor{inverse(x[0]).T().Mul(dy.Mul(y).Unsqueeze(-1).Unsqueeze(-1))}
		}
		return []*tensor.Tensor{cofactors(x[0]).Mul(dy.Unsqueeze(-1).Unsqueeze(-1))}
	}, x)
}

func ones(n int) []float64 {
	y := make([]float64, n)
	for i := range y {
		y[i] = 1
	}
	return y
}

// determinant destroys a.
func determinant(a []float64, n int) float64 {
	d := factorLU(a, n, make([]int64, n))
	for i := range n {
		d *= a[i*n+i]
	}
	return d
}

// cofactors returns det(u)·det(v) · u·diag(∏ of the other singular values)·vᵀ, which needs no inverse.
func cofactors(x *tensor.Tensor) *tensor.Tensor {
	b := squaresOf("Det", x)
	n := b.n
	b.each(func(_ int, a []float64) {
		f := factorSVD(a, n, n)
		sign := determinant(append([]float64{}, f.u...), n) * determinant(append([]float64{}, f.v...), n)
		clear(a)
		for k := range n {
			others := math.Copysign(1, sign)
			for j, s := range f.s {
				if j != k {
					others *= s
				}
			}
			for i := range n {
				for j := range n {
					a[i*n+j] += others * f.u[i*n+k] * f.v[j*n+k]
				}
			}
		}
	})
	return b.tensor(b.v, n, n)
}

// SlogDet returns the signs of the determinants of square matrices, 1, −1 or 0, and the logarithms of their magnitudes, which
// do not over- or underflow.
//
//	x [… n n] → sign […], y […]
//	det x = sign · eʸ    dx = dy · x⁻ᵀ
//
// It is computed on the host, in float64. A singular matrix gives 0 and −∞, and no finite gradient. The sign has none.
func SlogDet(x *tensor.Tensor) (sign, y *tensor.Tensor) {
	b := squaresOf("SlogDet", x)
	signs, logs := ones(b.count()), make([]float64, b.count())
	b.each(func(i int, a []float64) {
		signs[i] = factorLU(a, b.n, make([]int64, b.n))
		for k := range b.n {
			switch d := a[k*b.n+k]; {
			case d < 0:
				signs[i] = -signs[i]
			case d == 0:
				signs[i] = 0
			}
			logs[i] += math.Log(math.Abs(a[k*b.n+k]))
		}
	})
	y = inSingle(func(x []*tensor.Tensor) *tensor.Tensor {
		y := tensor.OutputOf(x[0].DType(), x[0], logs, b.lead)
		return tensor.Record(y, "SlogDet", func(dy, _ *tensor.Tensor, x []*tensor.Tensor) []*tensor.Tensor {
			return []*tensor.Tensor{inverse(x[0]).T().Mul(dy.Unsqueeze(-1).Unsqueeze(-1))}
		}, x[0])
	}, x)
	return b.tensor(signs), y
}
