package speech

import (
	"errors"
	"fmt"
	"math"

	"github.com/jimu-ml/jimu/data/audio"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// ears are what sets of sounds are asked for: how a sound becomes numbers.
type ears struct {
	Rate   int     // samples a second that sounds are made
	Bands  int     // of the mel scale
	Window float64 // milliseconds that a frame hears
	Step   float64 // milliseconds from one frame to the next
}

// narrow is for sounds as from a telephone, wide for others.
var (
	narrow = ears{Rate: 8000, Bands: 40, Window: 32, Step: 16}
	wide   = ears{Rate: 16000, Bands: 64, Window: 32, Step: 16}
)

// check reports what cannot be.
func (e ears) check() error {
	switch {
	case e.Rate < 1000 || e.Rate > 192000:
		return recipe.Errorf("data.rate", "want 1000 to 192000 samples a second, not %d", e.Rate)
	case e.Window < 2 || e.Window > 1000:
		return recipe.Errorf("data.window", "want 2 to 1000 milliseconds, not %v", e.Window)
	case e.Step < 1 || e.Step > e.Window:
		return recipe.Errorf("data.step", "want 1 to the window's %v milliseconds, not %v", e.Window, e.Step)
	case e.Bands < 1 || e.Bands > e.samples(e.Window)/2:
		return recipe.Errorf("data.bands", "want 1 to %d for a window of %v milliseconds, not %d", e.samples(e.Window)/2, e.Window, e.Bands)
	}
	return nil
}

func (e ears) samples(milliseconds float64) int {
	return int(math.Round(milliseconds * float64(e.Rate) / 1000))
}

// A Hearing says how a sound becomes frames of mel bands: decibels below the loudest place, at most 60, less their mean over their
// deviation among the training examples, band by band.
type Hearing struct {
	Rate      int       `json:"rate"`
	Window    int       `json:"window"` // samples
	Step      int       `json:"step"`
	Mean      []float32 `json:"mean"` // of each band
	Deviation []float32 `json:"deviation"`
}

// span is how many decibels below the loudest place are heard.
const span = 60

func (e ears) hearing() *Hearing {
	h := &Hearing{Rate: e.Rate, Window: e.samples(e.Window), Step: e.samples(e.Step), Mean: make([]float32, e.Bands), Deviation: make([]float32, e.Bands)}
	for i := range h.Deviation {
		h.Deviation[i] = 1
	}
	return h
}

// check reports what cannot be, after reading a file that may be damaged.
func (h *Hearing) check() error {
	if h.Rate < 1000 || h.Rate > 192000 || h.Window < 2 || h.Window > h.Rate || h.Step < 1 || h.Step > h.Window ||
		len(h.Mean) == 0 || len(h.Mean) > h.Window/2 || len(h.Deviation) != len(h.Mean) {
		return errors.New("it does not say how sounds are heard")
	}
	return nil
}

// frames returns how many frames so many samples have.
func (h *Hearing) frames(samples int) int { return max(samples, h.Window)/h.Step + 1 }

// features returns the frames of a sound, [frames bands]. Silence follows on one that is shorter than a window.
func (h *Hearing) features(x []float32) *tensor.Tensor {
	if len(x) < h.Window {
		x = append(append(make([]float32, 0, h.Window), x...), make([]float32, h.Window-len(x))...)
	}
	even := h.Window &^ 1 // so that the number of frames is that of the steps
	m := audio.Mel{Bands: len(h.Mean), Spectrogram: audio.Spectrogram{Size: even, Hop: h.Step}}
	y := audio.Decibels(m.Of(x, h.Rate), span)
	y = y.Sub(y.Max())
	return y.Sub(tensor.Of(h.Mean, len(h.Mean))).Div(tensor.Of(h.Deviation, len(h.Deviation)))
}

// decibels undoes what features does to them.
func (h *Hearing) decibels(y *tensor.Tensor) *tensor.Tensor {
	return y.Mul(tensor.Of(h.Deviation, len(h.Deviation))).Add(tensor.Of(h.Mean, len(h.Mean)))
}

// learn sets the mean and the deviation of each band to those of n sounds.
func (h *Hearing) learn(n int, sound func(i int) []float32) {
	sum, square, count := make([]float64, len(h.Mean)), make([]float64, len(h.Mean)), 0.0
	for i := range n {
		y := h.features(sound(i)).Floats()
		for k, v := range y {
			b := k % len(h.Mean)
			sum[b] += float64(v)
			square[b] += float64(v) * float64(v)
		}
		count += float64(len(y) / len(h.Mean))
	}
	for b := range h.Mean {
		m := sum[b] / count
		h.Mean[b] = float32(m)
		h.Deviation[b] = float32(math.Sqrt(max(square[b]/count-m*m, 1e-2))) // a band that is always silent
	}
}

// open reads a file as samples at the rate of the hearing.
func (h *Hearing) open(q recipe.Question) ([]float32, error) {
	const takes = "this model takes sounds: WAV, FLAC and MP3 files"
	if q.File == "" {
		return nil, errors.New(takes)
	}
	s, err := audio.Open(q.File)
	if err != nil {
		return nil, fmt.Errorf("%w; %s", err, takes)
	}
	var x []float32
	if err := tensor.Catch(func() { x = s.Mono().Resample(h.Rate).Channels[0] }); err != nil {
		return nil, fmt.Errorf("%s: %w", q.File, err)
	}
	if len(x) == 0 {
		return nil, fmt.Errorf("%s is empty", q.File)
	}
	return x, nil
}

// variety is how sounds are changed to train on them.
type variety struct {
	Speed      float64 // by what share faster or slower at most
	Noise      float64 // decibels of sound over noise at least; 0: no noise
	MaskBands  int     // bands hidden together at most, twice
	MaskFrames int     // frames hidden together at most, twice
}

var varied = variety{Speed: 0.1, Noise: 10, MaskBands: 6, MaskFrames: 8}

// check reports what cannot be.
func (v variety) check() error {
	switch {
	case v.Speed < 0 || v.Speed > 0.5:
		return recipe.Errorf("data.speed", "want a share from 0 to 0.5, not %v", v.Speed)
	case v.Noise < 0:
		return recipe.Errorf("data.noise", "want the least decibels of sound over noise, or 0 for none, not %v", v.Noise)
	case v.MaskBands < 0 || v.MaskFrames < 0:
		return recipe.Errorf("data.mask_bands", "want 0 or more to hide, not %d bands and %d frames", v.MaskBands, v.MaskFrames)
	}
	return nil
}

// sound returns samples at another speed, and noisy after place has put them where they belong.
func (v variety) sound(x []float32, rate int, key rng.Key, place func(x []float32) []float32) []float32 {
	s := &audio.Sound{Rate: rate, Channels: [][]float32{x}}
	if v.Speed > 0 {
		s = audio.Speed{Factors: []float64{1 - v.Speed, 1 - v.Speed/2, 1, 1 + v.Speed/2, 1 + v.Speed}}.Apply(s, key.Child("speed"))
	}
	s.Channels[0] = place(s.Channels[0])
	if v.Noise > 0 {
		s = audio.Noise{Low: v.Noise, High: v.Noise + 30}.Apply(s, key.Child("noise"))
	}
	return s.Channels[0]
}

// features returns features with parts hidden.
func (v variety) features(y *tensor.Tensor, key rng.Key) *tensor.Tensor {
	if v.MaskBands == 0 && v.MaskFrames == 0 {
		return y
	}
	return audio.SpecAugment{Bands: 2, Spans: 2, BandWidth: v.MaskBands, SpanWidth: v.MaskFrames, Share: 0.25}.Apply(y, key.Child("mask"))
}
