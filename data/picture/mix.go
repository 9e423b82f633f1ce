package picture

import (
	"math"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Mixer changes a batch of pictures, with targets that then are probabilities.
type Mixer interface {
	// Apply returns the batch mixed. Its targets are classes [n] below classes, or probabilities [n classes] already.
	Apply(b data.Batch, classes int, key rng.Key) data.Batch
}

// MixUp blends each example of a batch with the one before it, and their targets too.
//
//	x [n c h w], y [n] or [n classes] → x′ [n c h w], y′ [n classes]
//	x′ᵢ = λ·xᵢ + (1 − λ)·xᵢ₋₁,   y′ᵢ = λ·yᵢ + (1 − λ)·yᵢ₋₁     λ from Beta(α, α), one a batch
//
// The batch must be shuffled. Train with an objective that takes probabilities, such as cross-entropy.
//
// Zhang, Cisse, Dauphin and Lopez-Paz, mixup: Beyond Empirical Risk Minimization, 2017 (arXiv:1710.09412).
type MixUp struct {
	Alpha float64 // 1 if 0
	P     float64 // probability that the batch is mixed at all; 1 if 0
}

// Apply returns the batch mixed.
func (m MixUp) Apply(b data.Batch, classes int, key rng.Key) data.Batch {
	s := key.Source()
	if !chance(s, or(m.P, 1)) {
		b.Y = probabilities(b.Y, classes)
		return b
	}
	return m.by(b, classes, beta(s, or(m.Alpha, 1)))
}

func (m MixUp) by(b data.Batch, classes int, share float64) data.Batch {
	b.X = mixed(b.X, share)
	b.Y = mixed(probabilities(b.Y, classes), share)
	return b
}

// mixed blends each row along the first axis with the one before it.
func mixed(x *tensor.Tensor, share float64) *tensor.Tensor {
	from, n := tensor.Values[float32](x.Contiguous()), x.Dim(0)
	to, row := make([]float32, len(from)), len(from)/max(n, 1)
	kept, added := float32(share), float32(1-share)
	for i := range n {
		a, b := from[i*row:(i+1)*row], from[(i+n-1)%n*row:]
		for j, v := range a {
			to[i*row+j] = float32(kept*v) + float32(added*b[j])
		}
	}
	return tensor.Of(to, x.Shape()...)
}

// probabilities returns classes [n] as [n classes], and others as they are.
func probabilities(y *tensor.Tensor, classes int) *tensor.Tensor {
	if y.Rank() == 2 && y.Dim(1) == classes {
		return y
	}
	if y.Rank() != 1 || classes < 1 {
		panic(tensor.Errorf("MixUp", "targets %v for %d classes; want classes [n], or probabilities [n %d]", y, classes, classes))
	}
	p := make([]float32, y.Dim(0)*classes)
	for i, k := range y.Ints() {
		if k < 0 || int(k) >= classes {
			panic(tensor.Errorf("MixUp", "class %d of %d", k, classes))
		}
		p[i*classes+int(k)] = 1
	}
	return tensor.Of(p, y.Dim(0), classes)
}

// CutMix replaces a rectangle of each example of a batch by that of the one before it; targets are mixed by area.
//
//	x [n c h w], y [n] or [n classes] → x′ [n c h w], y′ [n classes]
//	sides r·h and r·w around a random pixel, r = √(1 − λ), cut at the borders; λ from Beta(α, α), one a batch
//	y′ᵢ = (1 − a)·yᵢ + a·yᵢ₋₁     a: the area that was cut, over h·w
//
// Yun and others, CutMix: Regularization Strategy to Train Strong Classifiers with Localizable Features, 2019 (arXiv:1905.04899).
type CutMix struct {
	Alpha float64 // 1 if 0
	P     float64 // probability that the batch is mixed at all; 1 if 0
}

// Apply returns the batch mixed.
func (m CutMix) Apply(b data.Batch, classes int, key rng.Key) data.Batch {
	s := key.Source()
	if b.X.Rank() != 4 {
		panic(tensor.Errorf("CutMix", "a batch %v; want [n c h w]", b.X))
	}
	if !chance(s, or(m.P, 1)) {
		b.Y = probabilities(b.Y, classes)
		return b
	}
	h, w := b.X.Dim(2), b.X.Dim(3)
	x, y := s.Intn(w), s.Intn(h)
	r := math.Sqrt(1-beta(s, or(m.Alpha, 1))) / 2
	dx, dy := int(r*float64(w)), int(r*float64(h))
	return m.cut(b, classes, [4]int{max(x-dx, 0), max(y-dy, 0), min(x+dx, w), min(y+dy, h)})
}

// cut replaces the rectangle from x0, y0 to x1, y1.
func (m CutMix) cut(b data.Batch, classes int, at [4]int) data.Batch {
	n, c, h, w := b.X.Dim(0), b.X.Dim(1), b.X.Dim(2), b.X.Dim(3)
	from := tensor.Values[float32](b.X.Contiguous())
	to := append([]float32(nil), from...)
	for i := range n {
		other := (i + n - 1) % n
		for k := range c {
			for y := at[1]; y < at[3]; y++ {
				copy(to[((i*c+k)*h+y)*w+at[0]:((i*c+k)*h+y)*w+at[2]], from[((other*c+k)*h+y)*w+at[0]:])
			}
		}
	}
	share := float64((at[2]-at[0])*(at[3]-at[1])) / float64(h*w)
	b.X = tensor.Of(to, n, c, h, w)
	b.Y = mixed(probabilities(b.Y, classes), 1-share)
	return b
}
