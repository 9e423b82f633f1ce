package train

import (
	"errors"
	"math"
	"testing"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/metric"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/tensor"
)

// climbs is a set of how far things climb from where they are.
type climbs struct {
	*data.Tensors
	from *tensor.Tensor // [n]
}

func (c climbs) Base(index []int) (*tensor.Tensor, error) {
	if c.from == nil {
		return nil, errors.New("nobody knows from where")
	}
	at := make([]int64, len(index))
	for i, k := range index {
		at[i] = int64(k)
	}
	return c.from.Take(0, tensor.Of(at, len(at))), nil
}

// Metrics are of what is above the bases, of some examples of a set too, and the loss is of what is learned.
func TestMetricsAreAboveTheirBases(t *testing.T) {
	x, y := tensor.Of([]float32{2, 1, 4}, 3, 1), tensor.Of([]float32{1, 1, 2}, 3, 1)
	set := climbs{&data.Tensors{X: x, Y: y}, tensor.Of([]float32{9, 99, 198}, 3)}
	asIs := Task{Model: &nn.Sequential{}, Loss: func(p *nn.Pass, b data.Batch) (objective.Loss, *tensor.Tensor) {
		return objective.MeanSquaredError(b.X, b.Y), b.X
	}}
	for _, c := range []struct {
		set        data.Set
		mape, loss float64
	}{
		{set, (0.1 + 0 + 0.01) / 3, 5. / 3},
		{set.Tensors, (1. + 0 + 1) / 3, 5. / 3},
		{data.Range(data.Range(set, 1, 3), 1, 2), 0.01, 4},
	} {
		v, err := Evaluate(t.Context(), asIs, c.set, 2, []metric.Metric{&metric.MeanAbsolutePercentageError{}}, nil)
		if err != nil || math.Abs(v["mape"]-c.mape) > 1e-7 || math.Abs(v["loss"]-c.loss) > 1e-6 {
			t.Errorf("%v, %v; want a share of %v and a loss of %v", v, err, c.mape, c.loss)
		}
	}
	set.from = nil
	if _, err := Evaluate(t.Context(), asIs, set, 2, []metric.Metric{&metric.MaxError{}}, nil); err == nil {
		t.Error("a base that cannot be told is passed over")
	}
}
