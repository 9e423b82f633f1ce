package devicetest

import (
	"math"

	"github.com/jimu-ml/jimu/device"
)

func testAccumulate(s *suite) {
	for _, t := range floats {
		for _, shape := range shapes {
			for in := range layouts {
				y, x := newArray(t, in, shape, wave), newArray(t, (in*2+1)%layouts, shape, whole)
				y.on(s.d)
				for i, v := range x.value {
					y.value[i] += 2 * v
				}
				if s.run(device.Accumulate, device.Attr{Scalars: [8]float64{2}}, []*array{y}, x) {
					s.expect(device.Accumulate, 1, y, x)
				}
			}
		}
	}
}

func testSumSquare(s *suite) {
	for _, t := range floats {
		for _, shape := range append([][]int{{200, 400}}, shapes...) {
			for in := range layouts {
				x, y := newArray(t, in, shape, wave), newArray(t, rowMajor, nil, nil)
				for _, v := range x.value {
					y.value[0] += v * v
				}
				if s.run(device.SumSquare, device.Attr{}, []*array{y}, x) {
					s.expect(device.SumSquare, 16, y, x)
				}
			}
		}
	}
}

// testDropout compares with the stream of Random.
func testDropout(s *suite) {
	for _, t := range []device.DType{device.Float32, device.Float64} {
		for _, shape := range append([][]int{{200, 300}}, shapes...) {
			for in := range layouts {
				u := newArray(t, rowMajor, shape, nil)
				a := device.Attr{Key: [2]uint64{99, 8}, Scalars: [8]float64{0.25}}
				s.must(device.Random, a, []*array{u})
				x, y := newArray(t, in, shape, whole), newArray(t, (in*2)%layouts, shape, nil)
				for i, v := range u.read(s.d) {
					if v >= 0.25 {
						y.value[i] = x.value[i] / 0.75
					}
				}
				if s.run(device.Dropout, a, []*array{y}, x) {
					s.expect(device.Dropout, 2, y, x)
				}
			}
		}
	}
}

func testSGD(s *suite) {
	for _, t := range floats {
		for _, shape := range [][]int{{}, {7, 40}, {2, 3, 4, 5}, {300, 150}, {0}} {
			for in := range layouts {
				s.sgd(t, in, shape, device.Attr{Scalars: [8]float64{0.5, 0, 0, 0, 1, 1}})
				s.sgd(t, in, shape, device.Attr{Scalars: [8]float64{0.5, 0.5, 0.25, 0.125, 1, 0.5}})
				s.sgd(t, in, shape, device.Attr{Scalars: [8]float64{0.5, 0.5, 0.25, 0.125, 0, 1}, Flag: true})
			}
		}
	}
}

func (s *suite) sgd(t device.DType, in layout, shape []int, a device.Attr) {
	s.Helper()
	lr, momentum, dampening, decay, first, scale := a.Scalars[0], a.Scalars[1], a.Scalars[2], a.Scalars[3], a.Scalars[4], a.Scalars[5]
	p, v, g := newArray(t, in, shape, wave), newArray(t, in, shape, whole), newArray(t, (in*2)%layouts, shape, positive)
	if momentum == 0 {
		v = nil
	}
	p.on(s.d)
	v.on(s.d)
	for i := range p.value {
		d := scale*g.value[i] + decay*p.value[i]
		if v != nil {
			v.value[i] = momentum*v.value[i] + (1-dampening)*d
			if first != 0 {
				v.value[i] = d
			}
			if a.Flag {
				d += momentum * v.value[i]
			} else {
				d = v.value[i]
			}
		}
		p.value[i] -= lr * d
	}
	if s.run(device.SGD, a, []*array{p, v}, g) {
		s.expect(device.SGD, 8, p, g)
		if v != nil {
			s.expect(device.SGD, 8, v, g)
		}
	}
}

func testAdam(s *suite) {
	for _, t := range []device.DType{device.Float32, device.Float64} {
		for _, shape := range [][]int{{}, {7, 40}, {2, 3, 4, 5}, {300, 150}, {0}} {
			for in := range layouts {
				a := device.Attr{Scalars: [8]float64{0.125, 0.875, 0.75, 1e-4, 0.25, 3, 0.5}}
				s.adam(t, in, shape, a)
				a.Flag = true
				s.adam(t, in, shape, a)
			}
		}
	}
}

func (s *suite) adam(t device.DType, in layout, shape []int, a device.Attr) {
	s.Helper()
	lr, b1, b2, eps, decay, step, scale := a.Scalars[0], a.Scalars[1], a.Scalars[2], a.Scalars[3], a.Scalars[4], a.Scalars[5], a.Scalars[6]
	p, m, v, g := newArray(t, in, shape, wave), newArray(t, in, shape, whole), newArray(t, in, shape, positive), newArray(t, (in*2)%layouts, shape, wave)
	for _, x := range []*array{p, m, v} {
		x.on(s.d)
	}
	for i := range p.value {
		d := scale * g.value[i]
		if a.Flag {
			p.value[i] -= lr * decay * p.value[i]
		} else {
			d += decay * p.value[i]
		}
		m.value[i] = b1*m.value[i] + (1-b1)*d
		v.value[i] = b2*v.value[i] + (1-b2)*d*d
		p.value[i] -= lr / (1 - math.Pow(b1, step)) * m.value[i] / (math.Sqrt(v.value[i])/math.Sqrt(1-math.Pow(b2, step)) + eps)
	}
	if s.run(device.Adam, a, []*array{p, m, v}, g) {
		for _, x := range []*array{p, m, v} {
			s.expect(device.Adam, 32, x, g)
		}
	}
}
