package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

func init() { families["stream"] = streams }

// streams emits what writes past the caches.
func streams() {
	TEXT("streamTransposeAVX512", NOSPLIT, "func(dst *float32, dstStride int, src *float32, srcStride, rows, blocks int)")
	Doc("streamTransposeAVX512 transposes blocks of 16 by 16 that follow one another down dst, and rows of them.")
	Pragma("noescape")
	z := avx512.reg
	Load(Param("dst"), RDI)
	Load(Param("dstStride"), RDX)
	SHLQ(Imm(2), RDX)
	Load(Param("src"), RSI)
	Load(Param("srcStride"), R11)
	SHLQ(Imm(2), R11)
	Load(Param("rows"), R8)
	Label("row")
	Load(Param("blocks"), RBX)
	MOVQ(RDI, R10)
	MOVQ(RSI, R12)
	Label("block")
	MOVQ(R12, R9)
	for i := range 16 {
		VMOVUPS(Mem{Base: R9}, z[i])
		ADDQ(R11, R9)
	}
	transpose16(z[:16], z[16:])
	for i := range 16 {
		VMOVNTPS(z[i], Mem{Base: R10})
		ADDQ(RDX, R10)
	}
	ADDQ(Imm(64), R12)
	DECQ(RBX)
	JNZ(LabelRef("block"))
	ADDQ(Imm(64), RDI)
	MOVQ(R11, R9)
	SHLQ(Imm(4), R9)
	ADDQ(R9, RSI)
	DECQ(R8)
	JNZ(LabelRef("row"))
	SFENCE()
	VZEROUPPER()
	RET()

	TEXT("streamCopyAVX512", NOSPLIT, "func(dst *float32, dstStride int, src *float32, srcStride, rows, blocks int)")
	Doc("streamCopyAVX512 copies rows of blocks of 16.")
	Pragma("noescape")
	Load(Param("dst"), RDI)
	Load(Param("dstStride"), RDX)
	SHLQ(Imm(2), RDX)
	Load(Param("src"), RSI)
	Load(Param("srcStride"), R11)
	SHLQ(Imm(2), R11)
	Load(Param("rows"), R8)
	Load(Param("blocks"), R9)
	SHLQ(Imm(6), R9)
	Label("row")
	LEAQ(Mem{Base: RSI, Index: R11, Scale: 4}, R12) // what comes four rows later
	XORQ(RBX, RBX)
	Label("block")
	PREFETCHT0(Mem{Base: R12, Index: RBX, Scale: 1})
	VMOVUPS(Mem{Base: RSI, Index: RBX, Scale: 1}, z[0])
	VMOVNTPS(z[0], Mem{Base: RDI, Index: RBX, Scale: 1})
	ADDQ(Imm(64), RBX)
	CMPQ(RBX, R9)
	JL(LabelRef("block"))
	ADDQ(RDX, RDI)
	ADDQ(R11, RSI)
	DECQ(R8)
	JNZ(LabelRef("row"))
	SFENCE()
	VZEROUPPER()
	RET()
}
