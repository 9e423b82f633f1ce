package main

import "fmt"

func init() { neonFamilies["gemm"] = neonGemm }

// neonGemm emits the micro kernels of the matrix product, and what packs for them.
func neonGemm() {
	for _, mode := range []string{"P", "S", "PF", "SF"} {
		for nv := 1; nv <= 3; nv++ {
			for m := 1; m <= 8; m++ {
				t := &neonTiles{m: m, nv: nv, strided: mode[0] == 'S', pack: len(mode) == 2}
				t.emit(fmt.Sprintf("gemm%s%dx%dNEON", mode, m, 4*nv))
			}
		}
	}
	neonPackCopy()
	neonTranspose()
	neonGemv(8)
	neonGemv(1)
	neonPeak()
}

// neonTiles is a micro kernel: tiles of C, m rows by nv vectors, one below the other. With strided, A is contiguous
// along k, otherwise along the rows. With pack it also writes the rows of B that it reads to the field BPacked.
//
// The registers: R0 arguments, R1 tile of A, R2 tile of C, R3 row of C, R4 cursor in B, R5 row of B, R6 step in A, R7
// taps left, R8 cursor in BPacked, R9 tiles left, R10 products left, R12 cursor in A, R15 columns of the last vector,
// R19 to R26 rows of a strided A, R11, R13 and R14 for moments. The first nv vectors hold a row of B, the last m·nv
// the tile, those between elements of A.
type neonTiles struct {
	m, nv         int
	strided, pack bool
	lines         []string
}

func (t *neonTiles) put(format string, args ...any) {
	t.lines = append(t.lines, fmt.Sprintf(format, args...))
}

// acc is the register of vector j of row i of the tile.
func (t *neonTiles) acc(i, j int) int { return registers - t.m*t.nv + i*t.nv + j }

// stride reads a field that counts floats, as bytes.
func (t *neonTiles) stride(r string, offset int) {
	t.put("MOVD %d(R0), %s", offset, r)
	t.put("LSL $2, %s", r)
}

func (t *neonTiles) emit(name string) {
	t.put("MOVD t+0(FP), R0")
	t.put("MOVD %d(R0), R1", oA)
	t.put("MOVD %d(R0), R2", oC)
	t.stride("R3", oCI)
	t.stride("R5", oBK)
	if t.strided {
		t.stride("R6", oAI)
	} else {
		t.stride("R6", oAK)
	}
	t.put("MOVD %d(R0), R9", oCount)
	t.put("MOVD %d(R0), R15", oCols)
	if t.nv > 1 {
		t.put("SUB $%d, R15", 4*(t.nv-1))
	}
	t.put("tile:")
	t.begin()
	t.put("MOVD R1, R12")
	t.put("MOVD %d(R0), R4", oB)
	t.put("MOVD %d(R0), R7", oTaps)
	if t.pack {
		t.put("MOVD %d(R0), R8", oBPacked)
	}
	t.put("tap:")
	t.offset()
	if t.strided {
		t.products()
	} else {
		t.columns()
	}
	t.stride("R11", oATap)
	t.put("ADD R11, R12")
	t.stride("R11", oBTap)
	t.put("ADD R11, R4")
	t.put("SUBS $1, R7, R7")
	t.put("BNE tap")
	t.epilogue()
	t.stride("R11", oATile)
	t.put("ADD R11, R1")
	t.put("SUBS $1, R9, R9")
	t.put("BNE tile")
	t.put("RET")
	arm.kernel(name, "", signature{params: []param{{"t", "*byte"}}}, 0, t.lines)
}

// offset moves the cursor in A to where the tap begins, if there are offsets.
func (t *neonTiles) offset() {
	t.put("MOVD %d(R0), R13", oOffsets)
	t.put("CBZ R13, begun")
	t.put("MOVD %d(R0), R11", oTaps)
	t.put("SUB R7, R11")
	t.put("MOVD (R13)(R11<<3), R12")
	t.put("ADD R12<<2, R1, R12")
	t.put("begun:")
	t.put("MOVD %d(R0), R10", oK)
}

