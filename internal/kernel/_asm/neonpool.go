package main

import "fmt"

func init() { neonFamilies["pool"] = neonPools }

// neonPools emits the kernels of pools.
func neonPools() {
	p := neonPool{}
	p.emit("maxPoolNEON", "is the row of a maximum, of at least 4 channels.", p.max)
	p.emit("maxPoolGradNEON", "is the row of the gradient of a maximum, of at least 4 channels.", p.maxGrad)
	p.emit("meanPoolNEON", "is the row of a weighted sum, of at least 4 channels.", p.mean)
}

// A neonPool is a kernel over a row of positions: for each, and 16 or 4 channels at a time, it goes through the taps. The
// last channels are done twice where they are no multiple of 4.
//
// R0 is the argument, R1, R2 and R3 the places of the position in y, x and at, R4 the channel, R5 the tap, R6 the taps
// from it on, R7 positions left, R8 channels left, R10 and R12 the channel in x and at, R11, R13 and R14 for moments.
// V0 to V3 are sums or maxima, V4 to V7 marks.
type neonPool struct{ lines []string }

func (p *neonPool) put(format string, args ...any) {
	p.lines = append(p.lines, fmt.Sprintf(format, args...))
}

func (p *neonPool) emit(name, doc string, body func(vectors int, label string)) {
	p.lines = nil
	p.put("MOVD r+0(FP), R0")
	p.put("MOVD %d(R0), R1", oPoolY)
	p.put("MOVD %d(R0), R2", oPoolX)
	p.put("MOVD %d(R0), R3", oPoolAt)
	p.put("MOVD %d(R0), R7", oPoolLength)
	p.put("position:")
	p.put("MOVD ZR, R4")
	p.put("MOVD %d(R0), R8", oPoolC)
	for _, vectors := range []int{4, 1} {
		p.put("SUBS $%d, R8, R8", 4*vectors)
		p.put("BLT less%d", vectors)
		p.put("channels%d:", vectors)
		body(vectors, fmt.Sprintf("of%d", vectors))
		p.put("ADD $%d, R4", 4*vectors)
		p.put("SUBS $%d, R8, R8", 4*vectors)
		p.put("BGE channels%d", vectors)
		p.put("less%d:", vectors)
		p.put("ADD $%d, R8", 4*vectors)
	}
	p.put("CBZ R8, next")
	p.put("MOVD %d(R0), R4", oPoolC)
	p.put("SUB $4, R4")
	body(1, "last")
	p.put("next:")
	p.put("MOVD %d(R0), R11", oPoolYStep)
	p.put("ADD R11<<2, R1")
	p.put("MOVD %d(R0), R11", oPoolXStep)
	p.put("ADD R11<<2, R2")
	p.put("MOVD %d(R0), R11", oPoolAtStep)
	p.put("ADD R11, R3")
	p.put("SUBS $1, R7, R7")
	p.put("BNE position")
	p.put("RET")
	arm.kernel(name, doc, signature{params: []param{{"r", "*byte"}}}, 0, p.lines)
}

// first makes the first tap the current one.
func (p *neonPool) first() {
	p.put("MOVD %d(R0), R5", oPoolTaps)
	p.put("MOVD %d(R0), R6", oPoolCount)
	p.put("ADD R4<<2, R2, R10")
	p.put("ADD R4, R3, R12")
}

// seen reads the channels at the current tap.
func (p *neonPool) seen(vectors, to int) {
	p.put("MOVD %d(R5), R11", oTapX)
	p.put("ADD R11<<2, R10, R11")
	if vectors == 1 {
		p.put("FMOVQ (R11), F%d", to)
		return
	}
	p.put("FLDPQ (R11), (F%d, F%d)", to, to+1)
	p.put("FLDPQ 32(R11), (F%d, F%d)", to+2, to+3)
}

// spread puts a field of 32 bits of the current tap into every lane.
func (p *neonPool) spread(offset, to int) {
	p.put("ADD $%d, R5, R13", offset)
	p.put("VLD1R (R13), [V%d.S4]", to)
}

