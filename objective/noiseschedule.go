package objective

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A NoiseSchedule says how much of an example is left after each step of a diffusion: ᾱ, a share of the variance. Step t has
// ᾱ = Kept[t], and 1 − ᾱ is noise.
type NoiseSchedule struct{ Kept []float64 }

// NewNoiseSchedule returns the schedule in which step t adds noise of variance β[t] and shrinks what was there by √(1 − β[t]).
//
//	ᾱ_t = Π_{s ≤ t} 1 − β_s
//
// It panics with a [tensor.Error] if a β is not above 0 and at most 1, or if there is none.
func NewNoiseSchedule(beta []float64) NoiseSchedule {
	if len(beta) == 0 {
		panic(tensor.Errorf("NewNoiseSchedule", "no steps"))
	}
	kept, product := make([]float64, len(beta)), 1.0
	for t, b := range beta {
		if !(b > 0 && b <= 1) {
			panic(tensor.Errorf("NewNoiseSchedule", "step %d adds noise of variance %g; want it above 0 and at most 1", t, b))
		}
		product *= 1 - b
		kept[t] = product
	}
	return NoiseSchedule{kept}
}

// LinearNoise returns the schedule of DDPM: variances from 0.0001 to 0.02 in equal steps. The numbers are for 1000 steps.
//
// Ho, Jain and Abbeel, Denoising Diffusion Probabilistic Models, 2020 (arXiv:2006.11239), section 4.
func LinearNoise(steps int) NoiseSchedule {
	return NewNoiseSchedule(spaced(1e-4, 0.02, steps))
}

// ScaledLinearNoise returns the schedule of Stable Diffusion: standard deviations from √0.00085 to √0.012 in equal steps.
//
// Rombach, Blattmann, Lorenz, Esser and Ommer, High-Resolution Image Synthesis with Latent Diffusion Models, 2021
// (arXiv:2112.10752), in its code.
func ScaledLinearNoise(steps int) NoiseSchedule {
	b := spaced(math.Sqrt(0.00085), math.Sqrt(0.012), steps)
	for i := range b {
		b[i] *= b[i]
	}
	return NewNoiseSchedule(b)
}

// spaced returns n numbers from first to last in equal steps.
func spaced(first, last float64, n int) []float64 {
	v := make([]float64, max(n, 0))
	for i := range v {
		v[i] = first + (last-first)*float64(i)/float64(max(n-1, 1))
	}
	return v
}

// CosineNoise returns the schedule in which ᾱ falls as the square of a cosine, evenly in the middle and slowly at the ends.
//
//	β_t = min(1 − f(t + 1)/f(t), 0.999)     f(t) = cos²((t/T + 0.008)/1.008 · π/2)
//
// Nichol and Dhariwal, Improved Denoising Diffusion Probabilistic Models, 2021 (arXiv:2102.09672), equation 17.
func CosineNoise(steps int) NoiseSchedule {
	f := func(t int) float64 {
		c := math.Cos((float64(t)/float64(steps) + 0.008) / 1.008 * math.Pi / 2)
		return c * c
	}
	beta := make([]float64, max(steps, 0))
	for t := range beta {
		beta[t] = min(1-f(t+1)/f(t), 0.999)
	}
	return NewNoiseSchedule(beta)
}

// Len returns the number of steps.
func (s NoiseSchedule) Len() int { return len(s.Kept) }

// SNR returns the ratio of signal to noise after step t: ᾱ/(1 − ᾱ).
func (s NoiseSchedule) SNR(t int) float64 { return s.Kept[t] / (1 - s.Kept[t]) }

// Steps returns n random steps, each as likely as any other, as integers [n]. They are a function of the key.
func (s NoiseSchedule) Steps(n int, key rng.Key) *tensor.Tensor {
	v := make([]int64, n)
	for i := range v {
		v[i] = int64(key.IntnAt(uint64(i), s.Len()))
	}
	return tensor.Of(v, n)
}

// Noised returns examples as they are after steps of the diffusion, all of which are one.
//
//	x [n …], noise [n …] ε of a standard normal, step [n] of integers → √ᾱ x + √(1 − ᾱ) ε
//
// It panics with a [tensor.Error] if the shapes do not fit or a step is not of the schedule.
//
// Ho, Jain and Abbeel, Denoising Diffusion Probabilistic Models, 2020 (arXiv:2006.11239), equation 4.
func (s NoiseSchedule) Noised(x, noise, step *tensor.Tensor) *tensor.Tensor {
	signal, sigma := s.shares("Noised", x, noise, step)
	return wide(x).Mul(signal).Add(wide(noise).Mul(sigma)).Cast(x.DType())
}

// shares returns √ᾱ and √(1 − ᾱ) of each example, in the form [n 1 …].
func (s NoiseSchedule) shares(name string, x, noise, step *tensor.Tensor) (signal, sigma *tensor.Tensor) {
	if !slices.Equal(x.Shape(), noise.Shape()) || !x.DType().IsFloat() || !noise.DType().IsFloat() {
		panic(tensor.Errorf(name, "examples %s of shape %v and noise %s of shape %v; want floats of one shape", x.DType(), x, noise.DType(), noise))
	}
	return s.each(name, x, step, func(t int) float64 { return math.Sqrt(s.Kept[t]) }),
		s.each(name, x, step, func(t int) float64 { return math.Sqrt(1 - s.Kept[t]) })
}

// each returns a number for each example's step, in a form that broadcasts over x: [n 1 …]. The host reads the steps.
func (s NoiseSchedule) each(name string, x, step *tensor.Tensor, f func(t int) float64) *tensor.Tensor {
	if x.Rank() == 0 || step.DType().IsFloat() || !slices.Equal(step.Shape(), x.Shape()[:1]) {
		panic(tensor.Errorf(name, "steps %s of shape %v for examples of shape %v; want one integer for each", step.DType(), step, x))
	}
	v := make([]float64, step.Len())
	for i, t := range step.Ints() {
		if t < 0 || t >= int64(s.Len()) {
			panic(tensor.Errorf(name, "step %d of a schedule of %d", t, s.Len()))
		}
		v[i] = f(int(t))
	}
	shape := make([]int, x.Rank())
	for i := range shape {
		shape[i] = 1
	}
	shape[0] = len(v)
	return constant(wide(x), v).Reshape(shape...)
}
