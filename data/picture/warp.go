package picture

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// A projection maps places of one picture to another's, in rows of 3:
//
//	x′ = (m₀x + m₁y + m₂) / (m₆x + m₇y + m₈)     y′ = (m₃x + m₄y + m₅) / (m₆x + m₇y + m₈)
type projection [9]float64

func (m projection) at(x, y float64) (float64, float64) {
	// The conversions keep a processor from fusing, here and below, so that all make the same bits.
	line := func(a, b, c float64) float64 { return float64(a*x) + float64(b*y) + c }
	d := line(m[6], m[7], m[8])
	return line(m[0], m[1], m[2]) / d, line(m[3], m[4], m[5]) / d
}

// times returns the projection that does n first.
func (m projection) times(n projection) (p projection) {
	for i := range 3 {
		for j := range 3 {
			p[3*i+j] = float64(m[3*i]*n[j]) + float64(m[3*i+1]*n[3+j]) + float64(m[3*i+2]*n[6+j])
		}
	}
	return p
}

func shift(x, y float64) projection { return projection{1, 0, x, 0, 1, y, 0, 0, 1} }

// inverse returns the way back, up to a factor, which does not count.
func (m projection) inverse() projection {
	minor := func(a, b, c, d int) float64 { return float64(m[a]*m[b]) - float64(m[c]*m[d]) }
	return projection{
		minor(4, 8, 5, 7), minor(2, 7, 1, 8), minor(1, 5, 2, 4),
		minor(5, 6, 3, 8), minor(0, 8, 2, 6), minor(2, 3, 0, 5),
		minor(3, 7, 4, 6), minor(1, 6, 0, 7), minor(0, 4, 1, 3),
	}
}

// A warping makes every pixel anew of a place in the picture as it was.
type warping struct {
	name          string
	height, width int
	from          func(x, y float64) (float64, float64) // where the pixel that is to be at a place comes from
	filter        Filter                                // bilinear or nearest
	fill          []int
}

// do changes the pixels and masks of e; boxes and points are the caller's.
func (v warping) do(e *Example) {
	if v.filter != "" && v.filter != Bilinear && v.filter != Nearest {
		panic(tensor.Errorf(v.name, "no filter %q here; there are bilinear and nearest", v.filter))
	}
	h, w := e.Height, e.Width
	at := make([]Point, v.height*v.width)
	for i := range at {
		x, y := v.from(float64(i%v.width)+0.5, float64(i/v.width)+0.5)
		at[i] = Point{x - 0.5, y - 0.5}
	}
	e.remake(v.height, v.width, func(dst, src []uint8, plane int) {
		fill := fillOf(v.name, v.fill, plane)
		if plane == mask || v.filter == Nearest {
			for i, p := range at {
				dst[i] = pixel(src, h, w, math.RoundToEven(p.X), math.RoundToEven(p.Y), fill)
			}
			return
		}
		for i, p := range at {
			dst[i] = blended(src, h, w, p, fill)
		}
	})
}

// pixel returns one pixel, or the fill outside.
func pixel(src []uint8, h, w int, x, y float64, fill uint8) uint8 {
	if x >= 0 && y >= 0 && x < float64(w) && y < float64(h) {
		return src[int(y)*w+int(x)]
	}
	return fill
}

// blended returns the mean of the four pixels around a place, weighted by how near they are.
func blended(src []uint8, h, w int, p Point, fill uint8) uint8 {
	x, y := math.Floor(p.X), math.Floor(p.Y)
	fx, fy := float32(p.X-x), float32(p.Y-y)
	var a, b, c, d float32
	if x >= 0 && y >= 0 && x < float64(w-1) && y < float64(h-1) {
		s := src[int(y)*w+int(x):]
		a, b, c, d = float32(s[0]), float32(s[1]), float32(s[w]), float32(s[w+1])
	} else if !(x >= -1 && y >= -1 && x < float64(w) && y < float64(h)) {
		return fill
	} else {
		a, b = float32(pixel(src, h, w, x, y, fill)), float32(pixel(src, h, w, x+1, y, fill))
		c, d = float32(pixel(src, h, w, x, y+1, fill)), float32(pixel(src, h, w, x+1, y+1, fill))
	}
	top, bottom := a+float32(fx*(b-a)), c+float32(fx*(d-c))
	return uint8(math.RoundToEven(float64(top + float32(fy*(bottom-top)))))
}

// warp changes an example by a projection of its places, within its size.
func warp(name string, e *Example, to projection, filter Filter, fill []int) {
	warping{name, e.Height, e.Width, to.inverse().at, filter, fill}.do(e)
	e.move(to.at)
}
