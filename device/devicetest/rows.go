package devicetest

import (
	"math"

	"github.com/jimu-ml/jimu/device"
)

var rowShapes = [][]int{{5}, {3, 40}, {2, 3, 7}, {300, 17}, {2, 5000}, {0, 4}, {4, 1}}

// eachRow calls f with the numbers of the first element of every row and its length.
func eachRow(shape []int, f func(i, from, d int)) {
	d := shape[len(shape)-1]
	for i := range length(shape) / max(d, 1) {
		f(i, i*d, d)
	}
}

// softmaxOf sets y to the softmax of x.
func softmaxOf(y, x []float64) {
	m := math.Inf(-1)
	for _, v := range x {
		m = max(m, v)
	}
	var sum float64
	for _, v := range x {
		sum += math.Exp(v - m)
	}
	for i, v := range x {
		y[i] = math.Exp(v-m) / sum
	}
}

func testSoftmax(s *suite) {
	for _, t := range floats {
		for _, shape := range rowShapes {
			for in := range layouts {
				x, dy := newArray(t, in, shape, wave), newArray(t, (in*2)%layouts, shape, whole)
				y, logs := newArray(t, rowMajor, shape, nil), newArray(t, (in+1)%layouts, shape, nil)
				eachRow(shape, func(_, from, d int) {
					softmaxOf(y.value[from:from+d], x.value[from:from+d])
					for j := range d {
						logs.value[from+j] = math.Log(y.value[from+j])
					}
				})
				if s.run(device.Softmax, device.Attr{}, []*array{y}, x) {
					s.expect(device.Softmax, 8, y, x)
				}
				if s.run(device.LogSoftmax, device.Attr{}, []*array{logs}, x) {
					s.expect(device.LogSoftmax, 8, logs, x)
				}
				s.softmaxGrads(t, in, shape, x, dy)
			}
		}
	}
}

func (s *suite) softmaxGrads(t device.DType, in layout, shape []int, x, dy *array) {
	y, logs := newArray(t, in, shape, nil), newArray(t, in, shape, nil)
	dx, dlogs := newArray(t, rowMajor, shape, nil), newArray(t, in, shape, nil)
	eachRow(shape, func(_, from, d int) {
		softmaxOf(y.value[from:from+d], x.value[from:from+d])
		var dot, sum float64
		for j := from; j < from+d; j++ {
			logs.value[j] = rounded(t, math.Log(y.value[j]))
			y.value[j] = rounded(t, y.value[j])
			dot += dy.value[j] * y.value[j]
			sum += dy.value[j]
		}
		for j := from; j < from+d; j++ {
			dx.value[j] = y.value[j] * (dy.value[j] - dot)
			dlogs.value[j] = dy.value[j] - math.Exp(logs.value[j])*sum
		}
	})
	if s.run(device.SoftmaxGrad, device.Attr{}, []*array{dx}, dy, y) {
		s.expect(device.SoftmaxGrad, 32, dx, dy, y)
	}
	if s.run(device.LogSoftmaxGrad, device.Attr{}, []*array{dlogs}, dy, logs) {
		s.expect(device.LogSoftmaxGrad, 64, dlogs, dy, logs)
	}
}

func testCrossEntropy(s *suite) {
	for _, t := range floats {
		for _, shape := range [][]int{{1, 3}, {7, 40}, {300, 130}, {0, 4}} {
			for in := range layouts {
				for _, size := range []float64{1, 1000} {
					s.crossEntropy(t, t, in, shape, size)
					if t.Bytes() == 2 {
						s.crossEntropy(t, device.Float32, in, shape, size)
					}
				}
			}
		}
	}
}

// crossEntropy has logits of a type and size, and losses of a type; every fifth target does not count.
func (s *suite) crossEntropy(t, losses device.DType, in layout, shape []int, size float64) {
	n, c := shape[0], shape[1]
	x := newArray(t, in, shape, func(i int) float64 { return size * wave(i) })
	target := newArray([]device.DType{device.Int64, device.Int32}[n%2], rowMajor, []int{n}, func(i int) float64 {
		if i%5 == 4 {
			return -100
		}
		return float64(i * 3 % c)
	})
	dloss := newArray(losses, rowMajor, []int{n}, wave)
	loss, lse, dx := newArray(losses, rowMajor, []int{n}, nil), newArray(losses, rowMajor, []int{n}, nil), newArray(t, in, shape, nil)
	p := make([]float64, c)
	eachRow(shape, func(i, from, d int) {
		softmaxOf(p, x.value[from:from+d])
		lse.value[i] = logSumExp(x.value[from : from+d])
		k := int(target.value[i])
		for j := range d {
			if k >= 0 {
				dx.value[from+j] = dloss.value[i] * p[j]
			}
		}
		if k >= 0 {
			loss.value[i] = lse.value[i] - x.value[from+k]
			dx.value[from+k] -= dloss.value[i]
		}
	})
	a := device.Attr{Scalars: [8]float64{-100}}
	if s.run(device.CrossEntropy, a, []*array{loss, lse}, x, target) {
		s.expect(device.CrossEntropy, 16, loss, x, target)
		s.expect(device.CrossEntropy, 16, lse, x, target)
	}
	stored := newArray(losses, rowMajor, []int{n}, func(i int) float64 { return lse.value[i] })
	if s.run(device.CrossEntropyGrad, a, []*array{dx}, dloss, x, target, stored) {
		s.expect(device.CrossEntropyGrad, 32, dx, x, target)
	}
}

