package devicetest

import (
	"math"

	"github.com/jimu-ml/jimu/device"
)

func testAlloc(s *suite) {
	for _, t := range all {
		for _, n := range []int{0, 1, 63, 64, 65, 1000, 100000} {
			b := s.d.Alloc(t, n)
			if h, ok := b.(device.HostBuffer); ok && len(h.Bytes()) < n*t.Bytes() {
				s.Errorf("%d elements of %s got %d bytes", n, t, len(h.Bytes()))
			}
			if r, ok := s.d.(device.Recycler); ok {
				r.Free(b)
			}
		}
	}
}

func testFill(s *suite) {
	for _, t := range all {
		for _, shape := range shapes {
			for out := range layouts {
				for _, v := range []float64{0, 1, 2.5, math.Inf(1)} {
					if v != math.Trunc(v) && t != device.Bool && !t.IsFloat() || math.IsInf(v, 0) && !t.IsFloat() {
						continue
					}
					y := newArray(t, out, shape, nil)
					s.must(device.Fill, device.Attr{Scalars: [8]float64{v}}, []*array{y})
					for i := range y.value {
						y.value[i] = v
					}
					s.expect(device.Fill, 0, y)
				}
			}
		}
	}
}

func testIota(s *suite) {
	for _, t := range numbers {
		for _, n := range []int{0, 1, 70} {
			for _, out := range []layout{rowMajor, spaced, backward} {
				y := newArray(t, out, []int{n}, nil)
				s.must(device.Iota, device.Attr{Scalars: [8]float64{3, 2}}, []*array{y})
				for i := range y.value {
					y.value[i] = float64(3 + 2*i)
				}
				s.expect(device.Iota, 0, y)
			}
		}
	}
}

func testCopy(s *suite) {
	for _, from := range all {
		for _, to := range all {
			for i, shape := range shapes {
				for in := range layouts {
					x, y := newArray(from, in, shape, nil), newArray(to, (in+layout(i))%layouts, shape, nil)
					for i := range x.value {
						x.value[i] = rounded(from, math.Abs(sampled(from, i)))
						y.value[i] = x.value[i]
					}
					s.must(device.Copy, device.Attr{}, []*array{y}, x)
					s.expect(device.Copy, 0, y, x)
				}
			}
		}
	}
	for _, t := range all {
		for in := range layouts {
			for out := range layouts {
				x, y := newArray(t, in, []int{3, 37, 5, 23}, sampling(t)), newArray(t, out, []int{3, 37, 5, 23}, nil)
				s.must(device.Copy, device.Attr{}, []*array{y}, x)
				copy(y.value, x.value)
				s.expect(device.Copy, 0, y, x)
			}
		}
	}
}

// testRandom checks that numbers depend on the key and on the place of an element alone, and how they are spread.
func testRandom(s *suite) {
	for _, t := range floats {
		for _, normal := range []bool{false, true} {
			all := newArray(t, rowMajor, []int{40, 60}, nil)
			key := device.Attr{Key: [2]uint64{12345, 40}, Flag: normal}
			s.must(device.Random, key, []*array{all})
			copy(all.value, all.read(s.d))
			for out := range layouts {
				y := newArray(t, out, []int{10, 60}, nil)
				key.Key[1] = 40 + 600
				s.must(device.Random, key, []*array{y})
				copy(y.value, all.value[600:])
				s.expect(device.Random, 0, y)
			}
			s.spread(all, normal)
		}
	}
}

func (s *suite) spread(a *array, normal bool) {
	s.Helper()
	var sum, square float64
	for _, v := range a.value {
		if !normal && (v < 0 || v > 1) {
			s.Errorf("Random: %v is not in [0, 1)", v)
		}
		sum += v
		square += v * v
	}
	n := float64(len(a.value))
	mean, variance := 0.5, 1.0/12
	if normal {
		mean, variance = 0, 1
	}
	if m := sum / n; math.Abs(m-mean) > 5*math.Sqrt(variance/n) {
		s.Errorf("Random %s: mean %v, not %v", a.view.DType, m, mean)
	}
	if v := square/n - sum*sum/n/n; math.Abs(v-variance) > 10*variance/math.Sqrt(n) {
		s.Errorf("Random %s: variance %v, not %v", a.view.DType, v, variance)
	}
}

func testWhere(s *suite) {
	for _, t := range all {
		for i, p := range [][3][]int{
			{{4, 50}, {4, 50}, {50}},
			{{50, 4}, {1, 4}, {50, 1}},
			{{3, 40}, {3, 1}, {}},
			{{}, {}, {}},
			{{0}, {0}, {1}},
			{{2, 1, 2, 2, 1, 3, 2, 2}, {2, 1, 2, 2, 1, 3, 2, 2}, {2}},
		} {
			for in := range layouts {
				y := newArray(t, (in+layout(i))%layouts, p[0], nil)
				c := newArray(device.Bool, in, p[1], sampling(device.Bool))
				a, b := newArray(t, in, p[0], sampling(t)), newArray(t, rowMajor, p[2], func(i int) float64 { return sampled(t, i+5) })
				s.must(device.Where, device.Attr{}, []*array{y}, c, a, b)
				y.each(func(i int, at []int) {
					y.value[i] = b.value[number(p[2], at)]
					if c.value[number(p[1], at)] != 0 {
						y.value[i] = a.value[i]
					}
				})
				s.expect(device.Where, 0, y, c, a, b)
			}
		}
	}
}
