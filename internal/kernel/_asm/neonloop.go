package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// In kernels over slices R0 to R7 point into the slices, R8 holds how many elements are left, R9 points to the
// constants, R10 to terms; R11 and R12 are for moments.

// A neonKernel is a kernel over slices of float32 while it is written.
type neonKernel struct {
	*neon
	v       *vector
	name    string
	doc     string
	sig     signature
	frame   int
	pointer map[string]string // registers that point into the slices
	order   []string
}

// beginNeon writes the head of a kernel: it loads pointers, the length of the first slice, and scalars.
func beginNeon(v *vector, name, doc string, slices, scalars []string, terms int, result string) (k *neonKernel, s []vec) {
	n := &neon{constants: map[[4]uint32]*neonValue{}}
	v.neon = n
	k = &neonKernel{neon: n, v: v, name: name + "NEON", doc: doc, pointer: map[string]string{}, order: slices}
	for _, a := range slices {
		k.sig.params = append(k.sig.params, param{a, "[]float32"})
	}
	for _, a := range scalars {
		k.sig.params = append(k.sig.params, param{a, "float32"})
	}
	if terms > 0 {
		k.sig.params = append(k.sig.params, param{"c", fmt.Sprintf("*[%d]float32", terms)})
	}
	k.sig.result = result
	for i, a := range slices {
		k.pointer[a] = fmt.Sprintf("R%d", i)
		k.line("MOVD %s, R%d", k.sig.at(a+"_base"), i)
	}
	k.line("MOVD %s, R8", k.sig.at(slices[0]+"_len"))
	k.line("MOVD $constants<>(SB), R9")
	for _, a := range scalars {
		g := k.global()
		r := g.value.register
		k.line("FMOVS %s, F%d", k.sig.at(a), r)
		k.line("VDUP V%d.S[0], V%[1]d.S4", r)
		s = append(s, g)
	}
	if terms > 0 {
		k.line("MOVD %s, R10", k.sig.at("c"))
		for range terms {
			g := k.global()
			k.line("VLD1R.P 4(R10), [V%d.S4]", g.value.register)
			s = append(s, g)
		}
	}
	k.line(held)
	return k, s
}

func (k *neonKernel) end() {
	arm.kernel(k.name, k.doc, k.sig, k.frame, withoutTable(k.finish(arm.table)))
}

// withoutTable leaves out what finds the constants, if no line reads one.
func withoutTable(lines []string) []string {
	var find []int
	for i, l := range lines {
		switch {
		case strings.HasPrefix(l, "MOVD $constants<>"):
			find = append(find, i)
		case strings.Contains(l, "("+tableRegister+")"):
			return lines
		}
	}
	for _, i := range find {
		lines = slices.Delete(lines, i, i+1)
	}
	return lines
}

// load reads count vectors of a slice from vector number i after the pointer on, two at a time.
func (k *neonKernel) load(slice string, i, count int) []*neonReg {
	var all []*neonReg
	for count > 0 {
		at := fmt.Sprintf("%d(%s)", 16*i, k.pointer[slice])
		if count == 1 {
			return append(all, k.record(&neonOp{dst: []*neonValue{{}}, text: func(d, _ []int) string {
				return fmt.Sprintf("FMOVQ %s, F%d", at, d[0])
			}}))
		}
		pair := []*neonValue{{}, {}}
		k.record(&neonOp{dst: pair, text: func(d, _ []int) string {
			return fmt.Sprintf("FLDPQ %s, (F%d, F%d)", at, d[0], d[1])
		}})
		all = append(all, &neonReg{value: pair[0]}, &neonReg{value: pair[1]})
		i, count = i+2, count-2
	}
	return all
}

// store writes vectors to a slice.
func (k *neonKernel) store(slice string, i int, x []*neonReg) {
	for len(x) > 0 {
		at := fmt.Sprintf("%d(%s)", 16*i, k.pointer[slice])
		if len(x) == 1 {
			k.record(&neonOp{src: []*neonValue{x[0].value}, text: func(_, s []int) string {
				return fmt.Sprintf("FMOVQ F%d, %s", s[0], at)
			}})
			return
		}
		k.record(&neonOp{src: []*neonValue{x[0].value, x[1].value}, text: func(_, s []int) string {
			return fmt.Sprintf("FSTPQ (F%d, F%d), %s", s[0], s[1], at)
		}})
		i, x = i+2, x[2:]
	}
}

