package devicetest

import "github.com/jimu-ml/jimu/device"

func testMatMul(s *suite) {
	for _, t := range numbers {
		for _, p := range [][3][]int{ // y, a, b
			{{1, 1}, {1, 1}, {1, 1}},
			{{5, 7}, {5, 3}, {3, 7}},
			{{17, 33}, {17, 20}, {20, 33}},
			{{4, 2, 5}, {4, 2, 3}, {4, 3, 5}},
			{{4, 2, 5}, {4, 2, 3}, {3, 5}},
			{{4, 2, 5}, {2, 3}, {4, 3, 5}},
			{{2, 3, 2, 5}, {2, 1, 2, 4}, {3, 4, 5}},
			{{1, 40}, {1, 30}, {30, 40}},
			{{40, 1}, {40, 30}, {30, 1}},
			{{3, 4}, {3, 0}, {0, 4}},
			{{0, 4}, {0, 2}, {2, 4}},
			{{2, 1, 2, 1, 1, 2, 3, 2}, {2, 1, 2, 1, 1, 2, 3, 4}, {2, 1, 2, 1, 1, 2, 4, 2}},
		} {
			for in := range layouts {
				a, b := newArray(t, in, p[1], sampling(t)), newArray(t, (in*2)%layouts, p[2], sampling(t))
				y := newArray(t, (in*3)%layouts, p[0], nil)
				y.product(a, b)
				s.must(device.MatMul, device.Attr{}, []*array{y}, a, b)
				s.expect(device.MatMul, 64, y, a, b)
			}
			if k := p[1][len(p[1])-1]; k > 1 {
				a, b := newArray(t, rowMajor, p[1], sampling(t)).broadcast(len(p[1])-1), newArray(t, rowMajor, p[2], sampling(t)).broadcast(len(p[2])-1)
				y := newArray(t, rowMajor, p[0], nil)
				y.product(a, b)
				s.must(device.MatMul, device.Attr{}, []*array{y}, a, b)
				s.expect(device.MatMul, 64, y, a, b)
			}
		}
	}
}

// product sets the value of y to a·b.
func (a *array) product(x, w *array) {
	r := len(a.shape)
	k := x.shape[len(x.shape)-1]
	a.each(func(i int, at []int) {
		row, column := at[r-2], at[r-1]
		var sum float64
		for j := range k {
			at[r-2], at[r-1] = row, j
			v := x.value[number(x.shape, at)]
			at[r-2], at[r-1] = j, column
			sum += v * w.value[number(w.shape, at)]
		}
		a.value[i] = sum
	})
	if a.view.DType == device.Uint8 {
		for i := range a.value {
			a.value[i] = float64(uint8(int(a.value[i])))
		}
	}
}

func testLinear(s *suite) {
	for _, t := range floats {
		for _, shape := range [][]int{{3, 5}, {7}, {2, 3, 40}, {0, 4}, {17, 33}} {
			for in := range layouts {
				for _, relu := range []bool{false, true} {
					s.linear(t, in, shape, relu)
				}
			}
		}
	}
}

func (s *suite) linear(t device.DType, in layout, shape []int, relu bool) {
	s.Helper()
	k := shape[len(shape)-1]
	x, w := newArray(t, in, shape, wave), newArray(t, (in*2)%layouts, []int{11, k}, whole)
	b := newArray(t, rowMajor, []int{11}, wave)
	if k == 33 {
		b = nil
	}
	out := append(append([]int{}, shape[:len(shape)-1]...), 11)
	y := newArray(t, rowMajor, out, nil)
	if !s.run(device.Linear, device.Attr{Flag: relu}, []*array{y}, x, w, b) {
		return
	}
	y.each(func(i int, at []int) {
		row := i / 11
		var sum float64
		for j := range k {
			sum += x.value[row*k+j] * w.value[i%11*k+j]
		}
		if b != nil {
			sum += b.value[i%11]
		}
		if relu {
			sum = max(sum, 0)
		}
		y.value[i] = sum
	})
	s.expect(device.Linear, 64, y, x, w, b)
}

// testLarge has arrays that are worth several processors.
func testLarge(s *suite) {
	for _, shape := range [][]int{{300, 220}, {4, 64, 20, 14}, {70000}} {
		for in := range layouts {
			s.unary(unaryCase{op: device.Neg, f: func(x float64) float64 { return -x }},
				newArray(device.Float32, rowMajor, shape, nil), newArray(device.Float32, in, shape, wave))
			s.binary(binaryCase{op: device.Add, f: func(a, b float64) float64 { return a + b }}, device.Float32,
				[3][]int{shape, shape, shape[len(shape)-1:]}, in, 0)
			for k := range shape {
				to := append([]int{}, shape...)
				to[k] = 1
				s.reduce(device.Sum, device.Float32, in, shape, to, 0, func(a, b float64) float64 { return a + b })
				to = make([]int, len(shape))
				for j := range to {
					to[j] = 1
				}
				to[k] = shape[k]
				s.reduce(device.Sum, device.Float32, in, shape, to, 0, func(a, b float64) float64 { return a + b })
			}
			x, y := newArray(device.Float32, in, shape, wave), newArray(device.Float32, (in+1)%layouts, shape, nil)
			s.must(device.Copy, device.Attr{}, []*array{y}, x)
			copy(y.value, x.value)
			s.expect(device.Copy, 0, y, x)
		}
	}
}
