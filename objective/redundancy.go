package objective

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// VICRegLoss makes two views of an example alike while each feature varies over the batch and none repeats another. Its count is
// the number of examples.
//
//	a, b [n d], two views
//	sum = n (λ mean (a − b)² + μ (v(a) + v(b)) + ν (c(a) + c(b)))
//	v(x) = mean over d of max(0, 1 − √(Var x + 10⁻⁴)) / 2,  c(x) = Σ over i ≠ j of Cov(x)ᵢⱼ² / d
//
// Variances and covariances are over the batch and divide by n − 1. The halves are those of the authors' code; the paper's
// text has none.
//
// In-batch: micro-batches have statistics of their own, and do not add up to the batch.
//
// It panics with a [tensor.Error] if the shapes differ or are not [n d] with n > 1.
//
// Bardes, Ponce and LeCun, VICReg, 2021 (arXiv:2105.04906), equations 1 to 6.
type VICRegLoss struct {
	Invariance float64 // λ; 0 means the paper's 25
	Variance   float64 // μ; 0 means the paper's 25
	Covariance float64 // ν; 0 means the paper's 1
}

// Loss returns the loss of a batch.
func (o VICRegLoss) Loss(a, b *tensor.Tensor) Loss {
	x, y := views("VICReg", a, b)
	n, d := float64(x.Dim(0)), float64(x.Dim(1))
	total := x.Sub(y).Square().Mean().Scale(or(o.Invariance, 25))
	for _, v := range []*tensor.Tensor{x, y} {
		v = v.Sub(v.MeanKeep(0))
		variance := v.Square().Sum(0).Scale(1 / (n - 1))
		short := op.Relu(variance.AddScalar(1e-4).Sqrt().Neg().AddScalar(1))
		repeated := offDiagonal(v.T().MatMul(v).Scale(1 / (n - 1))).Square().Sum().Scale(1 / d)
		total = total.Add(short.Mean().Scale(or(o.Variance, 25) / 2)).Add(repeated.Scale(or(o.Covariance, 1)))
	}
	return Loss{total.Scale(n), n}
}

// views checks that a and b are two views [n d] of more than one example.
func views(op string, a, b *tensor.Tensor) (x, y *tensor.Tensor) {
	x, y = vectors(op, a, b)
	if x.Dim(0) < 2 {
		panic(tensor.Errorf(op, "a batch of shape %v has no variance; want two examples or more", a))
	}
	return x, y
}

// offDiagonal returns a matrix with zeros on its diagonal.
func offDiagonal(x *tensor.Tensor) *tensor.Tensor {
	return tensor.Where(isClass(x, diagonal(x)), x.FullLike(0), x)
}

// BarlowTwinsLoss makes the correlation of the features of two views the identity. Its count is the number of examples.
//
//	a, b [n d], two views, each feature of mean 0 and variance 1 over the batch; C = aᵀb/n
//	sum = n (Σᵢ (1 − Cᵢᵢ)² + λ Σ over i ≠ j of Cᵢⱼ²)
//
// The variance divides by n and has 10⁻⁵ added, as that of batch normalization.
//
// In-batch: micro-batches have statistics of their own, and do not add up to the batch.
//
// It panics with a [tensor.Error] if the shapes differ or are not [n d] with n > 1.
//
// Zbontar, Jing, Misra, LeCun and Deny, Barlow Twins, 2021 (arXiv:2103.03230), equation 1.
type BarlowTwinsLoss struct {
	Lambda float64 // λ; 0 means the paper's 0.005
}

// Loss returns the loss of a batch.
func (o BarlowTwinsLoss) Loss(a, b *tensor.Tensor) Loss {
	x, y := views("BarlowTwins", a, b)
	n := float64(x.Dim(0))
	c := standard(x).T().MatMul(standard(y)).Scale(1 / n)
	own := c.Gather(diagonal(c))
	total := own.Neg().AddScalar(1).Square().Sum().Add(offDiagonal(c).Square().Sum().Scale(or(o.Lambda, 0.005)))
	return Loss{total.Scale(n), n}
}

// standard returns x with each column at mean 0 and variance 1.
func standard(x *tensor.Tensor) *tensor.Tensor {
	x = x.Sub(x.MeanKeep(0))
	return x.Div(x.Square().MeanKeep(0).AddScalar(1e-5).Sqrt())
}
