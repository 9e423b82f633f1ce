package objective

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// MaskedCrossEntropy returns the negative log-likelihood of the target classes of sequences, each step with a weight of its
// own. Its count is the sum of the weights.
//
//	logits [n t c], target [n t] of classes, mask [n t] of 0 and 1, of booleans, or of any weights
//	sum = −Σ m ln softmax(z)[y]
//
// Where the mask is 0 the target may be anything. Where padding has a class of its own, [CrossEntropyLoss] with Ignore does
// without a mask. More or fewer axes than t are right too. The host reads the targets and the mask. The unit is nats.
//
// It panics with a [tensor.Error] if the shapes do not fit, and if a class that counts is not among those of the logits.
func MaskedCrossEntropy(logits, target, mask *tensor.Tensor) Loss {
	const name = "MaskedCrossEntropy"
	if !slices.Equal(mask.Shape(), target.Shape()) || target.DType().IsFloat() {
		panic(tensor.Errorf(name, "a mask of shape %v for a target %s of shape %v; want one shape, and integers", mask, target.DType(), target))
	}
	m := mask.Detach().Cast(device.Float64)
	ids := target.Cast(device.Int64)
	ids = tensor.Where(m.Equal(m.FullLike(0)), ids.FullLike(0), ids)
	z, y := labelled(name, logits, ids)
	each := likelihood(z.Contiguous(), y, none)
	count := 0.0
	for _, v := range tensor.Values[float64](m) {
		count += v
	}
	return Loss{each.Mul(m.Reshape(m.Len()).Cast(each.DType())).Sum(), count}
}
