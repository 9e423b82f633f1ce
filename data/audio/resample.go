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
// torchaudio's does. It panics with a [tensor.Error] if a rate is below 1.
func (s *Sound) Resample(rate int) *Sound {
	if rate < 1 || s.Rate < 1 {
		panic(tensor.Errorf("Resample", "from %d to %d samples a second", s.Rate, rate))
	}
	if rate == s.Rate {
		return s
	}
	y := &Sound{rate, make([][]float32, len(s.Channels))}
	d := gcd(s.Rate, rate)
	f := newFilter(s.Rate/d, rate/d)
	for c, x := range s.Channels {
		y.Channels[c] = f.apply(x)
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
	width    int         // samples before the first that a kernel sees
	kernels  [][]float64 // of each output in a period of to
}

// newFilter makes the kernels: a windowed sinc, sampled at every phase.
func newFilter(from, to int) *filter {
	const zeros, rolloff = 6, 0.99
	base := float64(min(from, to)) * rolloff
	f := &filter{from: from, to: to, width: int(math.Ceil(zeros * float64(from) / base))}
	scale := base / float64(from)
	for j := range to {
		kernel := make([]float64, 2*f.width+from)
		for i := range kernel {
			t := (float64(i-f.width)/float64(from) - float64(j)/float64(to)) * base
			t = max(-zeros, min(zeros, t))
			window := math.Cos(t * math.Pi / zeros / 2)
			kernel[i] = scale * float64(window*window) * sinc(t)
		}
		f.kernels = append(f.kernels, kernel)
	}
	return f
}

func sinc(t float64) float64 {
	if t == 0 {
		return 1
	}
	return math.Sin(math.Pi*t) / (math.Pi * t)
}

func (f *filter) apply(x []float32) []float32 {
	n := int((int64(len(x))*int64(f.to) + int64(f.from) - 1) / int64(f.from))
	y := make([]float32, n)
	for j := range y {
		kernel := f.kernels[j%f.to]
		first := j/f.to*f.from - f.width
		lo, hi := max(0, -first), min(len(kernel), len(x)-first)
		sum := 0.0
		for i := lo; i < hi; i++ {
			sum += float64(kernel[i] * float64(x[first+i]))
		}
		y[j] = float32(sum)
	}
	return y
}