// unrolled emits a loop over R10 in steps of 4, and one over what is left.
func (t *neonTiles) unrolled(four, one func()) {
	t.put("SUBS $4, R10, R10")
	t.put("BLT tail")
	t.put("four:")
	four()
	t.put("SUBS $4, R10, R10")
	t.put("BGE four")
	t.put("tail:")
	t.put("ADDS $4, R10, R10")
	t.put("BEQ summed")
	t.put("single:")
	one()
	t.put("SUBS $1, R10, R10")
	t.put("BNE single")
	t.put("summed:")
}

// rowB reads a row of B, and with pack writes it.
func (t *neonTiles) rowB(cursor string, pack bool) {
	if t.nv == 1 {
		t.put("FMOVQ (%s), F0", cursor)
	} else {
		t.put("FLDPQ (%s), (F0, F1)", cursor)
	}
	if t.nv == 3 {
		t.put("FMOVQ 32(%s), F2", cursor)
	}
	t.put("ADD R5, %s", cursor)
	if !pack {
		return
	}
	if t.nv == 1 {
		t.put("FMOVQ F0, (R8)")
	} else {
		t.put("FSTPQ (F0, F1), (R8)")
	}
	if t.nv == 3 {
		t.put("FMOVQ F2, 32(R8)")
	}
	t.put("ADD $%d, R8", 16*t.nv)
}

// row adds a row of B times an element of A to row i of the tile.
func (t *neonTiles) row(i, a, element int) {
	for j := range t.nv {
		t.put("%s", byElementLine(t.acc(i, j), j, a, element))
	}
}

// columns emits the loop over k where the rows of A are next to each other: it reads a column of A, which is not
// more than m elements, and a row of B.
func (t *neonTiles) columns() {
	step := func() {
		var where []int // register and element of each row, as 4·register + element
		at, v := 0, t.nv
		if t.m == 8 {
			t.put("FLDPQ (R12), (F%d, F%d)", v, v+1)
			for i := range 8 {
				where = append(where, 4*v+i)
			}
			at = 8
		}
		for at < t.m {
			n, op := 4, "FMOVQ"
			for ; n > t.m-at; n /= 2 {
				op = map[string]string{"FMOVQ": "FMOVD", "FMOVD": "FMOVS"}[op]
			}
			t.put("%s %d(R12), F%d", op, 4*at, v)
			for i := range n {
				where = append(where, 4*v+i)
			}
			at, v = at+n, v+1
		}
		t.put("ADD R6, R12")
		t.rowB("R4", t.pack)
		for i, w := range where {
			t.row(i, w/4, w%4)
		}
	}
	t.unrolled(func() {
		for range 4 {
			step()
		}
	}, step)
}

// products emits the loop over k where every row of A is contiguous: four elements of it are read at once. Where the
// registers do not hold four of every row, the rows are done in two groups, which both read B.
func (t *neonTiles) products() {
	pointer := func(i int) string { return fmt.Sprintf("R%d", 19+i) }
	for i := range t.m {
		from := "R12"
		if i == 0 {
			t.put("MOVD R12, %s", pointer(0))
			continue
		}
		if i > 1 {
			from = pointer(i - 1)
		}
		t.put("ADD R6, %s, %s", from, pointer(i))
	}
	most := registers - t.m*t.nv - t.nv
	groups := (t.m + most - 1) / most
	high := (t.m + groups - 1) / groups
	t.unrolled(func() {
		for g := range groups {
			cursor := "R4"
			if g+1 < groups {
				cursor = "R13"
				t.put("MOVD R4, R13")
			}
			rows := min(high, t.m-g*high)
			for i := range rows {
				t.put("FMOVQ.P 16(%s), F%d", pointer(g*high+i), t.nv+i)
			}
			for k := range 4 {
				t.rowB(cursor, t.pack && g == 0)
				for i := range rows {
					t.row(g*high+i, t.nv+i, k)
				}
			}
		}
	}, func() {
		t.rowB("R4", t.pack)
		for i := range t.m {
			a := t.nv + i%most
			t.put("FMOVS.P 4(%s), F%d", pointer(i), a)
			t.row(i, a, 0)
		}
	})
	t.put("MOVD %s, R12", pointer(0))
}
