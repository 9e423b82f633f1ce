package audio

import (
	"math"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

func ramp() *Sound {
	x := make([]float32, 1000)
	for i := range x {
		x[i] = float32(math.Sin(float64(i)/5)) / 2
	}
	return &Sound{8000, [][]float32{x, slices.Clone(x)}}
}

// TestTransforms: they follow from the key alone, leave what they are given alone, and change it.
func TestTransforms(t *testing.T) {
	for name, a := range map[string]Transform{
		"Gain": Gain{}, "Noise": Noise{}, "TimeShift": TimeShift{}, "TimeShift/around": TimeShift{Around: true}, "Speed": Speed{Factors: []float64{0.8, 0.9, 1.1, 1.25, 1.5, 0.7, 0.6}},
		"Compose": Compose{Noise{}, Gain{}},
	} {
		s, before := ramp(), ramp()
		y, again, other := a.Apply(s, 7), a.Apply(s, 7), a.Apply(s, 8)
		if !slices.Equal(s.Channels[0], before.Channels[0]) {
			t.Errorf("%s changes what it is given", name)
		}
		if !slices.Equal(y.Channels[0], again.Channels[0]) || slices.Equal(y.Channels[0], other.Channels[0]) {
			t.Errorf("%s does not follow from the key", name)
		}
		if y.Rate != s.Rate || len(y.Channels) != 2 || slices.Equal(y.Channels[0], s.Channels[0]) {
			t.Errorf("%s: %d channels at %d, or nothing changed", name, len(y.Channels), y.Rate)
		}
		check.Note{Package: "audio", Entry: name, Reference: "by hand"}.Write(t)
	}
}

func power(x []float32) (sum float64) {
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	return sum / float64(len(x))
}

func TestNoiseRatio(t *testing.T) {
	s := ramp()
	for _, db := range []float64{0, 20} {
		y := Noise{Low: db, High: db + 1e-9}.Apply(s, 3)
		noise := make([]float32, s.Len())
		for i := range noise {
			noise[i] = y.Channels[1][i] - s.Channels[1][i]
		}
		if got := 10 * math.Log10(power(s.Channels[1])/power(noise)); math.Abs(got-db) > 0.4 {
			t.Errorf("%v dB, want %v", got, db)
		}
	}
	if y := (Noise{}).Apply(&Sound{1, [][]float32{{0, 0}}}, 1); y.Channels[0][0] != 0 {
		t.Error("silence is noisy")
	}
}

func TestGainRange(t *testing.T) {
	s := ramp()
	low, high := math.Inf(1), math.Inf(-1)
	for key := range rng.Key(300) {
		db := 20 * math.Log10(float64((Gain{Low: -3, High: 9}).Apply(s, key).Channels[0][7]/s.Channels[0][7]))
		low, high = min(low, db), max(high, db)
	}
	if low < -3.001 || low > -2.8 || high > 9.001 || high < 8.8 {
		t.Errorf("from %v to %v dB, want −3 to 9", low, high)
	}
}

func TestTimeShiftMoves(t *testing.T) {
	s := &Sound{10, [][]float32{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}}}
	for key := range rng.Key(20) {
		y := TimeShift{Most: 0.3, Around: true}.Apply(s, key).Channels[0]
		z := TimeShift{Most: 0.3}.Apply(s, key).Channels[0]
		by := (int(s.Channels[0][0]-y[0]) + 10) % 10
		for i := range y {
			from := i - by
			if by > 5 {
				from = i - by + 10
			}
			if want := s.Channels[0][(from%10+10)%10]; y[i] != want {
				t.Fatalf("key %d: %v", key, y)
			}
			if from >= 0 && from < 10 && z[i] != y[i] || (from < 0 || from >= 10) && z[i] != 0 {
				t.Fatalf("key %d: around %v, else %v", key, y, z)
			}
		}
	}
}

// TestSpeedChangesLength: and the pitch, which is the number of zeros in a second.
func TestSpeedChangesLength(t *testing.T) {
	s := ramp()
	y := Speed{Factors: []float64{1.25}}.Apply(s, 1)
	if y.Len() != 800 {
		t.Errorf("%d samples, want 800", y.Len())
	}
	a, b := crossings(s.Channels[0]), crossings(y.Channels[0])
	if math.Abs(float64(a-b)) > 1 {
		t.Errorf("%d zeros became %d", a, b)
	}
}

func crossings(x []float32) (n int) {
	for i := 1; i < len(x); i++ {
		if x[i-1] < 0 && x[i] >= 0 {
			n++
		}
	}
	return n
}

func TestSpecAugment(t *testing.T) {
	x := tensor.Ones(50, 20)
	a := SpecAugment{Bands: 1, BandWidth: 6, Spans: 2, SpanWidth: 10, Fill: -1}
	widest := 0
	for key := range rng.Key(200) {
		y := a.Apply(x, key)
		bands, spans := hidden(y, 0), hidden(y, 1)
		widest = max(widest, bands)
		if bands > 6 || spans > 20 {
			t.Fatalf("key %d hides %d bands and %d frames", key, bands, spans)
		}
		if v := y.Floats(); slices.Max(v) != 1 && slices.Min(v) != -1 {
			t.Fatalf("key %d: from %v to %v", key, slices.Min(v), slices.Max(v))
		}
	}
	if widest != 6 {
		t.Errorf("at most %d bands are hidden at once, want 6", widest)
	}
	if y := (SpecAugment{Spans: 1, SpanWidth: 100, Share: 0.1}).Apply(x, 3); hidden(y, 1) > 5 {
		t.Errorf("%d frames are hidden, more than a tenth", hidden(y, 1))
	}
	check.Note{Package: "audio", Entry: "SpecAugment", Reference: "by hand"}.Write(t)
}

// hidden counts the rows along an axis that are hidden whole.
func hidden(y *tensor.Tensor, other int) (n int) {
	for _, v := range y.Max(other).Floats() {
		if v != 1 {
			n++
		}
	}
	return n
}
