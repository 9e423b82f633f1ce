package objective

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// SigLIP tells for each image and each text of a batch whether they belong together. Its count is the number of pairs.
//
//	images, texts [n d], scale and bias, scalars; s = eˢᶜᵃˡᵉ · cos(imageᵢ, textⱼ) + bias
//	sum = Σᵢ Σⱼ ln(1 + exp(−tᵢⱼ sᵢⱼ))     t = 1 on the diagonal, else −1
//
// scale and bias are parameters; the paper begins at ln 10 and −10, so that the many pairs that do not belong together cost
// little at first.
//
// In-batch: micro-batches have fewer pairs, and do not add up to the batch. The unit is nats.
//
// It panics with a [tensor.Error] if the shapes do not fit.
//
// Zhai, Mustafa, Kolesnikov and Beyer, Sigmoid Loss for Language Image Pre-Training, 2023 (arXiv:2303.15343), section 3.2.
func SigLIP(images, texts, scale, bias *tensor.Tensor) Loss {
	x, y := vectors("SigLIP", images, texts)
	if scale.Len() != 1 || bias.Len() != 1 || !scale.DType().IsFloat() || !bias.DType().IsFloat() {
		panic(tensor.Errorf("SigLIP", "a scale of shape %v and a bias of shape %v; want one number each", scale, bias))
	}
	factor := scale.Cast(x.DType()).Reshape()
	s := Cosines(x, y).Mul(factor.Minimum(factor.FullLike(steepest)).Exp()).Add(bias.Cast(x.DType()).Reshape())
	s = tensor.Where(isClass(s, diagonal(s)), s.Neg(), s)
	return Loss{op.Softplus(s).Sum(), float64(s.Dim(0))}
}
