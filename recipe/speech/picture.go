package speech

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// cell is how many pixels wide and high a frame's band is drawn.
const cell = 5

// shades are the colors from silence to the loudest place.
var shades = []color.RGBA{{0, 0, 20, 255}, {60, 20, 110, 255}, {160, 45, 110, 255}, {240, 110, 60, 255}, {255, 240, 170, 255}}

// drawn returns a spectrogram as PNG: [frames bands] in decibels below the loudest place, time to the right, low tones below.
func drawn(x *tensor.Tensor) []byte {
	frames, bands := x.Dim(0), x.Dim(1)
	y := x.Contiguous().Floats()
	m := image.NewRGBA(image.Rect(0, 0, frames*cell, bands*cell))
	for py := range bands * cell {
		for px := range frames * cell {
			m.SetRGBA(px, py, shade(1+float64(y[px/cell*bands+bands-1-py/cell])/span))
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		return nil // a picture in memory can be written into memory
	}
	return b.Bytes()
}

// shade returns the color of a loudness from 0 to 1.
func shade(v float64) color.RGBA {
	at := max(0, min(1, v)) * float64(len(shades)-1)
	k := min(int(at), len(shades)-2)
	a, b, w := shades[k], shades[k+1], at-float64(k)
	mix := func(p, q uint8) uint8 { return uint8(math.Round(float64(p) + float64(w*(float64(q)-float64(p))))) }
	return color.RGBA{mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B), 255}
}
