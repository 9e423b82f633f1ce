package main

import (
	"fmt"
	"strings"
)

// A neonCell is where the planes of a cell's slices are: R0 to R7 point into the slices, R19 to R21 hold one, two and
// three strides in bytes; R11 and R13 are for moments.
type neonCell struct {
	*neonKernel
	part bool // only the last 1 to 3 elements
}

// at puts the address of a plane into R13.
func (m *neonCell) at(name string, plane int) string {
	if plane == 0 {
		return fmt.Sprintf("MOVD %s, R13", m.pointer[name])
	}
	return fmt.Sprintf("ADD R%d, %s, R13", 18+plane, m.pointer[name])
}

func (m *neonCell) load(name string, plane int) vec {
	address, part := m.at(name, plane), m.part
	return m.record(&neonOp{dst: []*neonValue{{}}, text: func(d, _ []int) string {
		if part {
			return address + "\n" + loadPart("R13", "R8", d[0])
		}
		return fmt.Sprintf("%s\nFMOVQ (R13), F%d", address, d[0])
	}})
}

func (m *neonCell) store(a vec, name string, plane int) {
	address, part := m.at(name, plane), m.part
	m.record(&neonOp{src: []*neonValue{valueOf(a)}, text: func(_, s []int) string {
		if part {
			return address + "\n" + storePart("R13", "R8", s[0])
		}
		return fmt.Sprintf("%s\nFMOVQ F%d, (R13)", address, s[0])
	}})
}

func (c cell) emitNeon(v *vector) {
	k, _ := beginNeon(v, c.name, c.doc, strings.Fields(c.slices), nil, 0, "")
	k.sig.params = append(k.sig.params, param{"stride", "int"})
	k.line("MOVD %s, R19", k.sig.at("stride"))
	k.line("LSL $2, R19")
	k.line("ADD R19, R19, R20")
	k.line("ADD R20, R19, R21")
	m := &neonCell{neonKernel: k}
	step := c.body(v)
	k.many(1, func() { step(&cellMemory{v: v, neon: m}) })
	k.line("CBZ R8, done")
	m.part = true
	step(&cellMemory{v: v, neon: m})
	k.line("done:")
	k.line("RET")
	k.end()
}
