package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// Offsets of the fields of kernel.Tiles; a test of package kernel compares them.
const (
	oK = 8 * iota
	oTaps
	oA
	oAK
	oAI
	oATile
	oATap
	oB
	oBK
	oBTap
	oC
	oCI
	oCount
	oBias
	oFlags
	oCols
	oOffsets
	oBPacked
	oAlpha
	oSaved
	oRows // not read here
	oNext
	oNextK
	oNextTile
	oLast
	oLeft
)

const (
	flagAccumulate = 1 << iota
	flagReLU
	flagScale
	flagPadded
	flagContinue
)

// gemm emits the micro kernels of the matrix product, and what packs for them.
func gemm() {
	for m := 1; m <= 14; m++ {
		for _, strided := range []bool{false, true} {
			tiles{unit: avx512, m: m, nv: 1, strided: strided}.emit()
			tiles{unit: avx512, m: m, nv: 2, strided: strided}.emit()
			if m > 8 {
				continue
			}
			tiles{unit: avx512, m: m, nv: 3, strided: strided}.emit()
			for nv := 1; nv <= 3; nv++ {
				tiles{unit: avx512, m: m, nv: nv, strided: strided, pack: true}.emit()
			}
			if m > 6 {
				continue
			}
			for nv := 1; nv <= 2; nv++ {
				tiles{unit: avx2, m: m, nv: nv, strided: strided}.emit()
				tiles{unit: avx2, m: m, nv: nv, strided: strided, pack: true}.emit()
			}
		}
	}
	packCopyAVX512()
	packTransposeAVX512()
	packTransposeAVX2()
	gemvAVX512(8)
	gemvAVX512(1)
	gemvAVX2(8)
	gemvAVX2(1)
	peak(avx512, 24)
	peak(avx2, 12)
}

// A unit is a vector unit: its registers and what differs between the two.
type unit struct {
	name  string
	reg   []VecPhysical
	bytes int // of a register
}

var (
	avx512 = &unit{"AVX512", []VecPhysical{Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7, Z8, Z9, Z10, Z11, Z12, Z13, Z14, Z15, Z16, Z17, Z18, Z19, Z20, Z21, Z22, Z23, Z24, Z25, Z26, Z27, Z28, Z29, Z30, Z31}, 64}
	avx2   = &unit{"AVX2", []VecPhysical{Y0, Y1, Y2, Y3, Y4, Y5, Y6, Y7, Y8, Y9, Y10, Y11, Y12, Y13, Y14, Y15}, 32}
)

func (u *unit) lanes() int { return u.bytes / 4 }

func (u *unit) zero(r VecPhysical) {
	if u == avx512 {
		VPXORD(r, r, r)
	} else {
		VXORPS(r, r, r)
	}
}

// field reads a field of the argument block.
func field(r Register, offset int) { MOVQ(Mem{Base: RDI, Disp: offset}, r) }

// stride reads a field that counts floats, as bytes.
func stride(r Register, offset int) {
	field(r, offset)
	SHLQ(Imm(2), r)
}

// tiles is a micro kernel: tiles of C, m rows by nv vectors, one below the other. With strided, A is contiguous along
// k, otherwise along the rows. With pack it also writes the rows of B that it reads to the field BPacked.
//
// The registers: RDI arguments, RSI tile of A, RDX tile of C, RCX row of C, R8 cursor in A, RBX cursor in B, R9 row of
// B, R11 step in A, R15 tiles left. With pack, R14 is the cursor in BPacked and R12 counts the taps left; without, R14
// is the row of C to prefetch, R12 the cursor in Next, and the field left counts taps. The first nv vectors hold a row of
// B, the // last m·nv the tile, those between elements of A.
type tiles struct {
	*unit
	m, nv         int
	strided, pack bool
}

const unroll = 4

func (t tiles) name() string {
	mode := map[bool]string{false: "P", true: "S"}[t.strided]
	if t.pack {
		mode += "F"
	}
	return fmt.Sprintf("gemm%s%dx%d%s", mode, t.m, t.nv*t.lanes(), t.unit.name)
}

func (t tiles) acc(i, j int) VecPhysical { return t.reg[len(t.reg)-t.m*t.nv+i*t.nv+j] }

// tmp returns a register for element i of A.
func (t tiles) tmp(i int) VecPhysical {
	return t.reg[t.nv+i%(len(t.reg)-t.m*t.nv-t.nv)]
}

// at addresses vector j of a row.
func (t tiles) at(row Register, j int) Mem { return Mem{Base: row, Disp: t.bytes * j} }

