package audio

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

func sound(t *testing.T) []float32 {
	return check.GoldenAll(t, "testdata")["sound"].On(t).Float32("x")
}

func note(t *testing.T, entry string, c *check.Case, got []float32, tolerance float64) {
	t.Helper()
	off := check.Off(got, c.Float32("y"))
	if len(got) != len(c.Float32("y")) || off > tolerance {
		t.Errorf("%s: %d numbers, off by %.3g of the largest", c.Name, len(got), off)
	}
	check.Note{Package: "audio", Entry: entry, Reference: c.MadeBy, Error: off}.Write(t)
}

func TestResampleGolden(t *testing.T) {
	x := sound(t)
	for _, c := range check.Cases(t, check.GoldenAll(t, "testdata"), "Resample/") {
		y := (&Sound{c.Int("from"), [][]float32{x}}).Resample(c.Int("to"))
		note(t, "Resample", c, y.Channels[0], 1e-6)
	}
}

// TestResampleOddRates takes rates that a file may claim and that share no divisor with ours: kernels for each of their phases, as
// long as a second, would be terabytes.
func TestResampleOddRates(t *testing.T) {
	x := make([]float32, 40000)
	for i := range x {
		x[i] = 0.5
	}
	for _, rate := range []int{1<<24 - 3, 44101, 15999, 7} {
		n := min(len(x), 3*rate)
		y := (&Sound{rate, [][]float32{x[:n]}}).Resample(16000)
		if want := (n*16000 + rate - 1) / rate; y.Len() != want {
			t.Fatalf("from %d: %d samples, want %d", rate, y.Len(), want)
		}
		if v := y.Channels[0][y.Len()/2]; math.Abs(float64(v)-0.5) > 2e-3 {
			t.Errorf("from %d: a constant 0.5 becomes %v", rate, v)
		}
	}
}

func TestSpectrogramGolden(t *testing.T) {
	x := sound(t)
	for _, c := range check.Cases(t, check.GoldenAll(t, "testdata"), "Spectrogram/") {
		var name string
		c.Attr("window", &name)
		s := Spectrogram{
			Size: c.Int("size"), Length: c.Int("length"), Hop: c.Int("hop"), Power: c.Float("power"), Uneven: c.Bool("uneven"),
			Window: map[string]Window{"hann": Hann, "hamming": Hamming, "rectangle": Rectangle}[name],
		}
		y := s.Of(x)
		if !slices.Equal(y.Shape(), c.Shape("y")) {
			t.Errorf("%s: shape %v, want %v", c.Name, y.Shape(), c.Shape("y"))
			continue
		}
		note(t, "Spectrogram", c, y.Floats(), 1e-6)
	}
}

func TestMelGolden(t *testing.T) {
	all := check.GoldenAll(t, "testdata")
	for _, c := range check.Cases(t, all, "Mel/") {
		m := Mel{Bands: c.Int("bands"), Low: c.Float("low"), High: c.Float("high"), Slaney: c.Bool("slaney")}
		off := check.Off(m.Filters(8000).Floats(), c.Float32("filters"))
		if off > 4e-6 { // torchaudio computes its filters in float32
			t.Errorf("%s: off by %.3g of the largest", c.Name, off)
		}
		check.Note{Package: "audio", Entry: "Mel", Reference: c.MadeBy, Error: off}.Write(t)
	}
	c := all["MFCC/torchaudio"].On(t)
	m := MFCC{Mel: Mel{Bands: c.Int("bands")}, Count: c.Int("count")}
	note(t, "MFCC", c, m.Of(sound(t), 8000).Floats(), 2e-5)
}

func TestDecibels(t *testing.T) {
	x := tensor.Of([]float32{1, 100, 0, 1e-3}, 4)
	check.Close(t, "all", Decibels(x, 0).Floats(), []float32{0, 20, -100, -30}, 1e-5)
	check.Close(t, "a span", Decibels(x, 40).Floats(), []float32{0, 20, -20, -20}, 1e-5)
}

func TestSpectrogramMisuse(t *testing.T) {
	for says, call := range map[string]func(){
		"100 samples are fewer":         func() { Spectrogram{}.Of(make([]float32, 100)) },
		"frames of 500":                 func() { Spectrogram{Length: 500}.Of(make([]float32, 1000)) },
		"bands from 5000 to 4000 Hz":    func() { Mel{Low: 5000}.Filters(8000) },
		"200 numbers of 128 bands":      func() { MFCC{Count: 200}.Of(make([]float32, 1000), 8000) },
		"from 8000 to 0 samples a seco": func() { (&Sound{Rate: 8000}).Resample(0) },
		"from 1 to 48000 a second are":  func() { (&Sound{1, [][]float32{make([]float32, 20000)}}).Resample(48000) },
	} {
		if err := tensor.Catch(call); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want one that says %q", err, says)
		}
	}
}
