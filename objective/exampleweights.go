package objective

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// ExampleWeights is an objective in which each example has a weight. Its count is the objective's, weighted.
//
//	prediction [n …], target [n …], weight [n] w
//	sum = Σᵢ wᵢ sumᵢ, count = Σᵢ wᵢ countᵢ
//
// sumᵢ and countᵢ are the objective's of example i alone, so it is right for every objective whose examples do not know of each
// other, and wrong for those that compare them, such as contrastive ones. The mean is that of the examples in proportion to
// their weights; weights that are all doubled change nothing. The objective is called once for each different weight: a few
// are quick, and as many as there are examples take as many calls. The host reads the weights; no gradient flows to them. An
// example of weight 0 is not looked at.
//
// It panics with a [tensor.Error] if there is not one weight for each example.
type ExampleWeights struct{ Objective Objective }

// Loss returns the loss of a batch.
func (o ExampleWeights) Loss(prediction, target, weight *tensor.Tensor) Loss {
	const name = "ExampleWeights"
	if prediction.Rank() == 0 || target.Rank() == 0 || target.Dim(0) != prediction.Dim(0) ||
		!slices.Equal(weight.Shape(), prediction.Shape()[:1]) {
		panic(tensor.Errorf(name, "weights of shape %v for predictions of shape %v and targets of shape %v; want one for each example",
			weight, prediction, target))
	}
	groups := map[float64][]int64{} // the examples of a weight
	var order []float64
	for i, w := range tensor.Values[float64](weight.Detach().Cast(device.Float64)) {
		if groups[w] == nil {
			order = append(order, w)
		}
		groups[w] = append(groups[w], int64(i))
	}
	var sum Loss
	for _, w := range order {
		if w == 0 {
			continue
		}
		x, y := prediction, target
		if len(order) > 1 {
			at := tensor.Of(groups[w], len(groups[w])).To(x.Device())
			x, y = x.Take(0, at), y.Take(0, at)
		}
		l := o.Objective.Loss(x, y)
		sum = sum.Plus(Loss{l.Sum.Scale(w), l.Count * w})
	}
	if sum.Sum == nil { // all are 0: nothing, on the tape
		sum.Sum = wide(prediction).Slice(0, 0, 0).Sum()
	}
	return sum
}