func (t tiles) emit() {
	TEXT(t.name(), NOSPLIT, "func(t *byte)")
	Pragma("noescape")
	Load(Param("t"), RDI)
	field(RSI, oA)
	field(RDX, oC)
	stride(RCX, oCI)
	stride(R9, oBK)
	field(R15, oCount)
	if t.unit == avx512 {
		t.mask()
	}
	if t.restores() {
		MOVQ(RSI, Mem{Base: RDI, Disp: oSaved})
	}
	Label("tile")
	t.begin()
	if t.pack {
		t.prefetchC()
		field(R14, oBPacked)
		field(R12, oTaps)
	} else {
		t.ahead()
		field(RAX, oTaps)
		MOVQ(RAX, Mem{Base: RDI, Disp: oLeft})
	}
	MOVQ(RSI, R8)
	field(RBX, oB)
	if t.strided {
		stride(R11, oAI)
	} else {
		stride(R11, oAK)
	}
	Label("tap")
	t.tap()
	stride(RAX, oATap)
	ADDQ(RAX, R8)
	stride(RAX, oBTap)
	ADDQ(RAX, RBX)
	if t.pack {
		DECQ(R12)
	} else {
		DECQ(Mem{Base: RDI, Disp: oLeft})
	}
	JNZ(LabelRef("tap"))
	t.epilogue()
	t.store()
	stride(RAX, oATile)
	ADDQ(RAX, RSI)
	if t.restores() {
		MOVQ(RSI, Mem{Base: RDI, Disp: oSaved})
	}
	if !t.pack {
		field(RAX, oNextTile)
		ADDQ(RAX, Mem{Base: RDI, Disp: oNext})
	}
	DECQ(R15)
	JNZ(LabelRef("tile"))
	VZEROUPPER()
	RET()
}

// begin sets the tile to zero, or to what C holds.
func (t tiles) begin() {
	field(RAX, oFlags)
	TESTQ(U32(flagContinue), RAX)
	JNZ(LabelRef("continue"))
	t.each(func(i, j int) { t.zero(t.acc(i, j)) })
	JMP(LabelRef("begun"))
	Label("continue")
	if t.unit == avx2 {
		t.maskAVX2()
	}
	MOVQ(RDX, R14)
	for i := range t.m {
		for j := range t.nv {
			t.load(R14, j, t.acc(i, j))
		}
		if i+1 < t.m {
			ADDQ(RCX, R14)
		}
	}
	Label("begun")
}

// restores tells whether RSI is needed for the rows of A, so that the tile of A is kept in the field saved.
func (t tiles) restores() bool { return t.strided && t.m > 10 }

// mask puts the columns of the last vector into K1.
func (t tiles) mask() {
	MOVQ(RCX, R10)
	field(RCX, oCols)
	SUBQ(Imm(uint64(t.lanes()*(t.nv-1))), RCX)
	MOVQ(U32(1), RAX)
	SHLQ(CL, RAX)
	DECQ(RAX)
	KMOVW(EAX, K1)
	MOVQ(R10, RCX)
}

// prefetchC asks for the tile of C at once.
func (t tiles) prefetchC() {
	MOVQ(RDX, R14)
	for i := range t.m {
		for j := range t.lines() {
			PREFETCHT0(Mem{Base: R14, Disp: 64 * j})
		}
		if i+1 < t.m {
			ADDQ(RCX, R14)
		}
	}
}

// lines returns how many cache lines a row of the tile takes, at the least.
func (t tiles) lines() int { return (t.nv*t.bytes + 63) / 64 }

// ahead sets the cursors of what is to be prefetched: one row of C, and one or two lines of Next, in each round of the
// loop. All at once they would keep the first cache from answering, for as long as the third one needs. The tile of C is
// wanted at the end; if it was read at the beginning, it is the turn of the next one.
func (t tiles) ahead() {
	MOVQ(RDX, R14)
	field(RAX, oFlags)
	TESTQ(U32(flagContinue), RAX)
	JZ(LabelRef("this"))
	IMUL3Q(U32(uint32(t.m)), RCX, RAX)
	ADDQ(RAX, R14)
	Label("this")
	IMUL3Q(U32(uint32(t.m-1)), RCX, RAX)
	ADDQ(R14, RAX)
	MOVQ(RAX, Mem{Base: RDI, Disp: oLast})
	field(R12, oNext)
	TESTQ(R12, R12)
	CMOVQEQ(RSI, R12)
}

// prefetch asks for what step u of a round of the loop is to ask for.
func (t tiles) prefetch(u int) {
	if u < t.lines() {
		PREFETCHT0(Mem{Base: R14, Disp: 64 * u})
	}
	if u%2 == 1 {
		PREFETCHT1(Mem{Base: R12, Disp: 64 * (u / 2)})
	}
	if u == unroll-1 {
		ADDQ(RCX, R14)
		CMPQ(R14, Mem{Base: RDI, Disp: oLast})
		CMOVQHI(Mem{Base: RDI, Disp: oLast}, R14)
		ADDQ(Mem{Base: RDI, Disp: oNextK}, R12)
	}
}

