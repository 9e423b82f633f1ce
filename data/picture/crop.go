package picture

import (
	"math"

	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Crop cuts a rectangle out of the picture; what of it lies outside the picture is filled as [Pad] does.
//
//	y[c, i, j] = x[c, Top + i, Left + j]     i < Height, j < Width
type Crop struct {
	Top, Left, Height, Width int
	Mode                     PadMode
	Fill                     []int // of each channel, 0 to 255; 0 if nil
}

// Apply changes e.
func (c Crop) Apply(e *Example, _ rng.Key) {
	if c.Height <= 0 || c.Width <= 0 {
		panic(tensor.Errorf("Crop", "a crop of %d × %d", c.Height, c.Width))
	}
	rows, columns := places("Crop", c.Mode, e.Height, c.Top, c.Height), places("Crop", c.Mode, e.Width, c.Left, c.Width)
	width := e.Width
	// Columns from to up to stand in the picture one beside the other.
	from, upTo := min(max(-c.Left, 0), c.Width), min(max(width-c.Left, 0), c.Width)
	e.remake(c.Height, c.Width, func(dst, src []uint8, plane int) {
		fill := fillOf("Crop", c.Fill, plane)
		for i, row := range rows {
			to := dst[i*c.Width : (i+1)*c.Width]
			if row < 0 {
				paint(to, fill)
				continue
			}
			line := src[row*width : (row+1)*width]
			for j, k := range columns[:from] {
				if to[j] = fill; k >= 0 {
					to[j] = line[k]
				}
			}
			if upTo > from {
				copy(to[from:upTo], line[c.Left+from:])
			}
			for j := max(upTo, from); j < c.Width; j++ {
				if to[j] = fill; columns[j] >= 0 {
					to[j] = line[columns[j]]
				}
			}
		}
	})
	e.move(func(x, y float64) (float64, float64) { return x - float64(c.Left), y - float64(c.Top) })
}

func paint(row []uint8, fill uint8) {
	for j := range row {
		row[j] = fill
	}
}

// CenterCrop cuts Height × Width pixels out of the middle; a picture that is smaller is filled with 0 around it.
//
// Where the middle is between two pixels it takes the even one, as Python rounds.
type CenterCrop struct{ Height, Width int }

// Apply changes e.
func (c CenterCrop) Apply(e *Example, key rng.Key) {
	middle := func(have, want int) int {
		if want > have {
			return -((want - have) / 2)
		}
		return int(math.RoundToEven(float64(have-want) / 2))
	}
	Crop{Top: middle(e.Height, c.Height), Left: middle(e.Width, c.Width), Height: c.Height, Width: c.Width}.Apply(e, key)
}

// RandomCrop pads the picture on all sides and cuts Height × Width pixels out of it, all places being equally likely.
//
// 32 × 32 pixels padded by 4 is the usual augmentation for CIFAR. It panics with a [tensor.Error] if the crop is larger than the
// padded picture.
//
// He, Zhang, Ren and Sun, Deep Residual Learning for Image Recognition, 2015 (arXiv:1512.03385), section 4.2.
type RandomCrop struct {
	Height, Width int // those of the picture if 0
	Pad           int // pixels on each side
	Mode          PadMode
	Fill          []int // of each channel, 0 to 255; 0 if nil
}

// Apply changes e.
func (c RandomCrop) Apply(e *Example, key rng.Key) {
	s := key.Source()
	h, w := or(c.Height, e.Height), or(c.Width, e.Width)
	down, right := e.Height+2*c.Pad-h, e.Width+2*c.Pad-w
	if down < 0 || right < 0 || c.Pad < 0 || h < 0 || w < 0 {
		panic(tensor.Errorf("RandomCrop", "%d × %d out of %d × %d padded by %d", h, w, e.Height, e.Width, c.Pad))
	}
	Crop{s.Intn(down+1) - c.Pad, s.Intn(right+1) - c.Pad, h, w, c.Mode, c.Fill}.Apply(e, key)
}

// RandomResizedCrop cuts out a rectangle of random area and proportions and makes it Height × Width.
//
//	area = s · h · w, s uniform in Scale;   proportion r = width / height, ln r uniform in ln Ratio
//
// A rectangle that does not fit is drawn again, ten times; then it takes the middle, as large as Ratio allows.
//
// Szegedy and others, Going Deeper with Convolutions, 2014 (arXiv:1409.4842), section 6.
type RandomResizedCrop struct {
	Height, Width int       // of the result; those of the picture if 0
	Scale         []float64 // least and most of the area; 0.08 and 1 if nil
	Ratio         []float64 // least and most of width over height; 3/4 and 4/3 if nil
	Filter        Filter
}

// Apply changes e.
func (c RandomResizedCrop) Apply(e *Example, key rng.Key) {
	h, w := or(c.Height, e.Height), or(c.Width, e.Width)
	c.rectangle(e.Height, e.Width, key.Source()).Apply(e, key)
	Resize{Height: h, Width: w, Filter: c.Filter}.Apply(e, key)
}

func (c RandomResizedCrop) rectangle(height, width int, s *rng.Source) Crop {
	for range 10 {
		area := float64(height*width) * between("RandomResizedCrop", s, c.Scale, 0.08, 1)
		ratio := logBetween("RandomResizedCrop", s, c.Ratio, 3.0/4, 4.0/3)
		w, h := int(math.RoundToEven(math.Sqrt(area*ratio))), int(math.RoundToEven(math.Sqrt(area/ratio)))
		if w > 0 && w <= width && h > 0 && h <= height {
			return Crop{Top: s.Intn(height - h + 1), Left: s.Intn(width - w + 1), Height: h, Width: w}
		}
	}
	least, most := ends("RandomResizedCrop", c.Ratio, 3.0/4, 4.0/3)
	h, w := height, width
	if r := float64(width) / float64(height); r < least {
		h = max(int(math.RoundToEven(float64(w)/least)), 1)
	} else if r > most {
		w = max(int(math.RoundToEven(float64(h)*most)), 1)
	}
	return Crop{Top: (height - h) / 2, Left: (width - w) / 2, Height: h, Width: w}
}

// FiveCrop returns the four corners of an example and its middle, each height × width: upper left, upper right, lower left, lower
// right, middle. Predictions for all five are averaged. The example itself stays as it is.
func FiveCrop(e *Example, height, width int) []*Example {
	if height > e.Height || width > e.Width {
		panic(tensor.Errorf("FiveCrop", "%d × %d out of %d × %d", height, width, e.Height, e.Width))
	}
	down, right := e.Height-height, e.Width-width
	var all []*Example
	for _, t := range []Transform{
		Crop{Height: height, Width: width},
		Crop{Left: right, Height: height, Width: width},
		Crop{Top: down, Height: height, Width: width},
		Crop{Top: down, Left: right, Height: height, Width: width},
		CenterCrop{height, width},
	} {
		d := e.Clone()
		t.Apply(d, 0)
		all = append(all, d)
	}
	return all
}

// TenCrop returns the five crops of [FiveCrop], and those of the picture flipped from left to right.
func TenCrop(e *Example, height, width int) []*Example {
	flipped := e.Clone()
	HorizontalFlip{P: 1}.Apply(flipped, 0)
	return append(FiveCrop(e, height, width), FiveCrop(flipped, height, width)...)
}
