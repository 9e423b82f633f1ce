package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// Offsets of the fields of kernel.Sums; a test of package kernel compares them.
const (
	sDst = 8 * iota
	sStride
	sSrc
	sRows
	sCols
	sBias
	sReLU
	sAccumulate
	sMinus
	sRowScale
	sColScale
)

// putSums emits what takes the sums of a panel to where they belong, as float32 or bfloat16; whole: the sums are int32,
// scaled by row and column.
//
// The registers: RDI arguments, RSI row of sums, RDX row of the result, R8 rows left, R9 scale of the row, RAX flags of
// ReLU, RBX of accumulation. Z16 and up hold what is the same for all rows.
func putSums(name string, whole, half bool) {
	TEXT(name, NOSPLIT, "func(p *byte)")
	Pragma("noescape")
	Load(Param("p"), RDI)
	field(RCX, sCols)
	bits()
	KMOVW(EAX, K1)
	SHRQ(Imm(16), RAX)
	KMOVW(EAX, K2)
	mask := []Register{K1, K2}
	bias, minus, scale := []VecPhysical{Z16, Z17}, []VecPhysical{Z18, Z19}, []VecPhysical{Z20, Z21}
	columns := func(offset int, to []VecPhysical, end string) {
		for j := range 2 {
			VPXORD(to[j], to[j], to[j])
		}
		field(R10, offset)
		TESTQ(R10, R10)
		JZ(LabelRef(end))
		for j := range 2 {
			VMOVUPS_Z(Mem{Base: R10, Disp: 64 * j}, mask[j], to[j])
		}
		Label(end)
	}
	columns(sBias, bias, "bias")
	if whole {
		columns(sMinus, minus, "minus")
		columns(sColScale, scale, "scale")
		field(R9, sRowScale)
	}
	VPXORD(Z22, Z22, Z22)
	if half {
		for i, c := range []uint32{1, 0x7fff, 0x40} {
			MOVL(U32(c), EAX)
			VPBROADCASTD(EAX, avx512.reg[23+i])
		}
	}
	field(RSI, sSrc)
	field(RDX, sDst)
	field(R11, sStride)
	field(R8, sRows)
	field(RAX, sReLU)
	field(RBX, sAccumulate)
	size := 64
	if half {
		size = 32
	}
	Label("loop")
	for j := range 2 {
		z := avx512.reg[j]
		VMOVUPS(Mem{Base: RSI, Disp: 64 * j}, z)
		if whole {
			VPSUBD(minus[j], z, z)
			VCVTDQ2PS(z, z)
			VMULPS_BCST(Mem{Base: R9}, z, z)
			VMULPS(scale[j], z, z)
		}
		VADDPS(bias[j], z, z)
	}
	if !half && !whole {
		TESTQ(RBX, RBX)
		JZ(LabelRef("fresh"))
		for j := range 2 {
			VMOVUPS_Z(Mem{Base: RDX, Disp: 64 * j}, mask[j], avx512.reg[2])
			VADDPS(avx512.reg[2], avx512.reg[j], avx512.reg[j])
		}
		Label("fresh")
	}
	TESTQ(RAX, RAX)
	JZ(LabelRef("put"))
	for j := range 2 {
		// The second source is what MAXPS returns for a NaN: it must be the sum.
		VMAXPS(avx512.reg[j], Z22, avx512.reg[j])
	}
	Label("put")
	for j := range 2 {
		z, at := avx512.reg[j], Mem{Base: RDX, Disp: size * j}
		if half {
			roundHalf(z)
			VMOVDQU16(z.AsY(), mask[j], at)
		} else {
			VMOVUPS(z, mask[j], at)
		}
	}
	ADDQ(U32(panelRow), RSI)
	ADDQ(R11, RDX)
	if whole {
		ADDQ(Imm(4), R9)
	}
	DECQ(R8)
	JNZ(LabelRef("loop"))
	VZEROUPPER()
	RET()
}

// roundHalf makes 16 bfloat16 of the float32 in z, in its lower half, as float32ToBFloat16 does: Z23 to Z25 hold 1, 0x7fff
// and 0x40.
func roundHalf(z VecPhysical) {
	VPSRLD(Imm(16), z, Z4)
	VPANDD(Z23, Z4, Z5)
	VPADDD(Z24, z, Z6)
	VPADDD(Z5, Z6, Z6)
	VPSRLD(Imm(16), Z6, Z6)
	VCMPPS(Imm(unordered), z, z, K3)
	VPORD(Z25, Z4, K3, Z6)
	VPMOVDW(Z6, z.AsY())
}
