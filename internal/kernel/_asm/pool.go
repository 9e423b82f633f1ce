package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

func init() { families["pool"] = pool }

// Offsets of the fields of kernel.PoolRow and PoolTap; a test of package kernel compares them.
const (
	oPoolY      = 0
	oPoolX      = 24
	oPoolAt     = 48
	oPoolTaps   = 72
	oPoolCount  = 80
	oPoolYStep  = 96
	oPoolXStep  = 104
	oPoolAtStep = 112
	oPoolLength = 120
	oPoolC      = 128

	oTapX      = 0
	oTapAt     = 8
	oTapMark   = 16
	oTapWeight = 20
	tapSize    = 24
)

// pool emits the kernels of pools.
func pool() {
	both(func(v *vector) { poolRow{vector: v}.max() })
	both(func(v *vector) { poolRow{vector: v}.maxGrad() })
	both(func(v *vector) { poolRow{vector: v}.mean() })
}

// A poolRow is a kernel over a row of positions: for each, and some channels at a time, it goes through the taps. In
// AVX2, which cannot mask bytes, the last channels are done twice where they do not fill a register.
type poolRow struct {
	*vector
	row, y, x, at GPVirtual // the argument, and places of the position
	c             GPVirtual // channel
	tap, left     GPVirtual // the tap, and how many there are from it on
}

// emit emits the loops over positions and channels around body, which is told the mask of the channels, if there is one,
// and a prefix of its labels.
func (p poolRow) emit(name, doc string, body func(p poolRow, mask Op, label string)) {
	TEXT(name+p.suffix(), NOSPLIT, "func(r *byte)")
	Doc(name + p.suffix() + " " + doc)
	Pragma("noescape")
	p.row = Load(Param("r"), GP64()).(GPVirtual)
	p.y, p.x, p.at, p.c, p.tap, p.left = GP64(), GP64(), GP64(), GP64(), GP64(), GP64()
	at := func(offset int) Mem { return Mem{Base: p.row, Disp: offset} }
	positions, rest, step := GP64(), GP64(), GP64()
	MOVQ(at(oPoolY), p.y)
	MOVQ(at(oPoolX), p.x)
	MOVQ(at(oPoolAt), p.at)
	MOVQ(at(oPoolLength), positions)
	w := p.width()

	Label("position")
	XORQ(p.c, p.c)
	MOVQ(at(oPoolC), rest)
	SUBQ(U32(w), rest)
	JL(LabelRef("tail"))
	Label("channels")
	body(p, nil, "whole")
	ADDQ(U32(w), p.c)
	SUBQ(U32(w), rest)
	JGE(LabelRef("channels"))
	Label("tail")
	ADDQ(U32(w), rest)
	JZ(LabelRef("next"))
	if p.wide {
		body(p, p.mask(tailMasks(rest), 0), "tail")
	} else {
		MOVQ(at(oPoolC), p.c)
		SUBQ(U32(w), p.c)
		body(p, nil, "tail")
	}
	Label("next")
	MOVQ(at(oPoolYStep), step)
	LEAQ(Mem{Base: p.y, Index: step, Scale: 4}, p.y)
	MOVQ(at(oPoolXStep), step)
	LEAQ(Mem{Base: p.x, Index: step, Scale: 4}, p.x)
	ADDQ(at(oPoolAtStep), p.at)
	DECQ(positions)
	JNZ(LabelRef("position"))
	VZEROUPPER()
	RET()
}

// first makes the first tap the current one.
func (p poolRow) first() {
	MOVQ(Mem{Base: p.row, Disp: oPoolTaps}, p.tap)
	MOVQ(Mem{Base: p.row, Disp: oPoolCount}, p.left)
}

// field addresses a field of the current tap.
func (p poolRow) field(offset int) Mem { return Mem{Base: p.tap, Disp: offset} }

// seen returns the channels at the current tap.
func (p poolRow) seen(mask Op) vec {
	i := GP64()
	MOVQ(p.field(oTapX), i)
	ADDQ(p.c, i)
	return p.load(Mem{Base: p.x, Index: i, Scale: 4}, mask)
}

