package gguf

import (
	"encoding/binary"
	"math"
	"sync"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/internal/kernel"
)

// A kind is how a file writes elements: plain, or in blocks of so many that share scales.
type kind struct {
	name    string
	block   int            // elements
	bytes   int            // of a block
	element format.Element // of plain ones
	expand  func(y []float32, b []byte)
}

func plain(name string, e format.Element) kind {
	return kind{name: name, block: 1, bytes: e.Bytes, element: e}
}

func packed(name string, block, bytes int, expand func(y []float32, b []byte)) kind {
	return kind{name: name, block: block, bytes: bytes, element: format.Plain(device.Float32), expand: expand}
}

// kinds are those of ggml by their numbers there. The ones without expand and without an element are known by size only.
var kinds = map[uint32]kind{
	0:  plain("F32", format.Plain(device.Float32)),
	1:  plain("F16", format.Plain(device.Float16)),
	2:  packed("Q4_0", 32, 18, q40),
	3:  packed("Q4_1", 32, 20, q41),
	6:  packed("Q5_0", 32, 22, q50),
	7:  packed("Q5_1", 32, 24, q51),
	8:  packed("Q8_0", 32, 34, q80),
	9:  packed("Q8_1", 32, 36, q81),
	10: packed("Q2_K", 256, 84, q2k),
	11: packed("Q3_K", 256, 110, q3k),
	12: packed("Q4_K", 256, 144, q4k),
	13: packed("Q5_K", 256, 176, q5k),
	14: packed("Q6_K", 256, 210, q6k),
	15: packed("Q8_K", 256, 292, q8k),
	16: packed("IQ2_XXS", 256, 66, nil),
	17: packed("IQ2_XS", 256, 74, nil),
	18: packed("IQ3_XXS", 256, 98, nil),
	19: packed("IQ1_S", 256, 50, nil),
	20: packed("IQ4_NL", 32, 18, iq4nl),
	21: packed("IQ3_S", 256, 110, nil),
	22: packed("IQ2_S", 256, 82, nil),
	23: packed("IQ4_XS", 256, 136, iq4xs),
	24: plain("I8", format.Int8),
	25: plain("I16", format.Int16),
	26: plain("I32", format.Plain(device.Int32)),
	27: plain("I64", format.Plain(device.Int64)),
	28: plain("F64", format.Plain(device.Float64)),
	29: packed("IQ1_M", 256, 56, nil),
	30: plain("BF16", format.Plain(device.BFloat16)),
	34: packed("TQ1_0", 256, 54, nil),
	35: packed("TQ2_0", 256, 66, tq20),
	39: packed("MXFP4", 32, 17, mxfp4),
}

// halves is the float32 of every float16.
var halves = sync.OnceValue(func() *[1 << 16]float32 {
	t, all := new([1 << 16]float32), make([]uint16, 1<<16)
	for i := range all {
		all[i] = uint16(i)
	}
	kernel.Float16ToFloat32(t[:], all)
	return t
})

// half returns the float16 at the start of b.
func half(b []byte) float32 { return halves()[binary.LittleEndian.Uint16(b)] }

// putHalf writes v as a float16.
func putHalf(b []byte, v float32) {
	var h [1]uint16
	kernel.Float32ToFloat16(h[:], []float32{v})
	binary.LittleEndian.PutUint16(b, h[0])
}

func float(b []byte) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(b)) }
