package picture

import (
	"slices"

	"github.com/jimu-ml/jimu/rng"
)

// HorizontalFlip mirrors the picture from left to right.
//
//	y[c, i, j] = x[c, i, w − 1 − j]
//
// Which of two key points is the left eye does not change: mend their order where that matters.
type HorizontalFlip struct {
	P float64 // probability; 0.5 if 0
}

// Apply changes e.
func (f HorizontalFlip) Apply(e *Example, key rng.Key) {
	if !chance(key.Source(), f.P) {
		return
	}
	w := e.Width
	rows := func(p []uint8) {
		for ; len(p) >= w && w > 0; p = p[w:] {
			slices.Reverse(p[:w])
		}
	}
	rows(e.Pix)
	for _, m := range e.Masks {
		rows(m)
	}
	e.move(func(x, y float64) (float64, float64) { return float64(w) - x, y })
}

// VerticalFlip mirrors the picture from top to bottom.
//
//	y[c, i, j] = x[c, h − 1 − i, j]
type VerticalFlip struct {
	P float64 // probability; 0.5 if 0
}

// Apply changes e.
func (f VerticalFlip) Apply(e *Example, key rng.Key) {
	if !chance(key.Source(), f.P) {
		return
	}
	h, w := e.Height, e.Width
	e.remake(h, w, func(dst, src []uint8, _ int) {
		for i := range h {
			copy(dst[i*w:(i+1)*w], src[(h-1-i)*w:])
		}
	})
	e.move(func(x, y float64) (float64, float64) { return x, float64(h) - y })
}
