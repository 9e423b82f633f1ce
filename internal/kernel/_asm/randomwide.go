package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// exclusiveOr is the table of a ⊕ b ⊕ c for VPTERNLOG.
const exclusiveOr = 0x96

// Orders of VPSHUFD: both halves of lanes of 64 bits become the lower or the upper one, or they change places. Shifts would
// wait for the port that multiplies.
const (
	lowerTwice = 0xa0
	upperTwice = 0xf5
	swapped    = 0xb1
)

// A philox holds what the rounds of wideStream need: multipliers, the keys of all rounds in memory, two and two, and a
// mask of the upper halves of lanes of 64 bits.
type philox struct {
	v      *vector
	m0, m1 vec
	keys   Mem
	upper  reg.Register
}

// The words that the rounds leave, as the last of them makes them of its products p₀ and p₁ and of x₁ and x₃: in two
// vectors, two to a lane of 64 bits.
type lastRound func(p *philox, p0, p1, x1, x3 vec) (a, b vec)

// inOrder has words 0 and 1 in a, 2 and 3 in b.
func inOrder(p *philox, p0, p1, x1, x3 vec) (a, b vec) {
	lower := K()
	KNOTW(p.upper, lower)
	word := func(product, x vec, key Mem) vec {
		r := p.v.reg()
		VPSHUFD(Imm(swapped), product, r)
		VPTERNLOGD_BCST(Imm(exclusiveOr), key, x, lower, r)
		return r
	}
	return word(p1, x1, p.keys.Offset(72)), word(p0, x3, p.keys.Offset(76))
}

// crosswise has words 0 and 2 in a, 1 and 3 in b.
func crosswise(p *philox, p0, p1, x1, x3 vec) (a, b vec) {
	above := func(high, low vec) vec {
		r := p.v.copy(low)
		VPSHUFD(Imm(lowerTwice), high, p.upper, r)
		return r
	}
	b = above(p0, p1)
	high, a := p.v.reg(), p.v.reg()
	VPSHUFD(Imm(upperTwice), p1, high)
	VPBLENDMD(p0, high, p.upper, a)
	VPTERNLOGQ_BCST(Imm(exclusiveOr), p.keys.Offset(72), above(x3, x1), a)
	return a, b
}

// words returns the words of 8 blocks.
func (p *philox) words(counter vec, last lastRound) (a, b vec) {
	v := p.v
	high := func(x vec) vec {
		r := v.reg()
		VPSHUFD(Imm(upperTwice), x, r)
		return r
	}
	key := func(x vec, round, i int) vec {
		VPXORD_BCST(p.keys.Offset(8*round+4*i), x, x)
		return x
	}
	// x₂ and x₃ begin as 0, so the first two rounds have less to do.
	x3 := v.two(VPMULUDQ, counter, p.m0)
	x0, x2 := key(high(counter), 0, 0), key(high(x3), 0, 1)
	p0, x1 := v.two(VPMULUDQ, x0, p.m0), v.two(VPMULUDQ, x2, p.m1)
	x0, x2 = key(high(x1), 1, 0), high(p0)
	VPTERNLOGD_BCST(Imm(exclusiveOr), p.keys.Offset(12), x3, x2)
	x3 = p0
	for round := 2; round < 9; round++ {
		p0, p1 := v.two(VPMULUDQ, x0, p.m0), v.two(VPMULUDQ, x2, p.m1)
		x0, x2 = high(p1), high(p0)
		VPTERNLOGD_BCST(Imm(exclusiveOr), p.keys.Offset(8*round), x1, x0)
		VPTERNLOGD_BCST(Imm(exclusiveOr), p.keys.Offset(8*round+4), x3, x2)
		x1, x3 = p1, p0
	}
	return last(p, v.two(VPMULUDQ, x0, p.m0), v.two(VPMULUDQ, x2, p.m1), x1, x3)
}

// wideStream emits a stream for AVX-512, two steps of 8 blocks woven into each other. With drop it is Dropout of x by the
// numbers that finish returns.
func wideStream(v *vector, name, doc string, drop bool, last lastRound, prepare func(v *vector) func(a, b vec) (y, z vec)) {
	signature := "func(dst []float32, key, b uint64)"
	if drop {
		signature = "func(dst, x []float32, key, b uint64, p, scale float32)"
	}
	TEXT(name+v.suffix(), 4, signature) // NOSPLIT
	Doc(name + v.suffix() + " " + doc)
	Pragma("noescape")
	dst := Load(Param("dst").Base(), GP64())
	n := Load(Param("dst").Len(), GP64()).(reg.GPVirtual)
	var x reg.Register
	var limit, scale vec
	if drop {
		x = Load(Param("x").Base(), GP64())
		limit, scale = broadcastParam(v, "p"), broadcastParam(v, "scale")
	}
	p := &philox{v: v, m0: v.copy(constant(0xD2511F53)), m1: v.copy(constant(0xCD9E8D57)), keys: AllocLocal(80)}
	key := Load(Param("key"), GP64()).(reg.GPVirtual)
	k0, k1 := GP32(), GP32()
	MOVL(key.As32(), k0)
	SHRQ(Imm(32), key)
	MOVL(key.As32(), k1)
	for round := range 10 {
		if round > 0 {
			ADDL(U32(0x9E3779B9), k0)
			ADDL(U32(0xBB67AE85), k1)
		}
		MOVL(k0, p.keys.Offset(8*round))
		MOVL(k1, p.keys.Offset(8*round+4))
	}
	mask := GP32()
	MOVL(U32(0xaaaa), mask)
	upper := K()
	KMOVW(mask, upper)
	p.upper = upper
	counter := v.reg()
	VPBROADCASTQ(Load(Param("b"), GP64()), counter)
	VPADDQ(table("order4", 0, 0, 4, 0, 1, 0, 5, 0, 2, 0, 6, 0, 3, 0, 7, 0), counter, counter)
	words := make([]uint32, 16)
	for i := range 8 {
		words[2*i] = 8
	}
	ahead := table("aheadAVX512", words...)
	finish := prepare(v)
	off := GP64()
	XORQ(off, off)
	step := func(i int, counter vec) {
		a, b := p.words(counter, last)
		y, z := finish(a, b)
		for j, u := range []vec{y, z} {
			at := Mem{Index: off, Scale: 1, Disp: 128*i + 64*j}
			if drop {
				from := at
				from.Base = x
				v.ahead(from)
				keep := v.compare(atLeast, u, limit)
				u = v.reg()
				VMULPS_Z(from, scale, keep, u)
			}
			at.Base = dst
			VMOVUPS(u, at)
		}
	}
	SUBQ(Imm(64), n)
	JL(LabelRef("one"))
	Label("two")
	next := v.two(VPADDQ, counter, ahead)
	counters := []vec{v.copy(counter), next}
	strands(2, func(i int) { step(i, counters[i]) })
	VPADDQ(ahead, next, counter)
	ADDQ(U32(256), off)
	SUBQ(Imm(64), n)
	JGE(LabelRef("two"))
	Label("one")
	ADDQ(Imm(32), n) // of which less than 0 are left if there is no step
	JL(LabelRef("done"))
	step(0, counter)
	Label("done")
	VZEROUPPER()
	RET()
}

// broadcastParam returns a float32 parameter in all lanes.
func broadcastParam(v *vector, name string) vec {
	m, err := Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	r := v.reg()
	VBROADCASTSS(m.Addr, r)
	return r
}
