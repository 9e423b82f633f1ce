package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

func init() { families["half"] = half }

// half emits the conversions between float32 and 16 bits. In AVX2, which has no masks for 16 bits, they convert only
// whole vectors.
func half() {
	conversion("bfloat16ToFloat32", "sets dst[i] to the value of the bfloat16 src[i].", "dst []float32, src []uint16",
		func(v *vector) func(at, to Mem, mask Op) {
			return func(at, to Mem, mask Op) {
				x := v.reg()
				VPMOVZXWD(loadWords(v, at, mask), x)
				v.store(v.left(x, 16), to, mask)
			}
		})
	conversion("float16ToFloat32", "sets dst[i] to the value of the half src[i].", "dst []float32, src []uint16",
		func(v *vector) func(at, to Mem, mask Op) {
			return func(at, to Mem, mask Op) {
				x := v.reg()
				VCVTPH2PS(loadWords(v, at, mask), x)
				v.store(x, to, mask)
			}
		})
	conversion("float32ToBFloat16", "sets dst[i] to the bfloat16 nearest to src[i].", "dst []uint16, src []float32",
		func(v *vector) func(at, to Mem, mask Op) {
			one, almost, quiet := v.bits(1), v.bits(0x7fff), v.bits(0x40)
			return func(at, to Mem, mask Op) {
				x := v.load(at, mask)
				high := v.right(x, 16)
				y := v.right(v.addInt(v.addInt(x, almost), v.and(high, one)), 16)
				y = v.pick(v.compare(unordered, x, x), v.or(high, quiet), y)
				if v.wide {
					words := YMM()
					VPMOVDW(y, words)
					storeWords(words, to, mask)
					return
				}
				words := YMM()
				VPACKUSDW(y, y, words)
				VPERMQ(Imm(0xd8), words, words)
				VMOVUPS(words.AsX(), to)
			}
		})
	conversion("float32ToFloat16", "sets dst[i] to the half nearest to src[i].", "dst []uint16, src []float32",
		func(v *vector) func(at, to Mem, mask Op) {
			return func(at, to Mem, mask Op) {
				x := v.load(at, mask)
				if v.wide {
					words := YMM()
					VCVTPS2PH(Imm(0), x, words)
					storeWords(words, to, mask)
					return
				}
				VCVTPS2PH(Imm(0), x, to)
			}
		})
}

// loadWords returns what VPMOVZXWD and its like read: 16 bits for each float of a vector.
func loadWords(v *vector, at Mem, mask Op) Op {
	if mask == nil {
		return at
	}
	words := YMM()
	VMOVDQU16_Z(at, mask, words)
	return words
}

func storeWords(words VecVirtual, to Mem, mask Op) {
	if mask == nil {
		VMOVDQU(words, to)
		return
	}
	VMOVDQU16(words, mask, to)
}

func conversion(name, doc, params string, body func(v *vector) func(at, to Mem, mask Op)) {
	both(func(v *vector) {
		TEXT(name+v.suffix(), 4, "func("+params+")") // NOSPLIT
		Doc(name + v.suffix() + " " + doc)
		Pragma("noescape")
		dst, src := Load(Param("dst").Base(), GP64()), Load(Param("src").Base(), GP64())
		n := Load(Param("dst").Len(), GP64()).(GPVirtual)
		step := body(v)
		off := GP64()
		XORQ(off, off)
		at, to := Mem{Base: src, Index: off, Scale: 2}, Mem{Base: dst, Index: off, Scale: 4}
		if params[:12] == "dst []uint16" {
			at, to = Mem{Base: src, Index: off, Scale: 4}, Mem{Base: dst, Index: off, Scale: 2}
		}
		w := v.width()
		SUBQ(Imm(uint64(w)), n)
		JL(LabelRef("end"))
		Label("loop")
		step(at, to, nil)
		ADDQ(Imm(uint64(w)), off)
		SUBQ(Imm(uint64(w)), n)
		JGE(LabelRef("loop"))
		Label("end")
		if v.wide {
			ADDQ(Imm(uint64(w)), n)
			JZ(LabelRef("done"))
			step(at, to, v.mask(tailMasks(n), 0))
			Label("done")
		}
		VZEROUPPER()
		RET()
	})
}
