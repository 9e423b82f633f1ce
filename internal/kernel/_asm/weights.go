package main

import (
	"fmt"
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

func init() { families["weights"] = weights }

// Offsets of the fields of kernel.Weights; a test of package kernel compares them.
const (
	wW = 8 * iota
	wWI
	wScale
	wScaleI
	wX
	wXI
	wY
	wYI
	wRows
	wChunks
	wGroup
)

// A chunk is so many weights.
const chunk = 32

// weights emits the products of vectors with rows of a matrix of few bits, and what unpacks such rows.
func weights() {
	both(func(v *vector) {
		for _, f := range []weightFormat{{"Int4", 16}, {"Int8", 32}, {"BF16", 64}} {
			for m := 1; m <= 4; m++ {
				w := *v
				w.free, w.held = 0, nil
				f.rows(&w, m)
			}
			w := *v
			w.free, w.held = 0, nil
			f.unpack(&w)
		}
	})
	quantizeAVX512()
}

// A weightFormat is how weights lie in memory.
type weightFormat struct {
	name  string
	bytes int // of a chunk
}

// A decoded vector of weights, and which of the chunk's the first is.
type decoded struct {
	value func() vec
	first int
}

// decoder emits constants, and returns what emits the weights of the chunk at w; scaled ones lack the scale.
func (f weightFormat) decoder(v *vector) func(w Register) []decoded {
	n := v.width()
	var table vec
	if f.name == "Int4" && v.wide {
		table = v.reg()
		VMOVUPS(nibbles(), table)
	}
	return func(w Register) []decoded {
		var all []decoded
		widened := map[int]vec{} // bytes, of which both halves are wanted
		for at := 0; at < chunk; at += n {
			all = append(all, decoded{func() vec {
				r := v.reg()
				switch f.name {
				case "BF16":
					VPMOVZXWD(Mem{Base: w, Disp: 2 * at}, r)
					return v.left(r, 16)
				case "Int8":
					VPMOVSXBD(Mem{Base: w, Disp: at}, r)
					return v.fromInt(r)
				}
				if at < 16 {
					VPMOVZXBD(Mem{Base: w, Disp: at}, r)
					widened[at] = r
				} else {
					r = v.right(widened[at-16], 4)
				}
				if v.wide { // which looks at the low four bits only
					y := v.reg()
					VPERMPS(table, r, y)
					return y
				}
				return v.fromInt(v.subInt(v.and(r, constant(15)), constant(8)))
			}, at})
		}
		return all
	}
}

// nibbles is a table of the values of 4 bits.
func nibbles() Mem {
	words := make([]uint32, 16)
	for i := range words {
		words[i] = math.Float32bits(float32(i - 8))
	}
	return table("nibbles", words...)
}

// rows emits the products of m vectors with rows of the matrix.
func (f weightFormat) rows(v *vector, m int) {
	TEXT(fmt.Sprintf("weights%s%d%s", f.name, m, v.suffix()), NOSPLIT, "func(p *byte)")
	Pragma("noescape")
	p := Load(Param("p"), GP64())
	get := func(offset int) GPVirtual {
		r := GP64()
		MOVQ(Mem{Base: p, Disp: offset}, r)
		return r
	}
	row, scales, y, left := get(wW), get(wScale), get(wY), get(wRows)
	decode := f.decoder(v)
	x := make([]GPVirtual, m)
	Label("row")
	w, scale := GP64(), GP64()
	MOVQ(row, w)
	MOVQ(scales, scale)
	x[0] = get(wX)
	for i := 1; i < m; i++ {
		x[i] = GP64()
		MOVQ(x[i-1], x[i])
		ADDQ(Mem{Base: p, Disp: wXI}, x[i])
	}
	const chains = 2
	total := make([]vec, m)
	for i := range total {
		total[i] = v.zero()
	}
	chunks := get(wChunks)
	off := GP64()
	XORQ(off, off)
	TESTQ(chunks, chunks)
	JZ(LabelRef("done"))
	Label("group")
	group := get(wGroup)
	CMPQ(group, chunks)
	CMOVQGT(chunks, group)
	SUBQ(group, chunks)
	sums := make([]vec, m*chains)
	for i := range sums {
		sums[i] = v.zero()
	}
	step := func() {
		for n, d := range decode(w) {
			value := d.value()
			for i := range m {
				v.plusProduct(sums[i*chains+n%chains], value, Mem{Base: x[i], Index: off, Scale: 1, Disp: 4 * d.first})
			}
		}
		PREFETCHT0(Mem{Base: w, Disp: 2048})
		ADDQ(Imm(uint64(f.bytes)), w)
		ADDQ(U32(4*chunk), off)
	}
	SUBQ(Imm(2), group)
	JL(LabelRef("odd"))
	Label("two")
	step()
	step()
	SUBQ(Imm(2), group)
	JGE(LabelRef("two"))
	Label("odd")
	ADDQ(Imm(2), group)
	JZ(LabelRef("scale"))
	step()
	Label("scale")
	factor := v.reg()
	if f.name != "BF16" {
		VBROADCASTSS(Mem{Base: scale}, factor)
		ADDQ(Imm(4), scale)
	}
	for i := range m {
		VADDPS(sums[i*chains+1], sums[i*chains], sums[i*chains])
		if f.name == "BF16" {
			VADDPS(sums[i*chains], total[i], total[i])
		} else {
			v.plusProduct(total[i], sums[i*chains], factor)
		}
	}
	TESTQ(chunks, chunks)
	JNZ(LabelRef("group"))
	Label("done")
	to := GP64()
	MOVQ(y, to)
	for i := range m {
		horizontal(v, total[i], Mem{Base: to})
		if i+1 < m {
			ADDQ(Mem{Base: p, Disp: wYI}, to)
		}
	}
	ADDQ(Imm(4), y)
	ADDQ(Mem{Base: p, Disp: wWI}, row)
	ADDQ(Mem{Base: p, Disp: wScaleI}, scales)
	DECQ(left)
	JNZ(LabelRef("row"))
	VZEROUPPER()
	RET()
}

// horizontal emits the sum of the lanes of a.
func horizontal(v *vector, a vec, to Mem) {
	fold := func(shuffle func(high vec)) {
		high, sum := v.reg(), v.reg()
		shuffle(high)
		VADDPS(high, a, sum)
		a = sum
	}
	if v.wide {
		fold(func(high vec) { VSHUFF32X4(Imm(0x4e), a, a, high) })
		fold(func(high vec) { VSHUFF32X4(Imm(0xb1), a, a, high) })
	} else {
		fold(func(high vec) { VPERM2F128(Imm(0x11), a, a, high) })
	}
	fold(func(high vec) { VPERMILPS(Imm(0x4e), a, high) })
	fold(func(high vec) { VPERMILPS(Imm(0xb1), a, high) })
	VMOVSS(a.AsX(), to)
}

// unpack emits a row of the matrix as float32.
func (f weightFormat) unpack(v *vector) {
	TEXT(fmt.Sprintf("unpack%s%s", f.name, v.suffix()), NOSPLIT, "func(dst *float32, w *byte, scale *float32, chunks, group int)")
	Pragma("noescape")
	dst, w, scale := Load(Param("dst"), GP64()), Load(Param("w"), GP64()), Load(Param("scale"), GP64())
	chunks, group := Load(Param("chunks"), GP64()), Load(Param("group"), GP64())
	decode := f.decoder(v)
	left := GP64()
	MOVQ(group, left)
	factor := v.reg()
	if f.name != "BF16" {
		VBROADCASTSS(Mem{Base: scale}, factor)
	}
	Label("loop")
	for _, d := range decode(w) {
		y := d.value()
		if f.name != "BF16" {
			y = v.mul(y, factor)
		}
		VMOVUPS(y, Mem{Base: dst, Disp: 4 * d.first})
	}
	ADDQ(Imm(uint64(f.bytes)), w)
	ADDQ(U32(4*chunk), dst)
	DECQ(chunks)
	JZ(LabelRef("done"))
	DECQ(left)
	JNZ(LabelRef("loop"))
	MOVQ(group, left)
	if f.name != "BF16" {
		ADDQ(Imm(4), scale)
		VBROADCASTSS(Mem{Base: scale}, factor)
	}
	JMP(LabelRef("loop"))
	Label("done")
	VZEROUPPER()
	RET()
}

// quantizeAVX512 emits the largest magnitude of a row, as bits, and its rounding to bytes around 128.
func quantizeAVX512() {
	v := &vector{wide: true}
	TEXT("largestBitsAVX512", NOSPLIT, "func(x []float32) uint32")
	Pragma("noescape")
	x, n := Load(Param("x").Base(), GP64()), Load(Param("x").Len(), GP64()).(GPVirtual)
	most := v.zero()
	step := func(mask Op) {
		VPMAXUD(v.and(v.load(Mem{Base: x}, mask), constant(0x7fffffff)), most, most)
	}
	wholeVectors(v, n, x, nil, step)
	for _, shuffle := range []uint64{0x4e, 0xb1} {
		high := ZMM()
		VSHUFI32X4(Imm(shuffle), most, most, high)
		VPMAXUD(high, most, most)
	}
	for _, shuffle := range []uint64{0x4e, 0xb1} {
		high := ZMM()
		VPSHUFD(Imm(shuffle), most, high)
		VPMAXUD(high, most, most)
	}
	r := GP32()
	VMOVD(most.AsX(), r)
	Store(r, ReturnIndex(0))
	VZEROUPPER()
	RET()

	TEXT("roundBytesAVX512", NOSPLIT, "func(dst *byte, x []float32, factor float32)")
	Pragma("noescape")
	x, n = Load(Param("x").Base(), GP64()), Load(Param("x").Len(), GP64()).(GPVirtual)
	dst := Load(Param("dst"), GP64())
	factor := v.reg()
	m, err := Param("factor").Resolve()
	if err != nil {
		panic(err)
	}
	VBROADCASTSS(m.Addr, factor)
	wholeVectors(v, n, x, dst, func(mask Op) {
		y := v.addInt(v.toInt(v.mul(v.load(Mem{Base: x}, mask), factor)), constant(128))
		if mask == nil {
			VPMOVDB(y, Mem{Base: dst})
		} else {
			VPMOVDB(y, mask, Mem{Base: dst})
		}
	})
	VZEROUPPER()
	RET()
}

// wholeVectors emits a loop over n floats at x, and over bytes at dst if there are some.
func wholeVectors(v *vector, n GPVirtual, x, dst Register, step func(mask Op)) {
	SUBQ(Imm(16), n)
	JL(LabelRef("rest"))
	Label("loop")
	step(nil)
	ADDQ(Imm(64), x)
	if dst != nil {
		ADDQ(Imm(16), dst)
	}
	SUBQ(Imm(16), n)
	JGE(LabelRef("loop"))
	Label("rest")
	ADDQ(Imm(16), n)
	JZ(LabelRef("end"))
	step(v.mask(tailMasks(n), 0))
	Label("end")
}
