package audio

import (
	"math"

	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Transform makes another sound of one, to train on. The same key gives the same sound; the given one stays as it is.
type Transform interface {
	Apply(s *Sound, key rng.Key) *Sound
}

// Compose applies transforms one after another.
type Compose []Transform

// Apply returns the sound after all of them.
func (c Compose) Apply(s *Sound, key rng.Key) *Sound {
	for i, t := range c {
		s = t.Apply(s, key.At(uint64(i)))
	}
	return s
}

// each returns a sound whose samples are those of f.
func (s *Sound) each(f func(channel, i int, x float32) float64) *Sound {
	y := &Sound{s.Rate, make([][]float32, len(s.Channels))}
	for c, x := range s.Channels {
		y.Channels[c] = make([]float32, len(x))
		for i, v := range x {
			y.Channels[c][i] = float32(f(c, i, v))
		}
	}
	return y
}

// between returns a number from lo to hi, the drawth of the key.
func between(key rng.Key, draw uint64, lo, hi float64) float64 {
	return lo + float64((hi-lo)*key.Float64At(draw))
}

// Gain makes a sound louder or softer by a factor drawn evenly in decibels.
type Gain struct{ Low, High float64 } // decibels; −6 and 6 if both are 0

// Apply returns the sound at another loudness.
func (g Gain) Apply(s *Sound, key rng.Key) *Sound {
	if g.Low == 0 && g.High == 0 {
		g.Low, g.High = -6, 6
	}
	factor := math.Pow(10, between(key, 0, g.Low, g.High)/20)
	return s.each(func(_, _ int, x float32) float64 { return factor * float64(x) })
}

// Noise adds normal noise, so strong that the power of the sound over that of the noise is drawn evenly in decibels. Silence
// stays silence.
type Noise struct{ Low, High float64 } // decibels; 10 and 40 if both are 0

// Apply returns the sound with noise.
func (n Noise) Apply(s *Sound, key rng.Key) *Sound {
	if n.Low == 0 && n.High == 0 {
		n.Low, n.High = 10, 40
	}
	power := 0.0
	for _, c := range s.Channels {
		for _, x := range c {
			power += float64(x) * float64(x)
		}
	}
	power /= float64(max(1, s.Len()*len(s.Channels)))
	scale := math.Sqrt(power / math.Pow(10, between(key, 0, n.Low, n.High)/10))
	noise := make([][]float32, len(s.Channels))
	for c := range noise {
		noise[c] = make([]float32, s.Len())
		key.Child("noise").At(uint64(c)).Normal(noise[c])
	}
	return s.each(func(c, i int, x float32) float64 { return float64(x) + float64(scale*float64(noise[c][i])) })
}

// TimeShift moves a sound in time by at most a share of its length, either way. What leaves at one end is lost and silence comes
// in at the other; with Around it comes in there.
type TimeShift struct {
	Most   float64 // share of the length; 0.1 if 0
	Around bool
}

// Apply returns the sound moved.
func (t TimeShift) Apply(s *Sound, key rng.Key) *Sound {
	most := t.Most
	if most == 0 {
		most = 0.1
	}
	n := s.Len()
	by := int(math.Round(between(key, 0, -most, most) * float64(n)))
	return s.each(func(c, i int, _ float32) float64 {
		from := i - by
		if t.Around && n > 0 {
			from = (from%n + n) % n
		}
		if from < 0 || from >= n {
			return 0
		}
		return float64(s.Channels[c][from])
	})
}

// Speed plays a sound faster or slower, which moves its pitch too and changes its length: by one of the factors, all equally
// likely.
//
// Ko, Peddinti, Povey and Khudanpur, Audio Augmentation for Speech Recognition, 2015.
type Speed struct{ Factors []float64 } // 0.9, 1 and 1.1 if empty; each is rounded to hundredths

// Apply returns the sound at another speed.
func (p Speed) Apply(s *Sound, key rng.Key) *Sound {
	factors := p.Factors
	if len(factors) == 0 {
		factors = []float64{0.9, 1, 1.1}
	}
	percent := int(math.Round(100 * factors[key.IntnAt(0, len(factors))]))
	if percent < 1 {
		panic(tensor.Errorf("Speed", "factors of %v; want more than 0", factors))
	}
	// Played at percent/100 times the rate, the sound is resampled to the rate it had.
	played := &Sound{percent, s.Channels}
	y := played.Resample(100)
	return &Sound{s.Rate, y.Channels}
}

// SpecAugment hides bands of frequency and spans of time in a spectrogram or in mel bands.
//
// Each width is drawn evenly from 0 to the largest, and then the place. What is hidden becomes Fill, 0 if nothing else is
// said: the mean, if the features were normalized.
//
// Park and others, SpecAugment, 2019 (arXiv:1904.08779).
type SpecAugment struct {
	Bands, Spans         int     // how many are hidden
	BandWidth, SpanWidth int     // at most, in bands and frames
	Share                float64 // of the frames that a span hides at most; 1 if 0
	Fill                 float64
}

// Apply returns features [frames bands] with parts hidden.
func (a SpecAugment) Apply(x *tensor.Tensor, key rng.Key) *tensor.Tensor {
	if x.Rank() != 2 {
		panic(tensor.Errorf("SpecAugment", "features of shape %v; want [frames bands]", x))
	}
	frames, bands := x.Dim(0), x.Dim(1)
	longest := a.SpanWidth
	if a.Share > 0 {
		longest = min(longest, int(a.Share*float64(frames)))
	}
	hidden := make([]bool, frames*bands)
	hide := func(key rng.Key, count, width, length int, mark func(at int)) {
		for i := range count {
			k := key.At(uint64(i))
			n := k.IntnAt(0, min(width, length)+1)
			from := k.IntnAt(1, length-n+1)
			for at := from; at < from+n; at++ {
				mark(at)
			}
		}
	}
	hide(key.Child("bands"), a.Bands, a.BandWidth, bands, func(b int) {
		for t := range frames {
			hidden[t*bands+b] = true
		}
	})
	hide(key.Child("spans"), a.Spans, longest, frames, func(t int) {
		for b := range bands {
			hidden[t*bands+b] = true
		}
	})
	return tensor.Where(tensor.Of(hidden, frames, bands).To(x.Device()), x.FullLike(a.Fill), x)
}
