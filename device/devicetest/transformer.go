package devicetest

import (
	"math"

	"github.com/jimu-ml/jimu/device"
)

func testRMSNorm(s *suite) {
	for _, t := range floats {
		for _, shape := range rowShapes {
			for in := range layouts {
				s.rmsNorm(t, in, shape, true)
				s.rmsNorm(t, in, shape, false)
			}
		}
	}
}

func (s *suite) rmsNorm(t device.DType, in layout, shape []int, scaled bool) {
	d, lead := shape[len(shape)-1], shape[:len(shape)-1]
	x, dy := newArray(t, in, shape, func(i int) float64 { return wave(i * i) }), newArray(t, rowMajor, shape, whole)
	gain := newArray(t, rowMajor, []int{d}, positive)
	if !scaled {
		gain = nil
	}
	y, rstd := newArray(t, (in+1)%layouts, shape, nil), newArray(t, rowMajor, lead, nil)
	dx, dgain := newArray(t, in, shape, nil), newArray(t, rowMajor, []int{d}, nil)
	const eps = 1e-3
	eachRow(shape, func(i, from, d int) {
		row := x.value[from : from+d]
		rstd.value[i] = 1 / math.Sqrt(dot(row, row)/float64(d)+eps)
		r := rounded(t, rstd.value[i])
		var sum float64
		for j, v := range row {
			y.value[from+j] = v * rstd.value[i] * gain.or(j, 1)
			sum += dy.value[from+j] * gain.or(j, 1) * v * r
			dgain.value[j] += dy.value[from+j] * v * r
		}
		for j, v := range row {
			dx.value[from+j] = r * (dy.value[from+j]*gain.or(j, 1) - v*r*sum/float64(d))
		}
	})
	if s.run(device.RMSNorm, device.Attr{Scalars: [8]float64{eps}}, []*array{y, rstd}, x, gain) {
		s.expect(device.RMSNorm, 64, y, x, gain)
		s.expect(device.RMSNorm, 32, rstd, x)
	}
	stored := newArray(t, rowMajor, lead, func(i int) float64 { return rstd.value[i] })
	out := []*array{dx, dgain}
	if !scaled {
		out = out[:1]
	}
	if s.run(device.RMSNormGrad, device.Attr{}, out, dy, x, gain, stored) {
		for _, a := range out {
			s.expect(device.RMSNormGrad, 2000, a, dy, x, gain)
		}
	}
}

func testGroupNorm(s *suite) {
	for _, t := range floats {
		for i, shape := range [][]int{{3, 4}, {2, 6, 5}, {1, 4, 3, 2}, {2, 8, 9, 7}, {0, 2, 3}} {
			for in := range layouts {
				for _, groups := range []int{1, 2, shape[1]} {
					s.groupNorm(t, in, shape, groups, i%2 == 0)
				}
			}
		}
	}
}

func (s *suite) groupNorm(t device.DType, in layout, shape []int, groups int, scaled bool) {
	c, stats := shape[1], []int{shape[0], groups}
	x, dy := newArray(t, in, shape, func(i int) float64 { return wave(i * i) }), newArray(t, (in*2)%layouts, shape, whole)
	gain, bias := newArray(t, rowMajor, []int{c}, positive), newArray(t, rowMajor, []int{c}, wave)
	if !scaled {
		gain, bias = nil, nil
	}
	y, mean, rstd := newArray(t, (in+1)%layouts, shape, nil), newArray(t, rowMajor, stats, nil), newArray(t, rowMajor, stats, nil)
	dx, dgain, dbias := newArray(t, in, shape, nil), newArray(t, rowMajor, []int{c}, nil), newArray(t, rowMajor, []int{c}, nil)
	const eps = 1e-3
	n := length(shape[1:]) / groups // elements of a group, which follow each other in row-major order
	pixels := max(1, length(shape[2:]))
	for i := range length(stats) {
		from := i * n
		mean.value[i], rstd.value[i] = moments(x.value[from:from+n], eps)
		m, r := rounded(t, mean.value[i]), rounded(t, rstd.value[i])
		channel := func(j int) int { return (from + j) / pixels % c }
		var sumG, sumGX float64
		for j := range n {
			k, at := channel(j), from+j
			y.value[at] = (x.value[at]-mean.value[i])*rstd.value[i]*gain.or(k, 1) + bias.or(k, 0)
			xhat, g := (x.value[at]-m)*r, dy.value[at]*gain.or(k, 1)
			sumG, sumGX = sumG+g, sumGX+g*xhat
			dgain.value[k] += dy.value[at] * xhat
			dbias.value[k] += dy.value[at]
		}
		for j := range n {
			at := from + j
			dx.value[at] = r * (dy.value[at]*gain.or(channel(j), 1) - sumG/float64(n) - (x.value[at]-m)*r*sumGX/float64(n))
		}
	}
	attr := device.Attr{Scalars: [8]float64{eps, float64(groups)}}
	if s.run(device.GroupNorm, attr, []*array{y, mean, rstd}, x, gain, bias) {
		s.expect(device.GroupNorm, 64, y, x, gain, bias)
		s.expect(device.GroupNorm, 8, mean, x)
		s.expect(device.GroupNorm, 32, rstd, x)
	}
	stored := func(a *array) *array {
		return newArray(t, rowMajor, stats, func(i int) float64 { return a.value[i] })
	}
	out := []*array{dx, dgain, dbias}
	if !scaled {
		out = out[:1]
	}
	if s.run(device.GroupNormGrad, attr, out, dy, x, gain, stored(mean), stored(rstd)) {
		for _, a := range out {
			s.expect(device.GroupNormGrad, 2000, a, dy, x, gain)
		}
	}
}

