package audio

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// hum is a tone that grows, one channel.
func hum(n, rate int) *Sound {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(0.8 * float64(i) / float64(n) * math.Sin(float64(i)*0.2))
	}
	return &Sound{rate, [][]float32{x}}
}

// What is written as ADPCM is read as about the same sound, in blocks and at their borders, with up to seven samples of silence.
func TestWriteADPCM(t *testing.T) {
	for _, n := range []int{1, 2, 9, 100, 2041, 2042, 5000} {
		s := hum(n, 8000)
		var b bytes.Buffer
		if err := s.WriteADPCM(&b); err != nil {
			t.Fatal(err)
		}
		got, err := Read(&b, "written")
		if err != nil {
			t.Fatal(err)
		}
		if got.Rate != 8000 || got.Len() < n || got.Len() > n+7 {
			t.Errorf("%d samples at %d of %d", got.Len(), got.Rate, n)
		}
		off, all := 0.0, 1e-9
		for i, x := range s.Channels[0] {
			off, all = off+math.Pow(float64(got.Channels[0][i]-x), 2), all+float64(x*x)
		}
		if n > 1000 && !(off < all/1000) { // 30 dB
			t.Errorf("%d samples: the error has %.1e of the power", n, off/all)
		}
	}
	if err := (&Sound{8000, make([][]float32, 2)}).WriteADPCM(&bytes.Buffer{}); err == nil {
		t.Error("two channels were written")
	}
}

// archive returns a tar file with sounds and other files.
func archive(t testing.TB, names ...string) []byte {
	t.Helper()
	var b, wav bytes.Buffer
	if err := hum(400, 16000).WriteWAV(&wav); err != nil {
		t.Fatal(err)
	}
	w := tar.NewWriter(&b)
	for _, name := range names {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(wav.Len())}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(wav.Bytes()); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zipped(t testing.TB, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Files in folders and in archives come in the order of their paths, at one rate; other files are passed over.
func TestLoad(t *testing.T) {
	dir := t.TempDir()
	var wav bytes.Buffer
	if err := hum(300, 4000).WriteWAV(&wav); err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{
		"b/two.wav": wav.Bytes(), "a/one.WAV": wav.Bytes(), "a/note.txt": []byte("no sound"), ".hidden/x.wav": []byte("no sound"), "._a.wav": nil,
		"more.tgz": zipped(t, archive(t, "c/three.wav", "c/._three.wav", "c/note.txt")), "b/inner.tar": []byte("passed over"),
	} {
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	all, err := Load(t.Context(), dir, 8000)
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, r := range all {
		said = append(said, r.Path+" "+r.Name())
		want := 600
		if r.Name() == "three" {
			want = 200
		}
		if r.Rate != 8000 || r.Len() != want || len(r.Channels) != 1 {
			t.Errorf("%s: %d channels of %d samples at %d", r.Path, len(r.Channels), r.Len(), r.Rate)
		}
	}
	if got := strings.Join(said, ", "); got != "a/one.WAV one, b/two.wav two, c/three.wav three" {
		t.Error(got)
	}
	if err := os.WriteFile(filepath.Join(dir, "b", "bad.mp3"), []byte("RIFF no sound at all"), 0o644); err != nil {
		t.Fatal(err)
	}
	for folder, says := range map[string]string{dir: "bad.mp3", t.TempDir(): "no WAV, FLAC or MP3 file", filepath.Join(dir, "none"): "there is no folder"} {
		if _, err := Load(t.Context(), folder, 8000); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want one that says %q", err, says)
		}
	}
}

// FuzzUnpack: whatever an archive holds, its sounds are whole or it is an error.
func FuzzUnpack(f *testing.F) {
	b := archive(f, "x.wav")
	f.Add(b)
	f.Add(zipped(f, b))
	f.Add(b[:700])
	f.Add([]byte("BZh9"))
	f.Fuzz(func(t *testing.T, b []byte) {
		all, err := Unpack(bytes.NewReader(b), "fuzz", 16000)
		for _, r := range all {
			if err != nil || r.Rate != 16000 || len(r.Channels) != 1 {
				t.Error(err, r)
			}
		}
	})
}
