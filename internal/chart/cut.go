package chart

// A point is one of a drawing.
type point struct{ x, y float64 }

// inside reports whether a point lies between the ends of an axis that goes up.
func (a *axis) inside(p point) bool {
	const slack = 0.5 // of rounding
	return p.y >= a.to-slack && p.y <= a.from+slack
}

// cut returns the part of a straight line that lies between the ends of an axis, if there is one.
func cut(p, q point, a axis) (from, to point, seen bool) {
	if p.y < a.to && q.y < a.to || p.y > a.from && q.y > a.from {
		return p, q, false
	}
	return a.pulled(p, q), a.pulled(q, p), true
}

// pulled returns p, or if it lies outside, where the line from it to q comes in.
func (a *axis) pulled(p, q point) point {
	end := min(max(p.y, a.to), a.from)
	if end == p.y {
		return p
	}
	return point{p.x + (q.x-p.x)*(end-p.y)/(q.y-p.y), end}
}
