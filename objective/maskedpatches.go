package objective

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// MaskedPatchesLoss trains a model to paint the patches of a picture that were hidden from it: the masked autoencoder. Its
// count is the number of elements of the hidden patches.
//
//	prediction [n p d], target [n p d], mask [n p]: 1 where the patch was hidden
//	sum = Σ mask Σ_d (x − y)²
//
// With Normalize each target patch is first brought to mean 0 and variance 1, (y − μ)/√(σ² + 10⁻⁶), where σ² divides by d − 1
// as in the authors' code; the paper finds it better. [Patches] makes targets of pictures, [HiddenPatches] the masks. The host
// reads the mask.
//
// It panics with a [tensor.Error] if the shapes do not fit.
//
// He, Chen, Xie, Li, Dollár and Girshick, Masked Autoencoders Are Scalable Vision Learners, 2021 (arXiv:2111.06377), section 3.
type MaskedPatchesLoss struct{ Normalize bool }

// Loss returns the loss of a batch.
func (o MaskedPatchesLoss) Loss(prediction, target, mask *tensor.Tensor) Loss {
	const name = "MaskedPatches"
	x, y := pair(name, prediction, target)
	if x.Rank() < 2 || !slices.Equal(mask.Shape(), x.Shape()[:x.Rank()-1]) {
		panic(tensor.Errorf(name, "a mask of shape %v for patches of shape %v; want one number for each patch", mask, x))
	}
	if o.Normalize {
		d := float64(x.Dim(-1))
		if d < 2 {
			panic(tensor.Errorf(name, "patches of shape %v have no variance", x))
		}
		off := y.Sub(y.MeanKeep(-1))
		y = off.Div(off.Square().SumKeep(-1).Scale(1 / (d - 1)).AddScalar(1e-6).Sqrt())
	}
	m := mask.Cast(x.DType())
	hidden := m.Cast(device.Float64).Sum().Item()
	return Loss{x.Sub(y).Square().Mul(m.Unsqueeze(-1)).Sum(), hidden * float64(x.Dim(-1))}
}

// Patches cuts pictures into square patches, row by row; in a patch the channels are innermost, as in the masked autoencoder.
//
//	x [n c h w] → [n h/s·w/s s·s·c]
//
// It panics with a [tensor.Error] if s does not divide the height and the width.
func Patches(x *tensor.Tensor, s int) *tensor.Tensor {
	if x.Rank() != 4 || s < 1 || x.Dim(2)%s != 0 || x.Dim(3)%s != 0 {
		panic(tensor.Errorf("Patches", "patches of %d by %d do not tile pictures of shape %v; want [n c h w]", s, s, x))
	}
	n, c, h, w := x.Dim(0), x.Dim(1), x.Dim(2)/s, x.Dim(3)/s
	return x.Reshape(n, c, h, s, w, s).Permute(0, 2, 4, 3, 5, 1).Reshape(n, h*w, s*s*c)
}

// HiddenPatches chooses at random which patches to hide, as many of each picture: a share of them, rounded up.
//
//	→ mask [n patches]: 1 where hidden; shown [n k]: the positions that are not, in rising order
//
// It is a function of the key. The encoder is given the patches at shown alone. It panics with a [tensor.Error] if the share
// is not between 0 and 1.
func HiddenPatches(n, patches int, share float64, key rng.Key) (mask, shown *tensor.Tensor) {
	if !(share >= 0 && share <= 1) {
		panic(tensor.Errorf("HiddenPatches", "a share of %g of %d patches; want it between 0 and 1", share, patches))
	}
	k := int(float64(patches) * (1 - share))
	m, s := make([]float32, n*patches), make([]int64, 0, n*k)
	for i := range n {
		order := key.At(uint64(i)).Perm(patches)
		for _, j := range order[k:] {
			m[i*patches+j] = 1
		}
		slices.Sort(order[:k])
		for _, j := range order[:k] {
			s = append(s, int64(j))
		}
	}
	return tensor.Of(m, n, patches), tensor.Of(s, n, k)
}
