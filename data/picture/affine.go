package picture

import (
	"math"

	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Rotation turns the picture by a random angle.
//
//	angle uniform in [−Degrees, Degrees], or in Range; positive against the clock
//
// Filter is bilinear if empty, or nearest. Pixels from outside the picture have the fill; at the border they blend into it, where
// torchvision weighs the picture twice. A quarter turn, where the size allows one, takes the pixels as they are.
type Rotation struct {
	Degrees float64
	Range   []float64 // least and most degrees, instead of Degrees
	Expand  bool      // make the picture large enough for all of it, instead of cutting corners
	Center  []float64 // x and y; the middle if nil. Not with Expand.
	Filter  Filter
	Fill    []int // of each channel, 0 to 255; 0 if nil
}

// Apply changes e.
func (r Rotation) Apply(e *Example, key rng.Key) {
	r.turn(e, between("Rotation", key.Source(), r.Range, -r.Degrees, r.Degrees))
}

func (r Rotation) turn(e *Example, degrees float64) {
	degrees = math.Mod(math.Mod(degrees, 360)+360, 360)
	if quarters := int(degrees / 90); r.Center == nil && degrees == float64(90*quarters) &&
		(quarters%2 == 0 || r.Expand || e.Height == e.Width) {
		for range quarters {
			quarter(e)
		}
		return
	}
	x, y := middle("Rotation", e, r.Center)
	to := matrix(Affinity{Angle: -degrees, Scale: 1}, x, y)
	height, width := e.Height, e.Width
	if r.Expand {
		if r.Center != nil {
			panic(tensor.Errorf("Rotation", "a center with Expand: what is around it would not fit"))
		}
		height, width = around(to, e.Height, e.Width)
		to = shift(float64(width-e.Width)/2, float64(height-e.Height)/2).times(to)
	}
	warping{"Rotation", height, width, to.inverse().at, r.Filter, r.Fill}.do(e)
	e.move(to.at)
}

// quarter turns the picture by 90 degrees against the clock.
func quarter(e *Example) {
	h, w := e.Height, e.Width
	e.remake(w, h, func(dst, src []uint8, _ int) {
		for i := range w {
			for j := range h {
				dst[i*h+j] = src[j*w+w-1-i]
			}
		}
	})
	e.move(func(x, y float64) (float64, float64) { return y, float64(w) - x })
}

// around returns the size of the smallest picture that holds a turned one, as Pillow counts it.
func around(to projection, height, width int) (int, int) {
	h, w := float64(height), float64(width)
	x0, y0 := math.Inf(1), math.Inf(1)
	x1, y1 := math.Inf(-1), math.Inf(-1)
	for _, p := range []Point{{0, 0}, {w, 0}, {w, h}, {0, h}} {
		x, y := to.at(p.X, p.Y)
		// What is left of a rounding must not cost a pixel.
		x, y = math.Round(x*1e6)/1e6, math.Round(y*1e6)/1e6
		x0, y0, x1, y1 = min(x0, x), min(y0, y), max(x1, x), max(y1, y)
	}
	return int(math.Ceil(y1) - math.Floor(y0)), int(math.Ceil(x1) - math.Floor(x0))
}

func middle(name string, e *Example, center []float64) (x, y float64) {
	switch len(center) {
	case 0:
		return float64(e.Width) / 2, float64(e.Height) / 2
	case 2:
		return center[0], center[1]
	}
	panic(tensor.Errorf(name, "a center of %v; want x and y", center))
}

// An Affinity is a rotation, a scaling and a shear about a center, and a shift.
type Affinity struct {
	Angle          float64 // degrees, with the clock
	DX, DY         float64 // pixels
	Scale          float64
	ShearX, ShearY float64 // degrees
}

// matrix returns the way of places under an affinity about a center.
//
//	T · C · R(angle) · Scale · SHy · SHx · C⁻¹     T: by (DX, DY); C: the center to (x, y);
//	SHx = [1 −tan ShearX; 0 1], SHy = [1 0; −tan ShearY 1]
func matrix(a Affinity, x, y float64) projection {
	const degree = math.Pi / 180
	turn, sx, sy := a.Angle*degree, a.ShearX*degree, a.ShearY*degree
	p := math.Cos(turn-sy) / math.Cos(sy)
	q := -(float64(p*math.Tan(sx)) + math.Sin(turn))
	r := math.Sin(turn-sy) / math.Cos(sy)
	s := math.Cos(turn) - float64(r*math.Tan(sx))
	return shift(x+a.DX, y+a.DY).times(projection{p * a.Scale, q * a.Scale, 0, r * a.Scale, s * a.Scale, 0, 0, 0, 1}).times(shift(-x, -y))
}

// Affine turns, moves, scales and shears the picture by random amounts about its middle.
//
//	angle uniform in [−Degrees, Degrees], with the clock; dx in ±Translate[0]·w, dy in ±Translate[1]·h, whole pixels;
//	scale in Scale; shears in [−Shear, Shear] along x, and in [−ShearY, ShearY] along y, degrees
//
// Filter is bilinear if empty, or nearest. With one of the fields alone it is a random translation, zoom or shear.
type Affine struct {
	Degrees   float64
	Translate []float64 // shares of width and height; 0 if nil
	Scale     []float64 // least and most; 1 if nil
	Shear     float64
	ShearY    float64
	Center    []float64 // x and y; the middle if nil
	Filter    Filter
	Fill      []int // of each channel, 0 to 255; 0 if nil
}

// Apply changes e.
func (a Affine) Apply(e *Example, key rng.Key) {
	s := key.Source()
	symmetric := func(most float64) float64 { return (2*s.Float64() - 1) * most }
	by := Affinity{Angle: symmetric(a.Degrees)}
	switch len(a.Translate) {
	case 0:
	case 2:
		by.DX = math.RoundToEven(symmetric(a.Translate[0] * float64(e.Width)))
		by.DY = math.RoundToEven(symmetric(a.Translate[1] * float64(e.Height)))
	default:
		panic(tensor.Errorf("Affine", "a translation of %v; want shares of width and height", a.Translate))
	}
	by.Scale = between("Affine", s, a.Scale, 1, 1)
	by.ShearX, by.ShearY = symmetric(a.Shear), symmetric(a.ShearY)
	a.by(e, by)
}

func (a Affine) by(e *Example, by Affinity) {
	if !(by.Scale > 0) || math.Abs(by.ShearX) >= 90 || math.Abs(by.ShearY) >= 90 {
		panic(tensor.Errorf("Affine", "a scale of %v and shears of %v and %v degrees; want more than 0, and less than 90", by.Scale, by.ShearX, by.ShearY))
	}
	x, y := middle("Affine", e, a.Center)
	warp("Affine", e, matrix(by, x, y), a.Filter, a.Fill)
}