func logSumExp(x []float64) float64 {
	m := math.Inf(-1)
	for _, v := range x {
		m = max(m, v)
	}
	var sum float64
	for _, v := range x {
		sum += math.Exp(v - m)
	}
	return m + math.Log(sum)
}

func testLayerNorm(s *suite) {
	for _, t := range floats {
		for _, shape := range rowShapes {
			for in := range layouts {
				s.layerNorm(t, t, in, shape, true)
				s.layerNorm(t, t, in, shape, false)
				if t.Bytes() == 2 {
					s.layerNorm(t, device.Float32, in, shape, true)
				}
			}
		}
	}
}

// layerNorm tests rows of type t, with a gain, a bias and moments of another.
func (s *suite) layerNorm(t, wide device.DType, in layout, shape []int, scaled bool) {
	d := shape[len(shape)-1]
	lead := shape[:len(shape)-1]
	x, dy := newArray(t, in, shape, func(i int) float64 { return wave(i * i) }), newArray(t, rowMajor, shape, whole)
	gain, bias := newArray(wide, rowMajor, []int{d}, positive), newArray(wide, rowMajor, []int{d}, wave)
	if !scaled {
		gain, bias = nil, nil
	}
	y, mean, rstd := newArray(t, (in+1)%layouts, shape, nil), newArray(wide, rowMajor, lead, nil), newArray(wide, rowMajor, lead, nil)
	dx, dgain, dbias := newArray(t, in, shape, nil), newArray(wide, rowMajor, []int{d}, nil), newArray(wide, rowMajor, []int{d}, nil)
	const eps = 1e-3
	eachRow(shape, func(i, from, d int) {
		mean.value[i], rstd.value[i] = moments(x.value[from:from+d], eps)
		m, r := rounded(wide, mean.value[i]), rounded(wide, rstd.value[i])
		var sumG, sumGX float64
		for j := range d {
			xhat := (x.value[from+j] - m) * r
			y.value[from+j] = (x.value[from+j]-mean.value[i])*rstd.value[i]*gain.or(j, 1) + bias.or(j, 0)
			g := dy.value[from+j] * gain.or(j, 1)
			sumG += g
			sumGX += g * xhat
			dgain.value[j] += dy.value[from+j] * xhat
			dbias.value[j] += dy.value[from+j]
		}
		for j := range d {
			xhat := (x.value[from+j] - m) * r
			dx.value[from+j] = r * (dy.value[from+j]*gain.or(j, 1) - sumG/float64(d) - xhat*sumGX/float64(d))
		}
	})
	if s.run(device.LayerNorm, device.Attr{Scalars: [8]float64{eps}}, []*array{y, mean, rstd}, x, gain, bias) {
		s.expect(device.LayerNorm, 64, y, x, gain, bias)
		s.expect(device.LayerNorm, 8, mean, x)
		s.expect(device.LayerNorm, 32, rstd, x)
	}
	stored := []*array{
		newArray(wide, rowMajor, lead, func(i int) float64 { return mean.value[i] }),
		newArray(wide, rowMajor, lead, func(i int) float64 { return rstd.value[i] }),
	}
	out := []*array{dx, dgain, dbias}
	if !scaled {
		out = out[:1]
	}
	if s.run(device.LayerNormGrad, device.Attr{}, out, dy, x, gain, stored[0], stored[1]) {
		for _, a := range out {
			s.expect(device.LayerNormGrad, 2000, a, dy, x, gain)
		}
	}
}

// or returns value j, or v of an array that is absent.
func (a *array) or(j int, v float64) float64 {
	if a == nil {
		return v
	}
	return a.value[j]
}

func moments(x []float64, eps float64) (mean, rstd float64) {
	for _, v := range x {
		mean += v
	}
	mean /= float64(len(x))
	var square float64
	for _, v := range x {
		square += (v - mean) * (v - mean)
	}
	return mean, 1 / math.Sqrt(square/float64(len(x))+eps)
}
