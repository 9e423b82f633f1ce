package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

func init() { families["random"] = random }

// The coefficients of normal.go.
var (
	logPoly = []float64{7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1}
	sinTurn = []float64{-0.00460165785625577, 0.07968003302812576, -0.6459634900093079, 1.5707963705062866}
	cosTurn = []float64{0.0009040217264555395, -0.02086028829216957, 0.25366923213005066, -1.2337005138397217, 1}
)

// random emits the random streams, of whole steps: 8 blocks of 4 in AVX-512, 4 in AVX2. A block has a lane of 64 bits
// in each of four vectors, one for each word, whose upper halves are of no interest. The order of blocks in the lanes
// is such that the halves of pairs of lanes, put together, come out in the order of memory.
func random() {
	uniform := func(v *vector) func(a, b vec) (y, z vec) {
		unit := v.k(0x1p-24)
		return func(a, b vec) (y, z vec) {
			float := func(w vec) vec { return v.mul(v.fromInt(v.right(w, 8)), unit) }
			return float(v.two(VPUNPCKLQDQ, a, b)), float(v.two(VPUNPCKHQDQ, a, b))
		}
	}
	normal := func(v *vector) func(a, b vec) (y, z vec) {
		normal := boxMuller(v)
		return func(a, b vec) (y, z vec) {
			c, s := normal(a, func() vec { return b })
			return v.two(VPUNPCKLDQ, c, s), v.two(VPUNPCKHDQ, c, s)
		}
	}
	const uniformDoc = "fills dst, a whole number of steps, with uniform numbers of the blocks from b."
	const normalDoc = "fills dst, a whole number of steps, with normal numbers of the blocks from b."
	wide := func() *vector { return &vector{wide: true, free: 6} }
	stream(&vector{free: 4}, "uniformBlocks", uniformDoc, func(v *vector) func(x [4]vec) (y, z vec) {
		low, finish := lowWords(), uniform(v)
		return func(x [4]vec) (y, z vec) { return finish(pair(v, x[0], x[1], low), pair(v, x[2], x[3], low)) }
	})
	wideStream(wide(), "uniformBlocks", uniformDoc, false, inOrder, uniform)
	stream(&vector{free: 8}, "normalBlocks", normalDoc, func(v *vector) func(x [4]vec) (y, z vec) {
		low, finish := lowWords(), normal(v)
		return func(x [4]vec) (y, z vec) { return finish(pair(v, x[0], x[2], low), pair(v, x[1], x[3], low)) }
	})
	wideStream(wide(), "normalBlocks", normalDoc, false, crosswise, normal)
	wideStream(wide(), "dropoutBlocks", "is Dropout on a whole number of steps, by the uniform numbers of the blocks from b.", true, inOrder, uniform)
}

// boxMuller prepares two normal numbers of two random words, as boxMuller in normal.go.
func boxMuller(v *vector) func(w0 vec, w1 func() vec) (c, s vec) {
	unit, oneInt, one := v.k(0x1p-24), v.bits(1), v.k(1)
	center, half, ln2, minusTwo, four, sign := v.bits(0x3f3504f3), v.k(0.5), v.k(0.693147180559945309), v.k(-2), v.k(4), v.bits(signBit)
	lc, sc, cc := v.ks(logPoly...), v.ks(sinTurn...), v.ks(cosTurn...)
	return func(w0 vec, w1 func() vec) (c, s vec) {
		u := v.mul(v.fromInt(v.addInt(v.right(w0, 8), oneInt)), unit)
		e := v.rightSigned(v.subInt(u, center), 23)
		f := v.sub(v.subInt(u, v.left(e, 23)), one)
		p := v.polyUnfused(f, lc)
		q := v.mul(f, f)
		l := v.sub(v.mul(v.mul(p, f), q), v.mul(q, half))
		l = v.add(v.mul(v.fromInt(e), ln2), v.add(f, l))
		r := v.sqrt(v.mul(l, minusTwo))

		t := v.mul(v.mul(v.fromInt(v.right(w1(), 8)), unit), four)
		i := v.truncate(v.add(t, half))
		t = v.sub(t, v.fromInt(i))
		w := v.mul(t, t)
		s = v.mul(v.polyUnfused(w, sc), t)
		c = v.polyUnfused(w, cc)
		odd := v.signs(v.left(i, 31))
		s, c = v.pick(odd, c, s), v.pick(odd, s, c)
		s = v.xor(s, v.and(v.left(i, 30), sign))
		c = v.xor(c, v.and(v.left(v.addInt(i, oneInt), 30), sign))
		s, c = v.mul(r, s), v.mul(r, c)
		return c, s
	}
}

