package video

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"image/gif"

	"github.com/jimu-ml/jimu/tensor"
)

// What a file may claim at most. All pictures are in memory at once.
const (
	largestFile  = 16 << 20
	largestFrame = 1 << 20 // pixels
	mostFrames   = 200
)

// decode reads an animated GIF as a film [1 t 1 side side] of numbers from 0 to 1.
func decode(text []byte, side int) (*tensor.Tensor, error) {
	n, err := frames(text)
	if err != nil {
		return nil, err
	}
	if n < 2 || n > mostFrames {
		return nil, fmt.Errorf("%d pictures; want 2 to %d", n, mostFrames)
	}
	g, err := gif.DecodeAll(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	canvas := image.NewRGBA(image.Rect(0, 0, g.Config.Width, g.Config.Height))
	before := image.NewRGBA(canvas.Rect) // as the canvas was in front of a picture that is taken away again
	var film []float32
	for i, frame := range g.Image {
		at := frame.Bounds().Intersect(canvas.Rect)
		if disposal(g, i) == gif.DisposalPrevious {
			draw.Draw(before, at, canvas, at.Min, draw.Src)
		}
		draw.Draw(canvas, at, frame, at.Min, draw.Over)
		film = append(film, shrunk(canvas, side)...)
		switch disposal(g, i) {
		case gif.DisposalBackground:
			draw.Draw(canvas, at, image.Transparent, image.Point{}, draw.Src)
		case gif.DisposalPrevious:
			draw.Draw(canvas, at, before, at.Min, draw.Src)
		}
	}
	return tensor.Of(film, 1, len(g.Image), 1, side, side), nil
}

// disposal says what becomes of a picture before the next is drawn; 0: it stays.
func disposal(g *gif.GIF, i int) byte {
	if i >= len(g.Disposal) {
		return 0
	}
	return g.Disposal[i]
}

// shrunk returns a picture in side×side pixels, each the mean brightness of what it covers.
func shrunk(m *image.RGBA, side int) []float32 {
	w, h := m.Rect.Dx(), m.Rect.Dy()
	small := make([]float32, side*side)
	for y := range side {
		for x := range side {
			left, top := x*w/side, y*h/side
			right, bottom := max((x+1)*w/side, left+1), max((y+1)*h/side, top+1)
			sum := 0
			for j := top; j < bottom; j++ {
				for i := left; i < right; i++ {
					p := m.Pix[j*m.Stride+4*i:]
					sum += 299*int(p[0]) + 587*int(p[1]) + 114*int(p[2])
				}
			}
			small[y*side+x] = float32(sum) / float32((right-left)*(bottom-top)) / 255_000
		}
	}
	return small
}

var errCut = errors.New("the file ends too early, or is no GIF")

// frames counts the pictures of a GIF file without making them, and refuses large ones.
func frames(text []byte) (n int, err error) {
	if len(text) < 13 || string(text[:4]) != "GIF8" {
		return 0, errCut
	}
	width, height := int(binary.LittleEndian.Uint16(text[6:])), int(binary.LittleEndian.Uint16(text[8:]))
	if width == 0 || height == 0 || width*height > largestFrame {
		return 0, fmt.Errorf("pictures of %d×%d pixels; at most %d pixels are read", width, height, largestFrame)
	}
	at := 13 + colors(text[10])
	for at < len(text) {
		switch text[at] {
		case 0x3b: // the end
			return n, nil
		case 0x21: // an extension: its kind, then blocks
			at = blocks(text, at+2)
		case 0x2c: // a picture, within the borders of the first, or it is refused when it is made
			if at+10 > len(text) {
				return 0, errCut
			}
			n++
			at = blocks(text, at+10+colors(text[at+9])+1)
		default:
			return 0, errCut
		}
	}
	return 0, errCut
}

// colors returns the length of the table of colors that flags tell of.
func colors(flags byte) int {
	if flags&0x80 == 0 {
		return 0
	}
	return 3 << (flags&7 + 1)
}

// blocks returns where blocks that begin at a place end.
func blocks(text []byte, at int) int {
	for at < len(text) {
		n := int(text[at])
		at += 1 + n
		if n == 0 {
			break
		}
	}
	return at
}
