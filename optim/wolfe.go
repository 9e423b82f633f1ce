package optim

import "math"

// A point of a line search: the step, the loss there and its slope along the line.
type point struct{ t, f, slope float64 }

// line is a search along a line for a step at which strong Wolfe conditions hold: PyTorch's, which is that of minFunc.
type line struct {
	c1, c2         float64
	most           int     // evaluations after the first
	change, length float64 // the bracket is not made smaller than change/length
	at             func(t float64) (point, error)
}

// search returns the step, trying t first.
func (l *line) search(start point, t float64) (float64, error) {
	prev := start
	now, err := l.at(t)
	if err != nil {
		return 0, err
	}
	n := 0
	for ; n < l.most; n++ {
		if now.f > start.f+float64(l.c1*now.t*start.slope) || n > 1 && now.f >= prev.f {
			return l.zoom(start, prev, now, n)
		}
		if math.Abs(now.slope) <= -l.c2*start.slope {
			return now.t, nil
		}
		if now.slope >= 0 {
			return l.zoom(start, prev, now, n)
		}
		lo, hi := now.t+0.01*(now.t-prev.t), 10*now.t
		t := cubic(prev, now, lo, hi)
		prev = now
		if now, err = l.at(t); err != nil {
			return 0, err
		}
	}
	if start.f <= now.f {
		return 0, nil
	}
	return now.t, nil
}

// zoom makes the bracket between two points smaller until the conditions hold at one of them.
func (l *line) zoom(start, low, high point, n int) (float64, error) {
	if low.f > high.f {
		low, high = high, low
	}
	stuck := false
	for ; n < l.most && math.Abs(high.t-low.t)*l.length >= l.change; n++ {
		lo, hi := min(low.t, high.t), max(low.t, high.t)
		t := cubic(low, high, lo, hi)
		t, stuck = inside(t, lo, hi, stuck)
		now, err := l.at(t)
		if err != nil {
			return 0, err
		}
		switch {
		case now.f > start.f+float64(l.c1*now.t*start.slope) || now.f >= low.f:
			high = now
			if low.f > high.f {
				low, high = high, low
			}
		case math.Abs(now.slope) <= -l.c2*start.slope:
			return now.t, nil
		default:
			if now.slope*(high.t-low.t) >= 0 {
				high = low
			}
			low = now
		}
	}
	return low.t, nil
}

// inside keeps a step off the borders of the bracket if the one before was there too.
func inside(t, lo, hi float64, stuck bool) (float64, bool) {
	margin := 0.1 * (hi - lo)
	if min(hi-t, t-lo) >= margin {
		return t, false
	}
	if !stuck && t < hi && t > lo {
		return t, true
	}
	if math.Abs(t-hi) < math.Abs(t-lo) {
		return hi - margin, false
	}
	return lo + margin, false
}

// cubic returns where the cubic through two points with their slopes is least, between lo and hi.
func cubic(a, b point, lo, hi float64) float64 {
	d1 := a.slope + b.slope - 3*(a.f-b.f)/(a.t-b.t)
	square := float64(d1*d1) - float64(a.slope*b.slope)
	if square < 0 {
		return (lo + hi) / 2
	}
	d2 := math.Sqrt(square)
	var t float64
	if a.t <= b.t {
		t = b.t - (b.t-a.t)*((b.slope+d2-d1)/(b.slope-a.slope+2*d2))
	} else {
		t = a.t - (a.t-b.t)*((a.slope+d2-d1)/(a.slope-b.slope+2*d2))
	}
	return min(max(t, lo), hi)
}
