package onnx

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

func init() {
	register("GridSample", 16, gridSample)
	register("AffineGrid", 20, affineGrid)
}

// A sampler looks at places between the elements of images.
type sampler struct {
	dims    []int
	mode    string // nearest, linear or cubic
	padding string // zeros, border or reflection
	corners bool
}

// gridSample takes elements at the places that a grid says, from −1 to 1 along each axis, the last axis first. It has no
// gradient.
func gridSample(c *call) []*Value {
	x, grid := c.x(0), c.x(1)
	tensor.NonDifferentiable(c.node.op, x, grid)
	axes := x.Rank() - 2
	if axes < 1 || grid.Rank() != x.Rank() || grid.Dim(-1) != axes || grid.Dim(0) != x.Dim(0) {
		c.fail("a grid of %v for %v", grid, x)
	}
	s := sampler{dims: x.Shape()[2:], corners: c.flag("align_corners", false), padding: c.choice("padding_mode", "zeros", "zeros", "border", "reflection")}
	s.mode = map[string]string{"nearest": "nearest", "linear": "linear", "bilinear": "linear", "cubic": "cubic", "bicubic": "cubic"}[c.text("mode", "linear")]
	if s.mode == "" {
		c.fail("mode is %s", c.text("mode", ""))
	}
	v, g := tensor.Values[float64](x), tensor.Values[float64](grid)
	shape := slices.Concat(x.Shape()[:2], grid.Shape()[1:grid.Rank()-1])
	out := make([]float64, c.product(shape))
	if len(out) == 0 || length(s.dims) == 0 {
		return c.as(0, c.full(x.DType(), 0, shape...))
	}
	points, plane := length(shape[2:]), length(s.dims)
	for n := range x.Dim(0) {
		for p := range points {
			at := g[(n*points+p)*axes:][:axes]
			places, weights := s.look(at)
			for k := range x.Dim(1) {
				image, sum := v[(n*x.Dim(1)+k)*plane:][:plane], 0.0
				for j, i := range places {
					sum += weights[j] * image[i]
				}
				out[(n*x.Dim(1)+k)*points+p] = sum
			}
		}
	}
	return c.as(0, c.ofFloats(x.DType(), out, shape...))
}

// look returns which elements make the one at a place, and with what weights.
func (s *sampler) look(at []float64) (places []int, weights []float64) {
	places, weights = []int{0}, []float64{1}
	for axis, n := range s.dims {
		lo, hi := -0.5, float64(n)-0.5
		x := float64(float32(((at[len(at)-1-axis]+1)*float64(n) - 1) / 2))
		if s.corners {
			lo, hi = 0, float64(n-1)
			x = float64(float32((at[len(at)-1-axis] + 1) / 2 * float64(n-1)))
		}
		if s.mode == "nearest" {
			x = math.RoundToEven(x)
		}
		if x < lo || x > hi {
			switch s.padding {
			case "border":
				x = min(max(x, 0), float64(n-1))
			case "reflection":
				x = reflect(x, lo, hi)
			}
		}
		var nextPlaces []int
		var nextWeights []float64
		first, w := s.kernel(x)
		for k, wk := range w {
			i, ok := s.element(first+k, n, lo, hi)
			if !ok || wk == 0 {
				continue
			}
			for j, p := range places {
				nextPlaces, nextWeights = append(nextPlaces, p*n+i), append(nextWeights, weights[j]*wk)
			}
		}
		places, weights = nextPlaces, nextWeights
	}
	return places, weights
}

// kernel returns the first of the elements around a place, and the weights.
func (s *sampler) kernel(x float64) (first int, w []float64) {
	if !(math.Abs(x) < 1<<40) { // NaN sees nothing
		return math.MinInt32, nil
	}
	floor := math.Floor(x)
	switch f := x - floor; s.mode {
	case "nearest":
		return int(x), []float64{1}
	case "linear":
		return int(floor), []float64{1 - f, f}
	default:
		return int(floor) - 1, []float64{cubic(-0.75, f+1), cubic(-0.75, f), cubic(-0.75, 1-f), cubic(-0.75, 2-f)}
	}
}

// element returns which element stands at a position, that may be outside.
func (s *sampler) element(i, n int, lo, hi float64) (int, bool) {
	switch {
	case i >= 0 && i < n:
		return i, true
	case s.padding == "border":
		return min(max(i, 0), n-1), true
	case s.padding == "reflection":
		return min(max(int(reflect(float64(i), lo, hi)), 0), n-1), true
	}
	return 0, false
}

// reflect turns a place back at the borders until it lies between them.
func reflect(x, lo, hi float64) float64 {
	width := hi - lo
	if width <= 0 {
		return lo
	}
	d, back := lo-x, false
	if x > hi {
		d, back = x-hi, true
	} else if x >= lo {
		return x
	}
	turns := math.Floor(d / width)
	rest := d - turns*width
	if (math.Mod(turns, 2) == 0) != back {
		return lo + rest
	}
	return hi - rest
}

// affineGrid gives the places that affine maps send the elements of images to.
func affineGrid(c *call) []*Value {
	theta, size := c.wants(0, 3), c.numbers(1, nil)
	axes := len(size) - 2
	if axes != theta.Dim(1) || theta.Dim(2) != axes+1 || axes < 1 {
		c.fail("maps of %v for images of %v", theta, size)
	}
	points := c.product(size[2:])
	places := make([]float64, c.product([]int{points, axes + 1}))
	for p := range points {
		rest := p
		for k := axes - 1; k >= 0; k-- {
			n := size[2+k]
			i := float64(rest % n)
			rest /= n
			v := (2*i+1)/float64(n) - 1
			if c.flag("align_corners", false) {
				v = 2*i/float64(max(n-1, 1)) - 1
			}
			places[p*(axes+1)+axes-1-k] = v
		}
		places[p*(axes+1)+axes] = 1
	}
	grid := c.ofFloats(theta.DType(), places, points, axes+1).MatMul(theta.T()) // [n points axes]
	return c.as(0, grid.Reshape(slices.Concat([]int{theta.Dim(0)}, size[2:], []int{axes})...))
}
