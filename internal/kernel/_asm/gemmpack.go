package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// bits puts the mask of the first n lanes, n in RCX, into RAX.
func bits() {
	MOVQ(U32(1), RAX)
	SHLQ(CL, RAX)
	DECQ(RAX)
}

// packCopyAVX512 copies rows of n floats to rows of width, at most 48, with zeros behind.
func packCopyAVX512() {
	TEXT("packCopyAVX512", NOSPLIT, "func(dst, src []float32, rows, n, stride, width int)")
	Pragma("noescape")
	Load(Param("width"), RCX)
	MOVQ(RCX, R9)
	bits()
	store := []Register{K4, K5, K6}
	load := []Register{K1, K2, K3}
	split := func(k []Register) {
		for i, k := range k {
			if i > 0 {
				SHRQ(Imm(16), RAX)
			}
			KMOVW(EAX, k)
		}
	}
	split(store)
	Load(Param("n"), RCX)
	bits()
	split(load)
	Load(Param("dst").Base(), RDI)
	Load(Param("src").Base(), RSI)
	Load(Param("stride"), RCX)
	SHLQ(Imm(2), RCX)
	Load(Param("rows"), RAX)
	TESTQ(RAX, RAX)
	JZ(LabelRef("end"))
	MOVQ(R9, RDX)
	SHLQ(Imm(2), RDX) // a row of dst
	CMPQ(R9, Imm(16))
	JLE(LabelRef("loop1"))
	CMPQ(R9, Imm(32))
	JLE(LabelRef("loop2"))
	for _, nv := range []int{3, 2, 1} {
		label := []string{"", "loop1", "loop2", "loop3"}[nv]
		Label(label)
		for j := range nv {
			VMOVUPS_Z(Mem{Base: RSI, Disp: 64 * j}, load[j], avx512.reg[j])
		}
		for j := range nv {
			VMOVUPS(avx512.reg[j], store[j], Mem{Base: RDI, Disp: 64 * j})
		}
		ADDQ(RCX, RSI)
		ADDQ(RDX, RDI)
		DECQ(RAX)
		JNZ(LabelRef(label))
		if nv > 1 {
			JMP(LabelRef("end"))
		}
	}
	Label("end")
	VZEROUPPER()
	RET()
}

// transpose16 transposes the 16 by 16 matrix in the rows of in, with out as room.
func transpose16(in, out []VecPhysical) {
	for i := 0; i < 16; i += 2 {
		VUNPCKLPS(in[i+1], in[i], out[i])
		VUNPCKHPS(in[i+1], in[i], out[i+1])
	}
	for i := 0; i < 16; i += 4 {
		VUNPCKLPD(out[i+2], out[i], in[i])
		VUNPCKHPD(out[i+2], out[i], in[i+1])
		VUNPCKLPD(out[i+3], out[i+1], in[i+2])
		VUNPCKHPD(out[i+3], out[i+1], in[i+3])
	}
	// Now lane l of in[4q+r] holds rows 4q to 4q+3 of column 4l+r.
	for r := range 4 {
		VSHUFF32X4(Imm(0x88), in[4+r], in[r], out[r])
		VSHUFF32X4(Imm(0xdd), in[4+r], in[r], out[4+r])
		VSHUFF32X4(Imm(0x88), in[12+r], in[8+r], out[8+r])
		VSHUFF32X4(Imm(0xdd), in[12+r], in[8+r], out[12+r])
	}
	for r := range 4 {
		VSHUFF32X4(Imm(0x88), out[8+r], out[r], in[r])
		VSHUFF32X4(Imm(0xdd), out[8+r], out[r], in[8+r])
		VSHUFF32X4(Imm(0x88), out[12+r], out[4+r], in[4+r])
		VSHUFF32X4(Imm(0xdd), out[12+r], out[4+r], in[12+r])
	}
}

