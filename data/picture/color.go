package picture

import (
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// ColorJitter changes brightness, contrast, saturation and hue by random factors, in a random order.
//
//	brightness: y = b·x                        b uniform in [max(0, 1 − Brightness), 1 + Brightness]
//	contrast:   y = c·x + (1 − c)·mean(gray x)   c alike
//	saturation: y = s·x + (1 − s)·gray(x)        s alike
//	hue:        turned by h of the color circle  h uniform in [−Hue, Hue]
//
// A field that is 0 leaves its property alone. Ranges, where they are given, stand for the factors themselves: [1.5, 1.5] is
// always half as much more. The integers are torchvision's for tensors of bytes.
type ColorJitter struct {
	Brightness, Contrast, Saturation, Hue                     float64
	BrightnessRange, ContrastRange, SaturationRange, HueRange []float64
}

// Apply changes e.
func (j ColorJitter) Apply(e *Example, key rng.Key) {
	s := key.Source()
	factor := func(by float64, limits []float64) float64 {
		return between("ColorJitter", s, limits, max(0, 1-by), 1+by)
	}
	b, c, t := factor(j.Brightness, j.BrightnessRange), factor(j.Contrast, j.ContrastRange), factor(j.Saturation, j.SaturationRange)
	h := between("ColorJitter", s, j.HueRange, -j.Hue, j.Hue)
	if b < 0 || c < 0 || t < 0 || h < -0.5 || h > 0.5 {
		panic(tensor.Errorf("ColorJitter", "factors of %v, %v and %v and a hue of %v; want 0 or more, and a hue from -0.5 to 0.5", b, c, t, h))
	}
	for _, i := range key.Child("order").Perm(4) {
		switch {
		case i == 0 && b != 1:
			e.brightness(b)
		case i == 1 && c != 1:
			e.contrast(c)
		case i == 2 && t != 1:
			e.saturation(t)
		case i == 3 && h != 0:
			e.hue(h)
		}
	}
}

// PhotometricDistort changes brightness, contrast, saturation, hue and the order of the channels, each with probability P.
//
// Contrast comes before or after saturation and hue, equally likely. The factors are uniform in [0.875, 1.125], [0.5, 1.5],
// [0.5, 1.5] and [−0.05, 0.05].
//
// Liu and others, SSD: Single Shot MultiBox Detector, 2015 (arXiv:1512.02325), after Howard (arXiv:1312.5402).
type PhotometricDistort struct {
	P float64 // 0.5 if 0
}

// Apply changes e.
func (d PhotometricDistort) Apply(e *Example, key rng.Key) {
	s := key.Source()
	var do [5]bool
	for i := range do {
		do[i] = chance(s, d.P)
	}
	early := s.Float64() < 0.5
	b, c := between("", s, nil, 0.875, 1.125), between("", s, nil, 0.5, 1.5)
	t, h := between("", s, nil, 0.5, 1.5), between("", s, nil, -0.05, 0.05)
	if do[0] {
		e.brightness(b)
	}
	if do[1] && early {
		e.contrast(c)
	}
	if do[2] {
		e.saturation(t)
	}
	if do[3] {
		e.hue(h)
	}
	if do[1] && !early {
		e.contrast(c)
	}
	if do[4] {
		ChannelPermutation{}.Apply(e, key.Child("channels"))
	}
}

// Grayscale takes the color away: all three channels become the luminance, and a picture of one channel stays.
//
//	y = (19595 R + 38470 G + 7471 B + 2¹⁵) / 2¹⁶
//
// It is Pillow's gray, to the bit; torchvision's on tensors is up to 1/255 lower.
type Grayscale struct {
	P float64 // probability; 0.5 if 0
}

// Apply changes e.
func (g Grayscale) Apply(e *Example, key rng.Key) {
	e.colors("Grayscale")
	if !chance(key.Source(), g.P) || e.Channels == 1 {
		return
	}
	n := e.Height * e.Width
	for i := range n {
		l := luminance(e.Pix[i], e.Pix[n+i], e.Pix[2*n+i])
		e.Pix[i], e.Pix[n+i], e.Pix[2*n+i] = l, l, l
	}
}

// ChannelPermutation puts the channels in a random order.
type ChannelPermutation struct{}

// Apply changes e.
func (ChannelPermutation) Apply(e *Example, key rng.Key) {
	n := e.Height * e.Width
	pix := make([]uint8, len(e.Pix))
	for c, k := range key.Perm(e.Channels) {
		copy(pix[c*n:(c+1)*n], e.Pix[k*n:(k+1)*n])
	}
	e.Pix = pix
}

// Sharpness makes the picture sharper or softer.
//
//	y = f·x + (1 − f)·(x smoothed by [1 1 1; 1 5 1; 1 1 1]/13)     f = Factor
//
// A factor of 0 smooths, 1 changes nothing, 2 sharpens. The border stays. The integers are torchvision's.
type Sharpness struct {
	Factor float64
	P      float64 // probability; 0.5 if 0
}

// Apply changes e.
func (a Sharpness) Apply(e *Example, key rng.Key) {
	if a.Factor < 0 {
		panic(tensor.Errorf("Sharpness", "a factor of %v; want 0 or more", a.Factor))
	}
	if chance(key.Source(), a.P) {
		e.sharpness(a.Factor)
	}
}

// AutoContrast stretches each channel so that its darkest byte becomes 0 and its lightest 255.
//
//	y = 255 · (x − min) / (max − min)
type AutoContrast struct {
	P float64 // probability; 0.5 if 0
}

// Apply changes e.
func (a AutoContrast) Apply(e *Example, key rng.Key) {
	if chance(key.Source(), a.P) {
		e.autocontrast()
	}
}

// Equalize spreads the bytes of each channel so that all values are about equally frequent, as Pillow does it.
type Equalize struct {
	P float64 // probability; 0.5 if 0
}

// Apply changes e.
func (q Equalize) Apply(e *Example, key rng.Key) {
	if chance(key.Source(), q.P) {
		e.equalize()
	}
}

// Invert makes a negative of the picture: y = 255 − x.
type Invert struct {
	P float64 // probability; 0.5 if 0
}

// Apply changes e.
func (v Invert) Apply(e *Example, key rng.Key) {
	if chance(key.Source(), v.P) {
		e.invert()
	}
}

// Solarize inverts the bytes that are Threshold or more.
type Solarize struct {
	Threshold float64 // 0 to 256; 128 if 0
	P         float64 // probability; 0.5 if 0
}

// Apply changes e.
func (o Solarize) Apply(e *Example, key rng.Key) {
	if chance(key.Source(), o.P) {
		e.solarize(or(o.Threshold, 128))
	}
}

// Posterize keeps the highest Bits bits of each byte.
type Posterize struct {
	Bits int     // 1 to 8; 4 if 0
	P    float64 // probability; 0.5 if 0
}

// Apply changes e.
func (o Posterize) Apply(e *Example, key rng.Key) {
	bits := or(o.Bits, 4)
	if bits < 0 || bits > 8 {
		panic(tensor.Errorf("Posterize", "%d bits of 8", bits))
	}
	if chance(key.Source(), o.P) {
		e.posterize(bits)
	}
}
