package metric

import (
	"iter"
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// examples yields the elements of each example of predictions and targets of one shape.
func examples(op string, prediction, target *tensor.Tensor) iter.Seq2[[]float64, []float64] {
	x, y := pairs(op, prediction, target)
	if prediction.Rank() < 1 {
		panic(tensor.Errorf(op, "predictions of shape %v; want an axis of examples", prediction))
	}
	return func(yield func(x, y []float64) bool) {
		n := prediction.Dim(0)
		for i := range n {
			size := len(x) / n
			if !yield(x[i*size:(i+1)*size], y[i*size:(i+1)*size]) {
				return
			}
		}
	}
}

// A plane is one channel of a picture.
type plane struct {
	h, w int
	of   []float64
}

// pictures yields the channels of each picture of predictions and targets [n c h w].
func pictures(op string, prediction, target *tensor.Tensor) iter.Seq2[[]plane, []plane] {
	if prediction.Rank() != 4 {
		panic(tensor.Errorf(op, "predictions of shape %v; want [n c h w]", prediction))
	}
	c, h, w := prediction.Dim(1), prediction.Dim(2), prediction.Dim(3)
	all := examples(op, prediction, target)
	return func(yield func(x, y []plane) bool) {
		for x, y := range all {
			a, b := make([]plane, c), make([]plane, c)
			for i := range c {
				a[i] = plane{h, w, x[i*h*w : (i+1)*h*w]}
				b[i] = plane{h, w, y[i*h*w : (i+1)*h*w]}
			}
			if !yield(a, b) {
				return
			}
		}
	}
}

// filtered returns a plane after a filter that is the same in rows and columns, only where it lies within.
func (p plane) filtered(k []float64) plane {
	n := len(k) - 1
	h, w := p.h-n, p.w-n
	rows := make([]float64, p.h*w)
	for i := range p.h {
		for j := range w {
			for l, v := range k {
				rows[i*w+j] += v * p.of[i*p.w+j+l]
			}
		}
	}
	q := plane{h, w, make([]float64, h*w)}
	for i := range h {
		for l, v := range k {
			for j := range w {
				q.of[i*w+j] += v * rows[(i+l)*w+j]
			}
		}
	}
	return q
}

// times returns the product of the elements of planes.
func (p plane) times(q plane) plane {
	r := plane{p.h, p.w, make([]float64, len(p.of))}
	for i, v := range p.of {
		r.of[i] = v * q.of[i]
	}
	return r
}

// reflected returns a plane with n more rows and columns on each side, mirrored without repeating the border.
func (p plane) reflected(n int) plane {
	mirror := func(i, size int) int {
		if i < 0 {
			i = -i
		}
		if i >= size {
			i = 2*(size-1) - i
		}
		return i
	}
	q := plane{p.h + 2*n, p.w + 2*n, nil}
	for i := range q.h {
		for j := range q.w {
			q.of = append(q.of, p.of[mirror(i-n, p.h)*p.w+mirror(j-n, p.w)])
		}
	}
	return q
}

// halved returns the means of blocks of 2 by 2; an odd last row or column is left out.
func (p plane) halved() plane {
	q := plane{p.h / 2, p.w / 2, make([]float64, (p.h/2)*(p.w/2))}
	for i := range q.of {
		at := i/q.w*2*p.w + i%q.w*2
		q.of[i] = (p.of[at] + p.of[at+1] + p.of[at+p.w] + p.of[at+p.w+1]) / 4
	}
	return q
}

// gaussian returns a filter of n weights that sum to 1.
func gaussian(n int, sigma float64) []float64 {
	k := make([]float64, n)
	sum := 0.
	for i := range k {
		d := float64(i) - float64(n-1)/2
		k[i] = math.Exp(-d * d / (2 * sigma * sigma))
		sum += k[i]
	}
	for i := range k {
		k[i] /= sum
	}
	return k
}
