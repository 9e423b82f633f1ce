package metric

import (
	"github.com/jimu-ml/jimu/tensor"
)

// Detections are the boxes that were found in a picture.
type Detections struct {
	Boxes   *tensor.Tensor // [n 4] of x₁, y₁, x₂, y₂; nil for none
	Scores  *tensor.Tensor // [n], higher is surer
	Classes *tensor.Tensor // [n] of integers
}

// Objects are the boxes that are in a picture.
type Objects struct {
	Boxes   *tensor.Tensor // [n 4] of x₁, y₁, x₂, y₂; nil for none
	Classes *tensor.Tensor // [n] of integers
	Ignore  *tensor.Tensor // [n] of booleans: COCO's crowds or VOC's difficult ones, which need not be found; nil for none
	Areas   *tensor.Tensor // [n], of the objects' masks, by which COCO tells small from large; nil for the boxes' areas
}

// A DetectionMetric is a number about boxes that are added picture by picture.
type DetectionMetric interface {
	// Name returns the metric's name in records, such as "map".
	Name() string

	// AddImage counts a picture. It panics with a [tensor.Error] if the shapes do not fit.
	AddImage(found Detections, there Objects)

	// Value returns the number over all that was added, NaN if that is nothing.
	Value() float64

	// Merge adds what another metric of the same type and hyperparameters has counted. It panics with a [tensor.Error] if
	// it is not of that type.
	Merge(m DetectionMetric)

	// Reset forgets what was added.
	Reset()
}

// A detection is a box that was found.
type detection struct {
	box   box
	score float64
}

// An object is a box that is there.
type object struct {
	box    box
	area   float64
	ignore bool
}

// byClass returns the boxes of a picture, by class.
func byClass(op string, found Detections, there Objects) (map[int64][]detection, map[int64][]object) {
	d, o := map[int64][]detection{}, map[int64][]object{}
	x := boxes(op, found.Boxes)
	scores, classes := column(op, "scores", found.Scores, len(x)), column(op, "classes", found.Classes, len(x))
	for i, b := range x {
		if scores[i] != scores[i] {
			panic(tensor.Errorf(op, "a score is NaN and has no rank"))
		}
		k := int64(classes[i])
		d[k] = append(d[k], detection{b, scores[i]})
	}
	y := boxes(op, there.Boxes)
	classes = column(op, "classes", there.Classes, len(y))
	var ignore, areas []float64
	if there.Ignore != nil {
		ignore = column(op, "ignored objects", there.Ignore, len(y))
	}
	if there.Areas != nil {
		areas = column(op, "areas", there.Areas, len(y))
	}
	for i, b := range y {
		k, one := int64(classes[i]), object{b, b.area(), false}
		if ignore != nil {
			one.ignore = ignore[i] != 0
		}
		if areas != nil {
			one.area = areas[i]
		}
		o[k] = append(o[k], one)
	}
	return d, o
}

// column returns the elements of a tensor [n], of nil for n = 0.
func column(op, what string, t *tensor.Tensor, n int) []float64 {
	if t == nil && n == 0 {
		return nil
	}
	if t == nil || t.Rank() != 1 || t.Dim(0) != n {
		panic(tensor.Errorf(op, "%s of shape %v for %d boxes; want [%d]", what, shapeOf(t), n, n))
	}
	return tensor.Values[float64](t.Detach())
}

func shapeOf(t *tensor.Tensor) []int {
	if t == nil {
		return nil
	}
	return t.Shape()
}
