package objective

import "github.com/jimu-ml/jimu/tensor"

// A Predicted is what a diffusion model predicts of a noised example.
type Predicted int

// What a diffusion model may predict; v is √ᾱ ε − √(1 − ᾱ) x.
const (
	PredictNoise    Predicted = iota // ε
	PredictExample                   // x
	PredictVelocity                  // v
)

// DiffusionLoss trains a model to tell from a noised example what the noise was. Its count is the number of elements.
//
//	prediction [n …], example [n …] x, noise [n …] ε, step [n] t of integers
//	sum = Σᵢ w(tᵢ) Σ (prediction − target)²     target: ε, x, or v = √ᾱ ε − √(1 − ᾱ) x
//	w(t) = min(SNR(t), γ) / SNR(t), / 1, / (SNR(t) + 1)     for the three targets; 1 without γ; SNR = ᾱ/(1 − ᾱ)
//
// The model is given Schedule.Noised(x, ε, t) and t:
//
//	t := schedule.Steps(n, key)
//	loss := o.Loss(unet.Forward(p, schedule.Noised(x, noise, t), t), x, noise, t)
//
// Without γ and for ε this is the simple loss of DDPM. γ = 5 keeps steps of little noise from outweighing the others. The
// weights do not change the count.
//
// It panics with a [tensor.Error] if the shapes do not fit or a step is not of the schedule.
//
// Ho, Jain and Abbeel, Denoising Diffusion Probabilistic Models, 2020 (arXiv:2006.11239), equation 14; Salimans and Ho,
// Progressive Distillation for Fast Sampling of Diffusion Models, 2022 (arXiv:2202.00512), section 4, for v; Hang and others,
// Efficient Diffusion Training via Min-SNR Weighting Strategy, 2023 (arXiv:2303.09556), for γ.
type DiffusionLoss struct {
	Schedule NoiseSchedule // the zero value means [LinearNoise](1000)
	Predict  Predicted
	Gamma    float64 // γ of the weighting; 0 means that all steps weigh 1
}

// schedule returns the schedule that is meant.
func (o DiffusionLoss) schedule() NoiseSchedule {
	if o.Schedule.Kept == nil {
		return LinearNoise(1000)
	}
	return o.Schedule
}

// Loss returns the loss of a batch.
func (o DiffusionLoss) Loss(prediction, example, noise, step *tensor.Tensor) Loss {
	const name = "Diffusion"
	s := o.schedule()
	o.Schedule = s
	signal, sigma := s.shares(name, example, noise, step)
	var target *tensor.Tensor
	switch o.Predict {
	case PredictNoise:
		target = noise
	case PredictExample:
		target = example
	case PredictVelocity:
		target = wide(noise).Mul(signal).Sub(wide(example).Mul(sigma))
	default:
		panic(tensor.Errorf(name, "no prediction has the number %d", o.Predict))
	}
	x, y := pair(name, prediction, target)
	each := x.Sub(y).Square()
	if o.Gamma != 0 {
		each = each.Mul(s.each(name, x, step, o.weight))
	}
	return Loss{each.Sum(), float64(x.Len())}
}

// weight returns the weight of a step.
func (o DiffusionLoss) weight(t int) float64 {
	snr := o.Schedule.SNR(t)
	w := min(snr, o.Gamma)
	switch o.Predict {
	case PredictNoise:
		if snr == 0 {
			return 1 // the limit
		}
		return w / snr
	case PredictVelocity:
		return w / (snr + 1)
	}
	return w
}

// Parts tells from a prediction what a noised example is made of: the example and the noise. Samplers need it.
//
//	prediction [n …], noised [n …], step [n] of integers → example [n …], noise [n …]
//
// It panics with a [tensor.Error] if the shapes do not fit or a step is not of the schedule.
func (o DiffusionLoss) Parts(prediction, noised, step *tensor.Tensor) (example, noise *tensor.Tensor) {
	signal, sigma := o.schedule().shares("Diffusion", prediction, noised, step)
	y, x := wide(prediction), wide(noised)
	switch o.Predict {
	case PredictExample:
		return y, x.Sub(y.Mul(signal)).Div(sigma)
	case PredictVelocity:
		return x.Mul(signal).Sub(y.Mul(sigma)), y.Mul(signal).Add(x.Mul(sigma))
	}
	return x.Sub(y.Mul(sigma)).Div(signal), y
}
