package hdf5

import "math/bits"

// checksum returns Bob Jenkins's lookup3 hash of b, which the newer structures of a file end with.
func checksum(b []byte) uint32 {
	start := 0xdeadbeef + uint32(len(b))
	x, y, z := start, start, start
	word := func(i int) (w uint32) {
		for j := min(i+4, len(b)) - 1; j >= i; j-- {
			w = w<<8 | uint32(b[j])
		}
		return w
	}
	for ; len(b) > 12; b = b[12:] {
		x, y, z = x+word(0), y+word(4), z+word(8)
		x = x - z ^ bits.RotateLeft32(z, 4)
		z += y
		y = y - x ^ bits.RotateLeft32(x, 6)
		x += z
		z = z - y ^ bits.RotateLeft32(y, 8)
		y += x
		x = x - z ^ bits.RotateLeft32(z, 16)
		z += y
		y = y - x ^ bits.RotateLeft32(x, 19)
		x += z
		z = z - y ^ bits.RotateLeft32(y, 4)
		y += x
	}
	if len(b) == 0 {
		return z
	}
	x, y, z = x+word(0), y+word(4), z+word(8)
	z = (z ^ y) - bits.RotateLeft32(y, 14)
	x = (x ^ z) - bits.RotateLeft32(z, 11)
	y = (y ^ x) - bits.RotateLeft32(x, 25)
	z = (z ^ y) - bits.RotateLeft32(y, 16)
	x = (x ^ z) - bits.RotateLeft32(z, 4)
	y = (y ^ x) - bits.RotateLeft32(x, 14)
	return (z ^ y) - bits.RotateLeft32(y, 24)
}

// fletcher32 returns the checksum that the filter of that name puts behind a chunk: of big-endian words of 16 bits, with
// the carries added back every 360 words.
func fletcher32(b []byte) uint32 {
	x, y := uint32(0), uint32(0)
	fold := func() { x, y = x&0xffff+x>>16, y&0xffff+y>>16 }
	for len(b) > 1 {
		n := min(len(b)/2, 360)
		for i := range n {
			x += uint32(b[2*i])<<8 | uint32(b[2*i+1])
			y += x
		}
		b = b[2*n:]
		fold()
	}
	if len(b) > 0 {
		x += uint32(b[0]) << 8
		y += x
		fold()
	}
	fold()
	return y<<16 | x
}
