package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// In the epilogue the registers below the tile are free; in AVX2 the third holds the mask of the last vector.

// loadLast loads the last vector of a row, masked.
func (t tiles) loadLast(m Mem, r VecPhysical) {
	if t.unit == avx512 {
		VMOVUPS_Z(m, K1, r)
	} else {
		VMASKMOVPS(m, t.reg[2], r)
	}
}

// load loads vector j of a row without touching what lies behind the last column.
func (t tiles) load(row Register, j int, r VecPhysical) {
	if j == t.nv-1 {
		t.loadLast(t.at(row, j), r)
	} else {
		VMOVUPS(t.at(row, j), r)
	}
}

// epilogue emits scale, bias, accumulate and ReLU, in this order.
func (t tiles) epilogue() {
	if t.unit == avx2 {
		t.maskAVX2()
	}
	field(RAX, oFlags)
	TESTQ(U32(flagScale), RAX)
	JZ(LabelRef("noScale"))
	VBROADCASTSS(Mem{Base: RDI, Disp: oAlpha}, t.reg[0])
	t.each(func(i, j int) { VMULPS(t.reg[0], t.acc(i, j), t.acc(i, j)) })
	Label("noScale")

	field(RBX, oBias)
	TESTQ(RBX, RBX)
	JZ(LabelRef("noBias"))
	for j := range t.nv {
		t.load(RBX, j, t.reg[j])
	}
	t.each(func(i, j int) { VADDPS(t.reg[j], t.acc(i, j), t.acc(i, j)) })
	Label("noBias")

	TESTQ(U32(flagAccumulate), RAX)
	JZ(LabelRef("noAccumulate"))
	MOVQ(RDX, R10)
	for i := range t.m {
		for j := range t.nv {
			t.load(R10, j, t.reg[j%2])
			VADDPS(t.reg[j%2], t.acc(i, j), t.acc(i, j))
		}
		ADDQ(RCX, R10)
	}
	Label("noAccumulate")

	TESTQ(U32(flagReLU), RAX)
	JZ(LabelRef("noReLU"))
	t.zero(t.reg[0])
	// The second source is what MAXPS returns for a NaN: it must be the tile.
	t.each(func(i, j int) { VMAXPS(t.acc(i, j), t.reg[0], t.acc(i, j)) })
	Label("noReLU")
}

// each emits f for every vector of the tile.
func (t tiles) each(f func(i, j int)) {
	for i := range t.m {
		for j := range t.nv {
			f(i, j)
		}
	}
}

// store writes the tile, and moves RDX to the next one.
func (t tiles) store() {
	if t.unit == avx512 {
		for i := range t.m {
			for j := range t.nv - 1 {
				VMOVUPS(t.acc(i, j), t.at(RDX, j))
			}
			VMOVUPS(t.acc(i, t.nv-1), K1, t.at(RDX, t.nv-1))
			ADDQ(RCX, RDX)
		}
		return
	}
	// Masked stores are slow on some processors, so a whole vector has a way of its own.
	field(RAX, oCols)
	CMPQ(RAX, Imm(uint64(t.nv*t.lanes())))
	JNE(LabelRef("storeMasked"))
	for i := range t.m {
		for j := range t.nv {
			VMOVUPS(t.acc(i, j), t.at(RDX, j))
		}
		ADDQ(RCX, RDX)
	}
	JMP(LabelRef("stored"))
	Label("storeMasked")
	for i := range t.m {
		for j := range t.nv - 1 {
			VMOVUPS(t.acc(i, j), t.at(RDX, j))
		}
		VMASKMOVPS(t.acc(i, t.nv-1), t.reg[2], t.at(RDX, t.nv-1))
		ADDQ(RCX, RDX)
	}
	Label("stored")
}

// maskAVX2 puts the columns of the last vector into the third register.
func (t tiles) maskAVX2() {
	LEAQ(gemmMask(), RBX)
	stride(RAX, oCols)
	SUBQ(RAX, RBX)
	VMOVUPS(Mem{Base: RBX, Disp: 4 * (t.nv * t.lanes())}, t.reg[2])
}

var gemmMasks *Mem

// gemmMask is 8 ones and 8 zeros, as 32-bit masks: read from 8 − n on, it selects n lanes.
func gemmMask() Mem {
	if gemmMasks == nil {
		m := GLOBL("gemmMasks", NOPTR|RODATA)
		for i := range 8 {
			DATA(4*i, U32(0xffffffff))
		}
		for i := range 8 {
			DATA(32+4*i, U32(0))
		}
		gemmMasks = &m
	}
	return *gemmMasks
}
