package token

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// TestLetters asks of each letter of Unicode 15 what it is to the parts of a tokenizer, and compares with the reference.
func TestLetters(t *testing.T) {
	f, err := os.Open(filepath.Join(reference(t), "letters.txt"))
	if err != nil {
		t.Skip("no letters.txt in JIMU_REFERENCE: _golden/letters.py writes it")
	}
	defer f.Close()
	letters, bad := 0, 0
	for lines := bufio.NewScanner(f); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		n, err := strconv.ParseInt(fields[0], 16, 32)
		if err != nil {
			t.Fatal(err)
		}
		r := rune(n)
		if !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z, unicode.Cc, unicode.Cf, unicode.Co) {
			continue // not assigned in Unicode 15
		}
		letters++
		if got := describe(r); got != strings.Join(fields[1:], " ") {
			if bad++; bad < 10 {
				t.Errorf("%U:\n got %s\nwant %s", r, got, strings.Join(fields[1:], " "))
			}
		}
	}
	t.Logf("%d letters, %d differ", letters, bad)
	if letters < 280_000/2 {
		t.Errorf("only %d letters", letters)
	}
}

// describe writes what a letter is, as _golden/letters.py does.
func describe(r rune) string {
	k := loadClasses().of(r)
	is := func(bits uint16) bool { return k&bits != 0 }
	cleaned, nmted := rewritten(bertNormalizer{clean: true}, string(r)), rewritten(rewrite(nmt), string(r))
	apart := func(s string) string {
		return rewritten(rewrite(func(w *work, p *piece) { decompose(w, p, canonical) }), s)
	}
	all := []bool{
		is(accent), cleaned == "", cleaned == " ", rewritten(bertNormalizer{accents: true}, string(r)) == "", is(sign) || is(space), is(number), is(space),
		is(wordy), is(letter), is(number), is(space), is(mark), is(upper), is(lower), is(punct), is(symbol), isChinese(r), nmted == " ", nmted == "",
	}
	for _, m := range []string{"\u0345", "\u0301", "\u0323"} {
		all = append(all, apart("x"+m+string(r)) != "x"+m+apart(string(r)))
	}
	var b strings.Builder
	for _, x := range all {
		b.WriteByte("01"[map[bool]int{true: 1}[x]])
	}
	for _, n := range []rewrite{
		func(w *work, p *piece) { decompose(w, p, canonical) }, func(w *work, p *piece) { decompose(w, p, compatible) },
		func(w *work, p *piece) { compose(w, p, canonical) }, func(w *work, p *piece) { compose(w, p, compatible) }, lowercase,
	} {
		var parts []string
		for _, x := range rewritten(n, string(r)) {
			parts = append(parts, fmt.Sprintf("%x", x))
		}
		if parts == nil {
			parts = []string{"-"}
		}
		b.WriteString(" " + strings.Join(parts, ","))
	}
	return b.String()
}

var lettersWork = &work{}

func rewritten(n normalizer, s string) string {
	w := lettersWork
	w.reset()
	p := whole(w, s)
	if err := n.normalize(w, &p); err != nil {
		return err.Error()
	}
	return string(p.text)
}
