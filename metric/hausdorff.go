package metric

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// HausdorffDistance is how far the border of a predicted region is from that of the true one at the worst place, in pixels: the
// mean over pictures and the classes that are there or predicted.
//
//	logits [n c h w], target [n h w] of integers; classes [n h w] of integers; or a logit of yes [n h w], target of 0 and 1
//	max over the borders, either way, of the distance to the nearest pixel of the other
//
// The border is the pixels with a neighbour above, below, left or right that is outside of the region or the picture. A class
// that only one side has is infinitely far.
//
// Huttenlocher, Klanderman and Rucklidge, Comparing images using the Hausdorff distance, 1993.
type HausdorffDistance struct {
	Percentile     float64 // of the distances instead of the largest, such as 95; 0 means 100
	SkipBackground bool    // leave out class 0
	Axis           int     // of the classes; 0 means 1
	Threshold      float64 // of yes, for predictions in the shape of the targets; 0.5 for probabilities

	mean
}

// Name returns "hausdorff_distance".
func (d *HausdorffDistance) Name() string { return "hausdorff_distance" }

// Add counts a batch.
func (d *HausdorffDistance) Add(prediction, target *tensor.Tensor) {
	if target.Rank() != 3 {
		panic(tensor.Errorf("HausdorffDistance", "targets of shape %v; want [n h w]", target))
	}
	predicted, wanted := decide("HausdorffDistance", prediction, target, orElse(d.Axis, 1), d.Threshold)
	h, w := target.Dim(1), target.Dim(2)
	for ; len(wanted) > 0; predicted, wanted = predicted[h*w:], wanted[h*w:] {
		x, y := borders(predicted[:h*w], h, w), borders(wanted[:h*w], h, w)
		var classes []int64
		for _, k := range slices.Concat(predicted[:h*w], wanted[:h*w]) {
			if !slices.Contains(classes, k) && (k != 0 || !d.SkipBackground && !isYesOrNo(prediction, target)) {
				classes = append(classes, k)
			}
		}
		slices.Sort(classes)
		for _, k := range classes {
			d.one(max(d.far(x[k], y[k]), d.far(y[k], x[k])))
		}
	}
}

// borders returns the pixels at the border of each class's region, row and column.
func borders(class []int64, h, w int) map[int64][][2]int {
	all := map[int64][][2]int{}
	for i := range h {
		for j := range w {
			k := class[i*w+j]
			in := func(i, j int) bool { return i >= 0 && i < h && j >= 0 && j < w && class[i*w+j] == k }
			if !in(i-1, j) || !in(i+1, j) || !in(i, j-1) || !in(i, j+1) {
				all[k] = append(all[k], [2]int{i, j})
			}
		}
	}
	return all
}

// far returns the largest distance, or the percentile, of pixels x to the nearest of y.
func (d *HausdorffDistance) far(x, y [][2]int) float64 {
	if len(x) == 0 || len(y) == 0 {
		return math.Inf(1)
	}
	all := make([]float64, len(x))
	for i, p := range x {
		least := math.MaxInt
		for _, q := range y {
			a, b := p[0]-q[0], p[1]-q[1]
			least = min(least, a*a+b*b)
		}
		all[i] = math.Sqrt(float64(least))
	}
	slices.Sort(all)
	place := orElse(d.Percentile, 100) / 100 * float64(len(all)-1)
	i := min(int(place), len(all)-1)
	j := min(i+1, len(all)-1)
	return all[i] + (all[j]-all[i])*(place-float64(i))
}

// Merge adds what another HausdorffDistance has counted.
func (d *HausdorffDistance) Merge(m Metric) {
	d.merge(same[*HausdorffDistance]("HausdorffDistance.Merge", m).mean)
}
