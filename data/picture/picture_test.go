package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/jimu-ml/jimu/internal/check"
)

// encode returns m as a PNG file.
func encode(m image.Image) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// small returns a picture of 3 × 2 pixels in the form that set writes to.
func small[T interface {
	image.Image
	Set(x, y int, c color.Color)
}](make func(image.Rectangle) T) T {
	m := make(image.Rect(0, 0, 3, 2))
	for i, c := range []color.NRGBA{{255, 0, 0, 255}, {0, 255, 0, 255}, {0, 0, 255, 255}, {0, 0, 0, 255}, {255, 255, 255, 255}, {128, 64, 32, 255}} {
		m.Set(i%3, i/3, c)
	}
	return m
}

var (
	colors = []uint8{255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 128, 64, 32}
	grays  = []uint8{76, 150, 29, 0, 255, 79}
)

func TestDecode(t *testing.T) {
	palette := color.Palette{color.Black, color.White, color.NRGBA{255, 0, 0, 255}, color.NRGBA{0, 255, 0, 255}, color.NRGBA{0, 0, 255, 255}, color.NRGBA{128, 64, 32, 255}}
	paletted := small(func(r image.Rectangle) *image.Paletted { return image.NewPaletted(r, palette) })
	var moving bytes.Buffer
	if err := gif.EncodeAll(&moving, &gif.GIF{Image: []*image.Paletted{paletted, image.NewPaletted(paletted.Rect, palette)}, Delay: []int{1, 1}}); err != nil {
		t.Fatal(err)
	}
	glass := small(image.NewNRGBA)
	glass.Pix[3] = 10
	for name, file := range map[string][]byte{
		"NRGBA": encode(small(image.NewNRGBA)), "RGBA64": encode(small(image.NewRGBA64)), "paletted": encode(paletted), "GIF": moving.Bytes(), "transparent": encode(glass),
	} {
		p, err := Decode(iotest.OneByteReader(bytes.NewReader(file)), name, Options{})
		if err != nil || p.Height != 2 || p.Width != 3 || p.Channels != 3 || !slices.Equal(p.Pix, colors) {
			t.Errorf("%s: %v, %v", name, p, err)
			continue
		}
		g, err := Decode(bytes.NewReader(file), name, Options{Channels: 1})
		if err != nil || g.Channels != 1 || !slices.Equal(g.Pix, grays) || !slices.Equal(p.Gray().Pix, grays) {
			t.Errorf("%s in gray: %v, %v", name, g, err)
		}
		if planes := p.Planes(); !slices.Equal(planes[:6], []uint8{255, 0, 0, 0, 255, 128}) {
			t.Errorf("%s: planes %v", name, planes)
		}
	}
	for name, file := range map[string][]byte{"Gray": encode(small(image.NewGray)), "Gray16": encode(small(image.NewGray16))} {
		p, err := Decode(bytes.NewReader(file), name, Options{Channels: 1})
		if err != nil || !slices.Equal(p.Pix, grays) || p.Gray() != p {
			t.Errorf("%s: %v, %v", name, p, err)
		}
		if p, err = Decode(bytes.NewReader(file), name, Options{}); err != nil || p.Pix[3] != 150 || p.Pix[5] != 150 {
			t.Errorf("%s in color: %v, %v", name, p, err)
		}
	}
}

func TestJPEG(t *testing.T) {
	for name, m := range map[string]image.Image{"color": image.NewRGBA(image.Rect(0, 0, 17, 9)), "gray": image.NewGray(image.Rect(0, 0, 17, 9))} {
		var b bytes.Buffer
		if err := jpeg.Encode(&b, m, nil); err != nil {
			t.Fatal(err)
		}
		for _, channels := range []int{1, 3} {
			p, err := Decode(bytes.NewReader(b.Bytes()), name, Options{Channels: channels})
			if err != nil || p.Height != 9 || p.Width != 17 || len(p.Pix) != 9*17*channels || slices.Max(p.Pix) > 2 {
				t.Errorf("%s, %d channels: %v, %v", name, channels, p, err)
			}
		}
	}
}

// The directly read forms must agree with the way through colors, on parts of pictures too.
func TestFormsAgree(t *testing.T) {
	y := image.NewYCbCr(image.Rect(0, 0, 7, 5), image.YCbCrSubsampleRatio420)
	for _, s := range [][]uint8{y.Y, y.Cb, y.Cr} {
		for i := range s {
			s[i] = uint8(i*37 + 11)
		}
	}
	glass := image.NewRGBA(image.Rect(0, 0, 7, 5))
	for i := range glass.Pix {
		glass.Pix[i] = uint8(i / 4 * 7)
	}
	part := image.Rect(1, 2, 6, 5)
	got, want := convert(y.SubImage(part), true), convert(struct{ image.Image }{y.SubImage(part)}, true)
	for i, v := range got.Pix {
		if d := int(v) - int(want.Pix[i]); d > 1 || d < -1 {
			t.Errorf("part of a JPEG picture, byte %d: got %d, want %d", i, v, want.Pix[i])
		}
	}
	for _, m := range []image.Image{glass, small(image.NewNRGBA), small(image.NewGray).SubImage(image.Rect(1, 1, 3, 2))} {
		slow := struct{ image.Image }{m}
		for _, rgb := range []bool{true, false} {
			if got, want := convert(m, rgb), convert(slow, rgb); !slices.Equal(got.Pix, want.Pix) {
				t.Errorf("%T, color %v: got %v, want %v", m, rgb, got.Pix, want.Pix)
			}
		}
	}
}

