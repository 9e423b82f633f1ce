package main

import (
	"fmt"
	"math"

	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// neon records a kernel for arm64: the instructions on vectors of 4 float32, whose registers are found when it is
// whole (neonalloc.go), between lines that are as they are. Values are never changed: what vector's methods change is
// which value a register of theirs stands for.
type neon struct {
	items     []neonItem
	constants map[[4]uint32]*neonValue
	globals   []*neonValue
}

// A neonItem is a line, or instructions one after another.
type neonItem struct {
	line string
	ops  []*neonOp
}

// A neonValue is a vector that one instruction makes; a constant; or a global, which lives in a register of its own
// through the whole kernel.
type neonValue struct {
	constant bool
	words    [4]uint32 // of a constant
	global   bool
	register int        // of a global, and of a constant that is held
	uses     int        // of a constant
	home     *neonValue // the global that it becomes, if any
}

// A neonOp makes values of others.
type neonOp struct {
	text   func(dst, src []int) string // the line, with the numbers of the registers
	dst    []*neonValue
	src    []*neonValue
	tied   bool       // the register of src[0] becomes that of dst[0]
	choice bool       // dst[0] = src[1] where the mask src[0] is set, else src[2]
	which  int        // of a choice: the source whose register becomes that of dst[0]
	assign *neonValue // a global that becomes src[0]
}

// neonReg is what the methods of vector pass around: avo's type, of which nothing is used, and a value.
type neonReg struct {
	VecVirtual
	value *neonValue
}

// neonMask is a mask, or what is not in it.
type neonMask struct {
	value *neonValue
	not   bool
}

// Asm makes a mask an operand.
func (neonMask) Asm() string { panic("a mask of NEON in code for amd64") }

func valueOf(a Op) *neonValue {
	switch a := a.(type) {
	case *neonReg:
		return a.value
	case neonMask:
		if !a.not {
			return a.value
		}
	}
	panic(fmt.Sprintf("%T is no vector of NEON", a))
}

// line adds lines that are as they are.
func (n *neon) line(format string, args ...any) {
	n.items = append(n.items, neonItem{line: fmt.Sprintf(format, args...)})
}

// record adds an instruction and returns its first result.
func (n *neon) record(op *neonOp) *neonReg {
	if l := len(n.items); l == 0 || n.items[l-1].ops == nil {
		n.items = append(n.items, neonItem{})
	}
	last := &n.items[len(n.items)-1]
	last.ops = append(last.ops, op)
	if len(op.dst) == 0 {
		return nil
	}
	return &neonReg{value: op.dst[0]}
}

func (n *neon) constant(b uint32) *neonReg { return n.words(b, b, b, b) }

func (n *neon) words(w ...uint32) *neonReg {
	key := [4]uint32(w)
	c, ok := n.constants[key]
	if !ok {
		c = &neonValue{constant: true, words: key, register: -1}
		n.constants[key] = c
	}
	return &neonReg{value: c}
}

// global returns a vector that lives in a register of its own.
func (n *neon) global() *neonReg {
	g := &neonValue{global: true, register: len(n.globals)}
	n.globals = append(n.globals, g)
	return &neonReg{value: g}
}

func (n *neon) copy(a Op) *neonReg { return &neonReg{value: valueOf(a)} }

// set makes p stand for the value of q, and returns it.
func (n *neon) set(p Op, q *neonReg) *neonReg {
	r := p.(*neonReg)
	r.value = q.value
	return r
}

// assign makes a global hold a. In a stretch without lines between, it is the last that is done with the global.
func (n *neon) assign(global, a Op) {
	g, v := valueOf(global), valueOf(a)
	if !v.constant && !v.global {
		v.home = g
	}
	n.record(&neonOp{src: []*neonValue{v}, assign: g, text: moveText})
}

func moveText(d, s []int) string { return fmt.Sprintf("VMOV V%d.B16, V%d.B16", s[0], d[0]) }

func (n *neon) three(op string, a, b Op) *neonReg {
	return n.record(&neonOp{
		dst: []*neonValue{{}}, src: []*neonValue{valueOf(a), valueOf(b)},
		text: func(d, s []int) string { return threeLine(op, d[0], s[0], s[1]) },
	})
}

func (n *neon) two(op string, a Op) *neonReg {
	return n.record(&neonOp{
		dst: []*neonValue{{}}, src: []*neonValue{valueOf(a)},
		text: func(d, s []int) string { return twoLine(op, d[0], s[0]) },
	})
}

func (n *neon) shift(op string, a Op, by uint64) *neonReg {
	return n.record(&neonOp{
		dst: []*neonValue{{}}, src: []*neonValue{valueOf(a)},
		text: func(d, s []int) string { return shiftLine(op, d[0], s[0], by) },
	})
}

// accumulate returns s changed by a and b.
func (n *neon) accumulate(op string, s, a, b Op) *neonReg {
	return n.record(&neonOp{
		dst: []*neonValue{{}}, src: []*neonValue{valueOf(s), valueOf(a), valueOf(b)}, tied: true,
		text: func(d, s []int) string { return threeLine(op, d[0], s[1], s[2]) },
	})
}

// compare returns the mask where a op b.
func (n *neon) compare(op string, a, b Op) neonMask {
	if valueOf(b).is(0) {
		return neonMask{value: n.two(op+"0", a).value}
	}
	if valueOf(a).is(0) {
		return neonMask{value: n.two(map[string]string{"fcmgt": "fcmlt0", "fcmge": "fcmle0", "fcmeq": "fcmeq0"}[op], b).value}
	}
	return neonMask{value: n.three(op, a, b).value}
}

// predicate returns the mask of a predicate of AVX.
func (n *neon) predicate(p uint64, a, b Op) neonMask {
	switch p {
	case equal:
		return n.compare("fcmeq", a, b)
	case less:
		return n.compare("fcmgt", b, a)
	case atLeast:
		return n.compare("fcmge", a, b)
	case greater:
		return n.compare("fcmgt", a, b)
	case notLess, notLessEqual, notGreater:
		m := n.predicate(map[uint64]uint64{notLess: less, notGreater: greater, notLessEqual: lessEqual}[p], a, b)
		m.not = !m.not
		return m
	case lessEqual:
		return n.compare("fcmge", b, a)
	case unordered: // only ever of one vector with itself
		m := n.compare("fcmeq", a, b)
		m.not = true
		return m
	}
	panic(fmt.Sprintf("no predicate %d", p))
}

const lessEqual = 2

func maskOf(m Op) neonMask {
	if m, ok := m.(neonMask); ok {
		return m
	}
	return neonMask{value: valueOf(m)}
}

func (n *neon) pick(mask, yes, no Op) *neonReg {
	m := maskOf(mask)
	if m.not {
		yes, no = no, yes
	}
	return n.record(&neonOp{dst: []*neonValue{{}}, src: []*neonValue{m.value, valueOf(yes), valueOf(no)}, choice: true})
}

func (n *neon) only(mask, a Op) *neonReg {
	m := maskOf(mask)
	if m.not {
		return n.three("bic", a, &neonReg{value: m.value})
	}
	return n.three("and", a, &neonReg{value: m.value})
}

// extreme returns a where the mask a > b (or a < b) holds, else b: as MAXPS does, which FMAX differs from for zeros
// of different sign and if only b is a NaN.
func (n *neon) extreme(op string, a, b Op, mask neonMask) *neonReg {
	v := valueOf(a)
	f := math.Float32frombits(v.words[0])
	switch {
	case v.is(0):
		mask.not = true
		return n.only(mask, b)
	case v.constant && f == f:
		n.drop(mask)
		return n.three(op, a, b)
	}
	return n.pick(mask, a, b)
}

// drop takes back the instruction that made a mask, the last one.
func (n *neon) drop(m neonMask) {
	ops := &n.items[len(n.items)-1].ops
	if last := len(*ops) - 1; (*ops)[last].dst[0] == m.value {
		*ops = (*ops)[:last]
		return
	}
	panic("the mask is not the last instruction")
}

// extremeOrNaN returns the larger (or smaller), NaN if either is one, and b if they are equal, as zeros of either
// sign are.
func (n *neon) extremeOrNaN(op string, a, b Op) *neonReg {
	same := n.compare("fcmeq", a, b)
	return n.pick(same, b, n.three(op, a, b))
}

// is tells whether v is the constant with those bits.
func (v *neonValue) is(b uint32) bool { return v.constant && v.words == [4]uint32{b, b, b, b} }
