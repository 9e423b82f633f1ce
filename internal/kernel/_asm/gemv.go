package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

var gemvRow = []Register{RBX, R8, R9, R10, R11, R12, R13, R15}

// gemvHead emits the head of a kernel that adds rows of w, each times an element of x, to y, in the order of the rows.
func gemvHead(u *unit, rows int) {
	TEXT(fmt.Sprintf("gemv%d%s", rows, u.name), NOSPLIT, "func(y []float32, x, w *float32, stride int)")
	Pragma("noescape")
	Load(Param("y").Base(), RDI)
	Load(Param("y").Len(), RAX)
	Load(Param("x"), RSI)
	Load(Param("w"), RBX)
	Load(Param("stride"), RCX)
	SHLQ(Imm(2), RCX)
	for i := range rows {
		VBROADCASTSS(Mem{Base: RSI, Disp: 4 * i}, u.reg[i])
		if i > 0 {
			LEAQ(Mem{Base: gemvRow[i-1], Index: RCX, Scale: 1}, gemvRow[i])
		}
	}
	XORQ(RDX, RDX)
}

// gemvLoop emits the loop over four vectors of y at a time.
func gemvLoop(u *unit, rows int) {
	const vectors = 4
	n := uint64(vectors * u.lanes())
	at := func(row Register, v int) Mem { return Mem{Base: row, Index: RDX, Scale: 1, Disp: v * u.bytes} }
	SUBQ(Imm(n), RAX)
	JL(LabelRef("tail"))
	Label("loop")
	for v := range vectors {
		VMOVUPS(at(RDI, v), u.reg[8+v])
	}
	for i := range rows {
		for v := range vectors {
			if v*u.bytes%64 == 0 {
				m := at(gemvRow[i], v)
				m.Disp += 1024
				PREFETCHT0(m)
			}
			VFMADD231PS(at(gemvRow[i], v), u.reg[i], u.reg[8+v])
		}
	}
	for v := range vectors {
		VMOVUPS(u.reg[8+v], at(RDI, v))
	}
	ADDQ(U32(uint32(vectors*u.bytes)), RDX)
	SUBQ(Imm(n), RAX)
	JGE(LabelRef("loop"))
	Label("tail")
	ADDQ(Imm(n), RAX)
	JZ(LabelRef("done"))
}

func gemvAVX512(rows int) {
	u := avx512
	gemvHead(u, rows)
	gemvLoop(u, rows)
	MOVQ(U32(0xffff), RCX)
	KMOVW(ECX, K1)
	Label("vector")
	CMPQ(RAX, Imm(16))
	JGE(LabelRef("whole"))
	MOVQ(RAX, RCX)
	MOVQ(U32(1), RSI)
	SHLQ(CL, RSI)
	DECQ(RSI)
	KMOVW(ESI, K1)
	Label("whole")
	at := func(row Register) Mem { return Mem{Base: row, Index: RDX, Scale: 1} }
	VMOVUPS_Z(at(RDI), K1, Z8)
	for i := range rows {
		VMOVUPS_Z(at(gemvRow[i]), K1, Z9)
		VFMADD231PS(Z9, u.reg[i], Z8)
	}
	VMOVUPS(Z8, K1, at(RDI))
	ADDQ(Imm(64), RDX)
	SUBQ(Imm(16), RAX)
	JG(LabelRef("vector"))
	Label("done")
	VZEROUPPER()
	RET()
}

func gemvAVX2(rows int) {
	u := avx2
	gemvHead(u, rows)
	gemvLoop(u, rows)
	Label("vector")
	MOVQ(RAX, RCX)
	CMPQ(RCX, Imm(8))
	JLE(LabelRef("masked"))
	MOVQ(U32(8), RCX)
	Label("masked")
	LEAQ(gemmMask().Offset(32), RSI)
	SHLQ(Imm(2), RCX)
	SUBQ(RCX, RSI)
	VMOVUPS(Mem{Base: RSI}, Y10)
	at := func(row Register) Mem { return Mem{Base: row, Index: RDX, Scale: 1} }
	VMASKMOVPS(at(RDI), Y10, Y8)
	for i := range rows {
		VMASKMOVPS(at(gemvRow[i]), Y10, Y9)
		VFMADD231PS(Y9, u.reg[i], Y8)
	}
	VMASKMOVPS(Y8, Y10, at(RDI))
	ADDQ(Imm(32), RDX)
	SUBQ(Imm(8), RAX)
	JG(LabelRef("vector"))
	Label("done")
	VZEROUPPER()
	RET()
}

// peak emits n independent multiply-adds a round, enough to hide their latency.
func peak(u *unit, n int) {
	TEXT("peak"+u.name, NOSPLIT, "func(rounds int)")
	Load(Param("rounds"), RAX)
	for i := range n + 2 {
		u.zero(u.reg[i])
	}
	Label("loop")
	for i := range n {
		VFMADD231PS(u.reg[n], u.reg[n+1], u.reg[i])
	}
	DECQ(RAX)
	JNZ(LabelRef("loop"))
	VZEROUPPER()
	RET()
}
