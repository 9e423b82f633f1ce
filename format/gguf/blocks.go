package gguf

import (
	"encoding/binary"
	"math"
)

// Each of these expands a block of the kind of its name into y, with the roundings of ggml: a product is rounded to float32
// before anything is added to it.

// q40 is a scale and 32 numbers of 4 bits: y = d (q − 8). The first half of the block is in the low bits.
func q40(y []float32, b []byte) {
	d := half(b)
	for i, q := range b[2:18] {
		y[i] = d * float32(int(q&15)-8)
		y[i+16] = d * float32(int(q>>4)-8)
	}
}

// q41 is a scale, a least and 32 numbers of 4 bits: y = d q + m.
func q41(y []float32, b []byte) {
	d, m := half(b), half(b[2:])
	for i, q := range b[4:20] {
		y[i] = float32(d*float32(q&15)) + m
		y[i+16] = float32(d*float32(q>>4)) + m
	}
}

// q50 is q40 with a fifth bit for each number: y = d (q − 16).
func q50(y []float32, b []byte) {
	d, high := half(b), binary.LittleEndian.Uint32(b[2:])
	for i, q := range b[6:22] {
		y[i] = d * float32(int(q&15|byte(high>>i&1)<<4)-16)
		y[i+16] = d * float32(int(q>>4|byte(high>>(i+16)&1)<<4)-16)
	}
}

// q51 is q41 with a fifth bit for each number.
func q51(y []float32, b []byte) {
	d, m, high := half(b), half(b[2:]), binary.LittleEndian.Uint32(b[4:])
	for i, q := range b[8:24] {
		y[i] = float32(d*float32(q&15|byte(high>>i&1)<<4)) + m
		y[i+16] = float32(d*float32(q>>4|byte(high>>(i+16)&1)<<4)) + m
	}
}

// q80 is a scale and 32 numbers of 8 bits: y = d q.
func q80(y []float32, b []byte) {
	d := half(b)
	for i, q := range b[2:34] {
		y[i] = d * float32(int8(q))
	}
}

// q81 is q80 with the sum of the numbers, which is for products.
func q81(y []float32, b []byte) {
	d := half(b)
	for i, q := range b[4:36] {
		y[i] = d * float32(int8(q))
	}
}

// q2k is 16 groups of 16 numbers of 2 bits, each with a scale and a least of 4 bits: y = d s q − m l.
func q2k(y []float32, b []byte) {
	d, least := half(b[80:]), half(b[82:])
	for g, s := range b[:16] {
		scale, low := d*float32(s&15), least*float32(s>>4)
		part, shift := b[16+g/8*32+g%2*16:], g%8/2*2
		for i := range 16 {
			y[16*g+i] = float32(scale*float32(part[i]>>shift&3)) - low
		}
	}
}

// q3k is 16 groups of 16 numbers of 3 bits, each with a scale of 6 bits: y = d (s − 32) q. The third bit, in the first 32
// bytes, takes 4 away where it is not set.
func q3k(y []float32, b []byte) {
	d, scales := half(b[108:]), b[96:108]
	for g := range 16 {
		low, high := scales[g%8]>>(g/8*4)&15, scales[8+g%4]>>(g/4*2)&3
		scale := d * float32(int(low|high<<4)-32)
		part, shift := b[32+g/8*32+g%2*16:], g%8/2*2
		for i := range 16 {
			q := int(part[i] >> shift & 3)
			if b[g%2*16+i]>>(g/2)&1 == 0 {
				q -= 4
			}
			y[16*g+i] = scale * float32(q)
		}
	}
}

// scaleAndLeast returns the two numbers of 6 bits of group g, 0 to 7, of q4k and q5k, which share 12 bytes.
func scaleAndLeast(b []byte, g int) (scale, least byte) {
	if g < 4 {
		return b[g] & 63, b[g+4] & 63
	}
	return b[g+4]&15 | b[g-4]>>6<<4, b[g+4]>>4 | b[g]>>6<<4
}