func testRotary(s *suite) {
	for _, t := range floats {
		for _, c := range []struct{ b, t, h, d, turned int }{{2, 3, 2, 4, 2}, {1, 5, 3, 70, 1}, {2, 2, 1, 2, 0}, {0, 2, 1, 2, 1}, {3, 40, 8, 64, 8}} {
			for in := range layouts {
				for _, sign := range []float64{1, -1} {
					s.rotary(t, in, []int{c.b, c.t, c.h, c.d}, c.turned, sign, int(in)%2 == 0)
				}
			}
		}
	}
}

func (s *suite) rotary(t device.DType, in layout, shape []int, turned int, sign float64, neighbours bool) {
	d, half := shape[3], shape[3]/2
	x, y := newArray(t, in, shape, wave), newArray(t, (in+1)%layouts, shape, nil)
	angles := []int{shape[1], half}
	cos := newArray(t, rowMajor, angles, func(i int) float64 { return math.Cos(float64(i)) })
	sin := newArray(t, (in*2)%layouts, angles, func(i int) float64 { return math.Sin(float64(i)) })
	eachRow(shape, func(i, from, _ int) {
		copy(y.value[from:from+d], x.value[from:])
		if i%shape[2] >= turned {
			return
		}
		for j := range half {
			a, b := from+j, from+j+half
			if neighbours {
				a, b = from+2*j, from+2*j+1
			}
			at := i/shape[2]%shape[1]*half + j
			c, s := cos.value[at], sin.value[at]*sign
			y.value[a], y.value[b] = x.value[a]*c-x.value[b]*s, x.value[b]*c+x.value[a]*s
		}
	})
	attr := device.Attr{Scalars: [8]float64{float64(turned), sign}, Flag: neighbours}
	if s.run(device.Rotary, attr, []*array{y}, x, cos, sin) {
		s.expect(device.Rotary, 8, y, x, cos, sin)
	}
}

func testLinearGelu(s *suite) {
	for _, t := range floats {
		for _, shape := range [][]int{{3, 5}, {7}, {2, 3, 40}, {0, 4}, {170, 33}} {
			for in := range layouts {
				s.linearGelu(t, in, shape)
			}
		}
	}
}

func (s *suite) linearGelu(t device.DType, in layout, shape []int) {
	const outputs = 11
	k := shape[len(shape)-1]
	x, w := newArray(t, in, shape, wave), newArray(t, (in*2)%layouts, []int{outputs, k}, wave)
	b := newArray(t, rowMajor, []int{outputs}, wave)
	if k == 33 {
		b = nil
	}
	out := append(append([]int{}, shape[:len(shape)-1]...), outputs)
	y, slope := newArray(t, rowMajor, out, nil), newArray(t, rowMajor, out, nil)
	for i := range y.value {
		z := b.or(i%outputs, 0) + dot(x.value[i/outputs*k:][:k], w.value[i%outputs*k:])
		p := math.Erfc(-z/math.Sqrt2) / 2
		y.value[i], slope.value[i] = z*p, p+z*math.Exp(-z*z/2)/math.Sqrt(2*math.Pi)
	}
	if s.run(device.LinearGelu, device.Attr{}, []*array{y, slope}, x, w, b) {
		s.expect(device.LinearGelu, 64, y, x, w, b)
		s.expect(device.LinearGelu, 64, slope, x, w, b)
	}
	alone := newArray(t, (in+1)%layouts, out, func(i int) float64 { return y.value[i] })
	if s.run(device.LinearGelu, device.Attr{}, []*array{alone}, x, w, b) {
		s.expect(device.LinearGelu, 64, alone, x, w, b)
	}
}
