package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

func init() { families["panel"] = panels }

// Offsets of the fields of kernel.Panel; a test of package kernel compares them.
const (
	pSteps = 8 * iota
	pA
	pAI
	pAStep
	pTail
	pB
	pC
	pCI
	pRows
	pAccumulate
)

// Of B: groups in a step, and bytes in a row.
const (
	stepGroups = 16
	panelRow   = 128
)

// panels emits the products of rows by a panel of bfloat16 or of 8-bit integers, and what packs panels.
func panels() {
	for _, k := range []*panelKind{bf16Pairs, bf16Shifted, vnni, widened} {
		for _, u := range []*unit{avx512, avx2} {
			for m := 1; m <= k.rows[u]; m++ {
				panel{unit: u, kind: k, m: m}.emit()
			}
		}
	}
	for _, k := range []amxKind{{"BF16", tdpbf16ps}, {"Int8", tdpbusd}} {
		k.blocks()
		k.rest()
	}
	packGroupsAVX512()
	packPairsAVX512()
	packRowsAVX512()
	putSums("putFloat32AVX512", false, false)
	putSums("putBFloat16AVX512", false, true)
	putSums("putInt32AVX512", true, false)
}

// A panelKind is a way to multiply groups of 32 bits: pairs of bfloat16 or fours of 8-bit integers.
type panelKind struct {
	name string
	rows map[*unit]int // how many rows the registers hold
	// prepare emits what is done with a vector r of B, to vectors to; and the same for one of A.
	b, a     func(p *panel, r VecPhysical, to []VecPhysical)
	parts    int // vectors that a and b leave
	extra    int // registers that multiply needs, before the sums
	multiply func(p *panel, a, b []VecPhysical, sum VecPhysical)
}

var bf16Pairs = &panelKind{
	name: "BF16", rows: map[*unit]int{avx512: 14}, parts: 1,
	multiply: func(_ *panel, a, b []VecPhysical, sum VecPhysical) { vdpbf16ps(a[0], b[0], sum) },
}

// bf16Shifted makes float32 of bfloat16 by moving them to the upper half.
var bf16Shifted = &panelKind{
	name: "BF16Shifted", rows: map[*unit]int{avx512: 12, avx2: 4}, parts: 2,
	b: shifted, a: shifted,
	multiply: func(_ *panel, a, b []VecPhysical, sum VecPhysical) {
		VFMADD231PS(a[0], b[0], sum)
		VFMADD231PS(a[1], b[1], sum)
	},
}

func shifted(p *panel, r VecPhysical, to []VecPhysical) {
	p.and(p.constant(0xffff0000), r, to[1])
	VPSLLD(Imm(16), r, to[0])
}

var vnni = &panelKind{
	name: "Int8", rows: map[*unit]int{avx512: 14}, parts: 1,
	multiply: func(_ *panel, a, b []VecPhysical, sum VecPhysical) { VPDPBUSD(b[0], a[0], sum) },
}

// widened makes 16-bit integers of the bytes at even and at odd places: sums of two products of 8 bits do not fit into
// 16 bits, as VPMADDUBSW would have it.
var widened = &panelKind{
	name: "Int8Widened", rows: map[*unit]int{avx512: 12, avx2: 4}, parts: 2, extra: 1,
	b: func(_ *panel, r VecPhysical, to []VecPhysical) {
		VPSRAW(Imm(8), r, to[1])
		VPSLLW(Imm(8), r, to[0])
		VPSRAW(Imm(8), to[0], to[0])
	},
	a: func(p *panel, r VecPhysical, to []VecPhysical) {
		VPSRLW(Imm(8), r, to[1])
		p.and(p.constant(0x00ff00ff), r, to[0])
	},
	multiply: func(p *panel, a, b []VecPhysical, sum VecPhysical) {
		for i := range a {
			VPMADDWD(b[i], a[i], p.spare())
			VPADDD(p.spare(), sum, sum)
		}
	},
}

// panel is a micro kernel: m rows of A, contiguous along k, by two vectors of columns of B.
//
// The registers: RDI arguments, RSI and R10 fifth and tenth row of A, R8 row of A, R9 step of C, R11 step of A, R13
// three of them, R14 step of A along k less what was walked, RBX cursor in B, RDX row of C, RAX steps left, RCX fours of
// groups left in a step, R12 whether the tail is still to come.
type panel struct {
	*unit
	kind *panelKind
	m    int
}

const panelVectors = 2

func (p *panel) sum(i, j int) VecPhysical {
	return p.reg[len(p.reg)-p.m*panelVectors+i*panelVectors+j]
}

