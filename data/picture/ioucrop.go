package picture

import "github.com/jimu-ml/jimu/rng"

// IoUCrop cuts out a rectangle that overlaps a box by a random share at least, so that objects are seen whole and in part.
//
// It draws a least overlap of Overlaps, or none at all, in which case the picture stays; then up to 40 rectangles, with sides of 0.3
// to 1 of the picture's, one to twice as long as the other, until one holds the middle of a box and overlaps one of those boxes as
// much (intersection over union). If none does, it begins again with another overlap. Boxes whose middle is outside are taken away.
// A picture without boxes stays.
//
// Liu and others, SSD: Single Shot MultiBox Detector, 2015 (arXiv:1512.02325), section 2.2.
type IoUCrop struct {
	Overlaps []float64 // 0, 0.1, 0.3, 0.5, 0.7, 0.9 and 1, which stands for the whole picture, if nil
	Scale    []float64 // least and most of a side; 0.3 and 1 if nil
	Ratio    []float64 // least and most of width over height; 0.5 and 2 if nil
}

// Apply changes e.
func (c IoUCrop) Apply(e *Example, key rng.Key) {
	if len(e.Boxes) == 0 {
		return
	}
	overlaps := c.Overlaps
	if overlaps == nil {
		overlaps = []float64{0, 0.1, 0.3, 0.5, 0.7, 0.9, 1}
	}
	s := key.Source()
	for range 50 { // where no rectangle can be found the picture stays, though 1 was not drawn
		least := overlaps[s.Intn(len(overlaps))]
		if least >= 1 {
			return
		}
		for range 40 {
			crop, kept := c.rectangle(e, s)
			best := -1.0
			for _, b := range kept {
				best = max(best, b.IoU(Box{X0: float64(crop.Left), Y0: float64(crop.Top), X1: float64(crop.Left + crop.Width), Y1: float64(crop.Top + crop.Height)}))
			}
			if len(kept) > 0 && best >= least {
				e.Boxes = kept
				crop.Apply(e, key)
				return
			}
		}
	}
}

// rectangle draws a rectangle and the boxes whose middle is inside, none if the rectangle has the wrong proportions.
func (c IoUCrop) rectangle(e *Example, s *rng.Source) (crop Crop, kept []Box) {
	w := int(float64(e.Width) * between("IoUCrop", s, c.Scale, 0.3, 1))
	h := int(float64(e.Height) * between("IoUCrop", s, c.Scale, 0.3, 1))
	left, top := int(float64(e.Width-w)*s.Float64()), int(float64(e.Height-h)*s.Float64())
	least, most := ends("IoUCrop", c.Ratio, 0.5, 2)
	if r := float64(w) / float64(h); w <= 0 || h <= 0 || r < least || r > most {
		return crop, nil
	}
	for _, b := range e.Boxes {
		x, y := (b.X0+b.X1)/2, (b.Y0+b.Y1)/2
		if x > float64(left) && x < float64(left+w) && y > float64(top) && y < float64(top+h) {
			kept = append(kept, b)
		}
	}
	return Crop{Top: top, Left: left, Height: h, Width: w}, kept
}
