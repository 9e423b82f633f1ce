package music

import (
	"bytes"
	"math"
	"math/cmplx"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/rng"
)

// tune is two bars: a held bass under a melody that repeats a key.
func tune() *Score {
	return &Score{Tempo: 96, Notes: []Note{
		{48, 0, 4, 70},
		{60, 0, 1, 80},
		{64, 1, 1.5, 80},
		{64, 1.5, 2, 90},
		{67, 2, 4, 80},
	}}
}

// What is written is read again: notes, tempo and all, in the bytes that the standard says.
func TestWriteAndRead(t *testing.T) {
	s := tune()
	var b bytes.Buffer
	if err := s.Write(&b, 19); err != nil {
		t.Fatal(err)
	}
	begins := "MThd\x00\x00\x00\x06\x00\x00\x00\x01\x01\xe0MTrk"
	// 96 quarter notes a minute are 625,000 microseconds each; then the instrument, and the two notes at once
	if got := b.String(); !strings.HasPrefix(got, begins) || !strings.Contains(got, "\x00\xff\x51\x03\x09\x89\x68\x00\xc0\x13\x00\x90\x30\x46\x00\x90\x3c\x50\x83\x60\x80\x3c\x40") {
		t.Errorf("%x", got)
	}
	got, err := Read(bytes.NewReader(b.Bytes()), "written")
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.Notes, s.Notes) || got.Tempo != 96 || got.Length() != 4 {
		t.Errorf("%+v", got)
	}
	path := filepath.Join(t.TempDir(), "tune.mid")
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	if again, err := Open(path); err != nil || !slices.Equal(again.Notes, s.Notes) {
		t.Error(again, err)
	}
	for n := range b.Len() - 1 { // cut off anywhere it is an error, not fewer notes
		if n > 14+8 {
			if _, err := Read(bytes.NewReader(b.Bytes()[:n]), "cut"); err == nil {
				t.Errorf("cut to %d bytes it is read", n)
			}
		}
	}
}

// Two tracks, running status, a struck key of velocity 0, drums, a message of the system and a key that is never let go.
func TestReadWhatOthersWrite(t *testing.T) {
	head := "MThd\x00\x00\x00\x06\x00\x01\x00\x02\x00\x04"
	chunk := func(data string) string { return "MTrk\x00\x00\x00" + string(rune(len(data))) + data }
	file := head + chunk("\x00\xff\x51\x03\x07\xa1\x20\x00\xff\x2f\x00") + chunk("\x00\xf0\x02\x01\xf7\x00\x99\x24\x40\x00\x90\x3c\x40\x04\x3c\x00"+
		"\x00\x40\x40\x00\xe0\x00\x40\x81\x00\xff\x2f\x00")
	s, err := Read(strings.NewReader(file), "others")
	want := []Note{{60, 0, 1, 64}, {64, 1, 33, 64}}
	if err != nil || !slices.Equal(s.Notes, want) || s.Tempo != 120 {
		t.Errorf("%+v, %v", s, err)
	}
	for says, b := range map[string]string{
		"no MIDI file": "RIFF and so on and on and on", "head is cut off": "MThd\xff\xff\xff\xff\x00\x00\x00\x00\x00\x04", "parts of a quarter note": "MThd\x00\x00\x00\x06\x00\x00\x00\x01\xe2\x04",
		"track is cut off": file[:30], "within a message": head + chunk("\x00\x90\x3c"), "without a message": head + chunk("\x00\x3c\x3c"),
	} {
		if _, err := Read(strings.NewReader(b), "bad"); err == nil || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), "reading bad") {
			t.Errorf("%v, want %q", err, says)
		}
	}
	if _, err := Open("testdata/none.mid"); err == nil {
		t.Error("a file that is not there was read")
	}
	for _, s := range []*Score{{}, {Tempo: 100, Notes: []Note{{60, 1, 1, 64}}}, {Tempo: 100, Notes: []Note{{200, 1, 2, 64}}}, {Tempo: math.NaN()}} {
		if err := s.Write(&bytes.Buffer{}, 0); err == nil {
			t.Errorf("%+v was written", s)
		}
	}
}

// A message without a status has that of the last message of a channel, whatever words or messages of the system stand between.
func TestStatusGoesOnBehindOtherMessages(t *testing.T) {
	head := "MThd\x00\x00\x00\x06\x00\x00\x00\x01\x00\x04"
	chunk := func(data string) string { return "MTrk\x00\x00\x00" + string(rune(len(data))) + data }
	for name, between := range map[string]string{"a text": "\x00\xff\x01\x02hi", "the system": "\x00\xf0\x02\x01\xf7", "nothing": ""} {
		data := "\x00\x90\x3c\x40" + between + "\x04\x3c\x00" + between + "\x00\x40\x40" + between + "\x08\x40\x00\x00\xff\x2f\x00"
		s, err := Read(strings.NewReader(head+chunk(data)), name)
		if want := []Note{{60, 0, 1, 64}, {64, 1, 3, 64}}; err != nil || !slices.Equal(s.Notes, want) {
			t.Errorf("behind %s: %+v, %v", name, s, err)
		}
	}
	if _, err := Read(strings.NewReader(head+chunk("\x00\xff\x01\x02hi\x00\x3c\x40")), "bare"); err == nil || !strings.Contains(err.Error(), "begins without a message") {
		t.Errorf("without a status: %v", err)
	}
}

