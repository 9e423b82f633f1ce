package devicetest

import (
	"errors"
	"slices"

	"github.com/jimu-ml/jimu/device"
)

// picks are shapes and axes along which to take elements.
var picks = []struct {
	shape []int
	axis  int
}{
	{[]int{7}, 0},
	{[]int{6, 50}, 0},
	{[]int{6, 50}, 1},
	{[]int{3, 4, 5}, 1},
	{[]int{3, 1, 70}, 1},
	{[]int{2, 1, 2, 2, 1, 3, 2, 2}, 5},
	{[]int{4, 0}, 0},
}

func indexArray(t device.DType, n, length int) *array {
	return newArray(t, rowMajor, []int{n}, func(i int) float64 { return float64((i*i + 1) % length) })
}

func testGather(s *suite) {
	for _, t := range all {
		for _, p := range picks {
			for _, n := range []int{0, 1, 9} {
				for in := range layouts {
					index := indexArray([]device.DType{device.Int64, device.Int32}[n%2], n, p.shape[p.axis])
					shape := slices.Clone(p.shape)
					shape[p.axis] = n
					x, y := newArray(t, in, p.shape, sampling(t)), newArray(t, (in+layout(n))%layouts, shape, nil)
					y.each(func(i int, at []int) {
						at[p.axis] = int(index.value[at[p.axis]])
						y.value[i] = x.value[number(p.shape, at)]
					})
					s.must(device.Gather, device.Attr{Axis: p.axis}, []*array{y}, x, index)
					s.expect(device.Gather, 0, y, x, index)
				}
			}
		}
	}
}

func testScatterAdd(s *suite) {
	for _, t := range numbers {
		for _, p := range picks {
			for _, n := range []int{0, 1, 9} {
				for in := range layouts {
					index := indexArray([]device.DType{device.Int32, device.Int64}[n%2], n, p.shape[p.axis])
					shape := slices.Clone(p.shape)
					shape[p.axis] = n
					x, y := newArray(t, in, shape, sampling(t)), newArray(t, (in+layout(n))%layouts, p.shape, sampling(t))
					y.on(s.d)
					x.each(func(i int, at []int) {
						at[p.axis] = int(index.value[at[p.axis]])
						y.value[number(p.shape, at)] += x.value[i]
					})
					s.must(device.ScatterAdd, device.Attr{Axis: p.axis}, []*array{y}, x, index)
					s.expect(device.ScatterAdd, 4, y, x, index)
				}
			}
		}
	}
}

// testIndex has indices outside their axis: a device says so, at once or at the next Sync.
func testIndex(s *suite) {
	for _, bad := range []float64{-1, 5} {
		for _, op := range []device.Op{device.Gather, device.ScatterAdd} {
			x, y := newArray(device.Float32, rowMajor, []int{5, 3}, wave), newArray(device.Float32, rowMajor, []int{5, 3}, wave)
			index := newArray(device.Int64, rowMajor, []int{5}, func(i int) float64 { return bad * float64(i/4) })
			err := s.failure(func() { s.must(op, device.Attr{}, []*array{y}, x, index) })
			var e *device.IndexError
			if !errors.As(err, &e) || e.Op != op || e.Index != int(bad) || e.Length != 5 {
				s.Errorf("%s with index %v of 5: %v", op, bad, err)
			}
		}
	}
}

// failure returns what f panics with, or the device reports after it.
func (s *suite) failure(f func()) (err error) {
	defer func() {
		if e, ok := recover().(error); ok {
			err = e
		}
	}()
	f()
	return s.d.Sync()
}