// q4k is 8 groups of 32 numbers of 4 bits, each with a scale and a least of 6 bits: y = d s q − m l.
func q4k(y []float32, b []byte) {
	d, least := half(b), half(b[2:])
	for g := range 8 {
		s, l := scaleAndLeast(b[4:16], g)
		scale, low, part, shift := d*float32(s), least*float32(l), b[16+g/2*32:], g%2*4
		for i := range 32 {
			y[32*g+i] = float32(scale*float32(part[i]>>shift&15)) - low
		}
	}
}

// q5k is q4k with a fifth bit for each number, in the 32 bytes before.
func q5k(y []float32, b []byte) {
	d, least, high := half(b), half(b[2:]), b[16:48]
	for g := range 8 {
		s, l := scaleAndLeast(b[4:16], g)
		scale, low, part, shift := d*float32(s), least*float32(l), b[48+g/2*32:], g%2*4
		for i := range 32 {
			y[32*g+i] = float32(scale*float32(part[i]>>shift&15|high[i]>>g&1<<4)) - low
		}
	}
}

// q6k is 16 groups of 16 numbers of 6 bits, each with a scale of 8 bits: y = d s (q − 32).
func q6k(y []float32, b []byte) {
	d := half(b[208:])
	for g := range 16 {
		scale := d * float32(int8(b[192+g]))
		row := g / 2 // of 32 numbers
		low, lowShift := b[row/4*64+row%2*32+g%2*16:], row%4/2*4
		high, highShift := b[128+row/4*32+g%2*16:], row%4*2
		for i := range 16 {
			q := low[i]>>lowShift&15 | high[i]>>highShift&3<<4
			y[16*g+i] = scale * float32(int(q)-32)
		}
	}
}

// q8k is a scale and 256 numbers of 8 bits, and sums of them, which are for products: y = d q.
func q8k(y []float32, b []byte) {
	d := float(b)
	for i, q := range b[4:260] {
		y[i] = d * float32(int8(q))
	}
}

// curve is what the 4 bits of iq4nl and iq4xs stand for: closer together near 0.
var curve = [16]float32{-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113}

// iq4nl is q40 whose 4 bits stand for numbers of a curve.
func iq4nl(y []float32, b []byte) {
	d := half(b)
	for i, q := range b[2:18] {
		y[i], y[i+16] = d*curve[q&15], d*curve[q>>4]
	}
}

// iq4xs is 8 groups of 32 numbers of that curve, each with a scale of 6 bits: y = d (s − 32) curve[q].
func iq4xs(y []float32, b []byte) {
	d, high := half(b), binary.LittleEndian.Uint16(b[2:])
	for g := range 8 {
		s := b[4+g/2]>>(g%2*4)&15 | byte(high>>(2*g)&3)<<4
		scale := d * float32(int(s)-32)
		for i, q := range b[8+16*g : 24+16*g] {
			y[32*g+i], y[32*g+i+16] = scale*curve[q&15], scale*curve[q>>4]
		}
	}
}

// tq20 is 256 numbers −1, 0 and 1 of 2 bits, and a scale.
func tq20(y []float32, b []byte) {
	d := half(b[64:])
	for i := range y[:256] {
		y[i] = d * float32(int(b[i/128*32+i%32]>>(i%128/32*2)&3)-1)
	}
}

// small is twice what the 4 bits of mxfp4 stand for.
var small = [16]float32{0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12}

// mxfp4 is a power of two and 32 numbers of 4 bits in floating point.
func mxfp4(y []float32, b []byte) {
	d := math.Float32frombits(0x00200000 << b[0]) // half of the power, which may be subnormal
	if b[0] >= 2 {
		d = math.Float32frombits(uint32(b[0]-1) << 23)
	}
	for i, q := range b[1:17] {
		y[i], y[i+16] = d*small[q&15], d*small[q>>4]
	}
}
