package devicetest

import (
	"math"

	"github.com/jimu-ml/jimu/device"
)

var reducedShapes = []struct{ x, y []int }{
	{[]int{}, []int{}},
	{[]int{7}, []int{1}},
	{[]int{4, 50}, []int{4, 1}},
	{[]int{4, 50}, []int{1, 50}},
	{[]int{4, 50}, []int{1, 1}},
	{[]int{4, 50}, []int{4, 50}},
	{[]int{3, 4, 5, 6}, []int{3, 1, 5, 1}},
	{[]int{3, 4, 5, 6}, []int{1, 4, 1, 1}},
	{[]int{3, 40, 5, 6}, []int{1, 40, 1, 1}},
	{[]int{2, 1, 2, 2, 1, 3, 2, 2}, []int{2, 1, 1, 2, 1, 1, 2, 1}},
	{[]int{2, 2000}, []int{2, 1}},
	{[]int{0, 3}, []int{0, 1}},
}

func testReduce(s *suite) {
	for _, t := range numbers {
		for _, p := range reducedShapes {
			for in := range layouts {
				s.reduce(device.Sum, t, in, p.x, p.y, 0, func(a, b float64) float64 { return a + b })
				s.reduce(device.Max, t, in, p.x, p.y, math.Inf(-1), math.Max)
				s.reduce(device.Min, t, in, p.x, p.y, math.Inf(1), math.Min)
				if length(p.x) <= 1000 {
					s.reduce(device.Prod, t, in, p.x, p.y, 1, func(a, b float64) float64 { return a * b })
				}
			}
		}
		s.reduce(device.Sum, t, rowMajor, []int{3, 0}, []int{3, 1}, 0, nil)
		s.reduce(device.Prod, t, rowMajor, []int{3, 0}, []int{3, 1}, 1, nil)
	}
	for _, in := range []layout{rowMajor, reversed} {
		s.reduce(device.Max, device.Bool, in, []int{4, 5}, []int{4, 1}, 0, math.Max)
		s.reduce(device.Min, device.Bool, in, []int{4, 5}, []int{4, 1}, 1, math.Min)
	}
	nan := newArray(device.Float32, rowMajor, []int{50}, wave)
	nan.value[33] = math.NaN()
	for _, op := range []device.Op{device.Max, device.Min, device.Sum} {
		y := newArray(device.Float32, rowMajor, []int{1}, func(int) float64 { return math.NaN() })
		s.must(op, device.Attr{}, []*array{y}, nan)
		s.expect(op, 0, y, nan)
	}
}

func (s *suite) reduce(op device.Op, t device.DType, in layout, from, to []int, start float64, f func(a, b float64) float64) {
	s.Helper()
	x, y := newArray(t, in, from, sampling(t)), newArray(t, in, to, nil)
	if op == device.Prod {
		for i := range x.value {
			x.value[i] = float64(i%3/2 + 1) // 1, 1, 2
			if i%40 > 8 {
				x.value[i] = 1
			}
		}
	}
	for i := range y.value {
		y.value[i] = start
	}
	x.each(func(i int, at []int) {
		j := number(to, at)
		y.value[j] = f(y.value[j], x.value[i])
	})
	if t == device.Uint8 {
		for i := range y.value {
			y.value[i] = math.Mod(y.value[i], 256)
		}
	}
	s.must(op, device.Attr{}, []*array{y}, x)
	s.expect(op, 64, y, x)
}

func testArg(s *suite) {
	for _, t := range numbers {
		for _, p := range []struct{ x, y []int }{
			{[]int{7}, []int{1}},
			{[]int{4, 50}, []int{4, 1}},
			{[]int{4, 50}, []int{1, 50}},
			{[]int{3, 4, 5, 6}, []int{3, 1, 5, 6}},
			{[]int{3, 4, 1500}, []int{3, 1, 1500}},
			{[]int{5, 1}, []int{5, 1}},
			{[]int{0, 3}, []int{0, 1}},
		} {
			for in := range layouts {
				s.arg(device.ArgMax, newArray(t, in, p.x, sampling(t)), p.y, func(a, best float64) bool { return a > best })
				s.arg(device.ArgMin, newArray(t, in, p.x, sampling(t)), p.y, func(a, best float64) bool { return a < best })
			}
		}
	}
	x := newArray(device.Float32, rowMajor, []int{2, 9}, wave)
	x.value[4], x.value[7] = math.NaN(), math.NaN()
	y := newArray(device.Int64, rowMajor, []int{2, 1}, func(i int) float64 { return []float64{4, 6}[i] })
	s.must(device.ArgMax, device.Attr{}, []*array{y}, x)
	y.value[1] = y.read(s.d)[1]
	s.expect(device.ArgMax, 0, y, x)
}

func (s *suite) arg(op device.Op, x *array, to []int, better func(a, best float64) bool) {
	s.Helper()
	y := newArray(device.Int64, rowMajor, to, nil)
	best := make([]float64, len(y.value))
	seen := make([]bool, len(y.value))
	axis := 0
	for k := range to {
		if to[k] != x.shape[k] {
			axis = k
		}
	}
	x.each(func(i int, at []int) {
		j := number(to, at)
		if !seen[j] || better(x.value[i], best[j]) {
			seen[j], best[j], y.value[j] = true, x.value[i], float64(at[axis])
			if to[axis] == x.shape[axis] {
				y.value[j] = 0
			}
		}
	})
	s.must(op, device.Attr{}, []*array{y}, x)
	s.expect(op, 0, y, x)
}
