package main

import (
	"cmp"
	"fmt"
	"slices"
)

// registers is how many vector registers there are.
const registers = 32

// finish finds registers for all values and returns the lines of the kernel. Constants are held in registers as long
// as there are enough, those used most first; the others are read where they are used.
func (n *neon) finish(table func(words [4]uint32) int) []string {
	for _, it := range n.items {
		for _, op := range it.ops {
			for _, s := range op.src {
				if s.constant && (op.assign == nil || !s.is(0)) {
					s.uses++
				}
			}
		}
	}
	var all []*neonValue
	for _, c := range n.constants {
		if c.uses > 0 { // it is 0 for a zero that globals begin with, which needs no register
			c.register = -1
			all = append(all, c)
		}
	}
	slices.SortFunc(all, func(a, b *neonValue) int {
		return cmp.Or(b.uses-a.uses, slices.Compare(a.words[:], b.words[:]))
	})
	for hold := len(all); hold >= 0; hold-- {
		if len(n.globals)+hold > registers {
			continue
		}
		for i, c := range all {
			c.register = -1
			if i < hold {
				c.register = len(n.globals) + i
			}
		}
		a := allocation{neon: n, first: len(n.globals) + hold, table: table}
		if lines, ok := a.lines(all[:hold]); ok {
			return lines
		}
	}
	panic("too few registers")
}

// held is where finish puts the constants that are held: in the place of this line.
const held = "held constants"

// An allocation is one try to find registers.
type allocation struct {
	*neon
	first int // registers below belong to globals and constants
	table func(words [4]uint32) int
	out   []string

	free  []bool // registers that nothing is in
	place map[*neonValue]int
	last  map[*neonValue]int // the last instruction that reads a value
}

func (a *allocation) lines(constants []*neonValue) ([]string, bool) {
	for _, it := range a.items {
		if it.line == held {
			for _, c := range constants {
				a.read(c, c.register)
			}
			continue
		}
		if it.ops == nil {
			a.out = append(a.out, it.line)
			continue
		}
		if !a.stretch(it.ops) {
			return nil, false
		}
	}
	return a.out, true
}

// read puts a constant into a register.
func (a *allocation) read(c *neonValue, register int) {
	if c.is(0) {
		a.out = append(a.out, fmt.Sprintf("VEOR V%d.B16, V%[1]d.B16, V%[1]d.B16", register))
		return
	}
	a.out = append(a.out, fmt.Sprintf("FMOVQ %d(%s), F%d", a.table(c.words), tableRegister, register))
}

// stretch finds the registers of instructions one after another; nothing but globals lives longer.
func (a *allocation) stretch(ops []*neonOp) bool {
	a.free = make([]bool, registers)
	for i := a.first; i < registers; i++ {
		a.free[i] = true
	}
	a.place, a.last = map[*neonValue]int{}, map[*neonValue]int{}
	for i, op := range ops {
		for _, s := range op.src {
			a.last[s] = i
		}
	}
	// A value that becomes a global shall be made in its register; and what is changed to make it, too.
	for i := len(ops) - 1; i >= 0; i-- {
		op := ops[i]
		if len(op.dst) > 0 && op.dst[0].home != nil && (op.tied || op.choice) {
			changeable := op.src[:1]
			if op.choice {
				changeable = []*neonValue{op.src[2], op.src[1], op.src[0]}
			}
			for _, s := range changeable {
				if !s.constant && !s.global && s.home == nil && a.last[s] == i {
					s.home = op.dst[0].home
					break
				}
			}
		}
	}
	for i, op := range ops {
		if !a.op(i, op) {
			return false
		}
	}
	return true
}

// take returns a free register for a value, or −1.
func (a *allocation) take(i int, v *neonValue) int {
	if g := v.home; g != nil {
		// The register of the global is free once nothing reads the global any more, unless another value took it.
		if a.last[g] <= i && !slices.Contains(a.taken(), g.register) {
			a.place[v] = g.register
			return g.register
		}
	}
	for r, free := range a.free {
		if free {
			a.free[r] = false
			a.place[v] = r
			return r
		}
	}
	return -1
}

// taken returns the registers of values that are still read.
func (a *allocation) taken() []int {
	var t []int
	for _, r := range a.place {
		t = append(t, r)
	}
	return t
}

// drop frees the register of a value.
func (a *allocation) drop(v *neonValue) {
	if r, ok := a.place[v]; ok {
		delete(a.place, v)
		if r >= a.first {
			a.free[r] = true
		}
	}
}

// op emits an instruction.
func (a *allocation) op(i int, op *neonOp) bool {
	if c := op.src; op.assign != nil && c[0].constant && c[0].register < 0 {
		a.read(c[0], op.assign.register)
		return true
	}
	src := make([]int, len(op.src))
	var dying []*neonValue // their registers are free after this instruction
	for j, s := range op.src {
		switch {
		case s.global, s.constant && s.register >= 0:
			src[j] = s.register
			continue
		case s.constant:
			if _, ok := a.place[s]; !ok {
				r := a.take(-1, s)
				if r < 0 {
					return false
				}
				a.read(s, r)
				dying = append(dying, s)
			}
		case a.last[s] == i && !slices.Contains(dying, s):
			dying = append(dying, s)
		}
		r, ok := a.place[s]
		if !ok {
			panic("a vector is used outside of its stretch")
		}
		src[j] = r
	}
	if op.assign != nil {
		if src[0] != op.assign.register {
			a.out = append(a.out, op.text([]int{op.assign.register}, src))
		}
		for _, v := range dying {
			a.drop(v)
		}
		return true
	}
	if op.choice {
		a.choose(op, dying)
	}
	var dst []int
	if op.tied || op.choice {
		v := op.src[0]
		if op.choice {
			v = op.src[op.which]
		}
		r := -1
		if slices.Contains(dying, v) {
			r = a.place[v]
			delete(a.place, v)
			a.place[op.dst[0]] = r
		} else if v.global && op.dst[0].home == v && a.last[v] <= i {
			r = v.register
			a.place[op.dst[0]] = r
		} else {
			from := src[0]
			if op.choice {
				from = src[op.which]
			}
			r = a.take(i-1, op.dst[0])
			if r < 0 {
				return false
			}
			a.out = append(a.out, moveText([]int{r}, []int{from}))
		}
		dst = []int{r}
		for _, v := range dying {
			a.drop(v)
		}
	} else {
		for _, v := range dying {
			a.drop(v)
		}
		for _, v := range op.dst {
			r := a.take(i, v)
			if r < 0 {
				return false
			}
			dst = append(dst, r)
		}
	}
	a.out = append(a.out, op.text(dst, src))
	for _, v := range op.dst {
		if _, used := a.last[v]; !used {
			a.drop(v)
		}
	}
	return true
}

// choose selects among the three instructions that choose by a mask the one whose changed register is not needed any
// more: the mask's, or that of either vector.
func (a *allocation) choose(op *neonOp, dying []*neonValue) {
	which := 0
	for _, j := range []int{2, 1, 0} {
		if slices.Contains(dying, op.src[j]) {
			which = j
			if home := op.src[j].home; home != nil && home == op.dst[0].home {
				break
			}
		}
	}
	op.which = which
	op.text = [3]func(d, s []int) string{
		func(d, s []int) string { return threeLine("bsl", d[0], s[1], s[2]) },
		func(d, s []int) string { return threeLine("bif", d[0], s[2], s[0]) },
		func(d, s []int) string { return threeLine("bit", d[0], s[1], s[0]) },
	}[which]
}
