package picture

import (
	"image"
	"image/color"
)

// convert makes bytes of a decoded image, 3 channels or 1.
func convert(m image.Image, colored bool) *Picture {
	b := m.Bounds()
	if y, ok := m.(*image.YCbCr); ok {
		p := &Picture{Pix: rgb(y), Height: b.Dy(), Width: b.Dx(), Channels: 3}
		if !colored {
			return p.Gray()
		}
		return p
	}
	p := &Picture{Height: b.Dy(), Width: b.Dx(), Channels: 1}
	if colored {
		p.Channels = 3
	}
	p.Pix = make([]uint8, p.Height*p.Width*p.Channels)
	if g, ok := m.(*image.Gray); ok && !colored {
		for y := range p.Height {
			copy(p.Pix[y*p.Width:(y+1)*p.Width], g.Pix[g.PixOffset(b.Min.X, b.Min.Y+y):])
		}
		return p
	}
	at := reader(m)
	for y := range p.Height {
		row := p.Pix[y*p.Width*p.Channels:]
		for x := range p.Width {
			r, g, b := at(b.Min.X+x, b.Min.Y+y)
			if colored {
				row[3*x], row[3*x+1], row[3*x+2] = r, g, b
			} else {
				row[x] = luminance(r, g, b)
			}
		}
	}
	return p
}

// reader returns how to read a pixel of m: directly from the forms that decoders make, by way of colors from others.
func reader(m image.Image) func(x, y int) (r, g, b uint8) {
	switch m := m.(type) {
	case *image.Gray:
		return func(x, y int) (r, g, b uint8) {
			v := m.Pix[m.PixOffset(x, y)]
			return v, v, v
		}
	case *image.NRGBA:
		return func(x, y int) (r, g, b uint8) {
			v := m.Pix[m.PixOffset(x, y):]
			return v[0], v[1], v[2]
		}
	case *image.RGBA:
		if m.Opaque() {
			return func(x, y int) (r, g, b uint8) {
				v := m.Pix[m.PixOffset(x, y):]
				return v[0], v[1], v[2]
			}
		}
	case *image.Paletted:
		var palette [256]color.NRGBA
		for i, c := range m.Palette {
			palette[i] = straight(c)
		}
		return func(x, y int) (r, g, b uint8) {
			c := palette[m.Pix[m.PixOffset(x, y)]]
			return c.R, c.G, c.B
		}
	}
	return func(x, y int) (r, g, b uint8) {
		c := straight(m.At(x, y))
		return c.R, c.G, c.B
	}
}

// straight returns a color that is not multiplied by its opacity.
func straight(c color.Color) color.NRGBA { return color.NRGBAModel.Convert(c).(color.NRGBA) }
