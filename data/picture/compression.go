package picture

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math"

	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// JPEG writes the picture as a JPEG file of random quality and reads it again, so that a model learns not to mind the blocks.
//
// The tables are libjpeg's, and color has half of the resolution (4:2:0), as Pillow writes it. The encoder rounds in its own way: as much
// is lost as with Pillow, but single pixels differ.
type JPEG struct {
	Quality []float64 // least and most, 1 to 100, whole numbers; 50 and 95 if nil
	P       float64   // probability; 1 if 0
}

// Apply changes e.
func (j JPEG) Apply(e *Example, key rng.Key) {
	e.colors("JPEG")
	s := key.Source()
	least, most := ends("JPEG", j.Quality, 50, 95)
	if least < 1 || most > 100 {
		panic(tensor.Errorf("JPEG", "a quality of %v; want 1 to 100", j.Quality))
	}
	if !chance(s, or(j.P, 1)) || len(e.Pix) == 0 {
		return
	}
	quality := int(math.Round(least)) + s.Intn(int(math.Round(most))-int(math.Round(least))+1)
	var file bytes.Buffer
	err := jpeg.Encode(&file, e.image(), &jpeg.Options{Quality: quality})
	if err == nil {
		var p *Picture
		if p, err = Decode(&file, "a JPEG file", Options{Channels: e.Channels}); err == nil {
			copy(e.Pix, p.Planes())
			return
		}
	}
	panic(tensor.Errorf("JPEG", "%d × %d pixels: %v", e.Height, e.Width, err)) // longer than 65,535 pixels
}

// image returns the picture in the standard library's form.
func (e *Example) image() image.Image {
	n, r := e.Height*e.Width, image.Rect(0, 0, e.Width, e.Height)
	if e.Channels == 1 {
		return &image.Gray{Pix: e.Pix, Stride: e.Width, Rect: r}
	}
	m := image.NewRGBA(r)
	for i := range n {
		m.SetRGBA(i%e.Width, i/e.Width, color.RGBA{e.Pix[i], e.Pix[n+i], e.Pix[2*n+i], 255})
	}
	return m
}
