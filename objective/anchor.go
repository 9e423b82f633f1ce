package objective

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// Anchors are the boxes that a detector moves and stretches, the same at each place of a map.
type Anchors struct {
	Sizes  []float64 // roots of their areas, in pixels
	Ratios []float64 // of height to width; nil means 1
	Exact  bool      // without it the corners are rounded to whole pixels before they are moved, as in torchvision
}

// Grid returns the anchors of a map of height h and width w whose places are stride pixels apart, the first at 0, as corners.
//
//	→ [h·w·k 4], by rows, columns, then ratios, then sizes; k = ratios · sizes
//	width = size/√ratio, height = size·√ratio
//
// Ren, He, Girshick and Sun, Faster R-CNN, 2015 (arXiv:1506.01497), section 3.1.1.
func (a Anchors) Grid(h, w int, stride float64) *tensor.Tensor {
	ratios := a.Ratios
	if len(ratios) == 0 {
		ratios = []float64{1}
	}
	var cell [][2]float64 // half the width and height
	for _, r := range ratios {
		for _, s := range a.Sizes {
			x, y := s/math.Sqrt(r)/2, s*math.Sqrt(r)/2
			if !a.Exact {
				x, y = math.RoundToEven(x), math.RoundToEven(y)
			}
			cell = append(cell, [2]float64{x, y})
		}
	}
	boxes := make([]float64, 0, h*w*len(cell)*4)
	for i := range h {
		for j := range w {
			x, y := float64(j)*stride, float64(i)*stride
			for _, c := range cell {
				boxes = append(boxes, x-c[0], y-c[1], x+c[0], y+c[1])
			}
		}
	}
	return tensor.Of(boxes, len(boxes)/4, 4).Cast(device.Float32)
}

// What an anchor goes with, besides an object.
const (
	Background = -1 // no object
	Between    = -2 // too much overlap for the background, too little for an object: it does not count
)

// AnchorMatch says with which object each anchor goes, by their overlap.
type AnchorMatch struct {
	High float64 // an overlap that suffices; 0 means 0.5
	Low  float64 // below is background; 0 means 0.4
	Each bool    // each object has the anchor that overlaps it most, however little, and those that equal it
}

// Match returns the object of each anchor, or [Background], or [Between].
//
//	iou [objects anchors], of op.BoxIoU → [anchors]
//
// It runs on the host. It panics with a [tensor.Error] if iou is not a matrix of floats, and if Low is above High.
//
// Ren, He, Girshick and Sun, Faster R-CNN, 2015 (arXiv:1506.01497), section 3.1.2, has 0.7 and 0.3 with Each; Lin and others,
// RetinaNet, 2017 (arXiv:1708.02002), section 4.1, 0.5 and 0.4.
func (o AnchorMatch) Match(iou *tensor.Tensor) []int {
	const name = "AnchorMatch"
	tensor.NonDifferentiable(name, iou)
	high, low := or(o.High, 0.5), or(o.Low, 0.4)
	if iou.Rank() != 2 || !iou.DType().IsFloat() || low > high {
		panic(tensor.Errorf(name, "overlaps %s of shape %v between %g and %g; want floats [objects anchors], low to high", iou.DType(), iou, low, high))
	}
	objects, n := iou.Dim(0), iou.Dim(1)
	v := tensor.Values[float64](iou)
	match, nearest := slices.Repeat([]int{Background}, n), make([]int, n)
	for j := range n {
		best := -1.0
		for i := range objects {
			if v[i*n+j] > best {
				best, nearest[j] = v[i*n+j], i
			}
		}
		switch {
		case best >= high:
			match[j] = nearest[j]
		case best >= low:
			match[j] = Between
		}
	}
	if !o.Each || n == 0 {
		return match
	}
	for i := range objects {
		most := slices.Max(v[i*n:][:n])
		for j := range n {
			if v[i*n+j] == most {
				match[j] = nearest[j]
			}
		}
	}
	return match
}

// CenterMatch says with which object each place of a pyramid of maps goes, without anchors: that in whose middle it lies.
type CenterMatch struct {
	Radius float64 // how far from the center of an object its places lie, in strides; 0 means 1.5
}

// Match returns the object of each place, or [Background].
//
//	places [n 4], squares by their corners with sides of their stride; boxes [objects 4]; levels, the number of places of each map
//
// A place goes with an object whose center is nearer than Radius strides along both axes, inside whose box it is, and the farthest
// side of which is between 4 and 8 strides away, without a bound below on the first map and above on the last; of several such, with
// the smallest. It runs on the host. It panics with a [tensor.Error] if the shapes do not fit.
//
// Tian, Shen, Chen and He, FCOS: Fully Convolutional One-Stage Object Detection, 2019 (arXiv:1904.01355), sections 3.1 and 3.2,
// with center sampling as its authors' code.
func (o CenterMatch) Match(places, boxes *tensor.Tensor, levels []int) []int {
	total := 0
	for _, l := range levels {
		total += l
	}
	for _, x := range []*tensor.Tensor{places, boxes} {
		if x.Rank() != 2 || x.Dim(1) != 4 || !x.DType().IsFloat() {
			panic(tensor.Errorf("CenterMatch", "boxes %s of shape %v; want floats [n 4]", x.DType(), x))
		}
	}
	if total != places.Dim(0) {
		panic(tensor.Errorf("CenterMatch", "%d places on %v for places of shape %v", total, levels, places))
	}
	p, b := tensor.Values[float64](places), tensor.Values[float64](boxes)
	match := make([]int, 0, total)
	for k, l := range levels {
		for range l {
			at := p[4*len(match):][:4]
			low, high := 4*(at[2]-at[0]), 8*(at[2]-at[0])
			if k == 0 {
				low = 0
			}
			if k == len(levels)-1 {
				high = math.Inf(1)
			}
			match = append(match, o.object(at, b, low, high))
		}
	}
	return match
}

// object returns the smallest object that a place goes with.
func (o CenterMatch) object(at, boxes []float64, low, high float64) int {
	x, y, stride := (at[0]+at[2])/2, (at[1]+at[3])/2, at[2]-at[0]
	best, least := Background, math.Inf(1)
	for i := range len(boxes) / 4 {
		b := boxes[4*i:][:4]
		off := max(math.Abs(x-(b[0]+b[2])/2), math.Abs(y-(b[1]+b[3])/2))
		sides := []float64{x - b[0], y - b[1], b[2] - x, b[3] - y}
		far := slices.Max(sides)
		area := (b[2] - b[0]) * (b[3] - b[1])
		if off < or(o.Radius, 1.5)*stride && slices.Min(sides) > 0 && far > low && far < high && area < least {
			best, least = i, area
		}
	}
	return best
}
