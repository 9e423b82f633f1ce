package main

import (
	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/ir"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// The Go assembler knows neither the dot products of bfloat16 nor the tiles of AMX, so these are written as bytes.

func emitBytes(code ...byte) {
	for _, b := range code {
		Instruction(&ir.Instruction{Opcode: "BYTE", Operands: []Op{Imm(uint64(b))}})
	}
}

// The prefix that an encoding stands for.
const (
	prefixNone = iota
	prefix66
	prefixF3
	prefixF2
)

// number returns the number of a register in encodings.
func number(r Register) byte { return byte(r.(Physical).PhysicalIndex()) }

// vdpbf16ps emits VDPBF16PS: dst += the products of the pairs in a and b.
func vdpbf16ps(a, b, dst VecPhysical) {
	x, y, d := number(a), number(b), number(dst)
	inverted := func(v byte, bit uint, to uint) byte { return (^v >> bit & 1) << to }
	emitBytes(0x62,
		inverted(d, 3, 7)|inverted(y, 4, 6)|inverted(y, 3, 5)|inverted(d, 4, 4)|2, // 0F 38
		(^x&15)<<3|4|prefixF3,
		0x40|inverted(x, 4, 3), // 512 bits
		0x52, 0xc0|(d&7)<<3|y&7)
}

// A tile is one of the eight tile registers of AMX.
type tile byte

// vex emits an AMX instruction with its operands in the fields reg, vvvv and rm.
func vex(prefix, opcode byte, reg, v, rm tile) {
	emitBytes(0xc4, 0xe2, byte(^v&15)<<3|prefix, opcode, 0xc0|byte(reg)<<3|byte(rm))
}

func tilezero(t tile)        { vex(prefixF2, 0x49, t, 0, 0) }
func tilerelease()           { vex(prefixNone, 0x49, 0, 0, 0) }
func tdpbf16ps(a, b, c tile) { vex(prefixF3, 0x5c, c, b, a) } // c += a·b
func tdpbusd(a, b, c tile)   { vex(prefix66, 0x5e, c, b, a) } // c += a·b, a unsigned and b signed

// ldtilecfg loads the shapes of the tiles from where base points to.
func ldtilecfg(base Register) {
	b := number(base)
	emitBytes(0xc4, 0xc2|(^b>>3&1)<<5, 0x78, 0x49, b&7)
}

// tileMemory emits a load or store of a tile: rows of 64 bytes from base+disp on, the content of stride apart.
func tileMemory(prefix byte, t tile, base, stride Register, disp byte) {
	b, s := number(base), number(stride)
	emitBytes(0xc4, 0x82|(^s>>3&1)<<6|(^b>>3&1)<<5, 0x78|prefix, 0x4b, 0x44|byte(t)<<3, s&7<<3|b&7, disp)
}

func tileloadd(t tile, base, stride Register, disp byte) { tileMemory(prefixF2, t, base, stride, disp) }

func tilestored(t tile, base, stride Register, disp byte) {
	tileMemory(prefixF3, t, base, stride, disp)
}
