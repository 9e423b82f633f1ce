package main

import "fmt"

// The Go assembler knows few of the instructions that NEON has for float32. Those that it lacks are written as words,
// with what they mean in a comment; a test has llvm-mc, where there is one, assemble every comment.

// words holds the instructions that the Go assembler lacks, without their registers.
var words = map[string]uint32{
	// Vd = Vn op Vm.
	"fadd": 0x4e20d400, "fsub": 0x4ea0d400, "fmul": 0x6e20dc00, "fdiv": 0x6e20fc00,
	"fmax": 0x4e20f400, "fmin": 0x4ea0f400,
	"fcmeq": 0x4e20e400, "fcmge": 0x6e20e400, "fcmgt": 0x6ea0e400, "cmhi": 0x6ea03400,
	// Vd = op Vn.
	"frintn": 0x4e218800, "fcvtns": 0x4e21a800, "fcvtzs": 0x4ea1b800, "scvtf": 0x4e21d800,
	"fsqrt": 0x6ea1f800, "fneg": 0x6ea0f800,
	// Vd = Vn op 0.
	"fcmeq0": 0x4ea0d800, "fcmge0": 0x6ea0c800, "fcmgt0": 0x4ea0c800, "fcmle0": 0x6ea0d800, "fcmlt0": 0x4ea0e800,
}

// known are the names that the Go assembler has for instructions of three registers.
var known = map[string]string{
	"add": "VADD", "sub": "VSUB", "and": "VAND", "orr": "VORR", "eor": "VEOR", "fmla": "VFMLA", "fmls": "VFMLS",
	"bsl": "VBSL", "bit": "VBIT", "bif": "VBIF", "add64": "VADD", "uzp1": "VUZP1", "uzp2": "VUZP2",
}

// wordLine is an instruction given by its bits, and what they mean.
func wordLine(bits uint32, format string, args ...any) string {
	return fmt.Sprintf("WORD $0x%08x // %s", bits, fmt.Sprintf(format, args...))
}

// threeLine is Vd = Vn op Vm, or where op is fmla and the like, Vd changed by them.
func threeLine(op string, d, n, m int) string {
	if name, ok := known[op]; ok {
		shape := "S4"
		switch op {
		case "and", "orr", "eor", "bsl", "bit", "bif":
			shape = "B16"
		case "add64":
			shape = "D2"
		}
		return fmt.Sprintf("%s V%d.%s, V%d.%s, V%d.%s", name, m, shape, n, shape, d, shape)
	}
	switch op {
	case "bic":
		return wordLine(0x4e601c00|uint32(m<<16|n<<5|d), "bic v%d.16b, v%d.16b, v%d.16b", d, n, m)
	case "umull", "umull2":
		return longMultiplyLine(op == "umull2", d, n, m)
	}
	return wordLine(bitsOf(op)|uint32(m<<16|n<<5|d), "%s v%d.4s, v%d.4s, v%d.4s", op, d, n, m)
}

// twoLine is Vd = op Vn; a comparison with 0 has one after its name.
func twoLine(op string, d, n int) string {
	bits := bitsOf(op) | uint32(n<<5|d)
	if last := len(op) - 1; op[last] == '0' {
		return wordLine(bits, "%s v%d.4s, v%d.4s, #0.0", op[:last], d, n)
	}
	return wordLine(bits, "%s v%d.4s, v%d.4s", op, d, n)
}

// shiftLine is Vd = Vn shifted by n bits: shl, ushr or sshr.
func shiftLine(op string, d, n int, by uint64) string {
	switch op {
	case "shl":
		return fmt.Sprintf("VSHL $%d, V%d.S4, V%d.S4", by, n, d)
	case "ushr":
		return fmt.Sprintf("VUSHR $%d, V%d.S4, V%d.S4", by, n, d)
	}
	return wordLine(0x4f000400|uint32(64-by)<<16|uint32(n<<5|d), "sshr v%d.4s, v%d.4s, #%d", d, n, by)
}

// byElementLine is Vd += Vn · element e of Vm.
func byElementLine(d, n, m, e int) string {
	return wordLine(0x4f801000|uint32((e&1)<<21|(e>>1)<<11|m<<16|n<<5|d), "fmla v%d.4s, v%d.4s, v%d.s[%d]", d, n, m, e)
}

// longMultiplyLine is the products of the lower, or the upper, two words of Vn and Vm.
func longMultiplyLine(upper bool, d, n, m int) string {
	regs := uint32(m<<16 | n<<5 | d)
	if upper {
		return wordLine(0x6ea0c000|regs, "umull2 v%d.2d, v%d.4s, v%d.4s", d, n, m)
	}
	return wordLine(0x2ea0c000|regs, "umull v%d.2d, v%d.2s, v%d.2s", d, n, m)
}

// narrowLine converts between four 16-bit numbers, in the lower half of a register, and four of 32 bits.
func narrowLine(op string, d, n int) string {
	regs := uint32(n<<5 | d)
	switch op {
	case "fcvtl":
		return wordLine(0x0e217800|regs, "fcvtl v%d.4s, v%d.4h", d, n)
	case "fcvtn":
		return wordLine(0x0e216800|regs, "fcvtn v%d.4h, v%d.4s", d, n)
	case "shll":
		return wordLine(0x2e613800|regs, "shll v%d.4s, v%d.4h, #16", d, n)
	case "xtn":
		return wordLine(0x0e612800|regs, "xtn v%d.4h, v%d.4s", d, n)
	}
	panic("no instruction " + op)
}

func bitsOf(op string) uint32 {
	bits, ok := words[op]
	if !ok {
		panic("no instruction " + op)
	}
	return bits
}
