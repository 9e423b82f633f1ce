package recipe

import (
	"bytes"
	"image"
	"image/color"
	"image/png"

	"github.com/jimu-ml/jimu/tensor"
)

// Show returns the picture.
func (r *Pictures) Show(in *Inputs, x *tensor.Tensor) (string, []Made) {
	c, h, w := in.Shape[0], in.Shape[1], in.Shape[2]
	v := tensor.Values[float32](x)
	level := func(channel, i int) uint8 {
		return uint8(min(max(255*(v[channel*h*w+i]*r.Deviation[channel]+r.Mean[channel])+0.5, 0), 255))
	}
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range h * w {
		m.SetRGBA(i%w, i/w, color.RGBA{level(0, i), level(c/2, i), level(c-1, i), 255}) // of grey, all are the one there is
	}
	return "", picturesMade(m)
}

func picturesMade(m image.Image) []Made {
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		return nil // a picture in memory can be written into memory
	}
	return []Made{{"picture.png", b.Bytes()}}
}
