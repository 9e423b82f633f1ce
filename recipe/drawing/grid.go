package drawing

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/png"
	"math"
	"path/filepath"
	"slices"

	"github.com/jimu-ml/jimu/data/picture"
	"github.com/jimu-ml/jimu/tensor"
)

const (
	zoom = 2 // pixels of a grid for one of a picture
	gap  = 2 // pixels between pictures
)

// grid draws pictures [n 1 h w] from −1 to 1 in rows of so many.
func grid(x *tensor.Tensor, columns int) *image.Gray {
	n, h, w := x.Dim(0), x.Dim(2), x.Dim(3)
	rows := (n + columns - 1) / columns
	high, wide := zoom*h+gap, zoom*w+gap
	m := image.NewGray(image.Rect(0, 0, columns*wide+gap, rows*high+gap))
	for i := range m.Pix {
		m.Pix[i] = 255
	}
	v := x.Floats()
	for i := range n {
		top, left := gap+i/columns*high, gap+i%columns*wide
		for y := range zoom * h {
			for k := range zoom * w {
				shade := (v[(i*h+y/zoom)*w+k/zoom] + 1) * 127.5
				m.SetGray(left+k, top+y, color.Gray{Y: uint8(math.Round(float64(max(0, min(255, shade)))))})
			}
		}
	}
	return m
}

// encoded returns a picture as PNG.
func encoded(m image.Image) ([]byte, error) {
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		return nil, fmt.Errorf("a grid of pictures: %w", err)
	}
	return b.Bytes(), nil
}

// mostFrames is how many grids an animation has at most; of more, some are left out.
const mostFrames = 40

// animation returns the grids that a run kept, one an epoch, as an animated GIF; nil if there are fewer than two.
func animation(run string) ([]byte, error) {
	files, err := filepath.Glob(filepath.Join(run, samples, "epoch-*.png"))
	if err != nil || len(files) < 2 {
		return nil, err
	}
	slices.Sort(files)
	every := (len(files) + mostFrames - 1) / mostFrames
	var all gif.GIF
	for i, file := range files {
		if last := len(files) - 1; i != last && i%every != 0 {
			continue
		}
		p, err := picture.Open(file, picture.Options{Channels: 1})
		if err != nil {
			return nil, fmt.Errorf("the grids of the run: %w; remove that file", err)
		}
		frame := image.NewPaletted(image.Rect(0, 0, p.Width, p.Height), greys())
		for k, v := range p.Planes() {
			frame.Pix[k] = v / (256 / shades)
		}
		if len(all.Image) > 0 && frame.Rect != all.Image[0].Rect {
			return nil, fmt.Errorf("%s is not of the size of the grids before it; remove it", file)
		}
		all.Image, all.Delay = append(all.Image, frame), append(all.Delay, 35) // hundredths of a second
	}
	all.Delay[len(all.Delay)-1] = 250
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, &all); err != nil {
		return nil, fmt.Errorf("the animation: %w", err)
	}
	return b.Bytes(), nil
}

// shades is how many greys an animation has: few make it small.
const shades = 16

func greys() color.Palette {
	p := make(color.Palette, shades)
	for i := range p {
		p[i] = color.Gray{Y: uint8(i * 255 / (shades - 1))}
	}
	return p
}