// packTransposeAVX512 writes up to 16 rows of src as columns of dst, 16 by 16 in registers.
func packTransposeAVX512() {
	TEXT("packTransposeAVX512", NOSPLIT, "func(dst []float32, dstStride int, src []float32, srcStride, rows, k, width int)")
	Pragma("noescape")
	z := avx512.reg
	Load(Param("width"), RCX)
	bits()
	KMOVW(EAX, K2)
	Load(Param("dst").Base(), RDI)
	Load(Param("dstStride"), RDX)
	SHLQ(Imm(2), RDX)
	Load(Param("src").Base(), RSI)
	Load(Param("srcStride"), R11)
	SHLQ(Imm(2), R11)
	Load(Param("rows"), R8)
	Load(Param("k"), RBX)
	MOVQ(U32(0xffff), RAX)
	KMOVW(EAX, K1)
	TESTQ(RBX, RBX)
	JLE(LabelRef("done"))
	Label("loop")
	CMPQ(RBX, Imm(16))
	JGE(LabelRef("full"))
	MOVQ(RBX, RCX)
	bits()
	KMOVW(EAX, K1)
	Label("full")
	for i := range 16 {
		VPXORD(z[i], z[i], z[i])
	}
	MOVQ(RSI, R9)
	for i := range 16 {
		CMPQ(R8, Imm(uint64(i)))
		JLE(LabelRef("loaded"))
		VMOVUPS_Z(Mem{Base: R9}, K1, z[i])
		ADDQ(R11, R9)
	}
	Label("loaded")
	transpose16(z[:16], z[16:])
	for i := range 16 {
		VMOVUPS(z[i], K2, Mem{Base: RDI})
		if i == 15 {
			break
		}
		CMPQ(RBX, Imm(uint64(i+1)))
		JLE(LabelRef("done"))
		ADDQ(RDX, RDI)
	}
	ADDQ(RDX, RDI)
	ADDQ(Imm(64), RSI)
	SUBQ(Imm(16), RBX)
	JG(LabelRef("loop"))
	Label("done")
	VZEROUPPER()
	RET()
}

// packTransposeAVX2 transposes 8 rows of blocks of 8 columns.
func packTransposeAVX2() {
	TEXT("transpose8AVX2", NOSPLIT, "func(dst *float32, dstStride int, src *float32, srcStride, blocks int)")
	Pragma("noescape")
	y := avx2.reg
	Load(Param("dst"), RDI)
	Load(Param("dstStride"), RDX)
	SHLQ(Imm(2), RDX)
	Load(Param("src"), RSI)
	Load(Param("srcStride"), RCX)
	SHLQ(Imm(2), RCX)
	Load(Param("blocks"), RAX)
	Label("loop")
	MOVQ(RSI, R9)
	for i := range 8 {
		VMOVUPS(Mem{Base: R9}, y[i])
		ADDQ(RCX, R9)
	}
	in, out := y[:8], y[8:]
	for i := 0; i < 8; i += 2 {
		VUNPCKLPS(in[i+1], in[i], out[i])
		VUNPCKHPS(in[i+1], in[i], out[i+1])
	}
	for i := 0; i < 8; i += 4 {
		VUNPCKLPD(out[i+2], out[i], in[i])
		VUNPCKHPD(out[i+2], out[i], in[i+1])
		VUNPCKLPD(out[i+3], out[i+1], in[i+2])
		VUNPCKHPD(out[i+3], out[i+1], in[i+3])
	}
	for r := range 4 {
		VPERM2F128(Imm(0x20), in[4+r], in[r], out[r])
		VPERM2F128(Imm(0x31), in[4+r], in[r], out[4+r])
	}
	for i := range 8 {
		VMOVUPS(out[i], Mem{Base: RDI})
		ADDQ(RDX, RDI)
	}
	ADDQ(Imm(32), RSI)
	DECQ(RAX)
	JNZ(LabelRef("loop"))
	VZEROUPPER()
	RET()
}