// tap emits the loop over k, and before it the offset of the tap.
func (t tiles) tap() {
	field(R13, oOffsets)
	TESTQ(R13, R13)
	JZ(LabelRef("noOffsets"))
	field(RAX, oTaps)
	if t.pack {
		SUBQ(R12, RAX)
	} else {
		SUBQ(Mem{Base: RDI, Disp: oLeft}, RAX)
	}
	MOVQ(Mem{Base: R13, Index: RAX, Scale: 8}, R8)
	SHLQ(Imm(2), R8)
	ADDQ(RSI, R8)
	Label("noOffsets")
	bases := t.bases()
	if t.unit == avx512 {
		t.whole()
	}
	field(RAX, oK)
	SUBQ(Imm(unroll), RAX)
	JL(LabelRef("tail"))
	Label("loop")
	for u := range unroll {
		if !t.strided {
			PREFETCHT0(Mem{Base: R8, Disp: 1024})
		}
		t.step(bases, u, false)
		if !t.pack {
			t.prefetch(u)
		}
	}
	for _, b := range bases {
		ADDQ(Imm(4*unroll), b)
	}
	SUBQ(Imm(unroll), RAX)
	JGE(LabelRef("loop"))
	Label("tail")
	ADDQ(Imm(unroll), RAX)
	JZ(LabelRef("done"))
	Label("tailLoop")
	t.step(bases, 0, t.unit == avx512)
	for _, b := range bases {
		ADDQ(Imm(4), b)
	}
	DECQ(RAX)
	JNZ(LabelRef("tailLoop"))
	Label("done")
	if t.restores() {
		field(RSI, oSaved)
	}
}

// whole emits a jump to the loop over single rows of B, which masks the last vector, if rows of B end within it. In the
// other loop nothing is masked, because a masked load takes a turn of a unit that multiplies.
func (t tiles) whole() {
	field(RAX, oCols)
	CMPQ(RAX, Imm(uint64(t.nv*t.lanes())))
	JEQ(LabelRef("whole"))
	field(RAX, oFlags)
	TESTQ(U32(flagPadded), RAX)
	JNZ(LabelRef("whole"))
	if !t.pack {
		t.prefetchC()
	}
	field(RAX, oK)
	TESTQ(RAX, RAX)
	JNZ(LabelRef("tailLoop"))
	JMP(LabelRef("done"))
	Label("whole")
}

// bases emits pointers to every fifth row of A; the four rows after one are reached by scaled indices.
func (t tiles) bases() []Register {
	if !t.strided {
		return nil
	}
	LEAQ(Mem{Base: R11, Index: R11, Scale: 2}, R13) // three rows
	bases := []Register{R8, R10, RSI}[:(t.m+4)/5]
	for i, b := range bases[1:] {
		LEAQ(Mem{Base: bases[i], Index: R13, Scale: 1}, b)
		LEAQ(Mem{Base: b, Index: R11, Scale: 2}, b)
	}
	return bases
}

// element addresses A at row i, u steps along k.
func (t tiles) element(bases []Register, i, u int) Mem {
	if !t.strided {
		return Mem{Base: R8, Disp: 4 * i}
	}
	m := Mem{Base: bases[i/5], Disp: 4 * u}
	switch i % 5 {
	case 1, 2, 4:
		m.Index, m.Scale = R11, uint8(i%5)
	case 3:
		m.Index, m.Scale = R13, 1
	}
	return m
}

// step adds the product of a column of A and a row of B to the tile.
func (t tiles) step(bases []Register, u int, masked bool) {
	for j := range t.nv {
		if masked && j == t.nv-1 {
			VMOVUPS_Z(t.at(RBX, j), K1, t.reg[j])
		} else {
			VMOVUPS(t.at(RBX, j), t.reg[j])
		}
		if t.pack {
			VMOVUPS(t.reg[j], t.at(R14, j))
		}
		if t.pack && t.bytes*j%64 == 0 {
			PREFETCHT0(Mem{Base: RBX, Index: R9, Scale: 8, Disp: t.bytes * j})
		}
	}
	if t.pack {
		ADDQ(U32(uint32(t.bytes*t.nv)), R14)
	}
	for i := range t.m {
		a := t.element(bases, i, u)
		if t.unit == avx512 && t.nv == 1 {
			VFMADD231PS_BCST(a, t.reg[0], t.acc(i, 0))
			continue
		}
		VBROADCASTSS(a, t.tmp(i))
		for j := range t.nv {
			VFMADD231PS(t.tmp(i), t.reg[j], t.acc(i, j))
		}
	}
	ADDQ(R9, RBX)
	if !t.strided {
		ADDQ(R11, R8)
	}
}
