package audio

import (
	"math"

	"github.com/jimu-ml/jimu/internal/fourier"
	"github.com/jimu-ml/jimu/tensor"
)

// A Window gives the weights of the samples of a frame.
type Window func(n int) []float64

// Hann is the window sin²(πi/n), periodic: the usual one.
func Hann(n int) []float64 { return raised(n, 0.5) }

// Hamming is the window 0.54 − 0.46·cos(2πi/n), periodic.
func Hamming(n int) []float64 { return raised(n, 0.54) }

// Rectangle weighs all samples alike.
func Rectangle(n int) []float64 {
	w := make([]float64, n)
	for i := range w {
		w[i] = 1
	}
	return w
}

func raised(n int, a float64) []float64 {
	w := make([]float64, n)
	for i := range w {
		w[i] = a - float64((1-a)*math.Cos(2*math.Pi*float64(i)/float64(n)))
	}
	return w
}

// Spectrogram is how strong each frequency is, frame by frame. The zero value has the frames of torchaudio: 400 samples, the
// next one 200 later.
type Spectrogram struct {
	Size   int     // samples of a transform; 400 if 0
	Length int     // samples of a frame, in the middle of a transform; Size if 0
	Hop    int     // from one frame to the next; half of Length if 0
	Window Window  // Hann if nil
	Power  float64 // of the magnitude; 2 if 0
	Uneven bool    // begin the first frame at the first sample, and not with its middle there, and leave out what is left at the end
}

func (s Spectrogram) filled() Spectrogram {
	if s.Size == 0 {
		s.Size = 400
	}
	if s.Length == 0 {
		s.Length = s.Size
	}
	if s.Hop == 0 {
		s.Hop = max(1, s.Length/2)
	}
	if s.Window == nil {
		s.Window = Hann
	}
	if s.Power == 0 {
		s.Power = 2
	}
	if s.Size < 2 || s.Size > 1<<20 || s.Length < 1 || s.Length > s.Size || s.Hop < 1 {
		panic(tensor.Errorf("Spectrogram", "transforms of %d samples, frames of %d, one every %d", s.Size, s.Length, s.Hop))
	}
	return s
}

// Of returns the spectrogram of samples.
//
//	x [n] → y [frames Size/2+1]      y[t, k] = |Σᵢ w[i]·x[t·Hop + i]·e^(−2πik/Size)|^Power
//
// The sound is mirrored at its ends, so that the middle of frame t lies at sample t·Hop. It panics with a [tensor.Error] if
// it is not longer than half a transform.
func (s Spectrogram) Of(x []float32) *tensor.Tensor {
	s = s.filled()
	pad := s.Size / 2
	if s.Uneven {
		pad = 0
	}
	if len(x) <= pad || len(x)+2*pad < s.Size {
		panic(tensor.Errorf("Spectrogram", "%d samples are fewer than half a transform of %d", len(x), s.Size))
	}
	frames, bands := (len(x)+2*pad-s.Size)/s.Hop+1, s.Size/2+1
	y := make([]float32, 0, frames*bands)
	f, window, skip := fourier.New(s.Size).Own(), s.Window(s.Length), (s.Size-s.Length)/2
	z, spectrum := make([]complex128, s.Size), make([]complex128, s.Size)
	for t := range frames {
		clear(z)
		for i, w := range window {
			z[skip+i] = complex(w*float64(x[mirror(t*s.Hop+skip+i-pad, len(x))]), 0)
		}
		f.Transform(spectrum, z)
		for _, v := range spectrum[:bands] {
			y = append(y, float32(s.strength(v)))
		}
	}
	return tensor.Of(y, frames, bands)
}

func (s Spectrogram) strength(v complex128) float64 {
	square := float64(real(v)*real(v)) + float64(imag(v)*imag(v))
	switch s.Power {
	case 2:
		return square
	case 1:
		return math.Sqrt(square)
	}
	return math.Pow(square, s.Power/2)
}

// mirror returns the place of i among n samples that are mirrored at both ends, without repeating them.
func mirror(i, n int) int {
	if n == 1 {
		return 0
	}
	period := 2 * (n - 1)
	i = (i%period + period) % period
	if i >= n {
		i = period - i
	}
	return i
}

// Decibels returns 10·log₁₀ of powers, cut off at 10⁻¹⁰ and at most range below the largest; a range of 0 cuts nothing.
//
//	y = max(10·log₁₀ max(x, 10⁻¹⁰), max y − range)
func Decibels(power *tensor.Tensor, span float64) *tensor.Tensor {
	y := power.Maximum(power.FullLike(1e-10)).Log().Scale(10 / math.Ln10)
	if span > 0 {
		y = y.Maximum(y.Max().AddScalar(-span))
	}
	return y
}
