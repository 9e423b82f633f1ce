package main

import "fmt"

// A neonSquare is a transformation of tiles while it is written.
//
// R0 is the argument, R1 and R2 the channels in the source and in the result, R3 those of the bias, R4 to R7 the strides
// of rows and columns in bytes, R8 channels left, R9 the constants, R10 a column of the source, R12 a row of the result,
// R14 and R15 the tiles, R23 tiles left, R19 to R22 three and five strides, R11 and R13 for moments.
type neonSquare struct {
	*transform
	n             *neon
	bias, minimum *neonReg
}

// neonTransform emits a transformation of tiles.
func neonTransform(t *transform, name string) {
	n := &neon{constants: map[[4]uint32]*neonValue{}}
	t.neon = n
	s := &neonSquare{transform: t, n: n}
	n.line("MOVD t+0(FP), R0")
	n.line("MOVD $constants<>(SB), R9")
	for i, offset := range []int{wSrcRow, wSrcCol, wDstRow, wDstCol} {
		n.line("MOVD %d(R0), R%d", offset, 4+i)
		n.line("LSL $2, R%d", 4+i)
	}
	n.line("ADD R4<<1, R4, R19")
	n.line("ADD R4<<2, R4, R20")
	n.line("ADD R7<<1, R7, R21")
	n.line("ADD R7<<2, R7, R22")
	if t.epi {
		s.bias, s.minimum = n.global(), n.global()
		n.line("ADD $%d, R0, R11", wFloor)
		n.line("VLD1R (R11), [V%d.S4]", s.minimum.value.register)
	}
	n.line(held)
	n.line("MOVD %d(R0), R14", wSrc)
	n.line("MOVD %d(R0), R15", wDst)
	n.line("MOVD %d(R0), R23", wCount)
	n.line("tile:")
	n.line("MOVD R14, R1")
	n.line("MOVD R15, R2")
	n.line("MOVD %d(R0), R8", wN)
	if t.epi {
		n.line("MOVD %d(R0), R3", wBias)
	}
	n.line("SUBS $4, R8, R8")
	n.line("BLT tail")
	n.line("whole:")
	s.block(false)
	n.line("ADD $16, R1")
	n.line("ADD $16, R2")
	n.line("SUBS $4, R8, R8")
	n.line("BGE whole")
	n.line("tail:")
	n.line("ADDS $4, R8, R8")
	n.line("BEQ next")
	s.block(true)
	n.line("next:")
	n.line("MOVD %d(R0), R11", wSrcTile)
	n.line("ADD R11<<2, R14")
	n.line("MOVD %d(R0), R11", wDstTile)
	n.line("ADD R11<<2, R15")
	n.line("SUBS $1, R23, R23")
	n.line("BNE tile")
	n.line("RET")
	arm.kernel(name+"NEON", "transforms tiles.", signature{params: []param{{"t", "*byte"}}}, 0, withoutTable(n.finish(arm.table)))
}

// element is the address of vector k of a column or row, in R13.
func element(base, step, three, five string, k int) string {
	switch k {
	case 0:
		return fmt.Sprintf("MOVD %s, R13", base)
	case 3:
		return fmt.Sprintf("ADD %s, %s, R13", three, base)
	case 5:
		return fmt.Sprintf("ADD %s, %s, R13", five, base)
	}
	return fmt.Sprintf("ADD %s<<%d, %s, R13", step, k/2, base)
}

// between adds an instruction without vectors.
func (s *neonSquare) between(format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	s.n.record(&neonOp{text: func(_, _ []int) string { return line }})
}

// load reads 4 channels from R13, or those that are left.
func (s *neonSquare) load(address string, part bool) *neonReg {
	return s.n.record(&neonOp{dst: []*neonValue{{}}, text: func(d, _ []int) string {
		if part {
			return address + "\n" + loadPart("R13", "R8", d[0])
		}
		return fmt.Sprintf("%s\nFMOVQ (R13), F%d", address, d[0])
	}})
}

func (s *neonSquare) store(address string, y *neonReg, part bool) {
	s.n.record(&neonOp{src: []*neonValue{y.value}, text: func(_, v []int) string {
		if part {
			return address + "\n" + storePart("R13", "R8", v[0])
		}
		return fmt.Sprintf("%s\nFMOVQ F%d, (R13)", address, v[0])
	}})
}

// block emits the transformation of 4 channels, or of those that are left.
func (s *neonSquare) block(part bool) {
	if s.epi {
		s.n.assign(s.bias, s.load("MOVD R3, R13", part))
		s.n.line("ADD $16, R3")
	}
	for _, g := range s.groups {
		rows := make([][]vec, len(g))
		s.between("MOVD R1, R10")
		for c := range s.l[0] {
			if c > 0 {
				s.between("ADD R5, R10")
			}
			y := s.apply(func(k int) vec { return s.load(element("R10", "R4", "R19", "R20", k), part) })(g)
			for i := range g {
				rows[i] = append(rows[i], y[i])
			}
		}
		for i, r := range g {
			s.between("MOVD $%d, R12", r)
			s.between("MADD R12, R2, R6, R12")
			f := s.apply(func(k int) vec { return rows[i][k] })
			for _, h := range groupsOf(s.l) {
				for j, y := range f(h) {
					s.put(y, h[j], part)
				}
			}
		}
	}
}

// put writes column k of a row of the result.
func (s *neonSquare) put(y vec, k int, part bool) {
	if s.epi {
		y = s.max(s.minimum, s.add(y, s.bias))
	}
	s.store(element("R12", "R7", "R21", "R22", k), y.(*neonReg), part)
}