func TestResizeAndGrayEqualPillow(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/picture.golden"), "") {
		x, y := c.Array("x"), c.Array("y")
		p := &Picture{Height: x.Shape[0], Width: x.Shape[1], Channels: x.Shape[2]}
		for _, v := range x.Int64 {
			p.Pix = append(p.Pix, uint8(v))
		}
		q := p.Gray()
		if strings.HasPrefix(c.Name, "Resize") {
			q = p.Resize(y.Shape[0], y.Shape[1])
		}
		if !slices.Equal(y.Shape, []int{q.Height, q.Width, q.Channels}) {
			t.Errorf("%s: got %d × %d × %d, want %v", c.Name, q.Height, q.Width, q.Channels, y.Shape)
			continue
		}
		for i, want := range y.Int64 {
			if d := int64(q.Pix[i]) - want; d != 0 {
				t.Errorf("%s: byte %d is %d, want %d", c.Name, i, q.Pix[i], want)
			}
		}
	}
	p, err := Decode(bytes.NewReader(encode(small(image.NewNRGBA))), "x", Options{Height: 4, Width: 5, Channels: 1})
	if err != nil || p.Height != 4 || p.Width != 5 || len(p.Pix) != 20 || p.Resize(4, 5) != p {
		t.Errorf("got %v, %v", p, err)
	}
}

func TestResizePanicsWithAnError(t *testing.T) {
	defer func() {
		if e, ok := recover().(*Error); !ok || e.Error() != "picture: Resize: 0 × 3 is no size" {
			t.Errorf("panics with %v", e)
		}
	}()
	(&Picture{Pix: []uint8{1}, Height: 1, Width: 1, Channels: 1}).Resize(0, 3)
}

func TestTruncatedAtEveryLength(t *testing.T) {
	m := image.NewNRGBA(image.Rect(0, 0, 9, 8))
	for i := range m.Pix {
		m.Pix[i] = uint8(i * i)
	}
	var j, g bytes.Buffer
	if err := errors.Join(jpeg.Encode(&j, m, nil), gif.Encode(&g, m, nil)); err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string][]byte{"a.png": encode(m), "a.jpg": j.Bytes(), "a.gif": g.Bytes()} {
		for n := range file {
			_, err := Decode(bytes.NewReader(file[:n]), name, Options{})
			// The mark at the end may be missing: the pixels are there.
			if err == nil && n > len(file)-16 {
				continue
			}
			if !errors.Is(err, ErrFormat) || !strings.HasPrefix(err.Error(), name+" is not an image: ") {
				t.Errorf("%d of %d bytes of %s: %v", n, len(file), name, err)
			}
		}
	}
}

// bomb is a PNG file whose header promises 60,000 × 60,000 pixels.
func bomb() []byte {
	b := encode(small(image.NewNRGBA))
	binary.BigEndian.PutUint32(b[16:], 60000)
	binary.BigEndian.PutUint32(b[20:], 60000)
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(b[12:29]))
	return b
}

func TestWhatIsWrongIsSaid(t *testing.T) {
	for _, c := range []struct {
		file []byte
		o    Options
		want string
	}{
		{[]byte("<html>no picture</html>"), Options{}, "x.jpg is not an image: image: unknown format"},
		{bomb(), Options{}, "x.jpg has 60000 × 60000 pixels, more than 67108864 or none"},
		{encode(small(image.NewGray)), Options{MaxPixels: 5}, "x.jpg has 3 × 2 pixels, more than 5 or none"},
		{nil, Options{Channels: 2}, "decoding x.jpg: a picture has 1 or 3 channels, not 2"},
		{nil, Options{Height: 2}, "decoding x.jpg: a picture cannot become 2 × 0"},
		{nil, Options{Height: 1 << 20, Width: 1 << 20}, "decoding x.jpg: a picture cannot become 1048576 × 1048576"},
	} {
		if _, err := Decode(bytes.NewReader(c.file), "x.jpg", c.o); err == nil || err.Error() != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
	if _, err := Decode(iotest.ErrReader(os.ErrPermission), "x", Options{}); !errors.Is(err, os.ErrPermission) || errors.Is(err, ErrFormat) {
		t.Error(err)
	}
	if _, err := Open("nowhere.png", Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

func FuzzDecode(f *testing.F) {
	var j, g bytes.Buffer
	jpeg.Encode(&j, small(image.NewRGBA), nil)
	gif.Encode(&g, small(image.NewRGBA), nil)
	for _, b := range [][]byte{encode(small(image.NewNRGBA)), encode(small(image.NewGray16)), j.Bytes(), g.Bytes(), bomb()} {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		p, err := Decode(bytes.NewReader(file), "fuzz", Options{MaxPixels: 1 << 16})
		if err != nil {
			return
		}
		if p.Height*p.Width > 1<<16 || len(p.Pix) != 3*p.Height*p.Width {
			t.Errorf("%d × %d with %d bytes", p.Height, p.Width, len(p.Pix))
		}
		p.Resize(3, 2)
	})
}
