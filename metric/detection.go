package metric

import (
	"math/bits"

	"github.com/jimu-ml/jimu/tensor"
)

// Detections are the boxes, or masks, that were found in a picture.
type Detections struct {
	Boxes   *tensor.Tensor // [n 4] of x₁, y₁, x₂, y₂; nil for none
	Masks   *tensor.Tensor // [n h w] of booleans, or 0 and 1: compared instead of the boxes, if they are not nil
	Scores  *tensor.Tensor // [n], higher is surer
	Classes *tensor.Tensor // [n] of integers
}

// Objects are the boxes, or masks, that are in a picture.
type Objects struct {
	Boxes   *tensor.Tensor // [n 4] of x₁, y₁, x₂, y₂; nil for none
	Masks   *tensor.Tensor // [n h w] of booleans, or 0 and 1, as in Detections
	Classes *tensor.Tensor // [n] of integers
	Ignore  *tensor.Tensor // [n] of booleans: COCO's crowds or VOC's difficult ones, which need not be found; nil for none
	Areas   *tensor.Tensor // [n], of the objects' masks, by which COCO tells small from large; nil for those of what is compared
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

// A detection is a region that was found.
type detection struct {
	region
	score float64
}

// An object is a region that is there.
type object struct {
	region
	size   float64 // by which it is small or large
	ignore bool
}

// byClass returns the regions of a picture, by class.
func byClass(op string, found Detections, there Objects) (map[int64][]detection, map[int64][]object) {
	d, o := map[int64][]detection{}, map[int64][]object{}
	x := regions(op, found.Boxes, found.Masks)
	scores, classes := column(op, "scores", found.Scores, len(x)), column(op, "classes", found.Classes, len(x))
	for i, r := range x {
		if scores[i] != scores[i] {
			panic(tensor.Errorf(op, "a score is NaN and has no rank"))
		}
		k := int64(classes[i])
		d[k] = append(d[k], detection{r, scores[i]})
	}
	y := regions(op, there.Boxes, there.Masks)
	if len(x) > 0 && len(y) > 0 && len(x[0].mask) != len(y[0].mask) {
		panic(tensor.Errorf(op, "masks found of shape %v and there of shape %v", shapeOf(found.Masks), shapeOf(there.Masks)))
	}
	classes = column(op, "classes", there.Classes, len(y))
	var ignore, sizes []float64
	if there.Ignore != nil {
		ignore = column(op, "ignored objects", there.Ignore, len(y))
	}
	if there.Areas != nil {
		sizes = column(op, "areas", there.Areas, len(y))
	}
	for i, r := range y {
		k, one := int64(classes[i]), object{r, r.area, false}
		if ignore != nil {
			one.ignore = ignore[i] != 0
		}
		if sizes != nil {
			one.size = sizes[i]
		}
		o[k] = append(o[k], one)
	}
	return d, o
}

// A region is a box or, if it has one, a mask.
type region struct {
	box  box
	mask []uint64 // a bit a pixel
	area float64
}

// overlap returns the area that two regions share.
func (r region) overlap(o region) float64 {
	if r.mask == nil {
		return r.box.overlap(o.box)
	}
	n := 0
	for i, w := range r.mask {
		n += bits.OnesCount64(w & o.mask[i])
	}
	return float64(n)
}

// regions returns the masks, or else the boxes.
func regions(op string, rows, masks *tensor.Tensor) (all []region) {
	if masks == nil {
		for _, b := range boxes(op, rows) {
			all = append(all, region{box: b, area: b.area()})
		}
		return all
	}
	if masks.Rank() != 3 {
		panic(tensor.Errorf(op, "masks of shape %v; want [n h w]", masks))
	}
	size := masks.Dim(1) * masks.Dim(2)
	pixels := masks.Detach().Ints()
	for i := range masks.Dim(0) {
		r := region{mask: make([]uint64, (size+63)/64)}
		for j, v := range pixels[i*size : (i+1)*size] {
			if v != 0 {
				r.mask[j/64] |= 1 << (j % 64)
				r.area++
			}
		}
		all = append(all, r)
	}
	return all
}

// column returns the elements of a tensor [n], of nil for n = 0.
func column(op, what string, t *tensor.Tensor, n int) []float64 {
	if t == nil && n == 0 {
		return nil
	}
	if t == nil || t.Rank() != 1 || t.Dim(0) != n {
		panic(tensor.Errorf(op, "%s of shape %v for %d of them; want [%d]", what, shapeOf(t), n, n))
	}
	return tensor.Values[float64](t.Detach())
}

func shapeOf(t *tensor.Tensor) []int {
	if t == nil {
		return nil
	}
	return t.Shape()
}
