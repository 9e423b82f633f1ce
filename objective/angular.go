package objective

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// ArcFaceLoss is the cross-entropy of classes told by angle, with a margin on the angle of the right one. Its count is the number
// of targets.
//
//	cosines [… c] of examples and classes, target […] of classes; θ the angle of the right one
//	sum = Σ cross-entropy of s·cosines, with cos(θ + m) in the place of cos θ
//
// The cosines come from [Cosines]: of embeddings and the weights of the classes. Beyond θ = π − m, where cos(θ + m) would rise
// again, it is cos θ − m sin m. Predict with the cosines themselves. The host reads the targets. The unit is nats.
//
// It panics with a [tensor.Error] if the shapes do not fit, and if a class is not among those of the cosines.
//
// Deng, Guo, Xue and Zafeiriou, ArcFace: Additive Angular Margin Loss for Deep Face Recognition, 2018 (arXiv:1801.07698),
// equation 3.
type ArcFaceLoss struct {
	Margin float64 // m, in radians; 0 means the paper's 0.5
	Scale  float64 // s; 0 means the paper's 64
}

// Loss returns the loss of a batch.
func (o ArcFaceLoss) Loss(cosines, target *tensor.Tensor) Loss {
	m := or(o.Margin, 0.5)
	return angular("ArcFace", cosines, target, or(o.Scale, 64), func(cos *tensor.Tensor) *tensor.Tensor {
		square := cos.Square().Neg().AddScalar(1)
		sin := square.Maximum(square.FullLike(1e-7)).Sqrt()
		turned := cos.Scale(math.Cos(m)).Sub(sin.Scale(math.Sin(m)))
		return tensor.Where(cos.Greater(cos.FullLike(-math.Cos(m))), turned, cos.AddScalar(-m*math.Sin(m)))
	})
}

// CosFaceLoss is the cross-entropy of classes told by angle, with a margin on the cosine of the right one. Its count is the
// number of targets.
//
//	cosines [… c] of examples and classes, target […] of classes
//	sum = Σ cross-entropy of s·cosines, with cos θ − m in the place of cos θ of the right class
//
// See [ArcFaceLoss]. The host reads the targets. The unit is nats.
//
// It panics with a [tensor.Error] if the shapes do not fit, and if a class is not among those of the cosines.
//
// Wang and others, CosFace: Large Margin Cosine Loss for Deep Face Recognition, 2018 (arXiv:1801.09414), equation 4.
type CosFaceLoss struct {
	Margin float64 // m; 0 means the paper's 0.35
	Scale  float64 // s; 0 means the paper's 64
}

// Loss returns the loss of a batch.
func (o CosFaceLoss) Loss(cosines, target *tensor.Tensor) Loss {
	return angular("CosFace", cosines, target, or(o.Scale, 64), func(cos *tensor.Tensor) *tensor.Tensor {
		return cos.AddScalar(-or(o.Margin, 0.35))
	})
}

// SphereFaceLoss is the cross-entropy of classes told by angle, with the angle of the right one multiplied. Its count is the
// number of targets.
//
//	cosines [… c] of examples and classes, target […] of classes; θ the angle of the right one, k = ⌊mθ/π⌋
//	sum = Σ cross-entropy of s·cosines, with (−1)ᵏ cos(mθ) − 2k in the place of cos θ
//
// cos(mθ) is Chebyshev's polynomial of the cosine. The paper multiplies by the length of the embedding, not by s: give it
// cosines and lengths apart. See [ArcFaceLoss]. The host reads the targets. The unit is nats.
//
// It panics with a [tensor.Error] if the shapes do not fit, if a class is not among those of the cosines, and if m is negative.
//
// Liu, Wen, Yu, Li, Raj and Song, SphereFace: Deep Hypersphere Embedding for Face Recognition, 2017 (arXiv:1704.08063), equation 7.
type SphereFaceLoss struct {
	Margin int     // m; 0 means the paper's 4
	Scale  float64 // s; 0 means 64
}

// Loss returns the loss of a batch.
func (o SphereFaceLoss) Loss(cosines, target *tensor.Tensor) Loss {
	m := o.Margin
	if m == 0 {
		m = 4
	}
	if m < 0 {
		panic(tensor.Errorf("SphereFace", "an angle times %d for cosines of shape %v", m, cosines))
	}
	return angular("SphereFace", cosines, target, or(o.Scale, 64), func(cos *tensor.Tensor) *tensor.Tensor {
		before, multiple := cos.FullLike(1, cos.Shape()...), cos // cos 0θ and cos 1θ
		for range m - 1 {
			before, multiple = multiple, cos.Mul(multiple).Scale(2).Sub(before)
		}
		k, sign := cos.FullLike(0, cos.Shape()...), cos.FullLike(1, cos.Shape()...)
		for j := 1; j < m; j++ {
			passed := cos.Detach().Less(cos.FullLike(math.Cos(float64(j) * math.Pi / float64(m)))).Cast(cos.DType())
			k, sign = k.Add(passed), sign.Mul(passed.Scale(-2).AddScalar(1))
		}
		return multiple.Mul(sign).Sub(k.Scale(2))
	})
}

// angular returns the cross-entropy of scaled cosines, with what margin makes of that of the right class.
func angular(op string, cosines, target *tensor.Tensor, scale float64, margin func(cos *tensor.Tensor) *tensor.Tensor) Loss {
	z, y := labelled(op, cosines, target)
	right := margin(z.Gather(y)).Unsqueeze(1)
	z = tensor.Where(isClass(z, y), right, z).Scale(scale)
	return Loss{likelihood(z.Contiguous(), y, none).Sum(), float64(y.Len())}
}
