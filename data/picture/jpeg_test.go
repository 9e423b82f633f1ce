package picture

import (
	"bytes"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
)

// Decoders differ in how they round the transform; everything behind it must be the same: the mean difference says so.
func TestJPEGEqualsPillow(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/pillow.golden"), "JPEG/") {
		if !c.Has("file") {
			continue
		}
		p := decoded(t, c, Options{Channels: c.Shape("y")[0]})
		sum, worst := 0, 0
		for i, want := range c.Int64("y") {
			d := int(p.Planes()[i]) - int(want)
			d = max(d, -d)
			sum, worst = sum+d, max(worst, d)
		}
		mean := float64(sum) / float64(len(p.Pix))
		t.Logf("%s: mean %.3f, most %d", c.Name, mean, worst)
		if mean > 0.2 || worst > 4 {
			t.Errorf("%s: the mean difference is %.3f, the largest %d", c.Name, mean, worst)
		}
	}
}

func TestUprightAsTheCameraNoted(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/pillow.golden"), "Orientation/") {
		p := decoded(t, c, Options{Upright: true})
		for i, want := range c.Int64("y") {
			if d := int64(p.Planes()[i]) - want; d > 4 || d < -4 {
				t.Errorf("%s: byte %d is %d, want %d", c.Name, i, p.Planes()[i], want)
				break
			}
		}
	}
	whole := bytesOf(check.Golden(t, "testdata/pillow.golden")["Orientation/6"].Array("file"))
	if orientation(whole) != 6 {
		t.Error("not found")
	}
	for n := range 60 {
		if o := orientation(whole[:n]); o != 1 && o != 6 {
			t.Errorf("%d bytes say %d", n, o)
		}
	}
}

func decoded(t *testing.T, c *check.Case, o Options) *Picture {
	t.Helper()
	p, err := Decode(bytes.NewReader(bytesOf(c.Array("file"))), c.Name, o)
	if err != nil {
		t.Fatal(err)
	}
	if y := c.Shape("y"); p.Channels != y[0] || p.Height != y[1] || p.Width != y[2] {
		t.Fatalf("%s: %d × %d × %d, want %v", c.Name, p.Channels, p.Height, p.Width, y)
	}
	return p
}

func FuzzOrientation(f *testing.F) {
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x22Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if o := orientation(b); o < 1 || o > 8 {
			t.Errorf("orientation %d", o)
		}
	})
}
