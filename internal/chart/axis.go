package chart

import (
	"fmt"
	"math"
	"strconv"
)

// An axis places numbers between two ends of a drawing.
type axis struct {
	low, high float64
	from, to  float64 // in the drawing
	log       bool
}

// axes returns the axes on which all lines can be seen.
func (c *Chart) axes() (x, y axis) {
	across, down := c.room()
	x = axis{math.Inf(1), math.Inf(-1), left, float64(left + across), false}
	y = axis{math.Inf(1), math.Inf(-1), float64(top + down), top, c.LogY}
	for _, s := range c.Series {
		xs, ys := thinned(s.X, s.Y)
		for i, v := range ys {
			if y.holds(v) {
				x.include(xs[i])
				y.include(v)
			}
		}
	}
	if c.Low != c.High {
		y.low, y.high = c.Low, c.High
		y.settle(0)
	} else {
		y.settle(0.04)
	}
	x.settle(0)
	return x, y
}

// holds reports whether a number can be placed.
func (a *axis) holds(v float64) bool {
	return !math.IsNaN(v) && !math.IsInf(v, 0) && (!a.log || v > 0)
}

func (a *axis) include(v float64) {
	a.low, a.high = min(a.low, v), max(a.high, v)
}

// settle widens the axis by a share of its length, and gives one without length some.
func (a *axis) settle(share float64) {
	if a.low > a.high {
		a.low, a.high = 0, 1
		if a.log {
			a.low = 0.1
		}
	}
	if a.log {
		f := math.Pow(a.high/a.low, share)
		if f = max(f, 1); a.low == a.high {
			f = 2
		}
		a.low, a.high = a.low/f, a.high*f
		return
	}
	room := share * (a.high - a.low)
	if a.low == a.high {
		room = max(math.Abs(a.low)/2, 0.5)
	}
	a.low, a.high = a.low-room, a.high+room
}

// place returns where a number is in the drawing.
func (a *axis) place(v float64) float64 {
	share := (v - a.low) / (a.high - a.low)
	if a.log {
		share = math.Log(v/a.low) / math.Log(a.high/a.low)
	}
	return a.from + share*(a.to-a.from)
}

// marks returns about six round numbers on the axis.
func (a *axis) marks() (marks []float64) {
	if a.log {
		return a.powers()
	}
	step := math.Pow(10, math.Floor(math.Log10((a.high-a.low)/5)))
	for _, f := range []float64{1, 2, 2.5, 5, 10} {
		if (a.high-a.low)/(step*f) <= 6.5 {
			step *= f
			break
		}
	}
	for k := math.Ceil(a.low/step - 1e-9); k*step <= a.high+1e-9*step; k++ {
		marks = append(marks, k*step)
	}
	return marks
}

// powers returns marks of a logarithmic axis: powers of ten, with twos and fives between if they are few.
func (a *axis) powers() (marks []float64) {
	for _, factors := range [][]float64{{1}, {1, 2, 5}, {1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9}} {
		marks = nil
		for e := math.Floor(math.Log10(a.low)); e <= math.Log10(a.high); e++ {
			for _, f := range factors {
				if v := f * math.Pow(10, e); v >= a.low*(1-1e-9) && v <= a.high*(1+1e-9) {
					marks = append(marks, v)
				}
			}
		}
		if len(marks) >= 3 {
			break
		}
	}
	return marks
}

// label returns a number as it stands at an axis.
func label(v float64) string {
	switch m := math.Abs(v); {
	case m >= 1e6:
		return strconv.FormatFloat(v/1e6, 'g', 4, 64) + "M"
	case m >= 1e4:
		return strconv.FormatFloat(v/1e3, 'g', 4, 64) + "k"
	case m < 1e-12:
		return "0"
	}
	return fmt.Sprintf("%.4g", v)
}
