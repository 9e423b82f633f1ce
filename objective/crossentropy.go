package objective

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// CrossEntropy returns the negative log-likelihood of the target classes, from logits. Its count is the number of targets.
//
//	logits [… c], target […] of integers, or [… c] of probabilities
//	sum = −Σᵢ ln softmax(zᵢ)[yᵢ]            for classes yᵢ
//	sum = −Σᵢ Σ_c y[i, c] ln softmax(zᵢ)[c]   for probabilities y
//
// See [CrossEntropyLoss], which also leaves out padding and takes classes on another axis.
func CrossEntropy(logits, target *tensor.Tensor) Loss {
	return CrossEntropyLoss{}.Loss(logits, target)
}

// CrossEntropyLoss is [CrossEntropy] with hyperparameters.
//
//	logits [… c], target […] or [… c], w [c]
//	sum = −Σᵢ (1 − ε) w[yᵢ] ln softmax(zᵢ)[yᵢ] + ε/c Σ_c w[c] ln softmax(zᵢ)[c]
//
// The classes are the last axis, where language models have them; PyTorch has them on axis 1: say Axis: 1 for
// segmentation maps [n c h w] with targets [n h w]. The count is the number of targets not ignored; with weights, for
// integer targets, the sum of w[yᵢ] over them, as in PyTorch; weights and Ignore make the host wait for the targets.
// The log-likelihood is taken by log-sum-exp and is finite for any finite logits; 16-bit logits are converted to
// float32 first. The unit is nats.
//
// It panics with a [tensor.Error] if the shapes do not fit, or if a class is negative or not below c and not ignored.
//
// Szegedy, Vanhoucke, Ioffe, Shlens and Wojna, Rethinking the Inception Architecture for Computer Vision, 2015
// (arXiv:1512.00567), section 7, for the smoothing.
type CrossEntropyLoss struct {
	Smoothing float64   // ε, the share of each target that is spread over all classes
	Weight    []float64 // w, of each class; nil means 1
	Ignore    *int      // targets of this class count nothing, such as new(-100) for padding; nil means none
	Axis      int       // of the classes; 0 means the last
}

// Loss returns the loss of a batch.
func (o CrossEntropyLoss) Loss(logits, target *tensor.Tensor) Loss {
	z := o.rows(logits)
	c := z.Dim(1)
	if o.Weight != nil && len(o.Weight) != c {
		panic(tensor.Errorf(crossEntropy, "%d weights for the %d classes of logits %v", len(o.Weight), c, logits))
	}
	if target.DType().IsFloat() {
		if !slices.Equal(target.Shape(), logits.Shape()) {
			panic(tensor.Errorf(crossEntropy, "logits of shape %v need probabilities of that shape, or classes as integers, not %s %v",
				logits, target.DType(), target))
		}
		z = wide(z)
		q := o.rows(target).Cast(z.DType())
		return Loss{expected(z, o.spread(q)), float64(z.Dim(0))}
	}
	o.checkClasses(logits, target)
	y := target.Reshape(-1)
	if y.DType() != device.Int32 {
		y = y.Cast(device.Int64)
	}
	if o.Smoothing == 0 && o.Weight == nil && o.Ignore == nil {
		return Loss{likelihood(z, y, none).Sum(), float64(y.Len())}
	}
	return o.weighted(z, y)
}

const crossEntropy = "CrossEntropy"

// rows returns logits as a matrix [n c] without gaps.
func (o CrossEntropyLoss) rows(x *tensor.Tensor) *tensor.Tensor {
	axis := o.axis(x)
	if axis != x.Rank()-1 {
		order := make([]int, 0, x.Rank())
		for k := range x.Rank() {
			if k != axis {
				order = append(order, k)
			}
		}
		x = x.Permute(append(order, axis)...) // [… c]
	}
	c := x.Dim(-1)
	n := 1
	for _, d := range x.Shape()[:x.Rank()-1] {
		n *= d
	}
	return x.Reshape(n, c).Contiguous()
}

func (o CrossEntropyLoss) axis(logits *tensor.Tensor) int {
	rank, axis := logits.Rank(), o.Axis
	if axis == 0 {
		axis = -1
	}
	if axis < 0 {
		axis += rank
	}
	if !logits.DType().IsFloat() || axis < 0 || axis >= rank || logits.Shape()[axis] == 0 {
		panic(tensor.Errorf(crossEntropy, "no classes on axis %d of logits %s %v", axis, logits.DType(), logits))
	}
	return axis
}

// checkClasses panics unless the target has the shape of the logits without their classes.
func (o CrossEntropyLoss) checkClasses(logits, target *tensor.Tensor) {
	axis := o.axis(logits)
	want := slices.Delete(slices.Clone(logits.Shape()), axis, axis+1)
	if slices.Equal(target.Shape(), want) {
		return
	}
	hint := ""
	if logits.Rank() > 2 && slices.Equal(target.Shape(), slices.Delete(slices.Clone(logits.Shape()), 1, 2)) {
		hint = "; for classes on axis 1 say CrossEntropyLoss{Axis: 1}"
	}
	panic(tensor.Errorf(crossEntropy, "logits of shape %v with the classes on axis %d need classes of shape %v, not %v%s",
		logits, axis, want, target, hint))
}

// weighted is the loss of classes with weights, smoothing or some that are ignored. The host reads them, to count.
func (o CrossEntropyLoss) weighted(z, y *tensor.Tensor) Loss {
	classes := y.Ints()
	weight := make([]float64, len(classes)) // of each row
	count := 0.0
	for i, k := range classes {
		switch {
		case o.Ignore != nil && k == int64(*o.Ignore):
			continue
		case k < 0 || k >= int64(z.Dim(1)):
			panic(outside(int(k), z.Dim(1)))
		case o.Weight != nil:
			weight[i] = o.Weight[k]
		default:
			weight[i] = 1
		}
		count += weight[i]
	}
	if o.Smoothing != 0 {
		kept := make([]float64, len(classes))
		for i, k := range classes {
			if o.Ignore == nil || k != int64(*o.Ignore) {
				kept[i] = 1
			}
		}
		z = wide(z)
		q := o.spread(oneHot(z, y)).Mul(constant(z, kept).Unsqueeze(1))
		return Loss{expected(z, q), count}
	}
	ignore := none
	if o.Ignore != nil {
		ignore = *o.Ignore
	}
	loss := likelihood(z, y, ignore) // [n]
	if o.Weight != nil {
		loss = loss.Mul(constant(loss, weight))
	}
	return Loss{loss.Sum(), count}
}

// spread returns target probabilities smoothed and weighted: ((1 − ε)·q + ε/c)·w.
func (o CrossEntropyLoss) spread(q *tensor.Tensor) *tensor.Tensor {
	if o.Smoothing != 0 {
		q = q.Scale(1 - o.Smoothing).AddScalar(o.Smoothing / float64(q.Dim(1)))
	}
	if o.Weight != nil {
		q = q.Mul(constant(q, o.Weight))
	}
	return q
}

// expected returns −Σ q · ln softmax(z).
func expected(z, q *tensor.Tensor) *tensor.Tensor {
	return op.LogSoftmax(z, -1).Mul(q).Sum().Neg()
}

// oneHot returns the rows of the identity for the classes y, zeros for what is no class.
func oneHot(z, y *tensor.Tensor) *tensor.Tensor {
	classes := tensor.Arange(z.Dim(1)).To(z.Device()).Cast(y.DType())
	return y.Unsqueeze(1).Equal(classes).Cast(z.DType())
}
