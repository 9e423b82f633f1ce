package optim_test

import (
	"testing"

	"github.com/jimu-ml/jimu/optim"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// BenchmarkVocabulary times the update of a matrix of ten million elements.
func BenchmarkVocabulary(b *testing.B) {
	make := func(seed uint64) *tensor.Tensor {
		v := make([]float32, 2500*4000)
		rng.New(seed).Next().Normal(v)
		return tensor.Of(v, 2500, 4000)
	}
	p, g := make(1), make(2)
	for name, rule := range map[string]optim.Rule{
		"AdamW": optim.AdamW{}, "Lion": optim.Lion{}, "RMSProp": optim.RMSProp{}, "Adagrad": optim.Adagrad{},
		"Adamax": optim.Adamax{}, "Adadelta": optim.Adadelta{}, "RAdam": optim.RAdam{}, "AdaBelief": optim.AdaBelief{},
	} {
		b.Run(name, func(b *testing.B) {
			var slots []*tensor.Tensor
			for range rule.Slots() {
				slots = append(slots, tensor.Zeros(2500, 4000))
			}
			step := 0
			for b.Loop() {
				step++
				rule.Update(p, g, slots, optim.At{Step: step, Rate: 1, Scale: 1})
			}
		})
	}
}
