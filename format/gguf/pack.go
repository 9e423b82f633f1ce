package gguf

import "math"

// packers make blocks of the kinds that are written, bit for bit as ggml's reference does without fused products. They refuse
// nothing: x is finite.
var packers = map[string]func(b []byte, x []float32){"Q8_0": pack80, "Q4_0": pack40, "Q4_K": pack4k}

// pack80 makes a block of 32 numbers of 8 bits, rounded to the nearest, halves away from 0.
func pack80(b []byte, x []float32) {
	most := float32(0)
	for _, v := range x {
		most = max(most, v, -v)
	}
	d, inverse := most/127, float32(0)
	if d != 0 {
		inverse = 1 / d
	}
	putHalf(b, d)
	for i, v := range x {
		b[2+i] = byte(int8(math.Round(float64(v * inverse))))
	}
}

// pack40 makes a block of 32 numbers of 4 bits: the one of largest magnitude becomes −8.
func pack40(b []byte, x []float32) {
	most := float32(0)
	for _, v := range x {
		if abs(v) > abs(most) {
			most = v
		}
	}
	d, inverse := most/-8, float32(0)
	if d != 0 {
		inverse = 1 / d
	}
	putHalf(b, d)
	number := func(v float32) byte { return byte(min(max(int(float32(v*inverse)+8.5), 0), 15)) }
	for i := range 16 {
		b[2+i] = number(x[i]) | number(x[i+16])<<4
	}
}

// pack4k makes a block of 8 groups of 32 numbers of 4 bits; scales and leasts are searched for so that the squares of the
// errors, weighted by magnitude, are small.
func pack4k(b []byte, x []float32) {
	var scales, leasts [8]float32
	var mostScale, mostLeast float32
	var q [256]byte
	for g := range 8 {
		part := x[32*g : 32*g+32]
		scales[g], leasts[g] = search(part, q[32*g:])
		mostScale, mostLeast = max(mostScale, scales[g]), max(mostLeast, leasts[g])
	}
	clear(b[4:16])
	for g := range 8 {
		s, l := byte(0), byte(0)
		if mostScale > 0 {
			s = min(63, nearest(63/mostScale*scales[g]))
		}
		if mostLeast > 0 {
			l = min(63, nearest(63/mostLeast*leasts[g]))
		}
		if g < 4 {
			b[4+g], b[8+g] = b[4+g]|s, b[8+g]|l
		} else {
			b[8+g] = s&15 | l&15<<4
			b[g] |= s >> 4 << 6
			b[4+g] |= l >> 4 << 6
		}
	}
	putHalf(b, mostScale/63)
	putHalf(b[2:], mostLeast/63)
	for g := range 8 {
		s, l := scaleAndLeast(b[4:16], g)
		d, least := half(b)*float32(s), half(b[2:])*float32(l)
		if d == 0 {
			continue
		}
		for i := range 32 {
			q[32*g+i] = clamp((x[32*g+i]+least)/d, 15)
		}
	}
	for i := range 128 {
		at := i/32*64 + i%32
		b[16+i] = q[at] | q[at+32]<<4
	}
}

// search returns the scale and the least, negated, of a group of 32, and writes its numbers to q: of 22 scales near the even
// one it takes that whose line through numbers and values has the least error.
func search(x []float32, q []byte) (scale, least float32) {
	var w [32]float32
	low, high, sumW, sumX := weigh(x, &w)
	if high == low {
		clear(q[:32])
		return 0, -low
	}
	inverse := 15 / (high - low)
	scale = 1 / inverse
	best := float32(0)
	for i, v := range x {
		q[i] = clamp(inverse*(v-low), 15)
		off := float32(scale*float32(q[i])) + low - v
		best += float32(w[i] * float32(off*off))
	}
	var other [32]byte
	for step := range 21 {
		inverse = (-1 + float32(0.1*float32(step)) + 15) / (high - low)
		var l, l2, xl float32
		for i, v := range x {
			other[i] = clamp(inverse*(v-low), 15)
			n := float32(other[i])
			wn := float32(w[i] * n)
			l, l2, xl = l+wn, l2+float32(wn*n), xl+float32(wn*v)
		}
		d := float32(sumW*l2) - float32(l*l)
		if !(d > 0) {
			continue
		}
		s, m := (float32(sumW*xl)-float32(sumX*l))/d, (float32(l2*sumX)-float32(l*xl))/d
		if m > 0 {
			s, m = xl/l2, 0
		}
		off := float32(0)
		for i, v := range x {
			e := float32(s*float32(other[i])) + m - v
			off += float32(w[i] * float32(e*e))
		}
		if off < best {
			best, scale, low = off, s, m // the next ones are tried from the new least
			copy(q, other[:])
		}
	}
	return scale, -low
}

// weigh returns the weights of values, their least, at most 0, and their largest, and the sums of weights and weighted values.
func weigh(x []float32, w *[32]float32) (low, high, sumW, sumX float32) {
	squares := float32(0)
	for _, v := range x {
		squares += float32(v * v)
	}
	mean := float32(math.Sqrt(float64(squares / 32)))
	low, high = x[0], x[0]
	for i, v := range x {
		w[i] = mean + abs(v)
		low, high = min(low, v), max(high, v)
		sumW, sumX = sumW+w[i], sumX+float32(w[i]*v)
	}
	return min(low, 0), high, sumW, sumX
}

func abs(v float32) float32 { return max(v, -v) }

func nearest(v float32) byte { return byte(math.RoundToEven(float64(v))) }

// clamp rounds to an integer from 0 to most.
func clamp(v float32, most float64) byte {
	return byte(min(max(math.RoundToEven(float64(v)), 0), most))
}
