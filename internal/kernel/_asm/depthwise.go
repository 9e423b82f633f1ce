package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

func init() { families["depthwise"] = depthwise }

// Offsets of the fields of kernel.DepthRow; a test of package kernel compares them.
const (
	dX = 8 * iota
	dXCol
	dY
	dYCol
	dW
	dTaps
	dCount
	dN
	dOutputs
	dBias
	dFloor
)

// depthTaps is how many taps the gradient of the weights sums up at once.
const depthTaps = 9

// depthwise emits the convolution of channels by themselves, and the gradient of its weights.
func depthwise() {
	both(func(v *vector) { (&depth{vector: v}).forward() })
	for taps := 1; taps <= depthTaps; taps++ {
		both(func(v *vector) { (&depth{vector: v, taps: taps}).weights() })
	}
}

// A depth is a kernel for a row of outputs.
type depth struct {
	*vector
	taps int

	x, y, w, tap, place, left, channels, offset GPVirtual
	xCol, yCol                                  GPVirtual
	floor                                       vec
}

func (d *depth) field(offset int, r GPVirtual) GPVirtual {
	MOVQ(Mem{Base: Load(Param("t"), GP64()), Disp: offset}, r)
	return r
}

// at puts a field, a pointer, moved to the channels, into r.
func (d *depth) at(offset int, r GPVirtual) {
	d.field(offset, r)
	ADDQ(d.offset, r)
}

// product changes s to s + a·b, b being in memory, of which nothing outside the mask is read.
func (d *depth) product(s, a vec, b Mem, mask Op) {
	if mask == nil {
		d.plusProduct(s, a, b)
	} else {
		d.plusProduct(s, a, d.load(b, mask))
	}
}

// forward emits the kernel for outputs: some after others, and of each group a vector of channels after another, so that
// memory is read in its order.
func (d *depth) forward() {
	name := "depthForward" + d.suffix()
	TEXT(name, 4, "func(t *byte)") // NOSPLIT
	Doc(name + " computes a row of outputs.")
	Pragma("noescape")
	d.xCol, d.yCol = d.field(dXCol, GP64()), d.field(dYCol, GP64())
	SHLQ(Imm(2), d.xCol)
	SHLQ(Imm(2), d.yCol)
	d.x, d.y, d.left = d.field(dX, GP64()), d.field(dY, GP64()), d.field(dOutputs, GP64())
	d.w, d.tap, d.place, d.channels, d.offset = GP64(), GP64(), GP64(), GP64(), GP64()
	d.floor = d.reg()
	VBROADCASTSS(Mem{Base: Load(Param("t"), GP64()), Disp: dFloor}, d.floor)
	for _, n := range []int{8, 4, 1} {
		again, next := fmt.Sprintf("outputs%d", n), fmt.Sprintf("after%d", n)
		SUBQ(Imm(uint64(n)), d.left)
		JL(LabelRef(next))
		Label(again)
		d.overChannels(again, func(label string, mask Op) { d.outputs(n, label, mask) })
		for _, p := range []struct{ at, stride GPVirtual }{{d.x, d.xCol}, {d.y, d.yCol}} {
			IMUL3Q(Imm(uint64(n)), p.stride, d.place)
			ADDQ(d.place, p.at)
		}
		SUBQ(Imm(uint64(n)), d.left)
		JGE(LabelRef(again))
		Label(next)
		ADDQ(Imm(uint64(n)), d.left)
	}
	VZEROUPPER()
	RET()
}

// overChannels emits the loop over channels: whole vectors, and then the rest.
func (d *depth) overChannels(label string, each func(label string, mask Op)) {
	w := d.width()
	d.field(dN, d.channels)
	XORQ(d.offset, d.offset)
	SUBQ(Imm(uint64(w)), d.channels)
	JL(LabelRef("rest" + label))
	Label("channels" + label)
	each("Whole"+label, nil)
	ADDQ(Imm(uint64(4*w)), d.offset)
	SUBQ(Imm(uint64(w)), d.channels)
	JGE(LabelRef("channels" + label))
	Label("rest" + label)
	ADDQ(Imm(uint64(w)), d.channels)
	JZ(LabelRef("end" + label))
	each("Rest"+label, d.mask(tailMasks(d.channels), 0))
	Label("end" + label)
}

