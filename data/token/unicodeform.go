package token

import (
	"slices"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A form is one of the two ways to take letters apart.
type form struct {
	norm     norm.Form // decomposed
	composed norm.Form
}

var (
	canonical  = form{norm.NFD, norm.NFC}
	compatible = form{norm.NFKD, norm.NFKC}
)

// A classed change has the combining class of its letter.
type classedChange struct {
	change
	class uint8
}

// decompose takes the letters of p apart.
func decompose(w *work, p *piece, f form) {
	if isASCII(p.text) || f.norm.IsNormal(p.text) && !hasNew(p.text) {
		return
	}
	w.changes = appendDecomposed(w.changes[:0], p.text, f)
	p.transform(w, w.changes, 0)
}

// hasNew reports whether s has letters that are newer than the reference's tables of forms.
func hasNew(s []byte) bool {
	c := loadClasses()
	return c.runNot(s, 0, formed|classed) < len(s)
}

func isASCII(s []byte) bool {
	for _, b := range s {
		if b >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// appendDecomposed appends the letters of s taken apart, and the marks behind a letter in the order of their classes.
func appendDecomposed(to []change, s []byte, f form) []change {
	var marks []classedChange
	flush := func() {
		slices.SortStableFunc(marks, func(a, b classedChange) int { return int(a.class) - int(b.class) })
		for _, m := range marks {
			to = append(to, m.change)
		}
		marks = marks[:0]
	}
	add := func(r rune, n int32) {
		class := combiningClass(r)
		if class == 0 {
			flush()
			to = append(to, change{r, n})
			return
		}
		marks = append(marks, classedChange{change{r, n}, class})
	}
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRune(s[i:])
		i += size
		if d := decomposition(r, f); d != nil {
			for k := 0; k < len(d); {
				x, m := utf8.DecodeRune(d[k:])
				add(x, int32(min(k, 1)))
				k += m
			}
			continue
		}
		add(r, 0)
	}
	flush()
	return to
}

func combiningClass(r rune) uint8 {
	if r < 0x300 || loadClasses().of(r)&classed != 0 {
		return 0
	}
	var b [utf8.UTFMax]byte
	return norm.NFD.Properties(b[:utf8.EncodeRune(b[:], r)]).CCC()
}

// decomposition returns what r is taken apart into; nil if it stays whole.
func decomposition(r rune, f form) []byte {
	if r < 0xa0 || loadClasses().of(r)&formed != 0 {
		return nil
	}
	var b [utf8.UTFMax]byte
	s := b[:utf8.EncodeRune(b[:], r)]
	d := f.norm.Bytes(s)
	if string(d) == string(s) {
		return nil
	}
	return d
}

// compose takes the letters of p apart and puts them together again.
func compose(w *work, p *piece, f form) {
	if isASCII(p.text) || f.composed.IsNormal(p.text) && !hasNew(p.text) {
		return
	}
	apart := appendDecomposed(nil, p.text, f)
	out := w.changes[:0]
	first := -1 // in out: the last letter that marks can join
	last := -1  // the class of the last mark behind it that did not join
	for _, c := range apart {
		class := int(combiningClass(c.r))
		if first >= 0 && (last < 0 || last < class) {
			if r, ok := pair(out[first].r, c.r); ok {
				out[first].r = r
				out[first].n += c.n - 1
				continue
			}
		}
		switch {
		case class == 0:
			first, last = len(out), -1
		case first >= 0:
			last = class
		}
		out = append(out, c)
	}
	w.changes = out
	p.transform(w, out, 0)
}

// pair returns the letter that a and b make together, if there is one.
func pair(a, b rune) (rune, bool) {
	if a < 0x3c || b < 0x300 || loadClasses().of(b)&classed != 0 {
		return 0, false
	}
	var buf [2 * utf8.UTFMax]byte
	n := utf8.EncodeRune(buf[:], a)
	n += utf8.EncodeRune(buf[n:], b)
	s := norm.NFC.Bytes(buf[:n])
	r, size := utf8.DecodeRune(s)
	return r, size == len(s) && r != a && loadClasses().of(r)&formed == 0
}
