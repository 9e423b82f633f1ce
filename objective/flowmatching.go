package objective

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// FlowMatchingLoss trains a model to give the velocity that carries noise to examples along straight lines: rectified flow.
// Its count is the number of elements.
//
//	prediction [n …], example [n …] x, noise [n …] ε
//	sum = Σ (prediction − v)²     v = x − (1 − s) ε
//
// The model is given the point on the line and the time, which is 0 at the noise and 1 at the example:
//
//	t := o.Times(n, key)
//	loss := o.Loss(net.Forward(p, o.At(x, noise, t), t), x, noise)
//
// Some (Stable Diffusion 3, diffusers) run time the other way, from the example to the noise, with the velocity negated. The
// least spread s is 0 in rectified flow and small in the first paper.
//
// It panics with a [tensor.Error] if the shapes differ, even if they would broadcast.
//
// Lipman, Chen, Ben-Hamu, Nickel and Le, Flow Matching for Generative Modeling, 2022 (arXiv:2210.02747), equation 23; Liu,
// Gong and Liu, Flow Straight and Fast, 2022 (arXiv:2209.03003), equation 1.
type FlowMatchingLoss struct {
	Spread float64 // s, the standard deviation that is left of the noise at time 1

	// LogitNormal, if above 0, is the standard deviation of the logits of random times: 1 in Stable Diffusion 3. 0 means
	// uniform times.
	LogitNormal float64
}

// Loss returns the loss of a batch.
func (o FlowMatchingLoss) Loss(prediction, example, noise *tensor.Tensor) Loss {
	const name = "FlowMatching"
	x, y := pair(name, prediction, example)
	_, e := pair(name, prediction, noise)
	return Loss{x.Sub(y.Sub(e.Scale(1 - o.Spread))).Square().Sum(), float64(x.Len())}
}

// At returns the points at times t on the lines from noise to examples.
//
//	example [n …] x, noise [n …] ε, t [n] → t x + (1 − (1 − s) t) ε
//
// It panics with a [tensor.Error] if the shapes do not fit.
func (o FlowMatchingLoss) At(example, noise, t *tensor.Tensor) *tensor.Tensor {
	const name = "FlowMatching"
	x, e := pair(name, example, noise)
	if x.Rank() == 0 || !t.DType().IsFloat() || !slices.Equal(t.Shape(), x.Shape()[:1]) {
		panic(tensor.Errorf(name, "times %s of shape %v for examples of shape %v; want one float for each", t.DType(), t, x))
	}
	shape := make([]int, x.Rank())
	for i := range shape {
		shape[i] = 1
	}
	shape[0] = x.Dim(0)
	t = t.Cast(x.DType()).Reshape(shape...)
	return e.Add(t.Mul(x.Sub(e.Scale(1 - o.Spread)))).Cast(example.DType())
}

// Times returns n random times between 0 and 1, as a function of the key.
//
// Esser and others, Scaling Rectified Flow Transformers for High-Resolution Image Synthesis, 2024 (arXiv:2403.03206),
// equation 19, for times whose logits are normal: more of them in the middle.
func (o FlowMatchingLoss) Times(n int, key rng.Key) *tensor.Tensor {
	v := make([]float32, n)
	if o.LogitNormal == 0 {
		key.Uniform(v)
		return tensor.Of(v, n)
	}
	key.Normal(v)
	for i := range v {
		v[i] = float32(1 / (1 + math.Exp(-o.LogitNormal*float64(v[i]))))
	}
	return tensor.Of(v, n)
}
