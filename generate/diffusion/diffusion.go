// Package diffusion makes examples of noise with a trained model: DDPM, DDIM and DPM-Solver go back through a noise schedule,
// Euler and Heun along a flow.
//
//	sampler := diffusion.DDIM{Model: objective.DiffusionLoss{Schedule: objective.CosineNoise(1000)}, Steps: 50}
//	x := sampler.Sample(net, noise, key)
//
// A sampler is a pure function of the model, of the noise it begins with and of a key. It records no history that the model
// does not: give it a model that is run by a pass that watches nothing.
package diffusion

import (
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Model predicts of noised examples [n …] what it was trained for, at steps [n] of integers of a noise schedule, or at times
// [n] of a flow.
type Model func(x, step *tensor.Tensor) *tensor.Tensor

// Guided returns a model that goes further from what is made without a condition to what is made with it.
//
//	unconditional + scale (conditional − unconditional)
//
// A scale of 1 is the conditional model. The two may be one network, trained with the condition left out at times.
//
// Ho and Salimans, Classifier-Free Diffusion Guidance, 2022 (arXiv:2207.12598), equation 6, where w = scale − 1.
func Guided(conditional, unconditional Model, scale float64) Model {
	return func(x, step *tensor.Tensor) *tensor.Tensor {
		u := unconditional(x, step)
		return u.Add(conditional(x, step).Sub(u).Scale(scale))
	}
}

// Steps returns the steps of a schedule at which a sampler calls the model: n of them, evenly spaced, from the last to step 0,
// as diffusers' "leading". It panics with a [tensor.Error] if there are not 1 to that many.
func Steps(s objective.NoiseSchedule, n int) []int {
	if n < 1 || n > s.Len() {
		panic(tensor.Errorf("Steps", "%d steps of a schedule of %d", n, s.Len()))
	}
	by := s.Len() / n
	steps := make([]int, n)
	for i := range steps {
		steps[i] = (n - 1 - i) * by
	}
	return steps
}

// A step is one step back: what the example is taken for, the noise, and how much of the example is left before and after.
type step struct {
	example, noise *tensor.Tensor
	from, to       float64 // ᾱ; 1 after the last step
}

// back tells a noised example's parts.
func back(o objective.DiffusionLoss, clip float64, x, prediction *tensor.Tensor, from, to int) step {
	at := constant(x.Dim(0), from).To(x.Device())
	example, noise := o.Parts(prediction, x, at)
	s := step{example, noise, o.Schedule.Kept[from], 1}
	if to >= 0 {
		s.to = o.Schedule.Kept[to]
	}
	if clip > 0 {
		s.example = example.Maximum(example.FullLike(-clip)).Minimum(example.FullLike(clip))
	}
	return s
}

func constant(n, v int) *tensor.Tensor {
	all := make([]int64, n)
	for i := range all {
		all[i] = int64(v)
	}
	return tensor.Of(all, n)
}

// A walk is a way back through a schedule.
type walk struct {
	of    objective.DiffusionLoss
	steps int // 0 means all
	key   rng.Key
	step  func(x, prediction, noise *tensor.Tensor, from, to int) *tensor.Tensor
}

// from goes the way from x.
func (w walk) from(x *tensor.Tensor, model Model) *tensor.Tensor {
	n := w.steps
	if n == 0 {
		n = w.of.Schedule.Len()
	}
	steps := append(Steps(w.of.Schedule, n), -1)
	for i, from := range steps[:n] {
		prediction := model(x, constant(x.Dim(0), from).To(x.Device()))
		noise := Noise(w.key.At(uint64(from)), x.Shape()...).To(x.Device())
		x = w.step(x, prediction, noise, from, steps[i+1]).Cast(x.DType())
	}
	return x
}

// Noise returns standard normal numbers in float32, as a function of the key: what a sampler begins with.
func Noise(key rng.Key, shape ...int) *tensor.Tensor {
	n := 1
	for _, d := range shape {
		n *= d
	}
	v := make([]float32, n)
	key.Normal(v)
	return tensor.Of(v, shape...)
}

// begin panics unless x can be sampled.
func begin(name string, x *tensor.Tensor) {
	if x.Rank() == 0 || !x.DType().IsFloat() {
		panic(tensor.Errorf(name, "noise %s of shape %v; want floats [n …]", x.DType(), x))
	}
}

// filled returns the objective with the schedule that its zero value means.
func filled(o objective.DiffusionLoss) objective.DiffusionLoss {
	if o.Schedule.Kept == nil {
		o.Schedule = objective.LinearNoise(1000)
	}
	return o
}

// spread returns the variance of the noise that a step puts back.
func (s step) spread() float64 { return (1 - s.to) / (1 - s.from) * (1 - s.from/s.to) }

func wide(x *tensor.Tensor) *tensor.Tensor {
	if t := x.DType(); t == device.Float16 || t == device.BFloat16 {
		return x.Cast(device.Float32)
	}
	return x
}

// add returns x + √variance · noise.
func add(x, noise *tensor.Tensor, variance float64) *tensor.Tensor {
	return x.Add(noise.Cast(x.DType()).Scale(math.Sqrt(variance)))
}
