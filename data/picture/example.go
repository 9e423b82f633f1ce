package picture

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// An Example is a picture with all that is known of places in it, so that one transform moves them together.
//
// Places are in pixels from the upper left corner, x to the right and y down: pixel (i, j) covers x from j to j+1 and y from i
// to i+1.
type Example struct {
	Pix                     []uint8 // [c h w]
	Channels, Height, Width int
	Boxes                   []Box
	Masks                   [][]uint8 // each [h w]: a class or an object's number for each pixel
	Points                  []Point
	Label                   int64
}

// A Point is a place in a picture: a key point.
type Point struct{ X, Y float64 }

// A Transform changes an example. What is random in it is a pure function of the key.
//
// The example is the transform's to write to: give each one a copy of its own, such as [Example.Clone] makes. A transform that
// does not fit the example, such as a crop larger than it, panics with a [tensor.Error], which data.Loader returns as an error.
type Transform interface {
	Apply(e *Example, key rng.Key)
}

// NewExample returns an example with the pixels of a picture, copied.
func NewExample(p *Picture) *Example {
	pix := p.Planes()
	return &Example{Pix: pix, Channels: p.Channels, Height: p.Height, Width: p.Width}
}

// Picture returns the pixels as a picture [h w c].
func (e *Example) Picture() *Picture {
	p := &Picture{Pix: make([]uint8, len(e.Pix)), Height: e.Height, Width: e.Width, Channels: e.Channels}
	n := e.Height * e.Width
	for c := range e.Channels {
		for i, v := range e.Pix[c*n : (c+1)*n] {
			p.Pix[i*e.Channels+c] = v
		}
	}
	return p
}

// Clone returns a copy that shares nothing with the example.
func (e *Example) Clone() *Example {
	d := *e
	d.Pix, d.Boxes, d.Points = slices.Clone(e.Pix), slices.Clone(e.Boxes), slices.Clone(e.Points)
	d.Masks = make([][]uint8, len(e.Masks))
	for i, m := range e.Masks {
		d.Masks[i] = slices.Clone(m)
	}
	return &d
}

// mask is the number of a plane that is no channel.
const mask = -1

// remake makes each channel and mask anew in another size: f gets the new plane, the old one and its number, or mask.
func (e *Example) remake(height, width int, f func(dst, src []uint8, plane int)) {
	n, m := e.Height*e.Width, height*width
	pix := make([]uint8, e.Channels*m)
	for c := range e.Channels {
		f(pix[c*m:(c+1)*m], e.Pix[c*n:(c+1)*n], c)
	}
	for i, old := range e.Masks {
		e.Masks[i] = make([]uint8, m)
		f(e.Masks[i], old, mask)
	}
	e.Pix, e.Height, e.Width = pix, height, width
}

// move takes the boxes and points to new places. A box becomes the smallest one around its four corners, and is cut at the
// borders.
func (e *Example) move(f func(x, y float64) (float64, float64)) {
	for i, b := range e.Boxes {
		x, y := f(b.X0, b.Y0)
		n := Box{x, y, x, y, b.Label}
		for _, p := range [3]Point{{b.X1, b.Y0}, {b.X1, b.Y1}, {b.X0, b.Y1}} {
			x, y = f(p.X, p.Y)
			n.X0, n.Y0, n.X1, n.Y1 = min(n.X0, x), min(n.Y0, y), max(n.X1, x), max(n.Y1, y)
		}
		e.Boxes[i] = n.Clamp(e.Height, e.Width)
	}
	for i, p := range e.Points {
		e.Points[i].X, e.Points[i].Y = f(p.X, p.Y)
	}
}

// colors panics if the example has neither 1 nor 3 channels.
func (e *Example) colors(name string) {
	if e.Channels != 1 && e.Channels != 3 {
		panic(tensor.Errorf(name, "%d channels; want 1 or 3", e.Channels))
	}
}

// chance reports whether something with probability p happens; p is 1/2 if it is 0.
func chance(s *rng.Source, p float64) bool { return s.Float64() < or(p, 0.5) }

// between returns a number between the two of a range, of which any is as likely as any other; the defaults if it is nil.
func between(name string, s *rng.Source, limits []float64, least, most float64) float64 {
	least, most = ends(name, limits, least, most)
	return least + float64(s.Float64()*(most-least))
}

// ends returns the two numbers of a range, or the defaults if it is nil.
func ends(name string, limits []float64, least, most float64) (float64, float64) {
	if limits == nil {
		return least, most
	}
	if len(limits) != 2 || !(limits[0] <= limits[1]) {
		panic(tensor.Errorf(name, "a range of %v; want two numbers, the smaller first", limits))
	}
	return limits[0], limits[1]
}

// logBetween is between on a logarithmic scale: twice as much and half as much are equally likely.
func logBetween(name string, s *rng.Source, limits []float64, least, most float64) float64 {
	least, most = ends(name, limits, least, most)
	if least <= 0 {
		panic(tensor.Errorf(name, "a range of %v; want numbers above 0", limits))
	}
	return math.Exp(math.Log(least) + float64(s.Float64()*(math.Log(most)-math.Log(least))))
}

// or returns x, or a default for 0.
func or[T int | float64](x, otherwise T) T {
	if x == 0 {
		return otherwise
	}
	return x
}

// fillOf returns the byte for plane c of pixels that come from outside the picture: masks have 0 there.
func fillOf(name string, fill []int, c int) uint8 {
	switch {
	case c == mask || len(fill) == 0:
		return 0
	case len(fill) == 1:
		c = 0
	case c >= len(fill):
		panic(tensor.Errorf(name, "a fill of %v for more channels than that", fill))
	}
	if v := fill[c]; v >= 0 && v <= 255 {
		return uint8(v)
	}
	panic(tensor.Errorf(name, "a fill of %v; want bytes, 0 to 255", fill))
}