// write stores the first vectors as channels of y.
func (p *neonPool) write(vectors int) {
	p.put("ADD R4<<2, R1, R11")
	if vectors == 1 {
		p.put("FMOVQ F0, (R11)")
		return
	}
	p.put("FSTPQ (F0, F1), (R11)")
	p.put("FSTPQ (F2, F3), 32(R11)")
}

// each emits a loop over all taps, before which sums are 0.
func (p *neonPool) each(vectors int, label string, body func()) {
	for i := range vectors {
		p.put("VEOR V%d.B16, V%[1]d.B16, V%[1]d.B16", i)
	}
	p.first()
	p.put("CBZ R6, %sDone", label)
	p.put("%sTap:", label)
	body()
	p.put("ADD $%d, R5", tapSize)
	p.put("SUBS $1, R6, R6")
	p.put("BNE %sTap", label)
	p.put("%sDone:", label)
	p.write(vectors)
}

func (p *neonPool) max(vectors int, label string) {
	p.first()
	p.seen(vectors, 0)
	p.spread(oTapMark, 4)
	for i := 1; i < vectors; i++ {
		p.put("VMOV V4.B16, V%d.B16", 4+i)
	}
	p.put("%sTap:", label)
	p.put("SUBS $1, R6, R6")
	p.put("BEQ %sDone", label)
	p.put("ADD $%d, R5", tapSize)
	p.seen(vectors, 16)
	p.spread(oTapMark, 20)
	for i := range vectors {
		// Where x is larger, or a NaN, and y is none.
		p.put("%s", threeLine("fcmge", 21, i, 16+i))
		p.put("%s", threeLine("fcmeq", 22, i, i))
		p.put("%s", threeLine("bic", 21, 22, 21))
		p.put("%s", threeLine("bit", i, 16+i, 21))
		p.put("%s", threeLine("bit", 4+i, 20, 21))
	}
	p.put("JMP %sTap", label)
	p.put("%sDone:", label)
	p.write(vectors)
	// The low bytes of the marks, in their order.
	p.put("ADD R4, R3, R11")
	if vectors == 1 {
		p.put("VUZP1 V4.B16, V4.B16, V4.B16")
		p.put("VUZP1 V4.B16, V4.B16, V4.B16")
		p.put("FMOVS F4, (R11)")
		return
	}
	p.put("VUZP1 V5.B16, V4.B16, V4.B16")
	p.put("VUZP1 V7.B16, V6.B16, V6.B16")
	p.put("VUZP1 V6.B16, V4.B16, V4.B16")
	p.put("FMOVQ F4, (R11)")
}

func (p *neonPool) maxGrad(vectors int, label string) {
	p.each(vectors, label, func() {
		p.seen(vectors, 16)
		p.put("MOVD %d(R5), R11", oTapAt)
		p.put("ADD R11, R12, R11")
		p.put("MOVBU %d(R5), R13", oTapMark)
		p.put("VDUP R13, V20.B16")
		if vectors == 1 {
			p.put("FMOVS (R11), F21")
		} else {
			p.put("FMOVQ (R11), F21")
		}
		// Every byte of the mask becomes two, and those two.
		p.put("VCMEQ V20.B16, V21.B16, V21.B16")
		p.put("VZIP1 V21.B16, V21.B16, V22.B16")
		p.put("VZIP2 V21.B16, V21.B16, V23.B16")
		for i := range vectors {
			half := 22 + i/2
			p.put("VZIP%d V%d.H8, V%[2]d.H8, V24.H8", 1+i%2, half)
			p.put("%s", threeLine("and", 24, 24, 16+i))
			p.put("%s", threeLine("fadd", i, i, 24))
		}
	})
}

func (p *neonPool) mean(vectors int, label string) {
	p.each(vectors, label, func() {
		p.seen(vectors, 16)
		p.spread(oTapWeight, 20)
		for i := range vectors {
			p.put("%s", threeLine("fmul", 16+i, 16+i, 20))
			p.put("%s", threeLine("fadd", i, i, 16+i))
		}
	})
}
