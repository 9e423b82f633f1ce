package recipe

import (
	"context"
	"fmt"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/tensor"
)

// Targets returns the targets of the examples of a set, in order, joined along the first axis: what [Job.Outputs] is
// compared with.
func Targets(ctx context.Context, set data.Set) (*tensor.Tensor, error) {
	var all []*tensor.Tensor
	l := data.Loader{Set: set, BatchSize: 256, Ordered: true}
	for b, err := range l.Epoch(ctx, 0, 0) {
		if err != nil {
			return nil, fmt.Errorf("the targets: %w", err)
		}
		if b.Y == nil {
			return nil, fmt.Errorf("the targets: the examples have none")
		}
		all = append(all, b.Y)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("the targets: the set is empty")
	}
	return tensor.Concat(0, all...), nil
}
