// Package picture reads pictures from PNG, JPEG and GIF files into bytes [h w c], lists folders of them by class, and changes them for
// training.
//
// A [Transform] changes an [Example]: a picture with boxes, masks and key points, which it moves together. [Compose] puts transforms
// in a row; [Augmented] applies them to a set that is trained on. What is random in them is a pure function of a key.
//
// How large a picture is gets checked before it is decoded, so that a small file cannot ask for much memory.
package picture

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/gif" // formats that Decode knows
	_ "image/jpeg"
	_ "image/png"
	"io"
	"os"
)

// MaxPixels is how many pixels a picture may have, unless Options say otherwise.
const MaxPixels = 1 << 26

// ErrFormat is what decoding something that is no picture, or a damaged one, fails with; errors.Is finds it.
var ErrFormat = errors.New("not an image")

// A Picture is height × width × channels bytes, row by row: gray, or red, green and blue.
type Picture struct {
	Pix                     []uint8 // [h w c]
	Height, Width, Channels int     // Channels is 1 or 3
}

// Options say what a picture is made into. The zero value keeps the size and makes 3 channels.
type Options struct {
	Channels      int // 1 for gray, 3 for color; 3 if 0
	Height, Width int // resized to these, without regard to its proportions; kept if both are 0
	MaxPixels     int // refuse larger ones; MaxPixels if 0

	// Upright turns the picture the way up that the camera noted in a JPEG file (Exif). Neither Pillow nor torchvision do that
	// unless asked to.
	Upright bool
}

// Open decodes the file at path.
func Open(path string, o Options) (*Picture, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading a picture: %w", err)
	}
	defer f.Close()
	return Decode(f, path, o)
}

// Decode decodes a picture; name stands in its errors: "x.jpg is not an image: …". Of a moving GIF it takes the first
// frame. Transparency is dropped, not painted on a background. The pixels are those that Pillow makes; of JPEG files, where each
// decoder rounds in its own way, to a few in 255.
func Decode(r io.Reader, name string, o Options) (*Picture, error) {
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("decoding %s: %w", name, err)
	}
	source := &remembering{r: r}
	var head bytes.Buffer
	config, _, err := image.DecodeConfig(io.TeeReader(source, &head))
	if err != nil {
		return nil, source.failed(name, err)
	}
	most := o.MaxPixels
	if most == 0 {
		most = MaxPixels
	}
	if w, h := config.Width, config.Height; w <= 0 || h <= 0 || int64(w)*int64(h) > int64(most) {
		return nil, fmt.Errorf("%s has %d × %d pixels, more than %d or none", name, w, h, most)
	}
	up := 1
	if o.Upright {
		up = orientation(head.Bytes())
	}
	m, _, err := image.Decode(io.MultiReader(&head, source))
	if err != nil {
		return nil, source.failed(name, err)
	}
	p := convert(m, o.Channels != 1).upright(up)
	if o.Height != 0 {
		return p.Resize(o.Height, o.Width), nil
	}
	return p, nil
}

func (o *Options) check() error {
	if o.Channels != 0 && o.Channels != 1 && o.Channels != 3 {
		return fmt.Errorf("a picture has 1 or 3 channels, not %d", o.Channels)
	}
	if o.Height < 0 || o.Width < 0 || (o.Height == 0) != (o.Width == 0) || int64(o.Height)*int64(o.Width) > MaxPixels {
		return fmt.Errorf("a picture cannot become %d × %d", o.Height, o.Width)
	}
	return nil
}

// A remembering reader keeps the error of the reader below it, which decoders report as their own.
type remembering struct {
	r   io.Reader
	err error
}

func (s *remembering) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// failed tells a file that cannot be read from one that is no picture.
func (s *remembering) failed(name string, err error) error {
	if s.err != nil {
		return fmt.Errorf("reading %s: %w", name, s.err)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("it ends too early")
	}
	return fmt.Errorf("%s is %w: %w", name, ErrFormat, err)
}

// Planes returns the bytes channel by channel, [c h w], as models take them.
func (p *Picture) Planes() []uint8 {
	n := p.Height * p.Width
	planes := make([]uint8, len(p.Pix))
	for c := range p.Channels {
		plane := planes[c*n : (c+1)*n]
		for i := range plane {
			plane[i] = p.Pix[i*p.Channels+c]
		}
	}
	return planes
}

// Gray returns the picture in gray: luminance (19595 R + 38470 G + 7471 B) / 65536, rounded, after ITU-R BT.601.
func (p *Picture) Gray() *Picture {
	if p.Channels == 1 {
		return p
	}
	g := &Picture{Pix: make([]uint8, p.Height*p.Width), Height: p.Height, Width: p.Width, Channels: 1}
	for i := range g.Pix {
		g.Pix[i] = luminance(p.Pix[3*i], p.Pix[3*i+1], p.Pix[3*i+2])
	}
	return g
}

func luminance(r, g, b uint8) uint8 {
	return uint8((19595*uint32(r) + 38470*uint32(g) + 7471*uint32(b) + 1<<15) >> 16)
}