// lowWords is a mask of the lower half of lanes of 64 bits.
func lowWords() Mem {
	words := make([]uint32, 16)
	for i := range 8 {
		words[2*i] = 1<<32 - 1
	}
	return table("low", words...)
}

// pair returns the lower halves of a, and of b above them.
func pair(v *vector, a, b vec, low Op) vec {
	high := v.reg()
	VPSLLQ(Imm(32), b, high)
	return v.or(v.and(a, low), high)
}

func stream(v *vector, name, doc string, body func(v *vector) func(x [4]vec) (y, z vec)) {
	TEXT(name+v.suffix(), 4, "func(dst []float32, key, b uint64)") // NOSPLIT
	Doc(name + v.suffix() + " " + doc)
	Pragma("noescape")
	dst := Load(Param("dst").Base(), GP64())
	n := Load(Param("dst").Len(), GP64()).(reg.GPVirtual)
	key, b := Load(Param("key"), GP64()).(reg.GPVirtual), Load(Param("b"), GP64()).(reg.GPVirtual)
	order := table("order2", 0, 0, 2, 0, 1, 0, 3, 0)
	broadcast := func(g reg.GPVirtual) vec {
		r, x := v.reg(), XMM()
		VMOVQ(g, x)
		VPBROADCASTQ(x, r)
		return r
	}
	counter := broadcast(b)
	VPADDQ(order, counter, counter)
	k0 := broadcast(key)
	SHRQ(Imm(32), key)
	k1 := broadcast(key)
	m0, m1 := constant(0xD2511F53), constant(0xCD9E8D57)
	w0, w1 := constant(0x9E3779B9), constant(0xBB67AE85)
	words := make([]uint32, 16)
	for i := range 8 {
		words[2*i] = uint32(v.width() / 2)
	}
	ahead := table("ahead"+v.suffix(), words...)
	step := body(v)
	Label("loop")
	SUBQ(Imm(uint64(2*v.width())), n)
	JL(LabelRef("done"))
	x := [4]vec{v.copy(counter), v.reg(), v.zero(), v.zero()}
	VPSRLQ(Imm(32), counter, x[1])
	VPADDQ(ahead, counter, counter)
	a, c := v.copy(k0), v.copy(k1)
	for round := range 10 {
		if round > 0 {
			a, c = v.addInt(a, w0), v.addInt(c, w1)
		}
		p0, p1 := v.two(VPMULUDQ, x[0], m0), v.two(VPMULUDQ, x[2], m1)
		h0, h1 := v.reg(), v.reg()
		VPSRLQ(Imm(32), p0, h0)
		VPSRLQ(Imm(32), p1, h1)
		x = [4]vec{v.xor(v.xor(h1, x[1]), a), p1, v.xor(v.xor(h0, x[3]), c), p0}
	}
	y, z := step(x)
	VMOVUPS(y, Mem{Base: dst})
	VMOVUPS(z, Mem{Base: dst, Disp: 4 * v.width()})
	ADDQ(Imm(uint64(8*v.width())), dst)
	JMP(LabelRef("loop"))
	Label("done")
	VZEROUPPER()
	RET()
}
