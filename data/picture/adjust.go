package picture

import "math"

// The adjustments have the integers of torchvision's kernels for bytes: they compute in float32 and cut off what is behind the
// point. Products of two float32 are exact in float64, so that all processors make the same bits.

// blend returns r·a + (1 − r)·b as a byte.
func blend(a uint8, b, r float32) uint8 {
	return truncated(blended32(a, b, r))
}

func blended32(a uint8, b, r float32) float32 {
	first := float32(float64(a) * float64(r))
	return float32(float64(first) + float64(float32(1-float64(r)))*float64(b))
}

func truncated(v float32) uint8 { return uint8(min(max(v, 0), 255)) }

// each replaces every byte of the picture by what it has in a table.
func (e *Example) each(f func(v uint8) uint8) {
	var table [256]uint8
	for v := range table {
		table[v] = f(uint8(v))
	}
	for i, v := range e.Pix {
		e.Pix[i] = table[v]
	}
}

// brightness multiplies by a factor.
func (e *Example) brightness(factor float64) {
	f := float32(factor)
	e.each(func(v uint8) uint8 { return truncated(float32(float64(v) * float64(f))) })
}

// gray returns the luminance of pixel i, in float32, with torchvision's weights.
func (e *Example) gray(i int) float32 {
	if e.Channels == 1 {
		return float32(e.Pix[i])
	}
	n := e.Height * e.Width
	l := float32(float64(e.Pix[i]) * float64(float32(0.2989)))
	l = float32(float64(l) + float64(e.Pix[n+i])*float64(float32(0.587)))
	return float32(float64(l) + float64(e.Pix[2*n+i])*float64(float32(0.114)))
}

// contrast blends with the mean luminance.
func (e *Example) contrast(factor float64) {
	e.colors("Contrast")
	n := e.Height * e.Width
	var sum float64
	for i := range n {
		sum += math.Floor(float64(e.gray(i)))
	}
	mean, f := float32(sum/float64(n)), float32(factor)
	e.each(func(v uint8) uint8 { return blend(v, mean, f) })
}

// saturation blends each pixel with its luminance.
func (e *Example) saturation(factor float64) {
	e.colors("Saturation")
	if e.Channels == 1 {
		return
	}
	n, f := e.Height*e.Width, float32(factor)
	for i := range n {
		l := float32(math.Floor(float64(e.gray(i))))
		for c := range 3 {
			e.Pix[c*n+i] = blend(e.Pix[c*n+i], l, f)
		}
	}
}

// hue turns the colors by a share of the circle.
func (e *Example) hue(turn float64) {
	e.colors("Hue")
	if e.Channels == 1 {
		return
	}
	n := e.Height * e.Width
	r, g, b := e.Pix[:n], e.Pix[n:2*n], e.Pix[2*n:]
	for i := range n {
		h, s, v := toHSV(r[i], g[i], b[i])
		if h += turn; h != math.Floor(h) {
			h -= math.Floor(h)
		} else {
			h = 0
		}
		r[i], g[i], b[i] = fromHSV(h, s, v)
	}
}

// toHSV returns hue, saturation and value, all from 0 to 1.
func toHSV(r, g, b uint8) (h, s, v float64) {
	high, low := float64(max(r, g, b)), float64(min(r, g, b))
	if high == low {
		return 0, 0, high / 255
	}
	x, y, z := (high-float64(r))/(high-low), (high-float64(g))/(high-low), (high-float64(b))/(high-low)
	switch {
	case high == float64(r):
		h = z - y
	case high == float64(g):
		h = 2 + x - z
	default:
		h = 4 + y - x
	}
	return math.Mod(h/6+1, 1), (high - low) / high, high / 255
}

func fromHSV(h, s, v float64) (r, g, b uint8) {
	turn := h * 6
	sector := math.Floor(turn)
	f := turn - sector
	// The constant makes 256 steps of equal width of the numbers from 0 to 1, as torchvision does.
	at := func(x float64) uint8 { return uint8(min(max(x, 0), 1) * (256 - 1e-3)) }
	p, q, t := at(v*(1-s)), at(v*(1-float64(s*f))), at(v*(1-s+float64(s*f)))
	switch int(sector) % 6 {
	case 0:
		return at(v), t, p
	case 1:
		return q, at(v), p
	case 2:
		return p, at(v), t
	case 3:
		return p, q, at(v)
	case 4:
		return t, p, at(v)
	}
	return at(v), p, q
}

// sharpness blends with the picture smoothed by [1 1 1; 1 5 1; 1 1 1]/13; its border stays.
func (e *Example) sharpness(factor float64) {
	h, w := e.Height, e.Width
	if h <= 2 || w <= 2 {
		return
	}
	f := float64(float32(1 - factor))
	e.remake(h, w, func(dst, src []uint8, plane int) {
		copy(dst, src)
		if plane == mask {
			return
		}
		for y := 1; y < h-1; y++ {
			for x := 1; x < w-1; x++ {
				i := y*w + x
				sum := 4 * int(src[i])
				for _, k := range [3]int{i - w, i, i + w} {
					sum += int(src[k-1]) + int(src[k]) + int(src[k+1])
				}
				smooth := math.RoundToEven(float64(sum) / 13)
				v := float64(src[i])
				dst[i] = truncated(float32(v + (smooth-v)*f))
			}
		}
	})
}

// posterize keeps the highest bits.
func (e *Example) posterize(bits int) {
	keep := uint8(0xff << (8 - min(max(bits, 0), 8)))
	e.each(func(v uint8) uint8 { return v & keep })
}

// solarize inverts bytes from a threshold on.
func (e *Example) solarize(threshold float64) {
	e.each(func(v uint8) uint8 {
		if float64(v) >= threshold {
			return 255 - v
		}
		return v
	})
}

func (e *Example) invert() { e.each(func(v uint8) uint8 { return 255 - v }) }

// autocontrast stretches each channel to 0 … 255.
func (e *Example) autocontrast() {
	e.perChannel(func(counts *[256]int, table *[256]uint8) {
		low, high := 255, 0
		for v, n := range counts {
			if n > 0 {
				low, high = min(low, v), max(high, v)
			}
		}
		if low >= high {
			return
		}
		scale := float32(high-low) * float32(1.0/255)
		for v := range table {
			table[v] = truncated(float32(v-low) / scale)
		}
	})
}

// equalize spreads the bytes of each channel so that all are about as frequent.
func (e *Example) equalize() {
	e.perChannel(func(counts *[256]int, table *[256]uint8) {
		all, last := 0, 0
		for _, n := range counts {
			if all += n; n > 0 {
				last = n
			}
		}
		step := (all - last) / 255
		if step == 0 {
			return
		}
		below := 0
		for v, n := range counts {
			table[v] = uint8(min((below+step/2)/step, 255))
			below += n
		}
	})
}

// perChannel replaces the bytes of each channel by a table made of how frequent they are. The table begins as the identity.
func (e *Example) perChannel(f func(counts *[256]int, table *[256]uint8)) {
	n := e.Height * e.Width
	for c := range e.Channels {
		plane := e.Pix[c*n : (c+1)*n]
		var counts [256]int
		var table [256]uint8
		for v := range table {
			table[v] = uint8(v)
		}
		for _, v := range plane {
			counts[v]++
		}
		f(&counts, &table)
		for i, v := range plane {
			plane[i] = table[v]
		}
	}
}
