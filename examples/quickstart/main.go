// Quickstart is the example of the README, word for word: a network of two layers learns the exclusive or.
//
//	go run ./examples/quickstart
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/optim"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// A Net is two layers with a bend between them.
type Net struct{ Hidden, Out *nn.Linear }

func (m *Net) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	h := m.Hidden.Forward(p, x).Tanh() // [n 8]
	return m.Out.Forward(p, h)         // [n 2], logits
}

func main() {
	r := rng.New(1)
	m := &Net{nn.NewLinear(r, 2, 8), nn.NewLinear(r, 8, 2)}
	opt := optim.New(optim.AdamW{LR: 0.05}, nn.Params(m))

	x := tensor.Of([]float32{0, 0, 0, 1, 1, 0, 1, 1}, 4, 2) // the exclusive or
	y := tensor.Of([]int64{0, 1, 1, 0}, 4)
	for range 200 {
		_, err := train.Step(context.Background(), opt, func(p *nn.Pass) objective.Loss {
			return objective.CrossEntropy(m.Forward(p, x), y)
		})
		if err != nil {
			log.Fatal(err)
		}
	}
	p := nn.NewPass(nn.PassConfig{})               // evaluates
	fmt.Println(m.Forward(p, x).ArgMax(-1).Ints()) // [0 1 1 0]
}
