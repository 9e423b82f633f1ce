package op

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// MaskedMean is the mean over the steps of sequences where the mask is true.
//
//	x [n t …], mask [n t] of Bool → y [n …]
//	y[i] = Σ x[i, j] / count     over the j with mask[i, j]
//
// A sequence without any such step gives 0, and so does its gradient. What the mask hides may be NaN. It panics with a
// [tensor.Error] if the shapes do not fit.
func MaskedMean(x, mask *tensor.Tensor) *tensor.Tensor {
	mask = stepMask("MaskedMean", x, mask)
	count := mask.Cast(wideType(x.DType())).Sum(1)
	count = tensor.Where(count.Equal(count.FullLike(0)), count.FullLike(1), count)
	sum := tensor.Where(mask, x, x.FullLike(0)).Cast(count.DType()).Sum(1)
	return sum.Div(count).Cast(x.DType())
}

// MaskedMax is the largest element over the steps of sequences where the mask is true.
//
//	x [n t …], mask [n t] of Bool → y [n …]
//	y[i] = max x[i, j]     over the j with mask[i, j]
//
// A sequence without any such step gives −∞. The gradient is shared by equal largest elements. It panics with a
// [tensor.Error] if the shapes do not fit.
func MaskedMax(x, mask *tensor.Tensor) *tensor.Tensor {
	return tensor.Where(stepMask("MaskedMax", x, mask), x, x.FullLike(math.Inf(-1))).Max(1)
}

// stepMask returns the mask [n t] of x [n t …] as [n t 1 …].
func stepMask(op string, x, mask *tensor.Tensor) *tensor.Tensor {
	checkFloat(op, x)
	if x.Rank() < 2 || mask.DType() != device.Bool || !slices.Equal(mask.Shape(), x.Shape()[:2]) {
		panic(tensor.Errorf(op, "the mask, %s %v, does not fit %v; want Bool, and its first two axes", mask.DType(), mask, x))
	}
	for range x.Rank() - 2 {
		mask = mask.Unsqueeze(mask.Rank())
	}
	return mask
}
