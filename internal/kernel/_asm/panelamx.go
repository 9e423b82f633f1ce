package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// An amxKind is a product of tiles: of bfloat16 or of 8-bit integers.
type amxKind struct {
	name     string
	multiply func(a, b, c tile)
}

// The tiles: sums of two times 16 rows by two times 16 columns, two of A, and two of B.
const (
	tileC tile = 0 // 0 to 3: two in the upper rows, two in the lower
	tileA tile = 4
	tileB tile = 6
)

var amxShapes *Mem

// amxShape is 16 shapes of the tiles, of 64 bytes each: in number r−1 the tiles of C and A have r rows.
func amxShape() Mem {
	if amxShapes == nil {
		m := GLOBL("amxShapes", NOPTR|RODATA)
		for r := 1; r <= 16; r++ {
			at := 64 * (r - 1)
			DATA(at, U64(1)) // the palette
			DATA(at+8, U64(0))
			DATA(at+16, U64(64|64<<16|64<<32|64<<48)) // bytes of a row of tiles 0 to 3, and 4 to 7
			DATA(at+24, U64(64|64<<16|64<<32|64<<48))
			DATA(at+32, U64(0))
			DATA(at+40, U64(0))
			row := uint64(r)
			DATA(at+48, U64(row|row<<8|row<<16|row<<24|row<<32|row<<40|16<<48|16<<56))
			DATA(at+56, U64(0))
		}
		amxShapes = &m
	}
	return *amxShapes
}

// The registers: RDI arguments, RSI rows of A, RDX rows of C, R9 step of C, R8 step of A, RBX cursor in B, R10 and R11
// cursors in A, R14 step of A along k, RAX step of B, RCX steps left, R12 rows of the tail or 0, R13 step of the tail, R15 blocks left.

func (k amxKind) head(name, sig string) {
	TEXT("panel"+k.name+name+"AMX", NOSPLIT, sig)
	Pragma("noescape")
	Load(Param("p"), RDI)
	field(RSI, pA)
	field(R8, pAI)
	field(RDX, pC)
	field(R9, pCI)
	field(R12, pTail)
	field(R14, pAStep)
	MOVQ(U32(panelRow), RAX)
}

// each emits f for the tiles of C: one or two blocks of 16 rows; it uses R10.
func eachTile(blocks int, f func(t tile, base Register, disp byte)) {
	MOVQ(RDX, R10)
	for i := range blocks {
		if i > 0 {
			MOVQ(R9, R11)
			SHLQ(Imm(4), R11)
			ADDQ(R11, R10)
		}
		f(tileC+tile(2*i), R10, 0)
		f(tileC+tile(2*i+1), R10, 64)
	}
}

// sums emits the products of one or two blocks of 16 rows with the panel.
func (k amxKind) sums(blocks int) {
	field(RCX, pAccumulate)
	TESTQ(RCX, RCX)
	JZ(LabelRef("zero"))
	eachTile(blocks, func(t tile, base Register, disp byte) { tileloadd(t, base, R9, disp) })
	JMP(LabelRef("begun"))
	Label("zero")
	for t := range tile(2 * blocks) {
		tilezero(t)
	}
	Label("begun")
	field(RBX, pB)
	field(RCX, pSteps)
	MOVQ(RSI, R10)
	if blocks == 2 {
		MOVQ(R8, R11)
		SHLQ(Imm(4), R11)
		ADDQ(R10, R11)
	}
	TESTQ(RCX, RCX)
	JZ(LabelRef("tail"))
	Label("step")
	k.step(blocks, R8)
	ADDQ(R14, R10)
	if blocks == 2 {
		ADDQ(R14, R11)
	}
	DECQ(RCX)
	JNZ(LabelRef("step"))
	Label("tail")
	TESTQ(R12, R12)
	JZ(LabelRef("store"))
	MOVQ(R12, R10)
	LEAQ(Mem{Base: R12, Disp: 1024}, R11)
	MOVQ(U32(64), R13)
	k.step(blocks, R13)
	Label("store")
	eachTile(blocks, func(t tile, base Register, disp byte) { tilestored(t, base, R9, disp) })
}

// step emits the products of 16 groups.
func (k amxKind) step(blocks int, stride Register) {
	tileloadd(tileB, RBX, RAX, 0)
	tileloadd(tileA, R10, stride, 0)
	tileloadd(tileB+1, RBX, RAX, 64)
	k.multiply(tileA, tileB, tileC)
	k.multiply(tileA, tileB+1, tileC+1)
	if blocks == 2 {
		tileloadd(tileA+1, R11, stride, 0)
		k.multiply(tileA+1, tileB, tileC+2)
		k.multiply(tileA+1, tileB+1, tileC+3)
	}
	ADDQ(U32(stepGroups*panelRow), RBX)
}

// blocks emits the product of n times 32 rows.
func (k amxKind) blocks() {
	k.head("Blocks", "func(p *byte, n int)")
	Load(Param("n"), R15)
	LEAQ(amxShape().Offset(64*15), RCX)
	ldtilecfg(RCX)
	Label("block")
	k.sums(2)
	for range 2 {
		MOVQ(R9, RCX)
		SHLQ(Imm(4), RCX)
		ADDQ(RCX, RDX)
		MOVQ(R8, RCX)
		SHLQ(Imm(4), RCX)
		ADDQ(RCX, RSI)
	}
	TESTQ(R12, R12)
	JZ(LabelRef("next"))
	ADDQ(U32(2048), R12)
	Label("next")
	DECQ(R15)
	JNZ(LabelRef("block"))
	tilerelease()
	RET()
}

// rest emits the product of Rows rows, at most 16.
func (k amxKind) rest() {
	k.head("Rest", "func(p *byte)")
	field(RCX, pRows)
	SHLQ(Imm(6), RCX)
	LEAQ(amxShape().Offset(-64), R10)
	ADDQ(R10, RCX)
	ldtilecfg(RCX)
	k.sums(1)
	tilerelease()
	RET()
}
