package picture

import (
	"math"

	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// GaussianBlur smooths the picture with a Gaussian.
//
//	y = x * G(σ),   σ uniform in Sigma
//
// Beyond its border the picture is mirrored.
type GaussianBlur struct {
	Size  int       // of the filter, odd; 2⌈3σ⌉ + 1 if 0
	Sigma []float64 // least and most, in pixels; 0.1 and 2 if nil
	P     float64   // probability; 1 if 0
}

// Apply changes e.
func (b GaussianBlur) Apply(e *Example, key rng.Key) {
	s := key.Source()
	if !chance(s, or(b.P, 1)) {
		return
	}
	sigma := between("GaussianBlur", s, b.Sigma, 0.1, 2)
	size := or(b.Size, 2*int(math.Ceil(3*sigma))+1)
	if size < 1 || size%2 == 0 || sigma <= 0 {
		panic(tensor.Errorf("GaussianBlur", "a filter of %d pixels with sigma %v; want an odd number, and more than 0", size, sigma))
	}
	e.blur(gaussian(size, sigma))
}

func (e *Example) blur(weights []float64) {
	n := e.Height * e.Width
	x := make([]float64, n)
	for c := range e.Channels {
		plane := e.Pix[c*n : (c+1)*n]
		for i, v := range plane {
			x[i] = float64(v)
		}
		for i, v := range smooth(x, e.Height, e.Width, weights) {
			plane[i] = uint8(math.RoundToEven(min(max(v, 0), 255)))
		}
	}
}

// GaussianNoise adds a normal number to each byte.
//
//	y = x + 255·(Mean + Sigma·z), z normal, rounded and kept within 0 … 255
type GaussianNoise struct {
	Mean  float64
	Sigma float64 // of the full scale; 0.1 if 0
	P     float64 // probability; 1 if 0
}

// Apply changes e.
func (g GaussianNoise) Apply(e *Example, key rng.Key) {
	if g.Sigma < 0 {
		panic(tensor.Errorf("GaussianNoise", "a sigma of %v; want more than 0", g.Sigma))
	}
	if !chance(key.Child("apply").Source(), or(g.P, 1)) {
		return
	}
	z, sigma := make([]float32, len(e.Pix)), or(g.Sigma, 0.1)
	key.Child("noise").Normal(z)
	for i, v := range e.Pix {
		n := float64(255 * (g.Mean + float64(sigma*float64(z[i]))))
		e.Pix[i] = uint8(min(max(math.Round(float64(v)+n), 0), 255))
	}
}

// SaltAndPepper makes some pixels white and as many black, in all channels at once.
type SaltAndPepper struct {
	Share float64 // of the pixels, both together; 0.05 if 0
	P     float64 // probability; 1 if 0
}

// Apply changes e.
func (p SaltAndPepper) Apply(e *Example, key rng.Key) {
	share := or(p.Share, 0.05)
	if share < 0 || share > 1 {
		panic(tensor.Errorf("SaltAndPepper", "a share of %v; want 0 to 1", share))
	}
	if !chance(key.Child("apply").Source(), or(p.P, 1)) {
		return
	}
	n := e.Height * e.Width
	u := make([]float32, n)
	key.Child("noise").Uniform(u)
	for i, v := range u {
		if float64(v) >= share {
			continue
		}
		dot := uint8(0)
		if float64(v) < share/2 {
			dot = 255
		}
		for c := range e.Channels {
			e.Pix[c*n+i] = dot
		}
	}
}

// Erasing paints a random rectangle over.
//
//	area = s · h · w, s uniform in Scale;   proportion r = height / width, ln r uniform in ln Ratio
//
// A rectangle that does not fit is drawn again, ten times; then nothing happens. Boxes, masks and points stay.
//
// Zhong, Zheng, Kang, Li and Yang, Random Erasing Data Augmentation, 2017 (arXiv:1708.04896).
type Erasing struct {
	P      float64   // probability; 0.5 if 0
	Scale  []float64 // least and most of the area; 0.02 and 0.33 if nil
	Ratio  []float64 // least and most of height over width; 0.3 and 3.3 if nil
	Fill   []int     // of each channel, 0 to 255; 0 if nil
	Random bool      // random bytes instead
}

// Apply changes e.
func (r Erasing) Apply(e *Example, key rng.Key) {
	s := key.Source()
	if !chance(s, r.P) {
		return
	}
	for range 10 {
		area := float64(e.Height*e.Width) * between("Erasing", s, r.Scale, 0.02, 0.33)
		ratio := logBetween("Erasing", s, r.Ratio, 0.3, 3.3)
		h, w := int(math.RoundToEven(math.Sqrt(area*ratio))), int(math.RoundToEven(math.Sqrt(area/ratio)))
		if h >= e.Height || w >= e.Width {
			continue
		}
		top, left := s.Intn(e.Height-h+1), s.Intn(e.Width-w+1)
		e.erase(top, left, h, w, func(c int) uint8 {
			if r.Random {
				return uint8(s.Intn(256))
			}
			return fillOf("Erasing", r.Fill, c)
		})
		return
	}
}

// erase paints the part of a rectangle that is inside the picture.
func (e *Example) erase(top, left, h, w int, with func(c int) uint8) {
	for c := range e.Channels {
		for i := max(top, 0); i < min(top+h, e.Height); i++ {
			for j := max(left, 0); j < min(left+w, e.Width); j++ {
				e.Pix[(c*e.Height+i)*e.Width+j] = with(c)
			}
		}
	}
}

// Cutout paints squares over whose middle is anywhere in the picture; what of one is outside is cut.
//
// DeVries and Taylor, Improved Regularization of Convolutional Neural Networks with Cutout, 2017 (arXiv:1708.04552).
type Cutout struct {
	Size  int   // of a side; half of the shorter side of the picture if 0
	Holes int   // 1 if 0
	Fill  []int // of each channel, 0 to 255; 0 if nil
}

// Apply changes e.
func (k Cutout) Apply(e *Example, key rng.Key) {
	s := key.Source()
	size := or(k.Size, min(e.Height, e.Width)/2)
	for range or(k.Holes, 1) {
		y, x := s.Intn(e.Height), s.Intn(e.Width)
		e.erase(y-size/2, x-size/2, size, size, func(c int) uint8 { return fillOf("Cutout", k.Fill, c) })
	}
}
