package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/operand"
)

func init() {
	neonFamilies["half"] = neonHalf
}

// neonHalf emits the conversions between float32 and 16 bits. They convert whole vectors of 4 only.
func neonHalf() {
	wide := func(name, doc, op string) {
		neonConversion(name, doc, "[]float32", "[]uint16", func(v *vector) func(x *neonReg) *neonReg {
			return func(x *neonReg) *neonReg { return v.neon.narrow(op, x) }
		})
	}
	wide("bfloat16ToFloat32", "sets dst[i] to the value of the bfloat16 src[i].", "shll")
	wide("float16ToFloat32", "sets dst[i] to the value of the half src[i].", "fcvtl")
	neonConversion("float32ToBFloat16", "sets dst[i] to the bfloat16 nearest to src[i].", "[]uint16", "[]float32",
		func(v *vector) func(x *neonReg) *neonReg {
			one, almost, quiet := v.bits(1), v.bits(0x7fff), v.bits(0x40)
			return func(x *neonReg) *neonReg {
				high := v.right(x, 16)
				y := v.right(v.addInt(v.addInt(x, almost), v.and(high, one)), 16)
				y = v.pick(v.compare(unordered, x, x), v.or(high, quiet), y)
				return v.neon.narrow("xtn", y)
			}
		})
	neonConversion("float32ToFloat16", "sets dst[i] to the half nearest to src[i].", "[]uint16", "[]float32",
		func(v *vector) func(x *neonReg) *neonReg {
			return func(x *neonReg) *neonReg { return v.neon.narrow("fcvtn", x) }
		})
}

func (n *neon) narrow(op string, a operand.Op) *neonReg {
	return n.record(&neonOp{
		dst: []*neonValue{{}}, src: []*neonValue{valueOf(a)},
		text: func(d, s []int) string { return narrowLine(op, d[0], s[0]) },
	})
}

// neonConversion emits a loop over vectors whose elements have two sizes.
func neonConversion(name, doc, dst, src string, prepare func(v *vector) func(x *neonReg) *neonReg) {
	v := &vector{}
	k, _ := beginNeon(v, name, doc, []string{"dst", "src"}, nil, 0, "")
	k.sig.params[0].typ, k.sig.params[1].typ = dst, src
	body := prepare(v)
	move := map[string]string{"[]float32": "FMOVQ.P", "[]uint16": "FMOVD.P"}
	size := map[string]int{"[]float32": 16, "[]uint16": 8}
	k.line("SUBS $4, R8, R8")
	k.line("BLT done")
	k.line("loop:")
	y := body(k.record(&neonOp{dst: []*neonValue{{}}, text: func(d, _ []int) string {
		return fmt.Sprintf("%s %d(R1), F%d", move[src], size[src], d[0])
	}}))
	k.record(&neonOp{src: []*neonValue{y.value}, text: func(_, s []int) string {
		return fmt.Sprintf("%s F%d, %d(R0)", move[dst], s[0], size[dst])
	}})
	k.line("SUBS $4, R8, R8")
	k.line("BGE loop")
	k.line("done:")
	k.line("RET")
	k.end()
}
