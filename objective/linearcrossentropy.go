package objective

import (
	"slices"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// LinearCrossEntropyLoss is [CrossEntropy] of the logits of a linear layer that are never all there at once. Its count is the
// number of targets.
//
//	x [… d], weight [c d], bias [c] or nil, target […] of classes
//	sum = −Σᵢ ln softmax(zᵢ)[yᵢ]       zᵢ = weight xᵢ + bias
//	sum = −Σᵢ (1 − ε) ln softmax(zᵢ)[yᵢ] + ε/c Σ_c ln softmax(zᵢ)[c]      with smoothing ε
//
// Logits are made for some rows at a time, and once more on the walk back: with a vocabulary of c = 100000 and 8192 tokens, 3 GB
// of float32 become 100 MB, for one more multiplication. If there are no more rows than go at a time, that one is spared. The
// value is that of CrossEntropy; smoothing costs nothing here, for the mean of the logits is that of the weights times x.
// 16-bit inputs are converted to float32 first, unless it is to be narrow. The unit is nats.
//
// It panics with a [tensor.Error] if the shapes do not fit, and if a class is not among the c.
type LinearCrossEntropyLoss struct {
	Rows      int     // at a time; 0 means 256
	Ignore    *int    // targets of this class count nothing, such as new(-100) for padding; nil means none
	Smoothing float64 // ε, the share of each target that is spread over all classes
	Narrow    bool    // multiply x and weights of one 16-bit type as they are, so that the logits are of that type too
}

const linearCrossEntropy = "LinearCrossEntropy"

// Loss returns the loss of a batch.
func (o LinearCrossEntropyLoss) Loss(x, weight, bias, target *tensor.Tensor) Loss {
	if !x.DType().IsFloat() || x.Rank() == 0 || weight.Rank() != 2 || x.Dim(-1) != weight.Dim(1) {
		panic(tensor.Errorf(linearCrossEntropy, "x %s of shape %v and weights of shape %v; want floats [… d] and [c d]", x.DType(), x, weight))
	}
	if target.DType().IsFloat() || !slices.Equal(target.Shape(), x.Shape()[:x.Rank()-1]) {
		panic(tensor.Errorf(linearCrossEntropy, "x of shape %v needs classes of shape %v as integers, not %s %v", x, x.Shape()[:x.Rank()-1], target.DType(), target))
	}
	n, each := target.Len(), o.Rows
	if each <= 0 {
		each = 256
	}
	if !o.Narrow || x.DType() != weight.DType() {
		x, weight = wide(x), wide(weight)
	}
	rows, ids := x.Reshape(n, x.Dim(-1)), target.Reshape(n).Cast(device.Int64)
	total := Loss{wide(x.FullLike(0)).Reshape(), 0}
	for at := 0; at < n; at += each {
		end := min(at+each, n)
		in := []*tensor.Tensor{rows.Slice(0, at, end), weight}
		if bias != nil {
			in = append(in, bias)
		}
		total = total.Plus(o.part(in, ids.Slice(0, at, end), n > each))
	}
	if o.Smoothing != 0 {
		total.Sum = total.Sum.Add(o.smooth(rows, weight, bias, ids).Scale(o.Smoothing))
	}
	return total
}

// part is the loss of some rows, without smoothing; their logits are made again for the gradient, or kept.
func (o LinearCrossEntropyLoss) part(in []*tensor.Tensor, y *tensor.Tensor, again bool) (l Loss) {
	f := func(x []*tensor.Tensor) *tensor.Tensor {
		var b *tensor.Tensor
		if len(x) == 3 {
			b = x[2].Cast(x[1].DType())
		}
		l = CrossEntropyLoss{Ignore: o.Ignore}.Loss(op.Linear(x[0], x[1], b), y)
		return l.Sum
	}
	if again {
		return Loss{autograd.Checkpoint(f, in...), l.Count}
	}
	f(in)
	return l
}

// smooth returns what smoothing adds for ε = 1: Σᵢ zᵢ[yᵢ] − mean of zᵢ, of the targets that count.
func (o LinearCrossEntropyLoss) smooth(x, weight, bias, y *tensor.Tensor) *tensor.Tensor {
	var at []int64
	for i, k := range y.Ints() {
		if o.Ignore == nil || k != int64(*o.Ignore) {
			at = append(at, int64(i))
		}
	}
	rows := tensor.Of(at).To(x.Device())
	x, y = wide(x.Take(0, rows)), y.Take(0, rows)
	w := wide(weight)
	sum := x.Mul(w.Take(0, y).Sub(w.Mean(0).Unsqueeze(0))).Sum()
	if bias != nil {
		b := wide(bias)
		sum = sum.Add(b.Take(0, y).Sub(b.Mean(0)).Sum())
	}
	return sum
}
