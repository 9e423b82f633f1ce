package main

import (
	"fmt"
	"strings"
)

func init() { neonFamilies["random"] = neonRandom }

// neonRandom emits the random streams, of whole steps of 4 blocks of 4: a vector for each word of a block, one lane a
// block, which are interleaved as they are written.
func neonRandom() {
	neonStream("uniformBlocks", "fills dst, a whole number of steps, with uniform numbers of the blocks from b.",
		func(v *vector) func(x [4]vec) [4]vec {
			unit := v.k(0x1p-24)
			return func(x [4]vec) (y [4]vec) {
				for i, w := range x {
					y[i] = v.mul(v.fromInt(v.right(w, 8)), unit)
				}
				return y
			}
		})
	neonStream("normalBlocks", "fills dst, a whole number of steps, with normal numbers of the blocks from b.",
		func(v *vector) func(x [4]vec) [4]vec {
			normal := boxMuller(v)
			return func(x [4]vec) (y [4]vec) {
				y[0], y[1] = normal(x[0], func() vec { return x[1] })
				y[2], y[3] = normal(x[2], func() vec { return x[3] })
				return y
			}
		})
}

func neonStream(name, doc string, prepare func(v *vector) func(x [4]vec) [4]vec) {
	v := &vector{}
	k, _ := beginNeon(v, name, doc, []string{"dst"}, nil, 0, "")
	k.sig.params = append(k.sig.params, param{"key", "uint64"}, param{"b", "uint64"})
	body := prepare(v)
	var out [4]*neonReg
	for i := range out {
		out[i] = k.global() // next to each other, as VST4 wants them
	}
	key := [2]*neonReg{k.global(), k.global()}
	counter := [2]*neonReg{k.global(), k.global()} // of two blocks, in 64 bits
	register := func(r *neonReg) int { return r.value.register }
	k.line("MOVD %s, R11", k.sig.at("key"))
	k.line("VDUP R11, V%d.S4", register(key[0]))
	k.line("LSR $32, R11")
	k.line("VDUP R11, V%d.S4", register(key[1]))
	k.line("MOVD %s, R11", k.sig.at("b"))
	for i, c := range counter {
		k.line("VDUP R11, V%d.D2", register(c))
		k.assign(c, k.three("add64", c, k.words(uint32(2*i), 0, uint32(2*i+1), 0)))
	}
	k.line("SUBS $16, R8, R8")
	k.line("BLT done")
	k.line("loop:")
	x := [4]vec{k.three("uzp1", counter[0], counter[1]), k.three("uzp2", counter[0], counter[1]), v.zero(), v.zero()}
	ahead := k.words(4, 0, 4, 0)
	for _, c := range counter {
		k.assign(c, k.three("add64", c, ahead))
	}
	m0, m1, w0, w1 := v.bits(0xD2511F53), v.bits(0xCD9E8D57), v.bits(0x9E3779B9), v.bits(0xBB67AE85)
	var a, c vec = k.copy(key[0]), k.copy(key[1])
	product := func(x vec, m any) (high, low vec) {
		p, q := k.three("umull", x, m.(*neonReg)), k.three("umull2", x, m.(*neonReg))
		return k.three("uzp2", p, q), k.three("uzp1", p, q)
	}
	for round := range 10 {
		if round > 0 {
			a, c = v.addInt(a, w0), v.addInt(c, w1)
		}
		h0, l0 := product(x[0], m0)
		h1, l1 := product(x[2], m1)
		x = [4]vec{v.xor(v.xor(h1, x[1]), a), l1, v.xor(v.xor(h0, x[3]), c), l0}
	}
	var names []string
	for i, y := range body(x) {
		k.assign(out[i], y)
		names = append(names, fmt.Sprintf("V%d.S4", register(out[i])))
	}
	k.line("VST4.P [%s], 64(R0)", strings.Join(names, ", "))
	k.line("SUBS $16, R8, R8")
	k.line("BGE loop")
	k.line("done:")
	k.line("RET")
	k.end()
}
