package audio

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// Resample returns the sound at another rate.
//
//	y[j] = Σᵢ x[i] · h(j/rate′ − i/rate)      h(t) = f·sinc(2f·t)·cos²(πt·2f/(2·6)), f = 0.99/2 · min(rate, rate′)
//
// The filter lets pass what is below 0.99 of the lower rate's half and reaches over six of its zeros to both sides, as
// torchaudio's does. It panics with a [tensor.Error] if a rate is below 1, or if the result would have more than [MaxSamples]:
// a file may say that it has one sample a second.
func (s *Sound) Resample(rate int) *Sound {
	if rate < 1 || s.Rate < 1 {
		panic(tensor.Errorf("Resample", "from %d to %d samples a second", s.Rate, rate))
	}
	if rate == s.Rate {
		return s
	}
	d := gcd(s.Rate, rate)
	from, to := s.Rate/d, rate/d
	// In floating point, for the product may be beyond an int.
	if float64(s.Len())*float64(to)/float64(from)*float64(len(s.Channels)) > MaxSamples {
		panic(tensor.Errorf("Resample", "%d samples in %d channels from %d to %d a second are more than %d", s.Len(), len(s.Channels), s.Rate, rate, MaxSamples))
	}
	n := int((int64(s.Len())*int64(to) + int64(from) - 1) / int64(from))
	f := newFilter(from, to, n)
	y := &Sound{rate, make([][]float32, len(s.Channels))}
	for c, x := range s.Channels {
		y.Channels[c] = f.apply(x, n)
	}
	return y
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// A filter changes the rate from from to to, which have no common divisor.
type filter struct {
	from, to int
	kernels  []kernel // of each output in a period of to
}

// A kernel weighs the samples from one on, counted from the period's first.
type kernel struct {
	first   int
	weights []float64
}

// newFilter makes the kernels of n outputs: a windowed sinc, sampled at every phase that occurs, where it is not 0. Rates without a
// common divisor have as many phases as samples in a second.
func newFilter(from, to, n int) *filter {
	const zeros, rolloff = 6, 0.99
	base := float64(min(from, to)) * rolloff
	reach := zeros * float64(from) / base // in samples
	f := &filter{from: from, to: to, kernels: make([]kernel, min(to, n))}
	for j := range f.kernels {
		middle := float64(j) / float64(to)
		first := int(math.Ceil(middle*float64(from) - reach))
		w := make([]float64, int(math.Floor(middle*float64(from)+reach))-first+1)
		for i := range w {
			t := (float64(first+i)/float64(from) - middle) * base
			window := math.Cos(max(-zeros, min(zeros, t)) * math.Pi / zeros / 2)
			w[i] = base / float64(from) * float64(window*window) * sinc(t)
		}
		f.kernels[j] = kernel{first, w}
	}
	return f
}

func sinc(t float64) float64 {
	if t == 0 {
		return 1
	}
	return math.Sin(math.Pi*t) / (math.Pi * t)
}

func (f *filter) apply(x []float32, n int) []float32 {
	y := make([]float32, n)
	for j := range y {
		k := f.kernels[j%f.to]
		first := j/f.to*f.from + k.first
		lo, hi := max(0, -first), min(len(k.weights), len(x)-first)
		sum := 0.0
		for i := lo; i < hi; i++ {
			sum += float64(k.weights[i] * float64(x[first+i]))
		}
		y[j] = float32(sum)
	}
	return y
}
