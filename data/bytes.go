package data

import (
	"fmt"
	"math"
	"slices"

	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Bytes is a set of examples kept as bytes, such as pictures, and made float32 batch by batch.
//
//	x = (byte/255 − Mean[c]) / Deviation[c]
type Bytes struct {
	Data   []uint8
	Shape  []int   // of one example, [c h w] for pictures: its first axis is that of Mean
	Labels []int64 // the class of each example

	// Of each channel, in units of the full scale of 255. nil: 0 and 1.
	Mean, Deviation []float32
}

// Check reports an error if the lengths do not fit.
func (s *Bytes) Check() error {
	n := s.exampleLen()
	if n <= 0 || len(s.Data) != n*len(s.Labels) {
		return fmt.Errorf("a set of %d bytes and %d labels for examples of shape %v", len(s.Data), len(s.Labels), s.Shape)
	}
	if s.Mean != nil && len(s.Mean) != s.Shape[0] || s.Deviation != nil && len(s.Deviation) != s.Shape[0] {
		return fmt.Errorf("%d means and %d deviations for examples of shape %v", len(s.Mean), len(s.Deviation), s.Shape)
	}
	return nil
}

func (s *Bytes) exampleLen() int {
	n := 1
	for _, d := range s.Shape {
		n *= d
	}
	return n
}

// Len returns the number of examples.
func (s *Bytes) Len() int { return len(s.Labels) }

// Batch returns the examples at those positions, normalized, and their classes as int64.
func (s *Bytes) Batch(index []int, _ rng.Key) (Batch, error) {
	n := s.exampleLen()
	tables := s.tables()
	x, y := make([]float32, 0, n*len(index)), make([]int64, len(index))
	for i, k := range index {
		if k < 0 || k >= s.Len() {
			return Batch{}, fmt.Errorf("example %d of a set of %d", k, s.Len())
		}
		y[i] = s.Labels[k]
		x = normalized(x, s.Data[k*n:(k+1)*n], tables)
	}
	shape := append([]int{len(index)}, s.Shape...)
	return Batch{X: tensor.Of(x, shape...), Y: tensor.Of(y, len(y)), Index: index}, nil
}

// AppendNormalized appends the bytes of examples, of as many channels as the set's but of any size, as the numbers that a batch has of
// them.
func (s *Bytes) AppendNormalized(x []float32, examples ...[]uint8) []float32 {
	tables := s.tables()
	for _, e := range examples {
		x = normalized(x, e, tables)
	}
	return x
}

func normalized(x []float32, example []uint8, tables [][256]float32) []float32 {
	n, per := len(x), len(example)/len(tables)
	x = slices.Grow(x, len(example))[:n+len(example)]
	for c := range tables {
		t := &tables[c]
		to := x[n+c*per:]
		for j, v := range example[c*per : (c+1)*per] {
			to[j] = t[v]
		}
	}
	return x
}

// tables returns what each byte becomes, channel by channel.
func (s *Bytes) tables() [][256]float32 {
	t := make([][256]float32, max(len(s.Mean), len(s.Deviation), 1))
	for c := range t {
		mean, dev := float32(0), float32(1)
		if s.Mean != nil {
			mean = s.Mean[c]
		}
		if s.Deviation != nil {
			dev = s.Deviation[c]
		}
		for v := range t[c] {
			t[c][v] = (float32(v)/255 - mean) / dev
		}
	}
	return t
}

// Normalize sets Mean and Deviation to those of the data itself, channel by channel. Give a test set those of its training
// set.
func (s *Bytes) Normalize() {
	n, c := s.exampleLen(), s.Shape[0]
	per := n / c
	s.Mean, s.Deviation = make([]float32, c), make([]float32, c)
	for ch := range c {
		var counts [256]int
		for i := range s.Labels {
			for _, v := range s.Data[i*n+ch*per : i*n+(ch+1)*per] {
				counts[v]++
			}
		}
		s.Mean[ch], s.Deviation[ch] = moments(counts)
	}
}

func moments(counts [256]int) (mean, deviation float32) {
	var n, sum, square float64
	for v, k := range counts {
		f, w := float64(v)/255, float64(k)
		n, sum, square = n+w, sum+w*f, square+w*f*f
	}
	if n == 0 {
		return 0, 1
	}
	m := sum / n
	d := square/n - m*m
	if d < 1e-12 {
		return float32(m), 1
	}
	return float32(m), float32(math.Sqrt(d))
}
