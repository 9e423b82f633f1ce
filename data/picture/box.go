package picture

import (
	"slices"

	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Box is a rectangle of a picture, from (X0, Y0) to (X1, Y1), X1 and Y1 excluded, with the class of what is in it.
type Box struct {
	X0, Y0, X1, Y1 float64
	Label          int64
}

// Area returns the area of the box, 0 if it is turned inside out.
func (b Box) Area() float64 { return max(b.X1-b.X0, 0) * max(b.Y1-b.Y0, 0) }

// Clamp returns the part of the box that is inside a picture of that size.
func (b Box) Clamp(height, width int) Box {
	h, w := float64(height), float64(width)
	b.X0, b.Y0 = min(max(b.X0, 0), w), min(max(b.Y0, 0), h)
	b.X1, b.Y1 = min(max(b.X1, 0), w), min(max(b.Y1, 0), h)
	return b
}

// IoU returns the area that two boxes share over that which they cover together; 0 if they cover none.
func (b Box) IoU(c Box) float64 {
	both := Box{X0: max(b.X0, c.X0), Y0: max(b.Y0, c.Y0), X1: min(b.X1, c.X1), Y1: min(b.Y1, c.Y1)}.Area()
	if all := b.Area() + c.Area() - both; all > 0 {
		return both / all
	}
	return 0
}

// A BoxFormat says what the four numbers of a box are.
type BoxFormat string

// The formats: two corners; the upper left corner, width and height; the centre, width and height.
const (
	Corners    BoxFormat = "xyxy"
	CornerSize BoxFormat = "xywh"
	CenterSize BoxFormat = "cxcywh"
)

// BoxOf returns the box that four numbers in a format say.
//
//	xyxy:   x₀ y₀ x₁ y₁
//	xywh:   x₀ y₀ w h       x₁ = x₀ + w, y₁ = y₀ + h
//	cxcywh: cx cy w h       x₀ = cx − w/2, y₀ = cy − h/2
//
// COCO's files are xywh, Pascal VOC's xyxy, YOLO's cxcywh in units of the picture's sides. It panics with a [tensor.Error] if
// there is no such format.
func BoxOf(v [4]float64, f BoxFormat, label int64) Box {
	switch f {
	case Corners:
		return Box{v[0], v[1], v[2], v[3], label}
	case CornerSize:
		return Box{v[0], v[1], v[0] + v[2], v[1] + v[3], label}
	case CenterSize:
		return Box{v[0] - v[2]/2, v[1] - v[3]/2, v[0] + v[2]/2, v[1] + v[3]/2, label}
	}
	panic(tensor.Errorf("BoxOf", "no format %q; there are xyxy, xywh and cxcywh", f))
}

// In returns the four numbers of the box in a format. See [BoxOf].
func (b Box) In(f BoxFormat) [4]float64 {
	switch f {
	case Corners:
		return [4]float64{b.X0, b.Y0, b.X1, b.Y1}
	case CornerSize:
		return [4]float64{b.X0, b.Y0, b.X1 - b.X0, b.Y1 - b.Y0}
	case CenterSize:
		return [4]float64{(b.X0 + b.X1) / 2, (b.Y0 + b.Y1) / 2, b.X1 - b.X0, b.Y1 - b.Y0}
	}
	panic(tensor.Errorf("Box.In", "no format %q; there are xyxy, xywh and cxcywh", f))
}

// ClampBoxes cuts boxes at the borders of the picture, and moves points that are outside onto them.
//
// The transforms of this package cut boxes themselves; this is for boxes that a file has wrong. A point on the lower or right
// border has the side itself as its place.
type ClampBoxes struct{}

// Apply changes the boxes and points of e.
func (ClampBoxes) Apply(e *Example, _ rng.Key) {
	for i, b := range e.Boxes {
		e.Boxes[i] = b.Clamp(e.Height, e.Width)
	}
	for i, p := range e.Points {
		e.Points[i] = Point{min(max(p.X, 0), float64(e.Width)), min(max(p.Y, 0), float64(e.Height))}
	}
}

// SanitizeBoxes takes away boxes that are narrower, lower or smaller than some limit, or not inside the picture.
//
// It belongs behind transforms that crop: they cut boxes, and leave those that are cut away altogether as empty ones. MaxBoxes
// keeps the first so many. Points and masks stay.
type SanitizeBoxes struct {
	MinSide  float64 // of width and height, in pixels; 1 if 0
	MinArea  float64 // in pixels; 1 if 0
	MaxBoxes int     // keep no more; 0: all
}

// Apply changes the boxes of e.
func (s SanitizeBoxes) Apply(e *Example, _ rng.Key) {
	side, area := or(s.MinSide, 1), or(s.MinArea, 1)
	e.Boxes = slices.DeleteFunc(e.Boxes, func(b Box) bool {
		w, h := b.X1-b.X0, b.Y1-b.Y0
		return !(w >= side && h >= side && w*h >= area && b == b.Clamp(e.Height, e.Width))
	})
	if s.MaxBoxes > 0 && len(e.Boxes) > s.MaxBoxes {
		e.Boxes = e.Boxes[:s.MaxBoxes]
	}
}

// SanitizePoints takes away key points that are not inside the picture.
type SanitizePoints struct{}

// Apply changes the points of e.
func (SanitizePoints) Apply(e *Example, _ rng.Key) {
	e.Points = slices.DeleteFunc(e.Points, func(p Point) bool {
		return !(p.X >= 0 && p.Y >= 0 && p.X < float64(e.Width) && p.Y < float64(e.Height))
	})
}
