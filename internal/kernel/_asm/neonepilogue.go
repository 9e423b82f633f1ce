package main

import mathbits "math/bits"

// begin sets the tile to zero, or to what C holds.
func (t *neonTiles) begin() {
	t.put("MOVD %d(R0), R10", oFlags)
	t.put("TBNZ $%d, R10, continue", mathbits.TrailingZeros(flagContinue))
	t.each(func(a int) { t.put("VEOR V%d.B16, V%[1]d.B16, V%[1]d.B16", a) })
	t.put("JMP sums")
	t.put("continue:")
	t.put("MOVD R2, R14")
	t.rows("sums", func(i int, part bool) {
		for j := range t.nv {
			switch {
			case part && j == t.nv-1:
				t.last(loadPart, t.acc(i, j))
			default:
				t.put("FMOVQ %d(R14), F%d", 16*j, t.acc(i, j))
			}
		}
	})
	t.put("sums:")
}

// In the epilogue the registers below the tile are free.

// epilogue emits scale, bias, accumulate and ReLU, in this order, and writes the tile.
func (t *neonTiles) epilogue() {
	t.put("MOVD %d(R0), R10", oFlags)
	t.put("TBZ $%d, R10, scaled", mathbits.TrailingZeros(flagScale))
	t.put("ADD $%d, R0, R11", oAlpha)
	t.put("VLD1R (R11), [V0.S4]")
	t.each(func(a int) { t.put("%s", threeLine("fmul", a, a, 0)) })
	t.put("scaled:")

	t.put("MOVD %d(R0), R14", oBias)
	t.put("CBZ R14, biased")
	for j := range t.nv - 1 {
		t.put("FMOVQ %d(R14), F%d", 16*j, j)
	}
	whole, loaded := arm.label("whole"), arm.label("bias")
	t.put("TBNZ $2, R15, %s", whole)
	t.last(loadPart, t.nv-1)
	t.put("JMP %s", loaded)
	t.put("%s:", whole)
	t.put("FMOVQ %d(R14), F%d", 16*(t.nv-1), t.nv-1)
	t.put("%s:", loaded)
	for i := range t.m {
		for j := range t.nv {
			a := t.acc(i, j)
			t.put("%s", threeLine("fadd", a, a, j))
		}
	}
	t.put("biased:")

	t.put("TBZ $%d, R10, accumulated", mathbits.TrailingZeros(flagAccumulate))
	t.put("MOVD R2, R14")
	t.rows("accumulated", func(i int, part bool) {
		for j := range t.nv {
			switch {
			case part && j == t.nv-1:
				t.last(loadPart, j)
			default:
				t.put("FMOVQ %d(R14), F%d", 16*j, j)
			}
			a := t.acc(i, j)
			t.put("%s", threeLine("fadd", a, a, j))
		}
	})
	t.put("accumulated:")

	t.put("TBZ $%d, R10, positive", mathbits.TrailingZeros(flagReLU))
	t.each(func(a int) { // a NaN is not below 0 and stays
		t.put("%s", twoLine("fcmlt0", 0, a))
		t.put("%s", threeLine("bic", a, a, 0))
	})
	t.put("positive:")

	t.put("MOVD R2, R14")
	t.rows("written", func(i int, part bool) {
		for j := range t.nv {
			switch {
			case part && j == t.nv-1:
				t.last(storePart, t.acc(i, j))
			default:
				t.put("FMOVQ F%d, %d(R14)", t.acc(i, j), 16*j)
			}
		}
	})
	t.put("written:")
	t.put("MOVD R14, R2")
}

// each emits f for every vector of the tile.
func (t *neonTiles) each(f func(acc int)) {
	for a := t.acc(0, 0); a < registers; a++ {
		f(a)
	}
}

// last reads or writes the part of the last vector of the row at R14 that is in it.
func (t *neonTiles) last(part func(p, count string, v int) string, v int) {
	if t.nv == 1 {
		t.put("%s", part("R14", "R15", v))
		return
	}
	t.put("ADD $%d, R14, R13", 16*(t.nv-1))
	t.put("%s", part("R13", "R15", v))
}

// rows emits f for every row, R14 pointing to it, once for whole vectors and once for a last one that is not.
func (t *neonTiles) rows(done string, f func(i int, part bool)) {
	partial := arm.label("partial")
	t.put("TBZ $2, R15, %s", partial)
	for i := range t.m {
		f(i, false)
		t.put("ADD R3, R14")
	}
	t.put("JMP %s", done)
	t.put("%s:", partial)
	for i := range t.m {
		f(i, true)
		t.put("ADD R3, R14")
	}
}
