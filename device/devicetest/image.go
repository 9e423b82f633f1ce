package devicetest

import (
	"math"

	"github.com/jimu-ml/jimu/device"
)

func testBatchNorm(s *suite) {
	for _, t := range floats {
		for _, shape := range [][]int{{4, 3}, {2, 5, 6}, {3, 16, 5, 4}, {2, 3, 2, 3, 4}, {4, 40, 20, 20}} {
			for in := range layouts {
				s.batchNorm(t, in, shape)
			}
		}
	}
}

func (s *suite) batchNorm(t device.DType, in layout, shape []int) {
	c := shape[1]
	n := float64(length(shape) / c)
	x, dy := newArray(t, in, shape, func(i int) float64 { return wave(i * i) }), newArray(t, (in*2)%layouts, shape, whole)
	gain, bias := newArray(t, rowMajor, []int{c}, positive), newArray(t, rowMajor, []int{c}, wave)
	one := func() *array { return newArray(t, rowMajor, []int{c}, nil) }
	y, mean, rstd := newArray(t, (in+1)%layouts, shape, nil), one(), one()
	dx, dgain, dbias := newArray(t, in, shape, nil), one(), one()
	const eps = 1e-3
	columns := make([][]float64, c)
	x.each(func(i int, at []int) { columns[at[1]] = append(columns[at[1]], x.value[i]) })
	for j, column := range columns {
		mean.value[j], rstd.value[j] = moments(column, eps)
	}
	stored := []*array{
		newArray(t, rowMajor, []int{c}, func(i int) float64 { return mean.value[i] }),
		newArray(t, rowMajor, []int{c}, func(i int) float64 { return rstd.value[i] }),
	}
	x.each(func(i int, at []int) {
		j := at[1]
		y.value[i] = (x.value[i]-mean.value[j])*rstd.value[j]*gain.value[j] + bias.value[j]
		dgain.value[j] += dy.value[i] * (x.value[i] - stored[0].value[j]) * stored[1].value[j]
		dbias.value[j] += dy.value[i]
	})
	x.each(func(i int, at []int) {
		j := at[1]
		r := stored[1].value[j]
		xhat := (x.value[i] - stored[0].value[j]) * r
		dx.value[i] = gain.value[j] * r * (dy.value[i] - dbias.value[j]/n - xhat*dgain.value[j]/n)
	})
	if s.run(device.BatchNorm, device.Attr{Scalars: [8]float64{eps}}, []*array{y, mean, rstd}, x, gain, bias) {
		s.expect(device.BatchNorm, 64, y, x)
		s.expect(device.BatchNorm, 8, mean, x)
		s.expect(device.BatchNorm, 32, rstd, x)
	}
	if s.run(device.BatchNormGrad, device.Attr{}, []*array{dx, dgain, dbias}, dy, x, gain, stored[0], stored[1]) {
		for _, a := range []*array{dx, dgain, dbias} {
			s.expect(device.BatchNormGrad, 2000, a, dy, x)
		}
	}
}

// window returns the geometry of a window that is the same along all spatial axes.
func window(axes, size, stride, dilation, before, behind int) device.Window {
	w := device.Window{Axes: axes, Groups: 1}
	for k := range axes {
		w.Size[k], w.Stride[k], w.Dilation[k] = size, stride, dilation
		w.Pad[k] = [2]int{before, behind}
	}
	return w
}

var windows = []device.Window{
	window(2, 2, 2, 1, 0, 0), window(2, 3, 1, 1, 1, 1), window(2, 3, 2, 1, 1, 0), window(2, 2, 1, 2, 1, 1),
	window(1, 3, 2, 1, 1, 1), window(3, 2, 2, 1, 0, 1), window(3, 3, 1, 1, 1, 1),
}

// imageShape returns a shape with so many spatial axes, and that of a window's positions on it.
func imageShape(w *device.Window, n, c, out int) (large, small []int) {
	large, small = []int{n, c}, []int{n, out}
	for k := range w.Axes {
		large = append(large, 6+k)
		small = append(small, w.Out(k, 6+k))
	}
	return large, small
}

// taps calls f with the number in the window of each position that the window at a position of a small image covers,
// and whether it lies in the large image. The positions are the indices from 2 on.
func taps(w *device.Window, large []int, at []int, f func(number int, at []int, inside bool)) {
	to := make([]int, len(at))
	var tap [3]int
	for i := range length(w.Size[:w.Axes]) {
		copy(to, at)
		inside := true
		for k := range w.Axes {
			to[k+2] = at[k+2]*w.Stride[k] - w.Pad[k][0] + tap[k]*w.Dilation[k]
			inside = inside && to[k+2] >= 0 && to[k+2] < large[k+2]
		}
		f(i, to, inside)
		for k := w.Axes - 1; k >= 0; k-- {
			if tap[k]++; tap[k] < w.Size[k] {
				break
			}
			tap[k] = 0
		}
	}
}

func testPool(s *suite) {
	for _, t := range floats {
		for i, w := range windows {
			for in := range layouts {
				c := []int{3, 20, 1}[(i+int(in))%3]
				s.maxPool(t, in, w, c)
				s.avgPool(t, in, w, c, false)
				s.avgPool(t, in, w, c, true)
			}
		}
	}
}

