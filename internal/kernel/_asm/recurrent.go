package main

import (
	"strings"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

func init() { families["recurrent"] = recurrent }

// A cell is a kernel that computes one step of a recurrence. Some of its slices hold several planes, one for each gate,
// stride elements apart.
type cell struct {
	name, doc string
	slices    string // names, separated by spaces; the first gives the length
	body      func(v *vector) func(m *cellMemory)
}

// cellMemory is where the planes of a cell's slices are at one step of its loop.
type cellMemory struct {
	v      *vector
	neon   *neonCell
	base   map[string]Register
	stride [4]Register // planes apart in bytes: of planes 1 and 3
	mask   Op
}

func (m *cellMemory) at(name string, plane int) Mem {
	switch plane {
	case 0:
		return Mem{Base: m.base[name]}
	case 2:
		return Mem{Base: m.base[name], Index: m.stride[1], Scale: 2}
	}
	return Mem{Base: m.base[name], Index: m.stride[plane], Scale: 1}
}

func (m *cellMemory) load(name string, plane int) vec {
	if m.v.neon != nil {
		return m.neon.load(name, plane)
	}
	return m.v.load(m.at(name, plane), m.mask)
}

func (m *cellMemory) store(a vec, name string, plane int) {
	if m.v.neon != nil {
		m.neon.store(a, name, plane)
		return
	}
	m.v.store(a, m.at(name, plane), m.mask)
}

func (c cell) emit(v *vector) {
	if v.neon != nil {
		c.emitNeon(v)
		return
	}
	if !v.wide {
		v.free = 2
	}
	names := strings.Fields(c.slices)
	TEXT(c.name+v.suffix(), 4, "func("+strings.Join(names, ", ")+" []float32, stride int)") // NOSPLIT
	Doc(c.name + v.suffix() + " " + c.doc)
	Pragma("noescape")
	m := &cellMemory{v: v, base: map[string]Register{}}
	for _, a := range names {
		m.base[a] = Load(Param(a).Base(), GP64())
	}
	n := Load(Param(names[0]).Len(), GP64()).(GPVirtual)
	one := Load(Param("stride"), GP64()).(GPVirtual)
	SHLQ(Imm(2), one)
	three := GP64()
	LEAQ(Mem{Base: one, Index: one, Scale: 2}, three)
	m.stride[1], m.stride[3] = one, three
	step := c.body(v)
	w := v.width()
	SUBQ(U32(w), n)
	JL(LabelRef("rest"))
	Label("loop")
	step(m)
	for _, a := range names {
		ADDQ(U32(4*w), m.base[a])
	}
	SUBQ(U32(w), n)
	JGE(LabelRef("loop"))
	Label("rest")
	ADDQ(U32(w), n)
	JZ(LabelRef("done"))
	m.mask = v.mask(tailMasks(n), 0)
	step(m)
	Label("done")
	VZEROUPPER()
	RET()
}

// recurrent emits the cells of the recurrences. Every product is rounded, as in plain Go.
func recurrent() {
	all(cell{
		name: "lstm", doc: "is LSTM.", slices: "h c before g s",
		body: func(v *vector) func(*cellMemory) {
			sigmoid, tanh := sigmoid(v), tanh(v)
			return func(m *cellMemory) {
				gate := func(f func(vec) vec, plane int) vec {
					y := f(v.add(m.load("s", plane), m.load("g", plane)))
					m.store(y, "g", plane)
					return y
				}
				c := v.mul(gate(sigmoid, 0), gate(tanh, 2))
				c = v.add(v.mul(gate(sigmoid, 1), m.load("before", 0)), c)
				m.store(c, "c", 0)
				c = tanh(c)
				m.store(v.mul(gate(sigmoid, 3), c), "h", 0)
			}
		},
	}.emit)
	all(cell{
		name: "lstmGrad", doc: "is LSTMGrad.", slices: "dc d dh dr g c before",
		body: func(v *vector) func(*cellMemory) {
			tanh, one := tanh(v), v.kr(1)
			return func(m *cellMemory) {
				slope := func(y vec) vec { return v.mul(y, v.sub(one, y)) }
				dh := v.add(m.load("dh", 0), m.load("dr", 0))
				t := tanh(m.load("c", 0))
				o := m.load("g", 3)
				m.store(v.mul(v.mul(dh, t), slope(o)), "d", 3)
				dc := v.mul(v.mul(dh, o), v.sub(one, v.mul(t, t)))
				dc = v.add(m.load("dc", 0), dc)
				i, g := m.load("g", 0), m.load("g", 2)
				m.store(v.mul(v.mul(dc, g), slope(i)), "d", 0)
				m.store(v.mul(v.mul(dc, i), v.sub(one, v.mul(g, g))), "d", 2)
				f := m.load("g", 1)
				m.store(v.mul(v.mul(dc, m.load("before", 0)), slope(f)), "d", 1)
				m.store(v.mul(dc, f), "dc", 0)
			}
		},
	}.emit)
	all(cell{
		name: "gru", doc: "is GRU.", slices: "h before g s",
		body: func(v *vector) func(*cellMemory) {
			sigmoid, tanh := sigmoid(v), tanh(v)
			return func(m *cellMemory) {
				gate := func(plane int) vec {
					y := sigmoid(v.add(m.load("s", plane), m.load("g", plane)))
					m.store(y, "g", plane)
					return y
				}
				n := tanh(v.add(m.load("g", 2), v.mul(gate(0), m.load("s", 2))))
				m.store(n, "g", 2)
				m.store(v.add(n, v.mul(gate(1), v.sub(m.load("before", 0), n))), "h", 0)
			}
		},
	}.emit)
	all(cell{
		name: "gruGrad", doc: "is GRUGrad.", slices: "carry d dn dh dr g q before",
		body: func(v *vector) func(*cellMemory) {
			one := v.kr(1)
			return func(m *cellMemory) {
				slope := func(y vec) vec { return v.mul(y, v.sub(one, y)) }
				dh := v.add(v.add(m.load("dh", 0), m.load("dr", 0)), m.load("carry", 0))
				z, n := m.load("g", 1), m.load("g", 2)
				m.store(v.mul(dh, z), "carry", 0)
				m.store(v.mul(v.mul(dh, v.sub(m.load("before", 0), n)), slope(z)), "d", 1)
				dn := v.mul(v.mul(dh, v.sub(one, z)), v.sub(one, v.mul(n, n)))
				m.store(dn, "dn", 0)
				r := m.load("g", 0)
				m.store(v.mul(v.mul(dn, m.load("q", 0)), slope(r)), "d", 0)
				m.store(v.mul(dn, r), "d", 2)
			}
		},
	}.emit)
}
