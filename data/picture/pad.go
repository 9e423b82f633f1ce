package picture

import (
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A PadMode says where pixels outside a picture come from.
type PadMode string

// The modes, for a row abcd: constant ··abcd··, edge aaabcddd, reflect cbabcdcb, symmetric baabcddc.
const (
	Constant  PadMode = "constant" // the fill; also if the mode is empty
	Edge      PadMode = "edge"
	Reflect   PadMode = "reflect"
	Symmetric PadMode = "symmetric"
)

// Pad adds pixels around the picture.
//
//	x [c h w] → y [c h+Top+Bottom w+Left+Right]
//
// All adds to each side. Masks are filled with 0, or continued as the picture is.
type Pad struct {
	Left, Top, Right, Bottom int
	All                      int
	Mode                     PadMode
	Fill                     []int // of each channel, 0 to 255; 0 if nil
}

// Apply changes e.
func (p Pad) Apply(e *Example, key rng.Key) {
	l, t, r, b := p.Left+p.All, p.Top+p.All, p.Right+p.All, p.Bottom+p.All
	if l < 0 || t < 0 || r < 0 || b < 0 {
		panic(tensor.Errorf("Pad", "padding of %d, %d, %d and %d; want 0 or more", l, t, r, b))
	}
	Crop{-t, -l, e.Height + t + b, e.Width + l + r, p.Mode, p.Fill}.Apply(e, key)
}

// places returns, for count places from first on along an axis of n, the place whose pixel is taken: -1 for the fill.
func places(name string, mode PadMode, n, first, count int) []int {
	at := make([]int, count)
	for i := range at {
		k := first + i
		if k >= 0 && k < n {
			at[i] = k
			continue
		}
		switch mode {
		case "", Constant:
			k = -1
		case Edge:
			k = min(max(k, 0), n-1)
		case Reflect:
			k = folded(k, n, 2*(n-1), 0)
		case Symmetric:
			k = folded(k, n, 2*n, 1)
		default:
			panic(tensor.Errorf(name, "no pad mode %q; there are constant, edge, reflect and symmetric", mode))
		}
		at[i] = k
	}
	return at
}

// folded returns place k of an axis of n that goes back and forth for ever.
func folded(k, n, period, twice int) int {
	if period == 0 {
		return 0
	}
	k = ((k % period) + period) % period
	if k >= n {
		k = period - twice - k
	}
	return k
}

// ZoomOut puts the picture somewhere on a larger canvas, so that what is in it gets smaller.
//
//	h′ = ⌊r·h⌋, w′ = ⌊r·w⌋, r uniform in Scale; all places are equally likely
//
// Liu and others, SSD: Single Shot MultiBox Detector, 2015 (arXiv:1512.02325), section 3.6.
type ZoomOut struct {
	P     float64   // probability; 0.5 if 0
	Scale []float64 // least and most, both 1 or more; 1 and 4 if nil
	Fill  []int     // of each channel, 0 to 255; 0 if nil
}

// Apply changes e.
func (z ZoomOut) Apply(e *Example, key rng.Key) {
	s := key.Source()
	if !chance(s, z.P) {
		return
	}
	r := between("ZoomOut", s, z.Scale, 1, 4)
	h, w := int(float64(e.Height)*r), int(float64(e.Width)*r)
	if h < e.Height || w < e.Width {
		panic(tensor.Errorf("ZoomOut", "a scale of %v; want 1 or more", z.Scale))
	}
	left, top := int(float64(w-e.Width)*s.Float64()), int(float64(h-e.Height)*s.Float64())
	Crop{Top: -top, Left: -left, Height: h, Width: w, Fill: z.Fill}.Apply(e, key)
}