func (s *suite) maxPool(t device.DType, in layout, w device.Window, c int) {
	s.Helper()
	large, small := imageShape(&w, 2, c, c)
	x, dy := newArray(t, in, large, func(i int) float64 { return wave(i * i) }), newArray(t, (in*2)%layouts, small, whole)
	y, winner := newArray(t, in, small, nil), newArray(device.Uint8, (in+3)%layouts, small, nil)
	dx := newArray(t, in, large, nil)
	y.each(func(i int, at []int) {
		y.value[i] = math.Inf(-1)
		best := 0
		taps(&w, large, at, func(n int, q []int, inside bool) {
			if inside && x.value[number(large, q)] > y.value[i] {
				best = number(large, q)
				y.value[i], winner.value[i] = x.value[best], float64(n)
			}
		})
		dx.value[best] += dy.value[i]
	})
	if s.run(device.MaxPool, device.Attr{Window: w}, []*array{y, winner}, x) {
		s.expect(device.MaxPool, 0, y, x)
		s.expect(device.MaxPool, 0, winner, x)
	}
	winner.view.Buffer = nil
	if s.run(device.MaxPoolGrad, device.Attr{Window: w}, []*array{dx}, dy, winner) {
		s.expect(device.MaxPoolGrad, 4, dx, dy)
	}
}

func (s *suite) avgPool(t device.DType, in layout, w device.Window, c int, padded bool) {
	s.Helper()
	large, small := imageShape(&w, 2, c, c)
	x, dy := newArray(t, in, large, wave), newArray(t, (in*2)%layouts, small, whole)
	y, dx := newArray(t, (in+1)%layouts, small, nil), newArray(t, in, large, nil)
	y.each(func(i int, at []int) {
		var sum, count float64
		taps(&w, large, at, func(_ int, q []int, inside bool) {
			if inside {
				sum += x.value[number(large, q)]
			}
			if inside || padded {
				count++
			}
		})
		y.value[i] = sum / count
		taps(&w, large, at, func(_ int, q []int, inside bool) {
			if inside {
				dx.value[number(large, q)] += dy.value[i] / count
			}
		})
	})
	a := device.Attr{Window: w, Flag: padded}
	if s.run(device.AvgPool, a, []*array{y}, x) {
		s.expect(device.AvgPool, 4, y, x)
	}
	if s.run(device.AvgPoolGrad, a, []*array{dx}, dy) {
		s.expect(device.AvgPoolGrad, 8, dx, dy)
	}
}

func testConv(s *suite) {
	for _, t := range floats {
		for i, w := range windows {
			for in := range layouts {
				for j, c := range [][3]int{{1, 1, 1}, {3, 5, 1}, {4, 6, 2}, {16, 20, 1}, {6, 6, 6}} { // channels in, out, groups
					if (i+int(in)+j)%3 == 0 {
						w.Groups = c[2]
						s.conv(t, in, w, c[0], c[1], i%2 == 1)
					}
				}
			}
		}
	}
}

func (s *suite) conv(t device.DType, in layout, w device.Window, channels, out int, relu bool) {
	s.Helper()
	large, small := imageShape(&w, 2, channels, out)
	kernel := append([]int{out, channels / w.Groups}, w.Size[:w.Axes]...)
	x, dy := newArray(t, in, large, wave), newArray(t, (in*2)%layouts, small, whole)
	weight := newArray(t, (in*3)%layouts, kernel, whole)
	b := newArray(t, rowMajor, []int{out}, wave)
	y, dx, dw, db := newArray(t, in, small, nil), newArray(t, in, large, nil), newArray(t, rowMajor, kernel, nil), newArray(t, rowMajor, []int{out}, nil)
	a := device.Attr{Window: w, Flag: relu}
	forward := s.run(device.Conv, a, []*array{y}, x, weight, b)
	a.Flag = false
	input := s.run(device.ConvInputGrad, a, []*array{dx}, dy, weight)
	weights := s.run(device.ConvWeightGrad, a, []*array{dw, db}, x, dy)
	if !forward && !input && !weights {
		return
	}
	y.each(func(i int, at []int) {
		o := at[1]
		first := o / (out / w.Groups) * (channels / w.Groups)
		y.value[i] = b.value[o]
		db.value[o] += dy.value[i]
		taps(&w, large, at, func(n int, q []int, inside bool) {
			for c := 0; inside && c < channels/w.Groups; c++ {
				q[1] = first + c
				p, k := number(large, q), (o*(channels/w.Groups)+c)*length(w.Size[:w.Axes])+n
				y.value[i] += x.value[p] * weight.value[k]
				dx.value[p] += dy.value[i] * weight.value[k]
				dw.value[k] += dy.value[i] * x.value[p]
			}
		})
		if relu {
			y.value[i] = max(y.value[i], 0)
		}
	})
	if forward {
		s.expect(device.Conv, 64, y, x, weight)
	}
	z, sum := newArray(t, in, small, whole), newArray(t, in, small, nil)
	for i := range sum.value {
		sum.value[i] = y.value[i] + z.value[i]
	}
	if !relu && s.run(device.Conv, a, []*array{sum}, x, weight, b, z) {
		s.expect(device.Conv, 64, sum, x, weight, z)
	}
	if input {
		s.expect(device.ConvInputGrad, 64, dx, dy, weight)
	}
	if weights {
		s.expect(device.ConvWeightGrad, 64, dw, x, dy)
		s.expect(device.ConvWeightGrad, 64, db, x, dy)
	}
}
