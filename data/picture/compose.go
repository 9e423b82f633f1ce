package picture

import (
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Compose applies transforms one after another. Transform i draws from key.At(i), so that it does not matter for the others how
// many numbers one draws.
type Compose []Transform

// Apply changes e.
func (c Compose) Apply(e *Example, key rng.Key) {
	for i, t := range c {
		t.Apply(e, key.At(uint64(i)))
	}
}

// RandomApply applies its transforms, all or none.
type RandomApply struct {
	P  float64 // probability of all; 0.5 if 0
	Of []Transform
}

// Apply changes e.
func (r RandomApply) Apply(e *Example, key rng.Key) {
	if chance(key.Child("apply").Source(), r.P) {
		Compose(r.Of).Apply(e, key)
	}
}

// RandomChoice applies one of its transforms.
type RandomChoice struct {
	Of     []Transform
	Weight []float64 // how likely each is, in any unit; nil: all alike
}

// Apply changes e.
func (r RandomChoice) Apply(e *Example, key rng.Key) {
	if len(r.Of) == 0 {
		return
	}
	s := key.Child("choice").Source()
	i := s.Intn(len(r.Of))
	if r.Weight != nil {
		if len(r.Weight) != len(r.Of) {
			panic(tensor.Errorf("RandomChoice", "%d weights for %d transforms", len(r.Weight), len(r.Of)))
		}
		i = drawn(s, r.Weight)
	}
	r.Of[i].Apply(e, key.At(uint64(i)))
}

// drawn returns a position with a probability in proportion to its weight.
func drawn(s *rng.Source, weight []float64) int {
	var sum float64
	for _, w := range weight {
		sum += w
	}
	x := s.Float64() * sum
	last := 0
	for i, w := range weight {
		if w <= 0 {
			continue
		}
		if x < w {
			return i
		}
		x -= w
		last = i
	}
	return last
}

// RandomOrder applies all of its transforms, in a random order.
type RandomOrder []Transform

// Apply changes e.
func (r RandomOrder) Apply(e *Example, key rng.Key) {
	for _, i := range key.Child("order").Perm(len(r)) {
		r[i].Apply(e, key.At(uint64(i)))
	}
}

// Lambda is a function as a transform.
type Lambda func(e *Example, key rng.Key)

// Apply calls the function.
func (f Lambda) Apply(e *Example, key rng.Key) { f(e, key) }
