package objective

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// regions returns the probabilities and the truth of maps, as [n c p] with p the positions.
//
// Targets of the logits' shape [n c …] go with a sigmoid of each channel, classes [n …] with a softmax over them.
func regions(name string, logits, target *tensor.Tensor) (p, y *tensor.Tensor) {
	if !logits.DType().IsFloat() || logits.Rank() < 3 || logits.Dim(1) == 0 {
		panic(tensor.Errorf(name, "logits %s of shape %v; want floats [n c …], with an axis of positions", logits.DType(), logits))
	}
	n, c := logits.Dim(0), logits.Dim(1)
	size := volume(logits.Shape()[2:])
	z := wide(logits).Reshape(n, c, size)
	if slices.Equal(target.Shape(), logits.Shape()) {
		return op.Sigmoid(z), target.Cast(z.DType()).Reshape(n, c, size)
	}
	without := slices.Delete(slices.Clone(logits.Shape()), 1, 2)
	if target.DType().IsFloat() || !slices.Equal(target.Shape(), without) {
		panic(tensor.Errorf(name, "logits of shape %v need a target of that shape, or classes of shape %v as integers, not %s %v",
			logits, without, target.DType(), target))
	}
	ids := target.Cast(device.Int64).Reshape(n, size)
	for _, k := range ids.Ints() {
		if k < 0 || k >= int64(c) {
			panic(tensor.Errorf(name, "the class %d is not among the %d of the logits", k, c))
		}
	}
	classes := tensor.Arange(c).To(z.Device()).Reshape(c, 1)
	return op.Softmax(z, 1), ids.Unsqueeze(1).Equal(classes).Cast(z.DType())
}

// volume returns how many elements a shape has.
func volume(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}
