package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// packGroupsAVX512 writes up to 16 rows of src as 16 columns of groups.
func packGroupsAVX512() {
	TEXT("packGroupsAVX512", NOSPLIT, "func(dst, src *byte, stride, rows, bytes int)")
	Pragma("noescape")
	z := avx512.reg
	Load(Param("dst"), RDI)
	Load(Param("src"), RSI)
	Load(Param("stride"), R11)
	Load(Param("rows"), R8)
	Load(Param("bytes"), RBX)
	MOVQ(I32(-1), RAX)
	KMOVQ(RAX, K1)
	Label("loop")
	CMPQ(RBX, Imm(64))
	JGE(LabelRef("full"))
	MOVQ(RBX, RCX)
	bits()
	KMOVQ(RAX, K1)
	Label("full")
	for i := range 16 {
		VPXORD(z[i], z[i], z[i])
	}
	MOVQ(RSI, R9)
	for i := range 16 {
		CMPQ(R8, Imm(uint64(i)))
		JLE(LabelRef("loaded"))
		VMOVDQU8_Z(Mem{Base: R9}, K1, z[i])
		ADDQ(R11, R9)
	}
	Label("loaded")
	transpose16(z[:16], z[16:])
	for i := range 16 {
		VMOVUPS(z[i], Mem{Base: RDI, Disp: panelRow * i})
	}
	ADDQ(U32(stepGroups*panelRow), RDI)
	ADDQ(U32(64), RSI)
	SUBQ(Imm(64), RBX)
	JG(LabelRef("loop"))
	VZEROUPPER()
	RET()
}

// packPairsAVX512 makes pairs of every two of k rows of src, up to 32 columns.
func packPairsAVX512() {
	TEXT("packPairsAVX512", NOSPLIT, "func(dst, src *byte, stride, k, cols int)")
	Pragma("noescape")
	Load(Param("cols"), RCX)
	bits()
	KMOVW(EAX, K1)
	SHRQ(Imm(16), RAX)
	KMOVW(EAX, K2)
	Load(Param("dst"), RDI)
	Load(Param("src"), RSI)
	Load(Param("stride"), R11)
	Load(Param("k"), RBX)
	mask := []Register{K1, K2}
	half := func(base Register, j int) Mem { return Mem{Base: base, Disp: 32 * j} }
	SUBQ(Imm(2), RBX)
	JL(LabelRef("odd"))
	Label("loop")
	LEAQ(Mem{Base: RSI, Index: R11, Scale: 1}, R9)
	for j := range 2 {
		VPMOVZXWD_Z(half(RSI, j), mask[j], avx512.reg[2*j])
		VPMOVZXWD_Z(half(R9, j), mask[j], avx512.reg[2*j+1])
	}
	for j := range 2 {
		VPSLLD(Imm(16), avx512.reg[2*j+1], avx512.reg[2*j+1])
		VPORD(avx512.reg[2*j], avx512.reg[2*j+1], avx512.reg[2*j])
		VMOVUPS(avx512.reg[2*j], Mem{Base: RDI, Disp: 64 * j})
	}
	LEAQ(Mem{Base: R9, Index: R11, Scale: 1}, RSI)
	ADDQ(U32(panelRow), RDI)
	SUBQ(Imm(2), RBX)
	JGE(LabelRef("loop"))
	Label("odd")
	ADDQ(Imm(2), RBX)
	JZ(LabelRef("done"))
	for j := range 2 {
		VPMOVZXWD_Z(half(RSI, j), mask[j], avx512.reg[j])
		VMOVUPS(avx512.reg[j], Mem{Base: RDI, Disp: 64 * j})
	}
	Label("done")
	VZEROUPPER()
	RET()
}

// packRowsAVX512 writes up to 16 columns of up to 32 rows of 16-bit numbers as rows of a step.
func packRowsAVX512() {
	TEXT("packRowsAVX512", NOSPLIT, "func(dst, src *byte, stride, k, cols int)")
	Pragma("noescape")
	z := avx512.reg
	Load(Param("cols"), RCX)
	MOVQ(RCX, R8)
	bits()
	KMOVW(EAX, K1)
	Load(Param("dst"), RDI)
	Load(Param("src"), RSI)
	Load(Param("stride"), R11)
	Load(Param("k"), RBX)
	for i := range 16 {
		VPXORD(z[i], z[i], z[i])
	}
	for i := range 16 {
		// A pair that is not there, or of which half is.
		CMPQ(RBX, Imm(uint64(2*i)))
		JLE(LabelRef("loaded"))
		VPMOVZXWD_Z(Mem{Base: RSI}, K1, z[i])
		ADDQ(R11, RSI)
		CMPQ(RBX, Imm(uint64(2*i+1)))
		JLE(LabelRef("loaded"))
		VPMOVZXWD_Z(Mem{Base: RSI}, K1, z[16])
		ADDQ(R11, RSI)
		VPSLLD(Imm(16), z[16], z[16])
		VPORD(z[i], z[16], z[i])
	}
	Label("loaded")
	transpose16(z[:16], z[16:])
	for i := range 16 {
		CMPQ(R8, Imm(uint64(i)))
		JLE(LabelRef("stored"))
		VMOVUPS(z[i], Mem{Base: RDI, Disp: 64 * i})
	}
	Label("stored")
	VZEROUPPER()
	RET()
}
