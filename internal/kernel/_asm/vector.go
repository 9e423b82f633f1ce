package main

import (
	"fmt"
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// vector emits arithmetic on vectors of float32, in AVX2 or, wide, in AVX-512, or in NEON. A body of a kernel is
// written once in its methods and means the same bits in all. A method returns a new register unless it says that it
// changes its first argument; an argument of type Op may also be memory.
type vector struct {
	neon *neon // if not nil, what the methods do instead
	wide bool
	free int // how many registers are left for constants
	held map[uint32]vec
}

// vec is a vector register.
type vec = VecVirtual

func (v *vector) width() int { // in floats
	if v.wide {
		return 16
	}
	return 8
}

func (v *vector) suffix() string {
	if v.wide {
		return "AVX512"
	}
	return "AVX2"
}

func (v *vector) reg() vec {
	if v.wide {
		return ZMM()
	}
	return YMM()
}

// tables are the constants in memory, by name: one of each in a family.
var tables = map[string]Mem{}

// table returns the memory that holds words.
func table(name string, words ...uint32) Mem {
	m, ok := tables[name]
	if !ok {
		m = GLOBL(name, 8|16) // RODATA, NOPTR
		for i, w := range words {
			DATA(4*i, U32(w))
		}
		tables[name] = m
	}
	return m
}

// masks is a table of 64 words of ones and then 64 zeros: at 64−n begin the masks of n floats.
func masks() Mem {
	words := make([]uint32, 128)
	for i := range 64 {
		words[i] = math.MaxUint32
	}
	return table("masks", words...)
}

// k returns a constant, for an operand that may be memory. It must be called before the loop begins.
func (v *vector) k(x float64) Op { return v.bits(math.Float32bits(float32(x))) }

// bits is k for an integer.
func (v *vector) bits(b uint32) Op {
	if v.neon != nil {
		return v.neon.constant(b)
	}
	if r, ok := v.held[b]; ok {
		return r
	}
	if v.wide && v.free > 0 {
		return v.hold(b)
	}
	return constant(b)
}

// constant returns memory that holds b 16 times.
func constant(b uint32) Mem {
	words := make([]uint32, 16)
	for i := range words {
		words[i] = b
	}
	return table(fmt.Sprintf("k%08x", b), words...)
}

// kr returns a constant that is a first operand: in a register while there are some.
func (v *vector) kr(x float64) Op {
	b := math.Float32bits(float32(x))
	if v.neon != nil {
		return v.neon.constant(b)
	}
	if r, ok := v.held[b]; ok {
		return r
	}
	if v.free > 0 {
		return v.hold(b)
	}
	return constant(b)
}

// hold puts a constant into a register, for the whole kernel.
func (v *vector) hold(b uint32) vec {
	v.free--
	if v.held == nil {
		v.held = map[uint32]vec{}
	}
	r := v.reg()
	if v.wide {
		g := GP32()
		MOVL(U32(b), g)
		VPBROADCASTD(g, r)
	} else {
		VMOVUPS(constant(b), r)
	}
	v.held[b] = r
	return r
}

// ks returns the constants of a polynomial.
func (v *vector) ks(x ...float64) []Op {
	all := make([]Op, len(x))
	for i := range x {
		all[i] = v.k(x[i])
	}
	return all
}

func (v *vector) zero() vec {
	if v.neon != nil {
		return v.neon.constant(0)
	}
	r := v.reg()
	if v.wide {
		VPXORD(r, r, r)
	} else {
		VXORPS(r, r, r)
	}
	return r
}

func (v *vector) copy(a Op) vec {
	if v.neon != nil {
		return v.neon.copy(a)
	}
	r := v.reg()
	VMOVUPS(a, r)
	return r
}

func (v *vector) two(op func(...Op), a, b Op) vec {
	r := v.reg()
	if _, ok := a.(Mem); ok {
		VMOVUPS(a, r)
		a = r
	}
	op(b, a, r)
	return r
}

func (v *vector) add(a, b Op) vec {
	if v.neon != nil {
		return v.neon.three("fadd", a, b)
	}
	return v.two(VADDPS, a, b)
}

func (v *vector) sub(a, b Op) vec {
	if v.neon != nil {
		return v.neon.three("fsub", a, b)
	}
	return v.two(VSUBPS, a, b)
}

func (v *vector) mul(a, b Op) vec {
	if v.neon != nil {
		return v.neon.three("fmul", a, b)
	}
	return v.two(VMULPS, a, b)
}

func (v *vector) div(a, b Op) vec {
	if v.neon != nil {
		return v.neon.three("fdiv", a, b)
	}
	return v.two(VDIVPS, a, b)
}

// max returns a if a > b, else b, also if either is NaN.
func (v *vector) max(a, b Op) vec {
	if v.neon != nil {
		return v.neon.extreme("fmax", a, b, v.neon.compare("fcmgt", a, b))
	}
	return v.two(VMAXPS, a, b)
}

// min returns a if a < b, else b, also if either is NaN.
func (v *vector) min(a, b Op) vec {
	if v.neon != nil {
		return v.neon.extreme("fmin", a, b, v.neon.compare("fcmgt", b, a))
	}
	return v.two(VMINPS, a, b)
}

// larger is max, but a where a is NaN.
func (v *vector) larger(a, b Op) vec {
	if v.neon != nil {
		return v.neon.extremeOrNaN("fmax", a, b)
	}
	m := v.max(a, b)
	return v.pick(v.compare(unordered, a, a), a, m)
}

// smaller is min, but a where a is NaN.
func (v *vector) smaller(a, b Op) vec {
	if v.neon != nil {
		return v.neon.extremeOrNaN("fmin", a, b)
	}
	m := v.min(a, b)
	return v.pick(v.compare(unordered, a, a), a, m)
}

func (v *vector) sqrt(a Op) vec {
	if v.neon != nil {
		return v.neon.two("fsqrt", a)
	}
	r := v.reg()
	VSQRTPS(a, r)
	return r
}

// increase changes s to s + a.
func (v *vector) increase(s, a vec) vec {
	if v.neon != nil {
		return v.neon.set(s, v.neon.three("fadd", s, a))
	}
	VADDPS(a, s, s)
	return s
}

// decrease changes s to s − a.
func (v *vector) decrease(s, a vec) vec {
	if v.neon != nil {
		return v.neon.set(s, v.neon.three("fsub", s, a))
	}
	VSUBPS(a, s, s)
	return s
}

// fma changes p to p·x + c.
func (v *vector) fma(p, x vec, c Op) vec {
	if v.neon != nil {
		return v.neon.set(p, v.neon.accumulate("fmla", c, p, x))
	}
	VFMADD213PS(c, x, p)
	return p
}

// plusProduct changes s to s + a·b, rounded once.
func (v *vector) plusProduct(s, a vec, b Op) vec {
	if v.neon != nil {
		return v.neon.set(s, v.neon.accumulate("fmla", s, a, b))
	}
	VFMADD231PS(b, a, s)
	return s
}

// minusProduct changes s to s − a·b, rounded once.
func (v *vector) minusProduct(s, a vec, b Op) vec {
	if v.neon != nil {
		return v.neon.set(s, v.neon.accumulate("fmls", s, a, b))
	}
	VFNMADD231PS(b, a, s)
	return s
}

// productError returns a·a − s without rounding, s being a·a rounded.
func (v *vector) productError(a, s vec) vec {
	if v.neon != nil {
		return v.neon.accumulate("fmla", v.neon.two("fneg", s), a, a)
	}
	r := v.copy(a)
	VFMSUB213PS(s, a, r)
	return r
}

// poly returns the polynomial in x with coefficients c, the highest first.
func (v *vector) poly(x vec, c []Op) vec {
	p := v.copy(c[0])
	for _, c := range c[1:] {
		v.fma(p, x, c)
	}
	return p
}

// polyUnfused is poly with every product rounded.
func (v *vector) polyUnfused(x vec, c []Op) vec {
	p := v.copy(c[0])
	for _, c := range c[1:] {
		p = v.add(v.mul(p, x), c)
	}
	return p
}

func (v *vector) logic(narrow func(Op, Op, Op), wide func(...Op), a vec, b Op) vec {
	r := v.reg()
	if v.wide {
		wide(b, a, r)
	} else {
		narrow(b, a, r)
	}
	return r
}

func (v *vector) and(a vec, b Op) vec {
	if v.neon != nil {
		return v.neon.three("and", a, b)
	}
	return v.logic(VPAND, VPANDD, a, b)
}

func (v *vector) or(a vec, b Op) vec {
	if v.neon != nil {
		return v.neon.three("orr", a, b)
	}
	return v.logic(VPOR, VPORD, a, b)
}

func (v *vector) xor(a vec, b Op) vec {
	if v.neon != nil {
		return v.neon.three("eor", a, b)
	}
	return v.logic(VPXOR, VPXORD, a, b)
}

func (v *vector) addInt(a vec, b Op) vec {
	if v.neon != nil {
		return v.neon.three("add", a, b)
	}
	return v.two(VPADDD, a, b)
}

func (v *vector) subInt(a vec, b Op) vec {
	if v.neon != nil {
		return v.neon.three("sub", a, b)
	}
	return v.two(VPSUBD, a, b)
}

func (v *vector) left(a vec, n uint64) vec {
	if v.neon != nil {
		return v.neon.shift("shl", a, n)
	}
	r := v.reg()
	VPSLLD(Imm(n), a, r)
	return r
}

func (v *vector) right(a vec, n uint64) vec {
	if v.neon != nil {
		return v.neon.shift("ushr", a, n)
	}
	r := v.reg()
	VPSRLD(Imm(n), a, r)
	return r
}

// rightSigned keeps the sign.
func (v *vector) rightSigned(a vec, n uint64) vec {
	if v.neon != nil {
		return v.neon.shift("sshr", a, n)
	}
	r := v.reg()
	VPSRAD(Imm(n), a, r)
	return r
}

// round returns the nearest integer, half to even.
func (v *vector) round(a vec) vec {
	if v.neon != nil {
		return v.neon.two("frintn", a)
	}
	r := v.reg()
	if v.wide {
		VRNDSCALEPS(Imm(8), a, r)
	} else {
		VROUNDPS(Imm(8), a, r)
	}
	return r
}

func (v *vector) toInt(a vec) vec {
	if v.neon != nil {
		return v.neon.two("fcvtns", a)
	}
	r := v.reg()
	VCVTPS2DQ(a, r)
	return r
}

// truncate returns the integer between a and 0 that is nearest to a.
func (v *vector) truncate(a vec) vec {
	if v.neon != nil {
		return v.neon.two("fcvtzs", a)
	}
	r := v.reg()
	VCVTTPS2DQ(a, r)
	return r
}

func (v *vector) fromInt(a vec) vec {
	if v.neon != nil {
		return v.neon.two("scvtf", a)
	}
	r := v.reg()
	VCVTDQ2PS(a, r)
	return r
}

// Predicates of compare; the negated ones hold if either is NaN.
const (
	equal     = 0
	less      = 1
	unordered = 3
	notLess   = 5

	notLessEqual = 6
	ordered      = 7
	notGreater   = 10
	atLeast      = 13
	greater      = 14
)

// compare returns the mask where a and b are so.
func (v *vector) compare(predicate uint64, a, b Op) Op {
	if v.neon != nil {
		return v.neon.predicate(predicate, a, b)
	}
	if v.wide {
		k := K()
		VCMPPS(Imm(predicate), b, a, k)
		return k
	}
	r := YMM()
	VCMPPS(Imm(predicate), b, a, r)
	return r
}

// pick returns yes where the mask holds, else no.
func (v *vector) pick(mask, yes, no Op) vec {
	if v.neon != nil {
		return v.neon.pick(mask, yes, no)
	}
	r := v.reg()
	if v.wide {
		VBLENDMPS(yes, no, mask, r)
	} else {
		VBLENDVPS(mask, yes, no, r)
	}
	return r
}

// signs returns the mask where a has its highest bit.
func (v *vector) signs(a vec) Op {
	if v.neon != nil {
		return v.neon.shift("sshr", a, 31)
	}
	if !v.wide {
		return a
	}
	k := K()
	VPMOVD2M(a, k)
	return k
}

// only returns a where the mask holds, else 0.
func (v *vector) only(mask Op, a vec) vec {
	if v.neon != nil {
		return v.neon.only(mask, a)
	}
	if !v.wide {
		return v.and(a, mask)
	}
	r := v.reg()
	VMOVAPS_Z(a, mask, r)
	return r
}

// scale returns p·2ⁿ, n an integer from −150 to 128, rounded once.
func (v *vector) scale(p, n vec) vec {
	if v.wide {
		return v.two(VSCALEFPS, p, n)
	}
	i := v.toInt(n)
	half := v.rightSigned(i, 1)
	rest := v.subInt(i, half)
	var one Op
	if v.neon != nil {
		one = v.neon.constant(0x3f800000)
	} else {
		one = constant(0x3f800000)
	}
	return v.mul(v.mul(p, v.addInt(v.left(half, 23), one)), v.addInt(v.left(rest, 23), one))
}

// mask returns the mask of the i-th vector at p, a place in [masks].
func (v *vector) mask(p Mem, i int) Op {
	r := v.reg()
	m := p.Offset(4 * v.width() * i)
	VMOVUPS(m, r)
	if !v.wide {
		return r
	}
	k := K()
	VPMOVD2M(r, k)
	return k
}

func (v *vector) load(m Mem, mask Op) vec {
	r := v.reg()
	switch {
	case mask == nil:
		VMOVUPS(m, r)
	case v.wide:
		VMOVUPS_Z(m, mask, r)
	default:
		VMASKMOVPS(m, mask, r)
	}
	return r
}

func (v *vector) store(a vec, m Mem, mask Op) {
	switch {
	case mask == nil:
		VMOVUPS(a, m)
	case v.wide:
		VMOVUPS(a, mask, m)
	default:
		VMASKMOVPS(a, mask, m)
	}
}

// ahead prefetches what a loop over contiguous memory will read some time after m, once for a cache line: the processor
// does so by itself, but not across the borders of pages.
func (v *vector) ahead(m Mem) {
	const distance = 2048
	if v.neon == nil && (v.wide || m.Disp%64 == 0) {
		PREFETCHT0(m.Offset(distance))
	}
}
