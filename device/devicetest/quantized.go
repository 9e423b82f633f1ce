package devicetest

import "github.com/jimu-ml/jimu/device"

// testLinearQuantized has weights of 4 and 8 bits, rows that do and do not fill their chunks, few rows of x and many.
func testLinearQuantized(s *suite) {
	for _, q := range []device.Quantized{{Bits: 4, Group: 32}, {Bits: 4, Group: 64}, {Bits: 8, Group: 32}, {Bits: 8, Group: 128}} {
		for _, shape := range [][]int{{3, 5}, {7}, {2, 3, 100}, {0, 4}, {20, 64}} {
			for in := range layouts {
				s.linearQuantized(q, in, shape)
			}
		}
	}
}

func (s *suite) linearQuantized(q device.Quantized, in layout, shape []int) {
	s.Helper()
	const out = 11
	k := shape[len(shape)-1]
	integer := func(o, i int) int { return (o*7+i*5)%15 - 7 }
	data := newArray(device.Uint8, rowMajor, []int{out, q.RowBytes(k)}, nil)
	for o := range out {
		for i := range k {
			at := o*q.RowBytes(k) + i
			if q.Bits == 8 {
				data.value[at] = float64(uint8(integer(o, i)))
				continue
			}
			half := float64(integer(o, i) + 8)
			if i%32 >= 16 {
				half *= 16
			}
			data.value[o*q.RowBytes(k)+i/32*16+i%16] += half
		}
	}
	x, b := newArray(device.Float32, in, shape, wave), newArray(device.Float32, rowMajor, []int{out}, wave)
	scale := newArray(device.Float32, (in*2)%layouts, []int{out, q.Groups(k)}, func(i int) float64 { return float64(i%5+1) / 4 })
	if in == rowMajor {
		b = nil
	}
	y := newArray(device.Float32, (in*3)%layouts, append(append([]int{}, shape[:len(shape)-1]...), out), nil)
	if !s.run(device.LinearQuantized, *q.Attr(), []*array{y}, x, data, scale, b) {
		return
	}
	y.each(func(n int, _ []int) {
		row, o := n/out, n%out
		for i := range k {
			y.value[n] += x.value[row*k+i] * float64(integer(o, i)) * scale.value[o*q.Groups(k)+i/q.Group]
		}
		if b != nil {
			y.value[n] += b.value[o]
		}
	})
	s.expect(device.LinearQuantized, 64, y, x, data, scale, b)
}

// testLinearInt8 has rows of x that are whole numbers up to 127, which rounding leaves as they are.
func testLinearInt8(s *suite) {
	for _, shape := range [][]int{{3, 5}, {7}, {2, 3, 100}, {0, 4}, {40, 65}} {
		for in := range layouts {
			s.linearInt8(in, shape)
		}
	}
}

func (s *suite) linearInt8(in layout, shape []int) {
	s.Helper()
	const out = 35
	k := shape[len(shape)-1]
	l := device.Int8Panels{Out: out, In: k}
	integer := func(o, i int) int { return (o*59+i*31)%255 - 127 }
	data, sum := newArray(device.Uint8, rowMajor, l.Shape(), nil), newArray(device.Int32, rowMajor, []int{out}, nil)
	for o := range out {
		for i := range k {
			data.value[l.At(o, i)] = float64(uint8(integer(o, i)))
			sum.value[o] += 128 * float64(integer(o, i))
		}
	}
	x := newArray(device.Float32, in, shape, func(i int) float64 {
		if i%k == 0 {
			return 127
		}
		return float64((i*37)%255 - 127)
	})
	scale, b := newArray(device.Float32, rowMajor, []int{out}, func(i int) float64 { return float64(i%5+1) / 4 }), newArray(device.Float32, rowMajor, []int{out}, wave)
	if in == rowMajor {
		b = nil
	}
	y := newArray(device.Float32, (in*3)%layouts, append(append([]int{}, shape[:len(shape)-1]...), out), nil)
	if !s.run(device.LinearInt8, device.Attr{}, []*array{y}, x, data, scale, sum, b) {
		return
	}
	y.each(func(n int, _ []int) {
		row, o := n/out, n%out
		for i := range k {
			y.value[n] += x.value[row*k+i] * float64(integer(o, i)) * scale.value[o]
		}
		if b != nil {
			y.value[n] += b.value[o]
		}
	})
	s.expect(device.LinearInt8, 64, y, x, data, scale, b)
}
