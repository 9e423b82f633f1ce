package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

func init() { families["sincos"] = sincos }

// Our own minimax fits, for |x| ≤ π/4, within 2^−28 and 2^−33.
var (
	// sin x = x + x³·P(x²)
	sinCoefficients = []float64{-0.00019510870333760977, 0.008332131430506706, -0.16666653752326965}
	// cos x = 1 − x²/2 + x⁴·P(x²)
	cosCoefficients = []float64{2.4431241399724968e-05, -0.0013887305976822972, 0.04166664555668831}
)

// sincos emits sine and cosine. Where |x| > 1e5, or x is NaN, they leave x itself and report it.
func sincos() {
	for _, cosine := range []bool{false, true} {
		name := "sin"
		if cosine {
			name = "cos"
		}
		doc := "sets dst[i] = " + name + " x[i], but dst[i] = x[i] and far where that is not in [-1e5, 1e5]."
		all(func(v *vector) {
			if v.neon != nil {
				neonSinCos(v, name, doc, cosine)
				return
			}
			emitSinCos(v, name, doc, cosine)
		})
	}
}

// sine prepares sin x, or the cosine; and what has bits set where x is too far, and y is x.
func sine(v *vector, cosine bool) func(x vec) (y, far vec) {
	turn := v.k(0.636619772367581343)
	// π/2 in three parts, of which the products with whole numbers are subtracted by fused operations.
	high, middle, low := v.k(1.57079637050628662109375), v.k(-4.37113900018624283e-8), v.k(-1.71512449e-15)
	rest, sign, limit, one, half, oneInt := v.bits(signBit-1), v.bits(signBit), v.k(1e5), v.k(1), v.k(0.5), v.bits(1)
	sc, cc := v.ks(sinCoefficients...), v.ks(cosCoefficients...)
	return func(x vec) (y, far vec) {
		a := v.and(x, rest)
		q := v.round(v.mul(a, turn))
		r := v.minusProduct(v.copy(a), q, high)
		r = v.minusProduct(r, q, middle)
		r = v.minusProduct(r, q, low)
		z := v.mul(r, r)
		s := v.fma(v.mul(v.poly(z, sc), z), r, r)
		c := v.mul(v.mul(v.poly(z, cc), z), z)
		c = v.add(v.minusProduct(c, z, half), one)
		i := v.toInt(q)
		if cosine {
			i = v.addInt(i, oneInt)
		}
		y = v.pick(v.signs(v.left(i, 31)), c, s)
		y = v.xor(y, v.and(v.left(i, 30), sign))
		if !cosine {
			y = v.xor(y, v.and(x, sign))
		}
		big := v.compare(notLessEqual, a, limit)
		return v.pick(big, x, y), v.only(big, v.or(a, one))
	}
}

func emitSinCos(v *vector, name, doc string, cosine bool) {
	TEXT(name+v.suffix(), 4, "func(dst, x []float32) (far bool)") // NOSPLIT
	Doc(name + v.suffix() + " " + doc)
	Pragma("noescape")
	dst, x := Load(Param("dst").Base(), GP64()), Load(Param("x").Base(), GP64())
	n := Load(Param("dst").Len(), GP64()).(GPVirtual)
	body := sine(v, cosine)
	far := v.zero()
	off := GP64()
	XORQ(off, off)
	step := func(mask Op) {
		y, bits := body(v.load(Mem{Base: x, Index: off, Scale: 4}, mask))
		VMOVAPS(v.or(far, bits), far)
		v.store(y, Mem{Base: dst, Index: off, Scale: 4}, mask)
	}
	w := v.width()
	SUBQ(Imm(uint64(w)), n)
	JL(LabelRef("end"))
	Label("loop")
	step(nil)
	ADDQ(Imm(uint64(w)), off)
	SUBQ(Imm(uint64(w)), n)
	JGE(LabelRef("loop"))
	Label("end")
	ADDQ(Imm(uint64(w)), n)
	JZ(LabelRef("done"))
	step(v.mask(tailMasks(n), 0))
	Label("done")
	zero := v.zero()
	result := GP32()
	if v.wide {
		k := K()
		VPCMPUD(Imm(4), zero, far, k)
		KMOVD(k, result)
	} else {
		VCMPPS(Imm(notLessEqual), zero, far, zero)
		VMOVMSKPS(zero, result)
	}
	TESTL(result, result)
	answer := GP8()
	SETNE(answer)
	Store(answer, ReturnIndex(0))
	VZEROUPPER()
	RET()
}
