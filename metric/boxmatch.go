package metric

import "slices"

// outside returns the objects with those that do not count at the end, and which these are.
func outside(o []object, span [2]float64) (order []object, ignored []bool) {
	out := func(v object) bool { return v.ignore || v.size < span[0] || v.size > span[1] }
	order = slices.Clone(o)
	slices.SortStableFunc(order, func(a, b object) int {
		switch x, y := out(a), out(b); {
		case x == y:
			return 0
		case y:
			return -1
		}
		return 1
	})
	for _, v := range order {
		ignored = append(ignored, out(v))
	}
	return order, ignored
}

// overlaps returns the IoU of each detection and object; of COCO's crowds, which share of the detection lies within.
func overlaps(d []detection, o []object, crowds bool) [][]float64 {
	table := make([][]float64, len(d))
	for i, x := range d {
		table[i] = make([]float64, len(o))
		for j, y := range o {
			both := x.overlap(y.region)
			union := x.area + y.area - both
			if y.ignore && crowds {
				union = x.area
			}
			table[i][j] = share(both, union)
		}
	}
	return table
}

// matchCOCO says which detections found an object, and which found one that does not count.
func matchCOCO(table [][]float64, o []object, ignored []bool, least float64) (right, skip []bool) {
	right, skip = make([]bool, len(table)), make([]bool, len(table))
	taken := make([]bool, len(o))
	for i, row := range table {
		best, at := min(least, 1-1e-10), -1
		for j, v := range row {
			if taken[j] && !o[j].ignore {
				continue
			}
			if at >= 0 && !ignored[at] && ignored[j] {
				break // one that counts is better than any that does not
			}
			if v >= best {
				best, at = v, j
			}
		}
		if at >= 0 {
			taken[at], right[i], skip[i] = true, true, ignored[at]
		}
	}
	return right, skip
}

// matchVOC says which detections found an object, and which found a difficult one.
func matchVOC(table [][]float64, o []object, above float64) (right, skip []bool) {
	right, skip = make([]bool, len(table)), make([]bool, len(table))
	taken := make([]bool, len(o))
	for i, row := range table {
		at := -1
		for j, v := range row {
			if at < 0 || v > row[at] {
				at = j
			}
		}
		switch {
		case at < 0 || row[at] <= above:
		case o[at].ignore:
			skip[i] = true
		case !taken[at]:
			taken[at], right[i] = true, true
		}
	}
	return right, skip
}