// A roll has what sounds at each step; its score has the keys held as long as they sound, and the same roll again.
func TestRoll(t *testing.T) {
	r := tune().Roll(1, 100)
	want := Roll{{48, 60}, {48, 64}, {48, 67}, {48, 67}}
	if !slices.EqualFunc(r, want, slices.Equal[[]int]) {
		t.Errorf("%v", r)
	}
	s := r.Score(1, 96)
	if len(s.Notes) != 4 || s.Notes[0] != (Note{48, 0, 4, 80}) || !slices.EqualFunc(s.Roll(1, 100), want, slices.Equal[[]int]) {
		t.Errorf("%+v", s.Notes)
	}
	if got := tune().Roll(0.5, 3); len(got) != 3 || !slices.Equal(got[2], []int{48, 64}) {
		t.Errorf("%v", got)
	}
	if got := (Roll{{108, 21, 60}}).Transpose(2)[0]; !slices.Equal(got, []int{23, 62, 98}) {
		t.Errorf("%v", got)
	}
	if got := (&Score{Notes: []Note{{5, 0, 2, 1}}}).Roll(1, 10); len(got) != 2 || len(got[0]) != 0 {
		t.Errorf("%v", got)
	}
}

// A roll of notes that lie over each other is that of every note's steps, and takes no more memory than one of few notes.
func TestRollOfManyNotes(t *testing.T) {
	s := rng.KeyOf(1).Source()
	for range 50 {
		score, want := &Score{}, make(Roll, 40)
		for range 60 {
			from := s.Float64()*12 - 1
			score.Notes = append(score.Notes, Note{Key: 18 + s.Intn(8), Start: from, End: from + 4*s.Float64(), Velocity: 80})
		}
		score.Notes = append(score.Notes, Note{Key: 30, Start: 9, End: 10, Velocity: 80})
		for k := Lowest; k <= Highest; k++ {
			for i := range want {
				at := float64(i) * 0.25
				if slices.ContainsFunc(score.Notes, func(n Note) bool { return n.Key == k && n.Start-at < 0.25e-6 && at < n.End-1e-6 }) {
					want[i] = append(want[i], k)
				}
			}
		}
		if got := score.Roll(0.25, 40); !slices.EqualFunc(got, want, slices.Equal[[]int]) {
			t.Fatalf("%v, want %v", got, want)
		}
	}
	many := &Score{}
	for i := range 501 {
		many.Notes = append(many.Notes, Note{60, float64(i) / 4, 1 << 20, 80})
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r := many.Roll(0.25, 1<<16)
	runtime.ReadMemStats(&after)
	if mb := (after.TotalAlloc - before.TotalAlloc) >> 20; mb > 8 || len(r) != 1<<16 || !slices.Equal(r[1<<16-1], []int{60}) {
		t.Errorf("%d steps of one key take %d MB; the last is %v", len(r), mb, r[len(r)-1])
	}
}

// Scales and cadences are in the keys that they are in.
func TestKey(t *testing.T) {
	cadence := Roll{{60, 64, 67}, {65, 69, 72}, {67, 71, 74}, {60, 64, 67}}
	lament := Roll{{57, 60, 64}, {62, 65, 69}, {64, 68, 71}, {57, 60, 64}}
	for by := range 12 {
		if tonic, minor := cadence.Transpose(by).Key(); tonic != by || minor {
			t.Errorf("C major up by %d is %d, minor %v", by, tonic, minor)
		}
		if tonic, minor := lament.Transpose(by).Key(); tonic != (9+by)%12 || !minor {
			t.Errorf("A minor up by %d is %d, minor %v", by, tonic, minor)
		}
	}
	if tonic, minor := (Roll{{}, nil}).Key(); tonic != 0 || minor {
		t.Error("silence is not in the first key")
	}
}

// A note played is heard at its pitch, comes in without a click, and nothing is cut off at full scale.
func TestPlay(t *testing.T) {
	const rate = 8000
	s := &Score{Tempo: 60, Notes: []Note{{69, 0, 1, 100}}}
	x := s.Play(rate)
	if len(x) != int(1.12*rate) || math.Abs(float64(x[0])) > 0.01 || math.Abs(float64(x[len(x)-1])) > 0.01 {
		t.Errorf("%d samples from %v to %v", len(x), x[0], x[len(x)-1])
	}
	strength := func(hertz float64) float64 {
		var sum complex128
		for i, v := range x[:rate] {
			sum += complex(float64(v), 0) * cmplx.Exp(complex(0, -2*math.Pi*hertz*float64(i)/rate))
		}
		return cmplx.Abs(sum)
	}
	if a, others := strength(440), max(strength(415.3), strength(466.2), strength(220)); a < 50*others {
		t.Errorf("A has %v, its neighbors %v", a, others)
	}
	top := float32(0)
	for _, v := range tune().Play(rate) {
		top = max(top, v, -v)
	}
	if math.Abs(float64(top)-loudest) > 1e-6 {
		t.Errorf("the loudest sample is %v", top)
	}
	if got := (&Score{Tempo: 60}).Play(rate); len(got) != int(going*rate) {
		t.Errorf("silence has %d samples", len(got))
	}
}

// FuzzRead: whatever a file holds, its notes have a beginning before their end, and can be written and read.
func FuzzRead(f *testing.F) {
	var b bytes.Buffer
	if err := tune().Write(&b, 0); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte("MThd\x00\x00\x00\x06\x00\x01\x00\x02\x00\x04MTrk\x00\x00\x00\x08\x00\x90\x3c\x40\x04\x3c\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := Read(bytes.NewReader(b), "fuzz")
		if err != nil {
			return
		}
		for _, n := range s.Notes {
			if n.Start >= n.End || n.Key < 0 || n.Key > 127 || n.Velocity < 1 || n.Velocity > 127 {
				t.Errorf("the note %+v", n)
			}
		}
		for _, keys := range s.Roll(1, 100) {
			if !slices.IsSorted(keys) || len(keys) > Keys {
				t.Errorf("keys %v", keys)
			}
		}
	})
}
