package device

// Quantized says how the rows of a matrix [out in] of small integers lie in memory: as an operand of [LinearQuantized] it is
// Uint8 [out RowBytes].
//
// A row is chunks of [QuantizedChunk] integers, the last filled up with those that stand for 0. In 4 bits a chunk is 16
// bytes: byte j holds integer j in its low half and integer 16+j in its high one, each plus 8, so from −8 to 7. In 8 bits it
// is 32 bytes, each an integer from −128 to 127. Every Group integers of a row, the last perhaps fewer, have a scale.
type Quantized struct {
	Bits  int // 4 or 8
	Group int // a multiple of [QuantizedChunk]
}

// QuantizedChunk is how many integers there are in a chunk.
const QuantizedChunk = 32

// RowBytes returns the bytes of a row of n integers.
func (q Quantized) RowBytes(n int) int {
	return (n + QuantizedChunk - 1) / QuantizedChunk * QuantizedChunk * q.Bits / 8
}

// Groups returns how many scales a row of n integers has.
func (q Quantized) Groups(n int) int { return (n + q.Group - 1) / q.Group }

// Attr returns the attributes of a call of [LinearQuantized].
func (q Quantized) Attr() *Attr {
	return &Attr{Scalars: [8]float64{float64(q.Bits), float64(q.Group)}}
}

// Int8Panels says how a matrix [out in] of signed bytes lies in memory as an operand of [LinearInt8]: in panels of 32 rows,
// filled up with zeros to whole panels, and along in to multiples of 64. In a panel, four integers that are neighbours
// along in stay together, and 32 rows follow one another.
//
//	Uint8 [⌈out/32⌉ ⌈in/64⌉·16 32 4]
type Int8Panels struct{ Out, In int }

// Shape returns the shape of the panels.
func (p Int8Panels) Shape() []int { return []int{(p.Out + 31) / 32, (p.In + 63) / 64 * 16, 32, 4} }

// At returns where the integer of row o and column i lies.
func (p Int8Panels) At(o, i int) int {
	return ((o/32*((p.In+63)/64*16)+i/4)*32+o%32)*4 + i%4
}
