package export

import (
	"fmt"
	"strings"
)

// A length is a number that depends on symbols: (a·s + c)·b, where s is one symbol and b another or 1.
type length struct {
	number int64 // if it depends on none
	s, b   int   // symbols, or −1
	a, c   int64
}

// express finds how a number depends on the symbols from what it was in each run: the first with their base lengths, each other
// with one of them changed.
func express(v []int64, symbols []symbol) (l length, ok bool) {
	l = length{s: -1, b: -1}
	var on []int
	for k := range symbols {
		if v[k+1] != v[0] {
			on = append(on, k)
		}
	}
	switch len(on) {
	case 0:
		l.number = v[0]
		return l, true
	case 1:
		l.s = on[0]
		s := symbols[l.s]
		l.a, l.c, ok = affine(v[0], v[l.s+1], s)
		return l, ok
	case 2:
		l.b, l.s = on[0], on[1]
		b := symbols[l.b]
		if v[0]%int64(b.base) != 0 || v[0]/int64(b.base)*int64(b.other) != v[l.b+1] || v[l.s+1]%int64(b.base) != 0 {
			return l, false
		}
		l.a, l.c, ok = affine(v[0]/int64(b.base), v[l.s+1]/int64(b.base), symbols[l.s])
		return l, ok
	}
	return l, false
}

// affine solves base·a + c = v, other·a + c = w.
func affine(v, w int64, s symbol) (a, c int64, ok bool) {
	step := int64(s.other - s.base)
	if (w-v)%step != 0 {
		return 0, 0, false
	}
	a = (w - v) / step
	return a, v - a*int64(s.base), true
}

// text returns the length as the name of an axis.
func (l length) text(symbols []symbol) string {
	var b strings.Builder
	if l.a != 1 {
		fmt.Fprintf(&b, "%d*", l.a)
	}
	b.WriteString(symbols[l.s].name)
	if l.c != 0 {
		fmt.Fprintf(&b, "%+d", l.c)
	}
	if l.b < 0 {
		return b.String()
	}
	if l.c != 0 {
		return symbols[l.b].name + "*(" + b.String() + ")"
	}
	return symbols[l.b].name + "*" + b.String()
}
