package kernel

import (
	"math"
	"unsafe"
)

// A WeightFormat is how the rows of a matrix of few bits lie in memory. A row is chunks of [Chunk] weights, the last filled
// up with zeros; in an integer format each group of chunks has a scale that its integers are multiplied by.
type WeightFormat int

const (
	// Int4 has 16 bytes in a chunk: in byte j, weight j in the low four bits and weight 16+j in the high ones, plus 8.
	Int4 WeightFormat = iota
	// Int8 has 32 bytes in a chunk: the weights, signed.
	Int8
	// BFloat16 has 64 bytes in a chunk: the weights. There are no scales, and the rows need not be filled up.
	BFloat16
)

// Chunk is how many weights there are in a chunk.
const Chunk = 32

// Bytes returns the size of a chunk.
func (f WeightFormat) Bytes() int { return 16 << f }

// Weights is a product of vectors with rows of a matrix of few bits, for [WeightRows].
//
//	y[i][r] = Σ_g scale[r][g] · Σ_k x[i][k]·w[r][k]     i < 4, r < Rows; k in group g
type Weights struct {
	W      unsafe.Pointer
	WI     int            // bytes from row to row
	Scale  unsafe.Pointer // float32
	ScaleI int            // bytes from row to row
	X      unsafe.Pointer // float32
	XI     int            // bytes from vector to vector
	Y      unsafe.Pointer // float32
	YI     int            // bytes from the results of a vector to those of the next
	Rows   int            // at least 1
	Chunks int            // of a row
	Group  int            // chunks of a group, the last of a row perhaps fewer; at least 1
}

// MaxVectors is how many vectors [WeightRows] multiplies at once.
const MaxVectors = 4

// WeightRows computes the product of m vectors, from 1 to [MaxVectors], with rows of whole chunks. Sums and products are
// in float32. It does not check what it is given.
func WeightRows(f WeightFormat, m int, p *Weights) { weightRows(f, m, p) }

// UnpackWeights writes whole chunks of a row as float32: their scale times the integers. It panics if a slice is too short.
func UnpackWeights(f WeightFormat, dst []float32, w []byte, scale []float32, group int) {
	chunks := len(dst) / Chunk
	if chunks == 0 {
		return
	}
	_, group = w[:chunks*f.Bytes()], max(group, 1)
	if f != BFloat16 {
		_ = scale[(chunks-1)/group]
	} else {
		group = chunks
	}
	unpackWeights(f, dst[:chunks*Chunk], w, scale, group)
}

var (
	weightRows    = weightRowsGeneric
	unpackWeights = unpackWeightsGeneric
)

func weightRowsGeneric(f WeightFormat, m int, p *Weights) {
	var room [Chunk]float32
	for r := range p.Rows {
		w := unsafe.Slice((*byte)(unsafe.Add(p.W, r*p.WI)), p.Chunks*f.Bytes())
		for i := range m {
			x := unsafe.Slice((*float32)(unsafe.Add(p.X, i*p.XI)), p.Chunks*Chunk)
			total := float32(0)
			for c := 0; c < p.Chunks; c += p.Group {
				sum := float32(0)
				for d := c; d < min(c+p.Group, p.Chunks); d++ {
					f.decode(&room, w[d*f.Bytes():])
					for k, v := range room {
						sum += x[d*Chunk+k] * v
					}
				}
				if f != BFloat16 {
					sum *= *at(unsafe.Add(p.Scale, r*p.ScaleI), c/p.Group)
				}
				total += sum
			}
			*at(unsafe.Add(p.Y, i*p.YI), r) = total
		}
	}
}

// decode sets dst to the weights of a chunk, without a scale.
func (f WeightFormat) decode(dst *[Chunk]float32, w []byte) {
	for k := range dst {
		switch f {
		case Int4:
			dst[k] = float32(int(w[k%16]>>(k/16*4)&15) - 8)
		case Int8:
			dst[k] = float32(int8(w[k]))
		default:
			dst[k] = fromBFloat16(uint16(w[2*k]) | uint16(w[2*k+1])<<8)
		}
	}
}

func unpackWeightsGeneric(f WeightFormat, dst []float32, w []byte, scale []float32, group int) {
	for c := range len(dst) / Chunk {
		to := (*[Chunk]float32)(dst[c*Chunk:])
		f.decode(to, w[c*f.Bytes():])
		if f != BFloat16 {
			for k := range to {
				to[k] *= scale[c/group]
			}
		}
	}
}

// QuantizeRow rounds a row of x to bytes: dst[i] = 128 + round(x[i]/scale), half to even, where scale is the largest
// magnitude divided by 127, which it returns. A row with a number that is not finite has a scale of NaN; one of numbers
// below 1e-36 counts as 0.
func QuantizeRow(dst []uint8, x []float32) (scale float32) {
	largest := math.Float32frombits(largestBits(x))
	factor := 127 / largest
	if !(largest <= math.MaxFloat32) || !(factor <= math.MaxFloat32) {
		for i := range x {
			dst[i] = 128
		}
		if largest <= math.MaxFloat32 {
			return 0
		}
		return float32(math.NaN())
	}
	roundBytes(dst[:len(x)], x, factor)
	return largest / 127
}

var (
	largestBits = largestBitsGeneric
	roundBytes  = roundBytesGeneric
)

// largestBitsGeneric returns the bits of the largest magnitude, of which infinity and NaN are the largest.
func largestBitsGeneric(x []float32) uint32 {
	most := uint32(0)
	for _, v := range x {
		most = max(most, math.Float32bits(v)&^(1<<31))
	}
	return most
}

func roundBytesGeneric(dst []uint8, x []float32, factor float32) {
	for i, v := range x {
		dst[i] = uint8(128 + int(math.RoundToEven(float64(float32(v*factor)))))
	}
}
