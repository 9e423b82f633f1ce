package train_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/optim"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// BenchmarkGrowth trains perceptrons of more and more layers on larger and larger batches. The time of an example in a
// layer should not grow with either.
func BenchmarkGrowth(b *testing.B) {
	for _, depth := range []int{4, 8, 16, 32, 64} {
		growth(b, depth, 64)
	}
	for _, batch := range []int{32, 128, 256, 512, 1024, 2048} {
		growth(b, 8, batch)
	}
}

func growth(b *testing.B, depth, batch int) {
	b.Run(fmt.Sprintf("depth %d/batch %d", depth, batch), func(b *testing.B) {
		const width = 256
		r := rng.New(1)
		var m nn.Sequential
		for range depth {
			m = append(m, nn.NewLinear(r, width, width), nn.Tanh{})
		}
		data := make([]float32, batch*width)
		rng.KeyOf(2).Normal(data)
		x, y := tensor.Of(data, batch, width), tensor.Of(make([]int64, batch), batch)
		opt := optim.New(optim.SGD{LR: 1e-3}, nn.Params(m))
		for b.Loop() {
			_, err := train.Step(context.Background(), opt, func(p *nn.Pass) objective.Loss {
				return objective.CrossEntropy(m.Forward(p, x), y)
			})
			if err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*depth*batch), "ns/example-layer")
	})
}
