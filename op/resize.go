package op

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// ResizeMode says how [Resize] fills in what lies between elements.
type ResizeMode string

// The modes. ResizeLinear is bilinear for images and trilinear for volumes; ResizeCubic is bicubic.
const (
	ResizeNearest      ResizeMode = "nearest"       // the element at ⌊i·n/m⌋
	ResizeNearestExact ResizeMode = "nearest_exact" // the element at ⌊(i + ½)·n/m⌋, as Pillow does
	ResizeLinear       ResizeMode = "linear"        // between the two nearest
	ResizeCubic        ResizeMode = "cubic"         // a polynomial through the four nearest
)

// ResizeConfig says how [Resize] works. The zero value needs a size.
type ResizeConfig struct {
	Size         []int      // of the spatial axes
	Scale        float64    // of all of them, if Size is nil: the length becomes ⌊n·scale⌋
	Mode         ResizeMode // "" means ResizeNearest
	AlignCorners bool       // the first and the last element stay where they are; else the edges of the image do
}

// Resize makes the spatial axes longer or shorter.
//
//	x [n c h w] → y [n c h′ w′]
//	y[i] = Σ w(s − j)·x[j], s = (i + ½)·n/m − ½, or i·(n − 1)/(m − 1) with AlignCorners, for an axis n → m
//	linear: w(t) = 1 − |t| for |t| < 1
//	cubic:  w(t) = (a+2)|t|³ − (a+3)t² + 1 for |t| < 1, a|t|³ − 5at² + 8a|t| − 4a for |t| < 2, a = −3/4
//
// Beyond the edge the outermost element counts, as in PyTorch. Nothing is smoothed when the image shrinks, so that what is finer
// than the new elements is lost unevenly. With a Scale, 1/scale stands for n/m. It panics with a [tensor.Error] if neither
// size nor scale makes sense.
//
// Keys, Cubic Convolution Interpolation for Digital Image Processing, 1981.
func Resize(x *tensor.Tensor, c ResizeConfig) *tensor.Tensor {
	checkFloat("Resize", x)
	size := slices.Clone(c.Size)
	if size == nil && c.Scale > 0 && x.Rank() > 2 {
		for _, n := range x.Shape()[2:] {
			size = append(size, int(float64(n)*c.Scale))
		}
	}
	if len(size) == 0 || len(size) != x.Rank()-2 {
		panic(tensor.Errorf("Resize", "%d lengths and scale %g for the spatial axes of %v", len(size), c.Scale, x))
	}
	for k, m := range size {
		if m < 1 || x.Dim(2+k) < 1 {
			panic(tensor.Errorf("Resize", "axis %d of %v cannot get the length %d", 2+k, x, m))
		}
	}
	for k, m := range size {
		x = resizeAxis(x, 2+k, m, c)
	}
	return x
}

// resizeAxis adds up, for each tap, the elements it sees times their weights.
func resizeAxis(x *tensor.Tensor, axis, m int, c ResizeConfig) *tensor.Tensor {
	at, weights := resizeTaps(x, x.Dim(axis), m, c)
	if weights == nil {
		return take(x, axis, at[0])
	}
	shape := slices.Repeat([]int{1}, x.Rank())
	shape[axis] = m
	in := make([]*tensor.Tensor, 0, 2*len(at))
	for k := range at {
		in = append(in, take(x, axis, at[k]))
	}
	for k := range at {
		in = append(in, tensor.Of(weights[k], shape...).To(x.Device()).Cast(x.DType()))
	}
	if tensor.Tracked(x) {
		return weighted(in)
	}
	return tensor.OnePass(weighted, in...)
}

// weighted returns the sum of tensors times the weights that follow them.
func weighted(in []*tensor.Tensor) *tensor.Tensor {
	n := len(in) / 2
	sum := in[0].Mul(in[n])
	for k := 1; k < n; k++ {
		sum = sum.Add(in[k].Mul(in[n+k]))
	}
	return sum
}

// resizeTaps returns the positions that each element of the result sees, tap by tap, and their weights; no weights if it takes
// one as it is.
func resizeTaps(x *tensor.Tensor, n, m int, c ResizeConfig) (at [][]int64, weights [][]float64) {
	step := float64(n) / float64(m)
	if c.Size == nil {
		step = 1 / c.Scale
	}
	corner := c.AlignCorners
	if corner {
		if step = 0; m > 1 {
			step = float64(n-1) / float64(m-1)
		}
	}
	var taps, first int
	switch c.Mode {
	case "", ResizeNearest, ResizeNearestExact:
		at = [][]int64{make([]int64, m)}
		for i := range m {
			s := float64(i)
			if c.Mode == ResizeNearestExact {
				s += 0.5
			}
			at[0][i] = int64(min(int(s*step), n-1))
		}
		return at, nil
	case ResizeLinear:
		taps = 2
	case ResizeCubic:
		taps, first = 4, -1
	default:
		panic(tensor.Errorf("Resize", "no mode %q for %v; there are nearest, nearest_exact, linear, cubic", string(c.Mode), x))
	}
	for range taps {
		at, weights = append(at, make([]int64, m)), append(weights, make([]float64, m))
	}
	for i := range m {
		s := float64(i) * step
		if !corner {
			s = (float64(i)+0.5)*step - 0.5
		}
		if taps == 2 {
			s = max(s, 0)
		}
		low := math.Floor(s)
		for k := range taps {
			j := low + float64(first+k)
			at[k][i] = int64(min(max(int(j), 0), n-1))
			weights[k][i] = resizeWeight(math.Abs(s-j), taps)
		}
	}
	return at, weights
}

// resizeWeight is w(t) for t ≥ 0.
func resizeWeight(t float64, taps int) float64 {
	const a = -0.75
	switch {
	case taps == 2:
		return 1 - t
	case t < 1:
		return ((a+2)*t-(a+3))*t*t + 1
	}
	return ((a*t-5*a)*t+8*a)*t - 4*a
}
