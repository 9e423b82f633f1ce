package picture

import (
	"fmt"
	"math"

	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// An Error is what a misuse of Picture.Resize panics with.
type Error struct{ Height, Width int }

// Error says what size was asked for.
func (e *Error) Error() string {
	return fmt.Sprintf("picture: Resize: %d × %d is no size", e.Height, e.Width)
}

// Resize returns the picture with another height and width: linear interpolation where it grows, and a triangle twice as
// wide as the new pixel where it shrinks, so that nothing is skipped. It is Pillow's BILINEAR, to the bit. It panics with an
// [Error] if a side is not positive.
func (p *Picture) Resize(height, width int) *Picture {
	if height <= 0 || width <= 0 {
		panic(&Error{height, width})
	}
	if height == p.Height && width == p.Width {
		return p
	}
	return &Picture{resample(p.Pix, [3]int{p.Height, p.Width, p.Channels}, height, width, Bilinear), height, width, p.Channels}
}

// Resize makes the picture another size.
//
// If Width is 0, Height is the new length of the shorter side, and the proportions stay; Max then limits the longer side. Masks
// take the nearest pixel, boxes and points are scaled. Filter is bilinear if empty; all filters are Pillow's, to the bit: where
// the picture shrinks they widen, so that nothing is skipped (antialias). torchvision's results on tensors differ by up to 1/255.
type Resize struct {
	Height, Width int
	Max           int // of the longer side, if Width is 0; no limit if 0
	Filter        Filter
}

// Apply changes e.
func (r Resize) Apply(e *Example, _ rng.Key) {
	h, w := r.Height, r.Width
	if w == 0 {
		h, w = shorter(e.Height, e.Width, h, r.Max)
	}
	if h <= 0 || w <= 0 {
		panic(tensor.Errorf("Resize", "%d × %d pixels cannot become %d × %d", e.Height, e.Width, h, w))
	}
	if h == e.Height && w == e.Width {
		return
	}
	oh, ow := e.Height, e.Width
	e.remake(h, w, func(dst, src []uint8, plane int) {
		f := r.Filter
		if plane == mask {
			f = Nearest
		}
		copy(dst, resample(src, [3]int{oh, ow, 1}, h, w, f))
	})
	sy, sx := float64(h)/float64(oh), float64(w)/float64(ow)
	e.move(func(x, y float64) (float64, float64) { return x * sx, y * sy })
}

// shorter returns the size whose shorter side has a length, unless the longer one would be longer than most.
func shorter(height, width, length, most int) (int, int) {
	short, long := min(height, width), max(height, width)
	if short == 0 {
		return 0, 0
	}
	s, l := length, int(float64(length)*float64(long)/float64(short))
	if most > 0 && l > most {
		s, l = int(float64(most)*float64(s)/float64(l)), most
	}
	if height < width {
		return s, l
	}
	return l, s
}

// RandomResize makes the shorter side a random length, from Min to Max, Max excluded; the proportions stay.
type RandomResize struct {
	Min, Max int // pixels
	Filter   Filter
}

// Apply changes e.
func (r RandomResize) Apply(e *Example, key rng.Key) {
	if r.Min <= 0 || r.Max <= r.Min {
		panic(tensor.Errorf("RandomResize", "a side from %d to below %d", r.Min, r.Max))
	}
	Resize{Height: r.Min + key.Source().Intn(r.Max-r.Min), Filter: r.Filter}.Apply(e, key)
}

// RandomShortestSize makes the shorter side one of some lengths, unless the longer one would be longer than Max. The proportions
// stay; it is what DETR trains with.
type RandomShortestSize struct {
	Sides  []int // pixels
	Max    int   // no limit if 0
	Filter Filter
}

// Apply changes e.
func (r RandomShortestSize) Apply(e *Example, key rng.Key) {
	if len(r.Sides) == 0 {
		panic(tensor.Errorf("RandomShortestSize", "no sides to choose from"))
	}
	ratio := float64(r.Sides[key.Source().Intn(len(r.Sides))]) / float64(min(e.Height, e.Width))
	if r.Max > 0 {
		ratio = min(ratio, float64(r.Max)/float64(max(e.Height, e.Width)))
	}
	Resize{Height: int(float64(e.Height) * ratio), Width: int(float64(e.Width) * ratio), Filter: r.Filter}.Apply(e, key)
}

// ScaleJitter scales the picture by a random factor of what would fit it into Height × Width; the proportions stay.
//
//	h′ = ⌊r·h⌋, w′ = ⌊r·w⌋, r = s · min(Height/h, Width/w), s uniform in Scale
//
// With [RandomCrop] behind it, it is large scale jitter. torchvision's has the two sides of its target exchanged.
//
// Ghiasi and others, Simple Copy-Paste is a Strong Data Augmentation Method for Instance Segmentation, 2020 (arXiv:2012.07177),
// section 3.
type ScaleJitter struct {
	Height, Width int
	Scale         []float64 // least and most; 0.1 and 2 if nil
	Filter        Filter
}

// Apply changes e.
func (j ScaleJitter) Apply(e *Example, key rng.Key) {
	r := between("ScaleJitter", key.Source(), j.Scale, 0.1, 2)
	r *= math.Min(float64(j.Height)/float64(e.Height), float64(j.Width)/float64(e.Width))
	h, w := max(int(float64(e.Height)*r), 1), max(int(float64(e.Width)*r), 1)
	Resize{Height: h, Width: w, Filter: j.Filter}.Apply(e, key)
}