// The registers below the sums: the parts of two vectors of B, those of one of A, and the spare ones.
func (p *panel) partB(j int) []VecPhysical { return p.reg[j*p.kind.parts:][:p.kind.parts] }

func (p *panel) partA(i int) []VecPhysical {
	first := panelVectors * p.kind.parts
	if p.kind.parts == 1 && (p.m < p.kind.rows[p.unit]) {
		return p.reg[first+i%2:][:1]
	}
	return p.reg[first:][:p.kind.parts]
}

func (p *panel) spare() VecPhysical { return p.reg[(panelVectors+1)*p.kind.parts] }

// constant returns a constant that is 32 bits again and again, for and.
func (p *panel) constant(bits uint32) Op {
	if p.unit == avx512 && p.heldConstant() != nil {
		return p.heldConstant()
	}
	return constant(bits)
}

// heldConstant returns the register for the constant, if there is one left.
func (p *panel) heldConstant() VecPhysical {
	at := (panelVectors+1)*p.kind.parts + p.kind.extra
	if p.kind.a == nil || at >= len(p.reg)-p.m*panelVectors {
		return nil
	}
	return p.reg[at]
}

func (p *panel) and(mask Op, r, to VecPhysical) {
	if p.unit == avx512 {
		VPANDD(mask, r, to)
	} else {
		VPAND(mask, r, to)
	}
}

func (p panel) emit() {
	TEXT(fmt.Sprintf("panel%s%d%s", p.kind.name, p.m, p.unit.name), NOSPLIT, "func(p *byte)")
	Pragma("noescape")
	Load(Param("p"), RDI)
	field(RDX, pC)
	field(R9, pCI)
	if r := p.heldConstant(); r != nil && p.unit == avx512 {
		VMOVUPS(constant(map[*panelKind]uint32{bf16Shifted: 0xffff0000, widened: 0x00ff00ff}[p.kind]), r)
	}
	p.begin()
	field(RBX, pB)
	field(R12, pTail)
	field(R8, pA)
	field(R11, pAI)
	field(RAX, pSteps)
	field(R14, pAStep)
	SUBQ(Imm(64), R14)
	TESTQ(RAX, RAX)
	JZ(LabelRef("tail"))
	Label("part")
	p.loop()
	Label("tail")
	TESTQ(R12, R12)
	JZ(LabelRef("store"))
	MOVQ(R12, R8)
	MOVQ(U32(64), R11)
	MOVQ(U32(1), RAX)
	XORQ(R12, R12)
	JMP(LabelRef("part"))
	Label("store")
	p.each(func(i, j int, at Mem) { VMOVUPS(p.sum(i, j), at) })
	VZEROUPPER()
	RET()
}

// begin makes the sums what C holds, or zeros.
func (p panel) begin() {
	field(RAX, pAccumulate)
	TESTQ(RAX, RAX)
	JZ(LabelRef("zero"))
	p.each(func(i, j int, at Mem) { VMOVUPS(at, p.sum(i, j)) })
	field(RDX, pC)
	JMP(LabelRef("begun"))
	Label("zero")
	for i := range p.m {
		for j := range panelVectors {
			p.zero(p.sum(i, j))
		}
	}
	Label("begun")
}

// each emits f for every vector of the rows of C, and moves RDX.
func (p panel) each(f func(i, j int, at Mem)) {
	for i := range p.m {
		for j := range panelVectors {
			f(i, j, Mem{Base: RDX, Disp: p.bytes * j})
		}
		if i+1 < p.m {
			ADDQ(R9, RDX)
		}
	}
}

// loop emits the sums over as many steps as RAX says, four groups at a time.
func (p panel) loop() {
	t := tiles{unit: p.unit, m: p.m, strided: true}
	bases := t.bases()
	Label("step")
	MOVQ(U32(4), RCX)
	Label("loop")
	for u := range 4 {
		for j := range panelVectors {
			r := p.partB(j)
			VMOVUPS(Mem{Base: RBX, Disp: panelRow*u + p.bytes*j}, r[0])
			if p.kind.b != nil {
				p.kind.b(&p, r[0], r)
			}
		}
		for i := range p.m {
			r := p.partA(i)
			VPBROADCASTD(t.element(bases, i, u), r[0])
			if p.kind.a != nil {
				p.kind.a(&p, r[0], r)
			}
			for j := range panelVectors {
				p.kind.multiply(&p, r, p.partB(j), p.sum(i, j))
			}
		}
	}
	ADDQ(U32(4*panelRow), RBX)
	for _, b := range bases {
		ADDQ(Imm(16), b)
	}
	DECQ(RCX)
	JNZ(LabelRef("loop"))
	for _, b := range bases {
		ADDQ(R14, b)
	}
	DECQ(RAX)
	JNZ(LabelRef("step"))
}
