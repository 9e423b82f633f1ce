package recipe

import (
	"context"
	"fmt"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// Targets returns the targets of the examples of a set, in order, joined along the first axis: what [Job.Outputs] is
// compared with, the truth also where a set is [train.Relative].
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
		y, err := train.Absolute(set, b.Index, b.Y)
		if err != nil {
			return nil, fmt.Errorf("the targets: %w", err)
		}
		all = append(all, y)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("the targets: the set is empty")
	}
	return tensor.Concat(0, all...), nil
}
