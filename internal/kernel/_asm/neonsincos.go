package main

// neonSinCos emits sine or cosine.
func neonSinCos(v *vector, name, doc string, cosine bool) {
	k, _ := beginNeon(v, name, doc, []string{"dst", "x"}, nil, 0, "bool")
	body := sine(v, cosine)
	far := k.global()
	k.assign(far, k.constant(0))
	step := func(x *neonReg) *neonReg {
		y, bits := body(x)
		k.assign(far, k.three("orr", far, bits))
		return y.(*neonReg)
	}
	k.many(1, func() { k.store("dst", 0, []*neonReg{step(k.load("x", 0, 1)[0])}) })
	k.line("CBZ R8, done")
	k.storeTail("dst", step(k.loadTail("x")))
	k.line("done:")
	r := far.value.register
	k.line("VMOV V%d.D[0], R11", r)
	k.line("VMOV V%d.D[1], R12", r)
	k.line("ORR R12, R11")
	k.line("CMP $0, R11")
	k.line("CSET NE, R11")
	k.line("MOVB R11, %s", k.sig.at("ret"))
	k.line("RET")
	k.end()
}
