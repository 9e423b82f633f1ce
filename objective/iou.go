package objective

import (
	"math"

	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// IoU returns one minus the intersection over union of predicted and true boxes. Its count is the number of boxes.
//
//	prediction [… 4], target [… 4], both by their corners x₁ y₁ x₂ y₂
//	sum = Σ 1 − IoU
//
// Boxes that do not meet their targets cost 1 each and have no gradient: see [GIoU]. Boxes in another format: [op.ConvertBoxes].
//
// It panics with a [tensor.Error] if the shapes differ, even if they would broadcast, or if the last axis is not 4.
//
// Yu, Jiang, Wang, Cao and Huang, UnitBox, 2016 (arXiv:1608.01471), which has −ln IoU.
func IoU(prediction, target *tensor.Tensor) Loss {
	return overlaps("IoU", prediction, target, op.BoxIoU)
}

// GIoU returns one minus the generalized intersection over union of predicted and true boxes. Its count is the number of boxes.
//
//	prediction [… 4], target [… 4], both by their corners x₁ y₁ x₂ y₂
//	sum = Σ 1 − GIoU     0 … 2 for each
//
// See [op.BoxGIoU]. It panics with a [tensor.Error] if the shapes differ, even if they would broadcast, or if the last axis is
// not 4.
//
// Rezatofighi, Tsoi, Gwak, Sadeghian, Reid and Savarese, Generalized Intersection over Union, 2019 (arXiv:1902.09630), algorithm 2.
func GIoU(prediction, target *tensor.Tensor) Loss {
	return overlaps("GIoU", prediction, target, op.BoxGIoU)
}

// DIoU returns one minus the intersection over union of predicted and true boxes, plus the distance of their centers. Its count is
// the number of boxes.
//
//	prediction [… 4], target [… 4], both by their corners x₁ y₁ x₂ y₂
//	sum = Σ 1 − IoU + ρ²/c²     ρ the distance of the centers, c the diagonal of the smallest box around both
//
// See [op.BoxDIoU]. It panics with a [tensor.Error] if the shapes differ, even if they would broadcast, or if the last axis is
// not 4.
//
// Zheng, Wang, Liu, Li, Ye and Ren, Distance-IoU Loss, 2019 (arXiv:1911.08287), equation 7.
func DIoU(prediction, target *tensor.Tensor) Loss {
	return overlaps("DIoU", prediction, target, op.BoxDIoU)
}

// CIoU returns what [DIoU] does, plus how far the proportions of the boxes differ. Its count is the number of boxes.
//
//	prediction [… 4], target [… 4], both by their corners x₁ y₁ x₂ y₂
//	sum = Σ 1 − IoU + ρ²/c² + α v,  v = 4/π² (atan(w/h) − atan(w′/h′))²,  α = v / (1 − IoU + v)
//
// α counts as a constant: the gradient is not quite that of the sum, but the one the paper and all others train with.
//
// It panics with a [tensor.Error] if the shapes differ, even if they would broadcast, or if the last axis is not 4.
//
// Zheng, Wang, Liu, Li, Ye and Ren, Distance-IoU Loss, 2019 (arXiv:1911.08287), equations 8 to 11.
func CIoU(prediction, target *tensor.Tensor) Loss {
	return overlaps("CIoU", prediction, target, func(x, y *tensor.Tensor) *tensor.Tensor {
		v := proportions(x, y)
		iou := op.BoxIoU(x.Detach(), y.Detach())
		wrong := iou.Neg().AddScalar(1).Add(v.Detach())
		alpha := v.Detach().Div(wrong.Maximum(wrong.FullLike(1e-12)))
		return op.BoxDIoU(x, y).Sub(alpha.Mul(v))
	})
}

func overlaps(name string, prediction, target *tensor.Tensor, f func(x, y *tensor.Tensor) *tensor.Tensor) Loss {
	x, y := pair(name, prediction, target)
	if x.Rank() == 0 || x.Dim(-1) != 4 {
		panic(tensor.Errorf(name, "boxes of shape %v; want [… 4]", prediction))
	}
	return Loss{f(x, y).Neg().AddScalar(1).Sum(), float64(x.Len() / 4)}
}

// proportions returns v of each pair of boxes.
func proportions(x, y *tensor.Tensor) *tensor.Tensor {
	return slant(x).Sub(slant(y)).Square().Scale(4 / (math.Pi * math.Pi))
}

// slant returns the angle of the diagonal of boxes, atan(w/h).
func slant(x *tensor.Tensor) *tensor.Tensor {
	size := x.Slice(-1, 2, 4).Sub(x.Slice(-1, 0, 2))
	size = size.Maximum(size.FullLike(1e-7)) // as a side of no length
	w, h := size.Select(-1, 0), size.Select(-1, 1)
	// Half the angle three times over, then the series, whose first term left out is t¹⁷/17 < 1e-13.
	t := w.Div(h.Add(w.Square().Add(h.Square()).Sqrt()))
	for range 2 {
		t = t.Div(t.Square().AddScalar(1).Sqrt().AddScalar(1))
	}
	u := t.Square()
	sum := u.FullLike(1./15, u.Shape()...)
	for k := 13; k > 0; k -= 2 {
		sum = u.Mul(sum).Neg().AddScalar(1 / float64(k))
	}
	return t.Mul(sum).Scale(8)
}
