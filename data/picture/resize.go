package picture

import (
	"fmt"
	"math"
)

// An Error is what a misuse of this package panics with.
type Error struct{ Height, Width int }

// Error says what size was asked for.
func (e *Error) Error() string {
	return fmt.Sprintf("picture: Resize: %d × %d is no size", e.Height, e.Width)
}

// Resize returns the picture with another height and width: linear interpolation where it grows, and a triangle twice as
// wide as the new pixel where it shrinks, so that nothing is skipped. It is Pillow's BILINEAR, and torchvision's with
// antialias, to 1/255. It panics with an [Error] if a side is not positive.
func (p *Picture) Resize(height, width int) *Picture {
	if height <= 0 || width <= 0 {
		panic(&Error{height, width})
	}
	if height == p.Height && width == p.Width {
		return p
	}
	c := p.Channels
	// First along rows, then along columns; between the two as float32.
	across := make([]float32, p.Height*width*c)
	for x, t := range taps(p.Width, width) {
		for y := range p.Height {
			row, to := p.Pix[y*p.Width*c:], across[(y*width+x)*c:]
			for k := range c {
				var sum float32
				for i, w := range t.weights {
					sum += w * float32(row[(t.first+i)*c+k])
				}
				to[k] = sum
			}
		}
	}
	q := &Picture{Pix: make([]uint8, height*width*c), Height: height, Width: width, Channels: c}
	sum := make([]float32, width*c)
	for y, t := range taps(p.Height, height) {
		clear(sum)
		for i, w := range t.weights {
			row := across[(t.first+i)*width*c:]
			for j := range sum {
				sum[j] += w * row[j]
			}
		}
		for j, v := range sum {
			q.Pix[y*width*c+j] = uint8(min(max(v, 0), 255) + 0.5)
		}
	}
	return q
}

// A tap says which pixels a new one is made of, and how much of each.
type tap struct {
	first   int
	weights []float32
}

// taps returns the tap of each of to pixels that stand for from.
func taps(from, to int) []tap {
	scale := float64(from) / float64(to)
	wide := max(scale, 1) // half of the triangle
	all := make([]tap, to)
	for i := range all {
		center := (float64(i) + 0.5) * scale
		first := max(int(math.Floor(center-wide+0.5)), 0)
		last := min(int(math.Floor(center+wide+0.5)), from)
		weights, sum := make([]float32, last-first), 0.0
		w := make([]float64, last-first)
		for k := range w {
			w[k] = max(0, 1-math.Abs(float64(first+k)+0.5-center)/wide)
			sum += w[k]
		}
		for k := range w {
			weights[k] = float32(w[k] / sum)
		}
		all[i] = tap{first, weights}
	}
	return all
}