// loadTail reads the last elements of a slice, R8 of them, 1 to 3, with zeros behind.
func (k *neonKernel) loadTail(slice string) *neonReg {
	p := k.pointer[slice]
	return k.record(&neonOp{dst: []*neonValue{{}}, text: func(d, _ []int) string { return loadPart(p, "R8", d[0]) }})
}

// loadPart reads 1 to 3 floats, as many as the register count says, with zeros behind; R11 is changed.
func loadPart(p, count string, v int) string {
	one, done := arm.label("one"), arm.label("loaded")
	return fmt.Sprintf(`TBZ $1, %[2]s, %[4]s
FMOVD (%[1]s), F%[3]d
TBZ $0, %[2]s, %[5]s
ADD $8, %[1]s, R11
VLD1 (R11), V%[3]d.S[2]
JMP %[5]s
%[4]s:
FMOVS (%[1]s), F%[3]d
%[5]s:`, p, count, v, one, done)
}

func (k *neonKernel) storeTail(slice string, x *neonReg) {
	p := k.pointer[slice]
	k.record(&neonOp{src: []*neonValue{x.value}, text: func(_, s []int) string { return storePart(p, "R8", s[0]) }})
}

// storePart writes the first 1 to 3 floats of a vector; R11 is changed.
func storePart(p, count string, v int) string {
	one, done := arm.label("one"), arm.label("stored")
	return fmt.Sprintf(`TBZ $1, %[2]s, %[4]s
FMOVD F%[3]d, (%[1]s)
TBZ $0, %[2]s, %[5]s
ADD $8, %[1]s, R11
VST1 V%[3]d.S[2], (R11)
JMP %[5]s
%[4]s:
FMOVS F%[3]d, (%[1]s)
%[5]s:`, p, count, v, one, done)
}

// advance moves all pointers by some vectors.
func (k *neonKernel) advance(vectors int) {
	for _, a := range k.order {
		k.line("ADD $%d, %s", 16*vectors, k.pointer[a])
	}
}

// many writes a loop that takes some vectors a round, and is left with fewer.
func (k *neonKernel) many(vectors int, round func()) {
	loop, end := arm.label("loop"), arm.label("end")
	k.line("SUBS $%d, R8, R8", 4*vectors)
	k.line("BLT %s", end)
	k.line("%s:", loop)
	round()
	k.advance(vectors)
	k.line("SUBS $%d, R8, R8", 4*vectors)
	k.line("BGE %s", loop)
	k.line("%s:", end)
	k.line("ADD $%d, R8", 4*vectors)
}

func (l loop) emitNeon(v *vector) {
	out, in := strings.Fields(l.out), strings.Fields(l.in)
	k, s := beginNeon(v, l.name, l.doc, unique(l.out, l.in), strings.Fields(l.scalars), l.terms, "")
	body := l.body(v, s)
	round := func(vectors int) {
		x := make([][]*neonReg, len(in))
		for i, a := range in {
			x[i] = k.load(a, 0, vectors)
		}
		y := make([][]*neonReg, len(out))
		for u := range vectors {
			args := make([]vec, len(in))
			for i := range in {
				args[i] = x[i][u]
			}
			for i, r := range body(args) {
				y[i] = append(y[i], r.(*neonReg))
			}
		}
		for i, a := range out {
			k.store(a, 0, y[i])
		}
	}
	unroll := max(2, l.unroll) // pairs are read by one instruction
	k.many(unroll, func() { round(unroll) })
	k.many(1, func() { round(1) })
	k.line("CBZ R8, done")
	args := make([]vec, len(in))
	for i, a := range in {
		args[i] = k.loadTail(a)
	}
	for i, r := range body(args) {
		k.storeTail(out[i], r.(*neonReg))
	}
	k.line("done:")
	k.line("RET")
	k.end()
}

