package audio

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
)

// TestFilesGolden: every coding gives the samples that libsndfile reads; MP3, which is lossy, about those that were written,
// at their place and with their length.
func TestFilesGolden(t *testing.T) {
	for _, c := range check.Cases(t, check.GoldenAll(t, "testdata"), "") {
		if !c.HasAttr("rate") || !c.Has("y") {
			continue
		}
		s, err := Open(filepath.Join("testdata", c.Name))
		if err != nil {
			t.Error(err)
			continue
		}
		shape := c.Shape("y")
		if s.Rate != c.Int("rate") || s.Len() != shape[0] || len(s.Channels) != shape[1] {
			t.Errorf("%s: %d channels of %d samples at %d, want %v at %d", c.Name, len(s.Channels), s.Len(), s.Rate, shape, c.Int("rate"))
			continue
		}
		worst := 0.0
		for i, want := range c.Float32("y") {
			worst = max(worst, math.Abs(float64(s.Channels[i%shape[1]][i/shape[1]]-want)))
		}
		tolerance := 1e-7
		if strings.HasSuffix(c.Name, ".mp3") {
			tolerance = 0.03
		}
		if worst > tolerance {
			t.Errorf("%s: off by %v", c.Name, worst)
		}
	}
}

func TestWriteWAV(t *testing.T) {
	s := &Sound{8000, [][]float32{{0, 0.5, -1, 2, -3}, {0.25, 1. / 32768, -1. / 65536, 3. / 65536, 1}}}
	var b bytes.Buffer
	if err := s.WriteWAV(&b); err != nil {
		t.Fatal(err)
	}
	got, err := Read(&b, "written")
	if err != nil {
		t.Fatal(err)
	}
	want := [][]float32{{0, 0.5, -1, 32767. / 32768, -1}, {0.25, 1. / 32768, 0, 2. / 32768, 32767. / 32768}}
	for c := range want {
		check.Close(t, "channel", got.Channels[c], want[c], 0)
	}
	if got.Rate != 8000 || got.Seconds() != 5./8000 {
		t.Errorf("%d samples a second, %v seconds", got.Rate, got.Seconds())
	}
	check.Close(t, "mean", s.Mono().Channels[0][:2], []float32{0.125, 0.25 + 1./65536}, 1e-7)
	if err := (&Sound{Rate: 1}).WriteWAV(&b); err == nil {
		t.Error("a sound without channels was written")
	}
}

// TestCutOff: a file that ends early is an error or what was there, never a panic.
func TestCutOff(t *testing.T) {
	for _, name := range []string{"s16.wav", "extensible.wav", "s16.flac", "mono.mp3"} {
		whole, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		for n := 0; n < len(whole); n += 1 + n/64 {
			if s, err := Read(bytes.NewReader(whole[:n]), name); err == nil && s.Len() > 40000 {
				t.Errorf("%s, cut to %d bytes, has %d samples", name, n, s.Len())
			}
		}
	}
}

func TestMistakes(t *testing.T) {
	wav, err := os.ReadFile("testdata/s16.wav")
	if err != nil {
		t.Fatal(err)
	}
	with := func(at int, b ...byte) []byte {
		w := bytes.Clone(wav)
		copy(w[at:], b)
		return w
	}
	for says, b := range map[string][]byte{
		"it is no WAV, FLAC or MP3 file":                []byte("hello, this is text"),
		"the file is empty":                             nil,
		"a RIFF file that is no WAVE":                   with(8, 'A', 'V', 'I', ' '),
		"samples of coding 99 with 16 bits":             with(20, 99),
		"0 channels at 8000":                            with(22, 0),
		"the file ends before its samples":              wav[:36],
		"the samples come before their format":          with(12, 'd', 'a', 't', 'a'),
		"a format of 3 bytes":                           with(16, 3),
		"chunk \"fmt_\" is cut off":                     with(12, 'f', 'm', 't', '_', 0xff, 0xff, 0, 0),
		"an extensible format without its coding":       with(20, 0xfe, 0xff),
		"testdata/nothing.wav: no such file or directo": nil,
	} {
		_, err := Read(bytes.NewReader(b), "a file")
		if strings.HasPrefix(says, "testdata") {
			_, err = Open("testdata/nothing.wav")
		}
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want one that says %q", err, says)
		}
	}
}

func FuzzRead(f *testing.F) {
	files, _ := filepath.Glob("testdata/*")
	for _, name := range files {
		if b, err := os.ReadFile(name); err == nil && !strings.HasSuffix(name, ".golden") {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := Read(bytes.NewReader(b), "fuzz")
		if err != nil {
			return
		}
		for _, c := range s.Channels {
			if len(c) != s.Len() {
				t.Errorf("channels of %d and %d samples", len(c), s.Len())
			}
		}
	})
}
