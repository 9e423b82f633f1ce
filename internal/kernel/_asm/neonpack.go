package main

import "fmt"

// neonPackCopy copies rows of n floats to rows of width, with zeros behind.
func neonPackCopy() {
	s := signature{params: []param{
		{"dst", "[]float32"}, {"src", "[]float32"}, {"rows", "int"}, {"n", "int"}, {"stride", "int"}, {"width", "int"},
	}}
	arm.kernel("packCopyNEON", "copies rows of n floats to rows of width, with zeros behind.", s, 0, []string{
		"MOVD " + s.at("dst_base") + ", R0",
		"MOVD " + s.at("src_base") + ", R1",
		"MOVD " + s.at("rows") + ", R2",
		"MOVD " + s.at("n") + ", R3",
		"MOVD " + s.at("stride") + ", R4",
		"MOVD " + s.at("width") + ", R5",
		"SUB R3, R5", // zeros in a row
		"SUB R3, R4", // floats between rows
		"row:",
		"SUBS $1, R2, R2",
		"BLT done",
		"SUBS $8, R3, R6",
		"BLT four",
		"eight:",
		"FLDPQ.P 32(R1), (F0, F1)",
		"FSTPQ.P (F0, F1), 32(R0)",
		"SUBS $8, R6, R6",
		"BGE eight",
		"four:",
		"TBZ $2, R6, rest", // R6 is 8 less than what is left
		"FMOVQ.P 16(R1), F0",
		"FMOVQ.P F0, 16(R0)",
		"rest:",
		"ANDS $3, R6, R6",
		"BEQ zeros",
		loadPart("R1", "R6", 0),
		storePart("R0", "R6", 0),
		"ADD R6<<2, R1",
		"ADD R6<<2, R0",
		"zeros:",
		"ADD R4<<2, R1",
		"CBZ R5, row",
		"MOVD R5, R6",
		"zero:",
		"MOVW.P ZR, 4(R0)",
		"SUBS $1, R6, R6",
		"BNE zero",
		"JMP row",
		"done:",
		"RET",
	})
}

// neonTranspose transposes 4 rows of blocks of 4 columns.
func neonTranspose() {
	s := signature{params: []param{
		{"dst", "*float32"}, {"dstStride", "int"}, {"src", "*float32"}, {"srcStride", "int"}, {"blocks", "int"},
	}}
	lines := []string{
		"MOVD " + s.at("dst") + ", R0",
		"MOVD " + s.at("dstStride") + ", R1",
		"LSL $2, R1",
		"MOVD " + s.at("src") + ", R2",
		"MOVD " + s.at("srcStride") + ", R3",
		"ADD R3<<2, R2, R4",
		"ADD R3<<2, R4, R5",
		"ADD R3<<2, R5, R6",
		"MOVD " + s.at("blocks") + ", R7",
		"block:",
	}
	for i, r := range []int{2, 4, 5, 6} {
		lines = append(lines, fmt.Sprintf("FMOVQ.P 16(R%d), F%d", r, i))
	}
	// Pairs of rows first, then pairs of pairs.
	for i := 0; i < 4; i += 2 {
		lines = append(lines,
			fmt.Sprintf("VTRN1 V%d.S4, V%d.S4, V%d.S4", i+1, i, 4+i),
			fmt.Sprintf("VTRN2 V%d.S4, V%d.S4, V%d.S4", i+1, i, 5+i))
	}
	for i := range 4 {
		lines = append(lines, fmt.Sprintf("VTRN%d V%d.D2, V%d.D2, V%d.D2", 1+i/2, 6+i%2, 4+i%2, i))
	}
	for i := range 4 {
		lines = append(lines, fmt.Sprintf("FMOVQ F%d, (R0)", i), "ADD R1, R0")
	}
	lines = append(lines, "SUBS $1, R7, R7", "BNE block", "RET")
	arm.kernel("transpose4NEON", "writes 4 rows of blocks of 4 columns as columns.", s, 0, lines)
}

// neonGemv adds rows of w, each times an element of x, to y, in the order of the rows.
func neonGemv(rows int) {
	s := signature{params: []param{{"y", "[]float32"}, {"x", "*float32"}, {"w", "*float32"}, {"stride", "int"}}}
	row := func(i int) string { return fmt.Sprintf("R%d", 19+i) }
	lines := []string{
		"MOVD " + s.at("y_base") + ", R0",
		"MOVD " + s.at("y_len") + ", R8",
		"MOVD " + s.at("x") + ", R1",
		"MOVD " + s.at("w") + ", " + row(0),
		"MOVD " + s.at("stride") + ", R2",
	}
	put := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	for i := 1; i < rows; i++ {
		put("ADD R2<<2, %s, %s", row(i-1), row(i))
	}
	if rows == 1 {
		put("FMOVS (R1), F0")
	} else {
		put("FLDPQ (R1), (F0, F1)")
	}
	loop := func(vectors int) {
		put("SUBS $%d, R8, R8", 4*vectors)
		put("BLT less%d", vectors)
		put("loop%d:", vectors)
		for v := 0; v < vectors; v += 2 {
			if vectors == 1 {
				put("FMOVQ (R0), F4")
			} else {
				put("FLDPQ %d(R0), (F%d, F%d)", 16*v, 4+v, 5+v)
			}
		}
		for i := range rows {
			from := 8 + i%4*vectors
			for v := 0; v < vectors; v += 2 {
				if vectors == 1 {
					put("FMOVQ.P 16(%s), F%d", row(i), from)
				} else {
					put("FLDPQ.P 32(%s), (F%d, F%d)", row(i), from+v, from+v+1)
				}
			}
			for v := range vectors {
				put("%s", byElementLine(4+v, from+v, i/4, i%4))
			}
		}
		for v := 0; v < vectors; v += 2 {
			if vectors == 1 {
				put("FMOVQ.P F4, 16(R0)")
			} else {
				put("FSTPQ.P (F%d, F%d), 32(R0)", 4+v, 5+v)
			}
		}
		put("SUBS $%d, R8, R8", 4*vectors)
		put("BGE loop%d", vectors)
		put("less%d:", vectors)
		put("ADD $%d, R8", 4*vectors)
	}
	loop(4)
	loop(1)
	put("CBZ R8, done")
	put("%s", loadPart("R0", "R8", 4))
	for i := range rows {
		put("%s", loadPart(row(i), "R8", 8))
		put("%s", byElementLine(4, 8, i/4, i%4))
	}
	put("%s", storePart("R0", "R8", 4))
	put("done:")
	put("RET")
	arm.kernel(fmt.Sprintf("gemv%dNEON", rows), "", s, 0, lines)
}

// neonPeak emits independent multiply-adds, enough to hide their latency.
func neonPeak() {
	const n = 24
	s := signature{params: []param{{"rounds", "int"}}}
	lines := []string{"MOVD " + s.at("rounds") + ", R0"}
	for i := range n + 2 {
		lines = append(lines, fmt.Sprintf("VEOR V%d.B16, V%[1]d.B16, V%[1]d.B16", i))
	}
	lines = append(lines, "loop:")
	for i := range n {
		lines = append(lines, threeLine("fmla", i, n, n+1))
	}
	lines = append(lines, "SUBS $1, R0, R0", "BNE loop", "RET")
	arm.kernel("peakNEON", "", s, 0, lines)
}
