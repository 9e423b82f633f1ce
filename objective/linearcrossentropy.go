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
//	sum = −Σᵢ ln softmax(weight xᵢ + bias)[yᵢ]
//
// Logits are made for some rows at a time, and once more on the walk back: with a vocabulary of c = 100000 and 8192 tokens, 3 GB
// of float32 become 100 MB, for one more multiplication. The value is that of CrossEntropy. 16-bit inputs are converted to
// float32 first. The unit is nats.
//
// It panics with a [tensor.Error] if the shapes do not fit, and if a class is not among the c.
type LinearCrossEntropyLoss struct {
	Rows   int  // at a time; 0 means 256
	Ignore *int // targets of this class count nothing, such as new(-100) for padding; nil means none
}

// Loss returns the loss of a batch.
func (o LinearCrossEntropyLoss) Loss(x, weight, bias, target *tensor.Tensor) Loss {
	const name = "LinearCrossEntropy"
	if !x.DType().IsFloat() || x.Rank() == 0 || weight.Rank() != 2 || x.Dim(-1) != weight.Dim(1) {
		panic(tensor.Errorf(name, "x %s of shape %v and weights of shape %v; want floats [… d] and [c d]", x.DType(), x, weight))
	}
	if target.DType().IsFloat() || !slices.Equal(target.Shape(), x.Shape()[:x.Rank()-1]) {
		panic(tensor.Errorf(name, "x of shape %v needs classes of shape %v as integers, not %s %v", x, x.Shape()[:x.Rank()-1], target.DType(), target))
	}
	n, each := target.Len(), o.Rows
	if each <= 0 {
		each = 256
	}
	rows, weight, ids := wide(x).Reshape(n, x.Dim(-1)), wide(weight), target.Reshape(n).Cast(device.Int64)
	plain := CrossEntropyLoss{Ignore: o.Ignore}
	total := Loss{x.FullLike(0).Cast(wide(x).DType()).Reshape(), 0}
	for at := 0; at < n; at += each {
		end := min(at+each, n)
		y := ids.Slice(0, at, end)
		in := []*tensor.Tensor{rows.Slice(0, at, end), weight}
		if bias != nil {
			in = append(in, wide(bias))
		}
		count := 0.0
		sum := autograd.Checkpoint(func(x []*tensor.Tensor) *tensor.Tensor {
			var b *tensor.Tensor
			if len(x) == 3 {
				b = x[2]
			}
			l := plain.Loss(op.Linear(x[0], x[1], b), y)
			count = l.Count
			return l.Sum
		}, in...)
		total = total.Plus(Loss{sum, count})
	}
	return total
}