// first is the mask of the first R8 elements of a vector.
func (k *neonKernel) first() neonMask {
	number := k.record(&neonOp{dst: []*neonValue{{}}, text: func(d, _ []int) string {
		return fmt.Sprintf("VDUP R8, V%d.S4", d[0])
	}})
	return neonMask{value: k.three("cmhi", number, k.words(0, 1, 2, 3)).value}
}

// emitNeon writes a reduction. The 64 lanes are 16 registers; for what is less than 64 elements, they are kept in the
// frame, so that one body is enough.
func (r reduction) emitNeon(v *vector) {
	in := strings.Fields(r.in)
	k, s := beginNeon(v, r.name, r.doc, unique(r.out, r.in), strings.Fields(r.scalars), 0, "float32")
	k.frame = 4 * lanes
	body := r.body(v, s)
	start := k.constant(math.Float32bits(float32(r.start)))
	acc := make([]*neonReg, lanes/4)
	for i := range acc {
		acc[i] = k.global()
		k.assign(acc[i], start)
	}
	step := func(x []vec) (y *neonReg) { return body(x).(*neonReg) }
	k.many(len(acc), func() {
		const pair = 2
		for i := 0; i < len(acc); i += pair {
			x := make([][]*neonReg, len(in))
			for j, a := range in {
				x[j] = k.load(a, i, pair)
			}
			var y []*neonReg
			for u := range pair {
				args := make([]vec, len(in))
				for j := range in {
					args[j] = x[j][u]
				}
				y = append(y, step(args))
			}
			if r.out != "" {
				k.store(r.out, i, y)
			}
			for u := range pair {
				k.assign(acc[i+u], r.combine(v, acc[i+u], y[u]))
			}
		}
	})
	k.line("CBZ R8, fold")
	for i := 0; i < len(acc); i += 2 {
		k.line("FSTPQ (F%d, F%d), lane-%d(SP)", acc[i].value.register, acc[i+1].value.register, 4*lanes-16*i)
	}
	k.line("MOVD $lane-%d(SP), R12", 4*lanes)
	combine := func(y *neonReg) {
		lane := k.record(&neonOp{dst: []*neonValue{{}}, text: func(d, _ []int) string { return fmt.Sprintf("FMOVQ (R12), F%d", d[0]) }})
		sum := r.combine(v, lane, y).(*neonReg)
		k.record(&neonOp{src: []*neonValue{sum.value}, text: func(_, s []int) string { return fmt.Sprintf("FMOVQ F%d, (R12)", s[0]) }})
	}
	k.many(1, func() {
		args := make([]vec, len(in))
		for j, a := range in {
			args[j] = k.load(a, 0, 1)[0]
		}
		y := step(args)
		if r.out != "" {
			k.store(r.out, 0, []*neonReg{y})
		}
		combine(y)
		k.line("ADD $16, R12")
	})
	k.line("CBZ R8, again")
	args := make([]vec, len(in))
	for j, a := range in {
		args[j] = k.loadTail(a)
	}
	y := step(args)
	if r.out != "" {
		k.storeTail(r.out, y)
	}
	if r.start == 0 {
		combine(k.only(k.first(), y))
	} else {
		combine(k.pick(k.first(), y, start))
	}
	k.line("again:")
	for i := 0; i < len(acc); i += 2 {
		k.line("FLDPQ lane-%d(SP), (F%d, F%d)", 4*lanes-16*i, acc[i].value.register, acc[i+1].value.register)
	}
	k.line("fold:")
	for h := len(acc) / 2; h > 0; h /= 2 {
		for i := range h {
			k.assign(acc[i], r.combine(v, acc[i], acc[i+h]))
		}
		k.line("// %d lanes are left.", 4*h)
	}
	for _, bytes := range []int{8, 4} {
		high := k.record(&neonOp{dst: []*neonValue{{}}, src: []*neonValue{acc[0].value}, text: func(d, s []int) string {
			return fmt.Sprintf("VEXT $%d, V%d.B16, V%[2]d.B16, V%d.B16", bytes, s[0], d[0])
		}})
		k.assign(acc[0], r.combine(v, acc[0], high))
		k.line("// %d lanes are left.", bytes/4)
	}
	k.line("FMOVS F%d, %s", acc[0].value.register, k.sig.at("ret"))
	k.line("RET")
	k.end()
}
