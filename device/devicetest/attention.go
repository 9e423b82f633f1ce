package devicetest

import (
	"math"

	"github.com/jimu-ml/jimu/device"
)

// attentionCases are the lengths of the axes, whether causal, the type of the mask, and the share of the weights that is dropped.
var attentionCases = []struct {
	b, h, g, t, s, d, e int
	causal              bool
	mask                device.DType // Int64: there is none
	dropout             float64
}{
	{2, 2, 2, 5, 7, 4, 3, false, device.Int64, 0},
	{1, 4, 2, 6, 6, 8, 8, true, device.Int64, 0},
	{1, 3, 1, 70, 300, 5, 17, true, device.Float32, 0},
	{2, 2, 1, 9, 20, 16, 1, false, device.Bool, 0},
	{1, 1, 1, 6, 3, 1, 2, true, device.Bool, 0},
	{0, 2, 2, 3, 3, 4, 4, false, device.Int64, 0},
	{1, 2, 2, 3, 0, 4, 4, false, device.Int64, 0},
	{2, 2, 1, 66, 301, 4, 3, true, device.Int64, 0.25},
}

// An attentionCase is the operands of one case.
type attentionCase struct {
	b, h, g, t, s, d, e             int
	q, k, v, mask, y, most, sum, dy *array
	dq, dk, dv                      *array
	weights                         []float64 // of a row
	scale                           float64
	causal                          bool
	dropout                         float64
	chance                          []float64 // of each weight
}

func testAttention(s *suite) {
	for _, t := range floats {
		for i, c := range attentionCases {
			for in := range layouts {
				a := &attentionCase{b: c.b, h: c.h, g: c.g, t: c.t, s: c.s, d: c.d, e: c.e, scale: 0.5, causal: c.causal, dropout: c.dropout}
				logits := []int{c.b, c.h, c.t, c.s}
				a.q, a.k = newArray(t, in, []int{c.b, c.h, c.t, c.d}, wave), newArray(t, (in+1)%layouts, []int{c.b, c.g, c.s, c.d}, whole)
				a.v, a.y = newArray(t, in, []int{c.b, c.g, c.s, c.e}, wave), newArray(t, (in+2)%layouts, []int{c.b, c.h, c.t, c.e}, nil)
				a.dy = newArray(t, in, []int{c.b, c.h, c.t, c.e}, wave)
				a.dq, a.dk = newArray(t, in, a.q.shape, nil), newArray(t, in, a.k.shape, nil)
				a.dv = newArray(t, rowMajor, a.v.shape, nil)
				wide := t
				if t.Bytes() == 2 {
					wide = device.Float32
				}
				a.most, a.sum = newArray(wide, rowMajor, logits[:3], nil), newArray(wide, rowMajor, logits[:3], nil)
				switch c.mask {
				case device.Bool:
					a.mask = newArray(device.Bool, in, logits, func(i int) float64 { return float64(i / 3 % 2) })
				case device.Float32:
					a.mask = newArray(wide, rowMajor, logits, wave)
					if i%2 == 0 {
						a.mask.broadcast(1)
					}
				}
				s.attention(a)
			}
		}
	}
}

func (s *suite) attention(a *attentionCase) {
	attr := device.Attr{Scalars: [8]float64{a.scale, a.dropout}, Flag: a.causal, Key: [2]uint64{99, 8}}
	if a.dropout > 0 {
		chance := newArray(a.most.view.DType, rowMajor, []int{a.b, a.h, a.t, a.s}, nil)
		s.must(device.Random, device.Attr{Key: attr.Key}, []*array{chance})
		a.chance = chance.read(s.d)
	}
	a.weights = make([]float64, a.s)
	for i := range a.b * a.h * a.t {
		a.row(i)
	}
	if s.run(device.Attention, attr, []*array{a.y, a.most, a.sum}, a.q, a.k, a.v, a.mask) {
		s.expect(device.Attention, 64, a.y, a.q, a.k, a.v)
		s.expect(device.Attention, 64, a.most, a.q, a.k)
		s.expect(device.Attention, 64, a.sum, a.q, a.k)
	}
	stored := func(of *array) *array {
		return newArray(of.view.DType, rowMajor, of.shape, func(i int) float64 { return of.value[i] })
	}
	out := []*array{a.dq, a.dk, a.dv}
	if s.run(device.AttentionGrad, attr, out, a.dy, a.q, a.k, a.v, a.mask, stored(a.y), stored(a.most), stored(a.sum)) {
		for _, g := range out {
			s.expect(device.AttentionGrad, 1000, g, a.q, a.k, a.v)
		}
	}
}

// row computes what query number i, counted over batch and heads, has a part in.
func (a *attentionCase) row(i int) {
	b, h, t := i/a.t/a.h, i/a.t%a.h, i%a.t
	kv := (b*a.g + h*a.g/a.h) * a.s // the first key
	q, y := a.q.value[i*a.d:][:a.d], a.y.value[i*a.e:][:a.e]
	most := math.Inf(-1)
	for j := range a.s {
		x := a.scale * dot(q, a.k.value[(kv+j)*a.d:])
		switch {
		case a.causal && j > t+a.s-a.t, a.mask != nil && a.mask.view.DType == device.Bool && a.mask.value[i*a.s+j] == 0:
			x = math.Inf(-1)
		case a.mask != nil && a.mask.view.DType != device.Bool:
			x += a.mask.value[i*a.s+j]
		}
		a.weights[j] = x
		most = max(most, x)
	}
	a.most.value[i] = most
	if math.IsInf(most, -1) {
		return
	}
	var sum float64
	for j, x := range a.weights {
		a.weights[j] = math.Exp(x - most)
		sum += a.weights[j]
	}
	a.sum.value[i] = sum
	for j := range a.weights {
		a.weights[j] /= sum
		axpy(y, a.kept(i, j)*a.weights[j], a.v.value[(kv+j)*a.e:])
	}
	a.gradients(i, kv)
}

// kept returns what weight j of query i is multiplied by.
func (a *attentionCase) kept(i, j int) float64 {
	switch {
	case a.dropout == 0:
		return 1
	case a.chance[i*a.s+j] < a.dropout:
		return 0
	}
	return 1 / (1 - a.dropout)
}

// gradients adds the part of query number i, whose first key is number kv.
func (a *attentionCase) gradients(i, kv int) {
	dy := a.dy.value[i*a.e:][:a.e]
	mean := dot(dy, a.y.value[i*a.e:])
	for j, p := range a.weights {
		k, kept := kv+j, a.kept(i, j)
		axpy(a.dv.value[k*a.e:][:a.e], kept*p, dy)
		ds := a.scale * p * (kept*dot(dy, a.v.value[k*a.e:]) - mean)
		axpy(a.dq.value[i*a.d:][:a.d], ds, a.k.value[k*a.d:])
		axpy(a.dk.value[k*a.d:][:a.d], ds, a.q.value[i*a.d:])
	}
}

// dot returns Σ x[i]·y[i] over the length of x.
func dot(x, y []float64) (sum float64) {
	for i, v := range x {
		sum += v * y[i]
	}
	return sum
}

// axpy sets y[i] += a·x[i] over the length of y.
func axpy(y []float64, a float64, x []float64) {
	for i := range y {
		y[i] += a * x[i]
	}
}
