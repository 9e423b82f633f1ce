package train

import (
	"encoding/binary"
	"hash/crc32"
	"os"
	"path/filepath"
	"testing"
)

// The check value that the CRC-32C standard gives for "123456789".
func TestChecksumIsCastagnoli(t *testing.T) {
	if got := crc32.Checksum([]byte("123456789"), castagnoli); got != 0xe3069283 {
		t.Errorf("CRC-32C = %#x, want 0xe3069283", got)
	}
}

// Every record of a file has checksums that fit, and nothing lies between or behind.
func TestFileIsARowOfRecords(t *testing.T) {
	dir := t.TempDir()
	w, err := CreateEvents(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		w.Scalar("loss/train", 3, 0.25), w.Text("recipe", 0, "{}"),
		w.Histogram("weights", 1, []float32{-1, 0, 2, 2}), w.Resume(2), w.Close(),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "events.out.tfevents.*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%d files, %v; want one", len(files), err)
	}
	b, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	records := 0
	for ; len(b) > 0; records++ {
		n := binary.LittleEndian.Uint64(b)
		if binary.LittleEndian.Uint32(b[8:]) != maskedSum(b[:8]) || binary.LittleEndian.Uint32(b[12+n:]) != maskedSum(b[12:12+n]) {
			t.Fatalf("record %d: a checksum does not fit", records)
		}
		b = b[16+n:]
	}
	if records != 5 {
		t.Errorf("%d records, want 5", records)
	}
}

// The bytes of a scalar event, by hand from the protobuf definitions of Event and Summary.
func TestScalarBytes(t *testing.T) {
	got := wireEvent(1, 2, func(b []byte) []byte {
		return wireSummary(b, "a", func(b []byte) []byte { return wireFloat(b, 2, 1) })
	})
	want := []byte{
		0x09, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, // wall_time = 1.0
		0x10, 2, // step = 2
		0x2a, 10, 0x0a, 8, // summary { value {
		0x0a, 1, 'a', // tag
		0x15, 0, 0, 0x80, 0x3f, // simple_value = 1.0
	}
	if string(got) != string(want) {
		t.Errorf("event % x, want % x", got, want)
	}
}

func TestHistogramCountsEveryFiniteValue(t *testing.T) {
	h := histogramOf([]float32{1, 1, 2, 3, float32(inf())})
	total := 0.0
	for _, c := range h.counts {
		total += c
	}
	if total != 4 || h.n != 4 || h.min != 1 || h.max != 3 {
		t.Errorf("histogram %+v", h)
	}
	if e := histogramOf(nil); len(e.counts) != len(e.limits) {
		t.Errorf("histogram of nothing %+v", e)
	}
}

func inf() float64 { x := 0.0; return 1 / x }
