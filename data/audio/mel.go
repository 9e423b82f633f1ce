package audio

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// Mel is a spectrogram in bands that the ear tells apart equally well: narrow low ones, wide high ones. The zero value has
// torchaudio's 128 bands from 0 to half the rate.
type Mel struct {
	Spectrogram
	Bands     int     // 128 if 0
	Low, High float64 // hertz; High is half the rate if 0
	Slaney    bool    // the scale of Slaney's toolbox, linear below 1000 Hz, and bands of equal area, as librosa and Whisper have; else 2595·log₁₀(1 + f/700)
}

func (m Mel) bands() int {
	if m.Bands == 0 {
		return 128
	}
	return m.Bands
}

// Of returns the strength of each band, frame by frame.
//
//	x [n] → y [frames Bands]
//
// Stevens, Volkmann and Newman, A Scale for the Measurement of the Psychological Magnitude Pitch, 1937.
func (m Mel) Of(x []float32, rate int) *tensor.Tensor {
	return m.Spectrogram.Of(x).MatMul(m.Filters(rate))
}

// Filters returns the weights of the frequencies in the bands, triangles that each end where the neighbours have their tops.
//
//	→ [Size/2+1 Bands]
//
// It panics with a [tensor.Error] unless 0 ≤ Low < High ≤ rate/2.
func (m Mel) Filters(rate int) *tensor.Tensor {
	s := m.filled()
	high := m.High
	if high == 0 {
		high = float64(rate) / 2
	}
	if !(m.Low >= 0 && m.Low < high && high <= float64(rate)/2) || m.bands() < 1 {
		panic(tensor.Errorf("Mel", "%d bands from %v to %v Hz at %d samples a second", m.bands(), m.Low, high, rate))
	}
	n, bands := s.Size/2+1, m.bands()
	tops := make([]float64, bands+2) // in hertz, with both ends
	lo, hi := m.mel(m.Low), m.mel(high)
	for i := range tops {
		tops[i] = m.hertz(lo + (hi-lo)*float64(i)/float64(bands+1))
	}
	w := make([]float32, n*bands)
	for k := range n {
		f := float64(k) * float64(rate) / float64(s.Size)
		for b := range bands {
			up, down := (f-tops[b])/(tops[b+1]-tops[b]), (tops[b+2]-f)/(tops[b+2]-tops[b+1])
			v := max(0, min(up, down))
			if m.Slaney {
				v *= 2 / (tops[b+2] - tops[b])
			}
			w[k*bands+b] = float32(v)
		}
	}
	return tensor.Of(w, n, bands)
}

// The scale of Slaney's Auditory Toolbox: 3 mel for each 200 Hz up to 1000 Hz, then 27 for each factor of 6.4.
const (
	slaneyStep  = 200.0 / 3
	slaneyBreak = 1000.0
)

var slaneyLog = math.Log(6.4) / 27

func (m Mel) mel(f float64) float64 {
	switch {
	case !m.Slaney:
		return 2595 * math.Log10(1+f/700)
	case f < slaneyBreak:
		return f / slaneyStep
	}
	return slaneyBreak/slaneyStep + math.Log(f/slaneyBreak)/slaneyLog
}

func (m Mel) hertz(z float64) float64 {
	switch {
	case !m.Slaney:
		return 700 * (math.Pow(10, z/2595) - 1)
	case z < slaneyBreak/slaneyStep:
		return z * slaneyStep
	}
	return slaneyBreak * math.Exp(slaneyLog*(z-slaneyBreak/slaneyStep))
}

// MFCC is the mel-frequency cepstrum: the shape of the spectrum in few numbers that depend little on each other.
type MFCC struct {
	Mel
	Count int // of numbers; 40 if 0
}

// Of returns the cepstrum, frame by frame.
//
//	x [n] → y [frames Count]      y = the first numbers of the orthonormal cosine transform of the bands in decibels, 80 at most below the loudest
//
// Davis and Mermelstein, Comparison of Parametric Representations for Monosyllabic Word Recognition, 1980.
func (m MFCC) Of(x []float32, rate int) *tensor.Tensor {
	count, bands := m.Count, m.bands()
	if count == 0 {
		count = 40
	}
	if count > bands {
		panic(tensor.Errorf("MFCC", "%d numbers of %d bands", count, bands))
	}
	w := make([]float32, bands*count)
	for b := range bands {
		for k := range count {
			scale := math.Sqrt(2 / float64(bands))
			if k == 0 {
				scale = math.Sqrt(1 / float64(bands))
			}
			w[b*count+k] = float32(scale * math.Cos(math.Pi/float64(bands)*(float64(b)+0.5)*float64(k)))
		}
	}
	return Decibels(m.Mel.Of(x, rate), 80).MatMul(tensor.Of(w, bands, count))
}