// spread returns a field of 32 bits of the current tap in every lane.
func (p poolRow) spread(offset int) vec {
	r := p.reg()
	VPBROADCASTD(p.field(offset), r)
	return r
}

// each emits a loop over all taps.
func (p poolRow) each(label string, body func()) {
	p.first()
	TESTQ(p.left, p.left)
	JZ(LabelRef(label + "Done"))
	Label(label + "Tap")
	body()
	ADDQ(Imm(tapSize), p.tap)
	DECQ(p.left)
	JNZ(LabelRef(label + "Tap"))
	Label(label + "Done")
}

func (p poolRow) max() {
	p.emit("maxPool", "is the row of a maximum.", func(p poolRow, mask Op, label string) {
		p.first()
		y, mark := p.seen(mask), p.spread(oTapMark)
		Label(label + "Tap")
		DECQ(p.left)
		JZ(LabelRef(label + "Done"))
		ADDQ(Imm(tapSize), p.tap)
		x := p.seen(mask)
		if p.wide {
			greater, new := K(), K()
			VCMPPS(Imm(notLessEqual), y, x, greater) // also if either is NaN
			VCMPPS(Imm(ordered), y, y, greater, new)
			VMOVAPS(x, new, y)
			VPBROADCASTD(p.field(oTapMark), new, mark)
		} else {
			greater, new := YMM(), YMM()
			VCMPPS(Imm(notLessEqual), y, x, greater)
			VCMPPS(Imm(ordered), y, y, new)
			VPAND(greater, new, new)
			VBLENDVPS(new, x, y, y)
			VBLENDVPS(new, p.spread(oTapMark), mark, mark)
		}
		JMP(LabelRef(label + "Tap"))
		Label(label + "Done")
		p.store(y, Mem{Base: p.y, Index: p.c, Scale: 4}, mask)
		p.storeBytes(mark, Mem{Base: p.at, Index: p.c, Scale: 1}, mask)
	})
}

// storeBytes stores the low bytes of the lanes.
func (p poolRow) storeBytes(a vec, m Mem, mask Op) {
	switch {
	case p.wide && mask == nil:
		VPMOVDB(a, m)
	case p.wide:
		VPMOVDB(a, mask, m)
	default:
		x := XMM()
		VEXTRACTI128(Imm(1), a, x)
		VPACKUSDW(x, a.AsX(), x)
		VPACKUSWB(x, x, x)
		VMOVQ(x, m)
	}
}

func (p poolRow) maxGrad() {
	p.emit("maxPoolGrad", "is the row of the gradient of a maximum.", func(p poolRow, mask Op, label string) {
		y := p.zero()
		p.each(label, func() {
			x, i := p.seen(mask), GP64()
			MOVQ(p.field(oTapAt), i)
			ADDQ(p.c, i)
			m, at := Mem{Base: p.at, Index: i, Scale: 1}, p.reg()
			if !p.wide {
				VPMOVZXBD(m, at)
				VPCMPEQD(p.spread(oTapMark), at, at)
				VADDPS(p.and(x, at), y, y)
				return
			}
			if mask == nil {
				VPMOVZXBD(m, at)
			} else {
				VPMOVZXBD_Z(m, mask, at)
			}
			mine := K()
			VPCMPEQD(p.spread(oTapMark), at, mine)
			VADDPS(x, y, mine, y)
		})
		p.store(y, Mem{Base: p.y, Index: p.c, Scale: 4}, mask)
	})
}

func (p poolRow) mean() {
	p.emit("meanPool", "is the row of a weighted sum.", func(p poolRow, mask Op, label string) {
		y := p.zero()
		p.each(label, func() {
			VADDPS(p.mul(p.seen(mask), p.spread(oTapWeight)), y, y)
		})
		p.store(y, Mem{Base: p.y, Index: p.c, Scale: 4}, mask)
	})
}
