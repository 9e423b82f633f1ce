package main

import (
	"fmt"
	"strings"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// A loop is a kernel that computes elements of some slices from those of others, at the same index.
type loop struct {
	name    string
	doc     string
	out     string // names of the slices written, separated by spaces; the first gives the length
	in      string // and of those read, which may be among the written
	scalars string // float32 parameters
	terms   int    // if not 0: how many float32 a last parameter c points to; body gets them after the scalars
	unroll  int
	ahead   bool                                         // whether to prefetch what is read
	body    func(v *vector, s []vec) func(x []vec) []vec // the outer is called once, before the loop
}

// both emits a kernel for AVX2 and AVX-512.
func both(emit func(v *vector)) {
	emit(&vector{free: 4})
	emit(&vector{wide: true, free: 14})
}

// all emits a kernel for AVX2 and AVX-512, or for NEON if that is what is written.
func all(emit func(v *vector)) {
	if *arch == "arm64" {
		emit(&vector{neon: &neon{}})
		return
	}
	both(emit)
}

// unique returns the names in lists, each once.
func unique(lists ...string) []string {
	var names []string
	seen := map[string]bool{}
	for _, l := range lists {
		for _, n := range strings.Fields(l) {
			if !seen[n] {
				names, seen[n] = append(names, n), true
			}
		}
	}
	return names
}

// begin emits the head of a kernel and loads its parameters: slices by name, length in elements, scalars.
func begin(v *vector, name, doc string, slices, scalars []string, terms int, result string) (p map[string]Register, n GPVirtual, s []vec) {
	sig := "func("
	if len(slices) > 0 {
		sig += strings.Join(slices, ", ") + " []float32"
	}
	if len(scalars) > 0 {
		sig += ", " + strings.Join(scalars, ", ") + " float32"
	}
	if terms > 0 {
		sig += fmt.Sprintf(", c *[%d]float32", terms)
	}
	sig += ")" + result
	TEXT(name+v.suffix(), 4, sig) // NOSPLIT
	Doc(name + v.suffix() + " " + doc)
	Pragma("noescape")
	p = map[string]Register{}
	for _, a := range slices {
		p[a] = Load(Param(a).Base(), GP64())
	}
	n = Load(Param(slices[0]).Len(), GP64()).(GPVirtual)
	for _, a := range scalars {
		r := v.reg()
		m, err := Param(a).Resolve()
		if err != nil {
			panic(err)
		}
		VBROADCASTSS(m.Addr, r)
		s = append(s, r)
	}
	if terms > 0 {
		c := Load(Param("c"), GP64())
		for i := range terms {
			r := v.reg()
			VBROADCASTSS(Mem{Base: c, Disp: 4 * i}, r)
			s = append(s, r)
		}
	}
	return p, n, s
}

func (l loop) emit(v *vector) {
	if v.neon != nil {
		l.emitNeon(v)
		return
	}
	out, in := strings.Fields(l.out), strings.Fields(l.in)
	p, n, s := begin(v, l.name, l.doc, unique(l.out, l.in), strings.Fields(l.scalars), l.terms, "")
	body := l.body(v, s)
	off := GP64()
	XORQ(off, off)
	w := v.width()
	step := func(u int, mask Op) {
		at := func(a string) Mem { return Mem{Base: p[a], Index: off, Scale: 1, Disp: 4 * w * u} }
		x := make([]vec, len(in))
		for i, a := range in {
			x[i] = v.load(at(a), mask)
			if l.ahead && mask == nil {
				v.ahead(at(a))
			}
		}
		for i, y := range body(x) {
			v.store(y, at(out[i]), mask)
		}
	}
	many := func(label string, unroll int) {
		SUBQ(U32(w*unroll), n)
		JL(LabelRef(label + "End"))
		Label(label)
		for u := range unroll {
			step(u, nil)
		}
		ADDQ(U32(4*w*unroll), off)
		SUBQ(U32(w*unroll), n)
		JGE(LabelRef(label))
		Label(label + "End")
		ADDQ(U32(w*unroll), n)
	}
	if l.unroll > 1 {
		many("wide", l.unroll)
	}
	many("one", 1)
	TESTQ(n, n)
	JZ(LabelRef("done"))
	step(0, v.mask(tailMasks(n), 0))
	Label("done")
	VZEROUPPER()
	RET()
}

// tailMasks returns where the masks of n floats begin, n at most 64. It changes n.
func tailMasks(n GPVirtual) Mem {
	t := GP64()
	LEAQ(masks(), t)
	NEGQ(n)
	return Mem{Base: t, Index: n, Scale: 4, Disp: 256}
}

// A reduction is a kernel that combines a value of every element in the tree of 64 lanes (see sum.go).
type reduction struct {
	name    string
	doc     string
	out     string // the name of a slice to write the values to, or empty
	in      string
	scalars string
	start   float64 // value of an empty lane
	combine func(v *vector, a vec, b vec) vec
	body    func(v *vector, s []vec) func(x []vec) vec
}

const lanes = 64

func (r reduction) emit(v *vector) {
	if v.neon != nil {
		r.emitNeon(v)
		return
	}
	if !v.wide {
		v.free = 0 // the lanes take half of the registers
	}
	in := strings.Fields(r.in)
	p, n, s := begin(v, r.name, r.doc, unique(r.out, r.in), strings.Fields(r.scalars), 0, " float32")
	body := r.body(v, s)
	w := v.width()
	acc := make([]vec, lanes/w)
	var start Op
	if r.start == 0 {
		for i := range acc {
			acc[i] = v.zero()
		}
	} else {
		start = v.k(r.start)
		for i := range acc {
			acc[i] = v.copy(start)
		}
	}
	off := GP64()
	XORQ(off, off)
	step := func(i int, mask Op) {
		at := func(a string) Mem { return Mem{Base: p[a], Index: off, Scale: 1, Disp: 4 * w * i} }
		x := make([]vec, len(in))
		for j, a := range in {
			x[j] = v.load(at(a), mask)
			if mask == nil {
				v.ahead(at(a))
			}
		}
		y := body(x)
		if r.out != "" {
			v.store(y, at(r.out), mask)
		}
		if mask != nil {
			if start == nil {
				y = v.only(mask, y)
			} else {
				y = v.pick(mask, y, v.copy(start))
			}
		}
		VMOVAPS(r.combine(v, acc[i], y), acc[i])
	}
	SUBQ(Imm(lanes), n)
	JL(LabelRef("rest"))
	Label("all")
	for i := range acc {
		step(i, nil)
	}
	ADDQ(U32(4*lanes), off)
	SUBQ(Imm(lanes), n)
	JGE(LabelRef("all"))
	Label("rest")
	ADDQ(Imm(lanes), n)
	JZ(LabelRef("fold"))
	left := GP64()
	MOVQ(n, left)
	m := tailMasks(n)
	for i := range acc {
		step(i, v.mask(m, i))
		if i+1 < len(acc) {
			CMPQ(left, Imm(uint64(w*(i+1))))
			JLE(LabelRef("fold"))
		}
	}
	Label("fold")
	for h := len(acc) / 2; h > 0; h /= 2 {
		for i := range h {
			acc[i] = r.combine(v, acc[i], acc[i+h])
		}
	}
	a := acc[0]
	narrow := &vector{}
	if v.wide {
		high := YMM()
		VEXTRACTF32X8(Imm(1), a, high)
		low := YMM()
		VMOVAPS(a.AsY(), low)
		a = r.combine(narrow, low, high)
	}
	// The rest works in 256 bits, of which the upper half, and then more, is of no interest.
	for _, shuffle := range []func(high vec){
		func(high vec) { VPERM2F128(Imm(0x11), a, a, high) },
		func(high vec) { VPERMILPS(Imm(0x0e), a, high) },
		func(high vec) { VPERMILPS(Imm(0x01), a, high) },
	} {
		high := YMM()
		shuffle(high)
		a = r.combine(narrow, a, high)
	}
	ret, err := ReturnIndex(0).Resolve()
	if err != nil {
		panic(err)
	}
	VMOVSS(a.AsX(), ret.Addr)
	VZEROUPPER()
	RET()
}