// each calls f with the n places that are a stride apart from p on. It changes p.
func (d *depth) each(n int, p, stride GPVirtual, f func(i int, m Mem)) {
	for i := range n {
		switch i % 3 {
		case 0:
			f(i, Mem{Base: p})
		default:
			f(i, Mem{Base: p, Index: stride, Scale: uint8(i % 3)})
		}
		if i%3 == 2 && i+1 < n {
			ADDQ(stride, p)
			LEAQ(Mem{Base: p, Index: stride, Scale: 2}, p)
		}
	}
}

// outputs computes a vector of channels of n outputs.
func (d *depth) outputs(n int, label string, mask Op) {
	d.at(dBias, d.w)
	sums := []vec{d.load(Mem{Base: d.w}, mask)}
	for len(sums) < n {
		sums = append(sums, d.copy(sums[0]))
	}
	d.at(dW, d.w)
	d.field(dTaps, d.tap)
	count := d.field(dCount, GP64())
	Label("tap" + label)
	w := GP64()
	MOVQ(Mem{Base: d.tap, Disp: 8}, w)
	weight := d.load(Mem{Base: d.w, Index: w, Scale: 4}, mask)
	MOVQ(Mem{Base: d.tap}, d.place)
	LEAQ(Mem{Base: d.x, Index: d.place, Scale: 4}, d.place)
	ADDQ(d.offset, d.place)
	d.each(n, d.place, d.xCol, func(i int, m Mem) { d.product(sums[i], weight, m, mask) })
	ADDQ(Imm(16), d.tap)
	DECQ(count)
	JNZ(LabelRef("tap" + label))
	LEAQ(Mem{Base: d.y, Index: d.offset, Scale: 1}, d.place)
	d.each(n, d.place, d.yCol, func(i int, m Mem) { d.store(d.max(d.floor, sums[i]), m, mask) }) // sums[i] where it is NaN
}

// move moves p, which each has moved, behind n places.
func (d *depth) move(n int, p, stride GPVirtual) {
	for range n - (n-1)/3*3 {
		ADDQ(stride, p)
	}
}

func (d *depth) weights() {
	name := fmt.Sprintf("depthWeights%d%s", d.taps, d.suffix())
	TEXT(name, 4, "func(t *byte)") // NOSPLIT
	Doc(name + " adds a row to the gradients of some taps.")
	Pragma("noescape")
	d.xCol, d.yCol = d.field(dXCol, GP64()), d.field(dYCol, GP64())
	SHLQ(Imm(2), d.xCol)
	SHLQ(Imm(2), d.yCol)
	d.x, d.y, d.w, d.tap, d.place, d.left = GP64(), GP64(), GP64(), GP64(), GP64(), GP64()
	d.channels, d.offset = GP64(), GP64()
	d.overChannels("", func(label string, mask Op) {
		d.at(dX, d.x)
		d.at(dY, d.y)
		d.at(dW, d.w)
		d.field(dTaps, d.tap)
		d.field(dOutputs, d.left)
		sums := make([]vec, d.taps)
		for i := range sums {
			sums[i] = d.zero()
		}
		for _, n := range []int{4, 1} {
			next, again := fmt.Sprintf("after%d%s", n, label), fmt.Sprintf("outputs%d%s", n, label)
			SUBQ(Imm(uint64(n)), d.left)
			JL(LabelRef(next))
			Label(again)
			dy := make([]vec, n)
			d.each(n, d.y, d.yCol, func(i int, m Mem) { dy[i] = d.load(m, mask) })
			d.move(n, d.y, d.yCol)
			for t := range sums {
				MOVQ(Mem{Base: d.tap, Disp: 16 * t}, d.place)
				LEAQ(Mem{Base: d.x, Index: d.place, Scale: 4}, d.place)
				d.each(n, d.place, d.xCol, func(i int, m Mem) { d.product(sums[t], dy[i], m, mask) })
			}
			IMUL3Q(Imm(uint64(n)), d.xCol, d.place)
			ADDQ(d.place, d.x)
			SUBQ(Imm(uint64(n)), d.left)
			JGE(LabelRef(again))
			Label(next)
			ADDQ(Imm(uint64(n)), d.left)
		}
		for t, s := range sums {
			MOVQ(Mem{Base: d.tap, Disp: 16*t + 8}, d.place)
			m := Mem{Base: d.w, Index: d.place, Scale: 4}
			d.store(d.add(s, d.load(m, mask)), m, mask)
		}
	})
	VZEROUPPER()
	RET()
}
