package picture

import (
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Mosaic puts the picture and three others around a random point, so that one example shows objects of four, small ones too.
//
//	y [c Height Width];   the point is uniform in the middle half along each axis
//
// The pictures keep their size: each has a corner at the point, and what does not fit is cut; what they leave open is fill. Boxes and
// points go along; boxes that are cut away altogether are empty, for [SanitizeBoxes] to take away. Masks are joined one by one, as far
// as all four examples have them. The label is that of the first.
//
// Bochkovskiy, Wang and Liao, YOLOv4: Optimal Speed and Accuracy of Object Detection, 2020 (arXiv:2004.10934), section 3.3.
type Mosaic struct {
	Height, Width int                        // those of the picture if 0
	From          func(key rng.Key) *Example // draws another example, a copy
	Fill          []int                      // of each channel, 0 to 255; 114 if nil, as in YOLO
}

// Apply changes e.
func (m Mosaic) Apply(e *Example, key rng.Key) {
	if m.From == nil {
		panic(tensor.Errorf("Mosaic", "From is nil: where are the other examples?"))
	}
	h, w := or(m.Height, e.Height), or(m.Width, e.Width)
	s := key.Child("place").Source()
	y, x := h/4+s.Intn(h/2+1), w/4+s.Intn(w/2+1)
	fill := m.Fill
	if fill == nil {
		fill = []int{114}
	}
	var parts [4]*Example
	for i := range parts {
		if parts[i] = e; i > 0 {
			parts[i] = m.From(key.At(uint64(i)))
		}
		p := parts[i]
		if p.Channels != e.Channels {
			panic(tensor.Errorf("Mosaic", "a picture of %d channels with one of %d", p.Channels, e.Channels))
		}
		top, left := y-p.Height, x-p.Width // its lower right corner is at the point
		if i >= 2 {
			top = y
		}
		if i%2 == 1 {
			left = x
		}
		Crop{Top: -top, Left: -left, Height: h, Width: w, Fill: fill}.Apply(p, 0)
		p.quadrant(i, y, x)
	}
	e.join(parts, y, x)
}

// quadrant cuts boxes where the example's part of the mosaic ends.
func (e *Example) quadrant(i, y, x int) {
	low, high := Point{0, 0}, Point{float64(x), float64(y)}
	if i >= 2 {
		low.Y, high.Y = float64(y), float64(e.Height)
	}
	if i%2 == 1 {
		low.X, high.X = float64(x), float64(e.Width)
	}
	for k, b := range e.Boxes {
		b.X0, b.X1 = min(max(b.X0, low.X), high.X), min(max(b.X1, low.X), high.X)
		b.Y0, b.Y1 = min(max(b.Y0, low.Y), high.Y), min(max(b.Y1, low.Y), high.Y)
		e.Boxes[k] = b
	}
}

// join takes each quadrant of e from one of the parts, which are all as large as e.
func (e *Example) join(parts [4]*Example, y, x int) {
	first, masks := parts[0].Clone(), len(parts[0].Masks)
	for _, p := range parts {
		masks = min(masks, len(p.Masks))
	}
	e.Boxes, e.Points, e.Masks = nil, nil, first.Masks[:masks]
	e.Pix = first.Pix
	for i, p := range parts {
		if i == 0 {
			p = first
		}
		e.Boxes, e.Points = append(e.Boxes, p.Boxes...), append(e.Points, p.Points...)
		top, bottom, left, right := 0, y, 0, x
		if i >= 2 {
			top, bottom = y, e.Height
		}
		if i%2 == 1 {
			left, right = x, e.Width
		}
		for c := range e.Channels {
			quarterOf(e.Pix, p.Pix, c*e.Height, e.Width, [4]int{top, bottom, left, right})
		}
		for k := range e.Masks {
			quarterOf(e.Masks[k], p.Masks[k], 0, e.Width, [4]int{top, bottom, left, right})
		}
	}
}

// quarterOf copies a rectangle between planes that begin at a row.
func quarterOf(dst, src []uint8, row, width int, at [4]int) {
	for i := row + at[0]; i < row+at[1]; i++ {
		copy(dst[i*width+at[2]:i*width+at[3]], src[i*width+at[2]:])
	}
}
