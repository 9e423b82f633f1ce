package token

import (
	"bufio"
	"fmt"
	"golang.org/x/text/unicode/norm"
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

func TestProbe(t *testing.T) {
	f, _ := os.Open("/tmp/h/tok-ref/probe.txt")
	if f == nil {
		t.Skip()
	}
	sc := bufio.NewScanner(f)
	c := loadClasses()
	diff := map[string][]rune{}
	names := []string{"mark", "control", "cleanspace", "nonspacing", "bertpunct", "digit", "wspace", "wordy", "L", "N", "S", "M", "LU", "LL", "P", "SY", "han", "nmtspace", "nmtgone"}
	w := &work{}
	for sc.Scan() {
		var cp rune
		fs := strings.Fields(sc.Text())
		x, _ := strconv.ParseInt(fs[0], 16, 32)
		cp = rune(x)
		if !unicode.In(cp, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z, unicode.Cc, unicode.Cf, unicode.Co) {
			continue
		}
		k := c.of(cp)
		run := func(n normalizer) string {
			w.reset()
			p := whole(w, string(cp))
			n.normalize(w, &p)
			return string(p.text)
		}
		ours := []bool{k&accent != 0, run(bertNormalizer{true, false, false, false}) == "", run(bertNormalizer{true, false, false, false}) == " ", run(bertNormalizer{false, false, true, false}) == "",
			k&sign != 0 || k&space != 0, k&number != 0, k&space != 0, k&wordy != 0, k&letter != 0, k&number != 0, k&space != 0, k&mark != 0, k&upper != 0, k&lower != 0, k&punct != 0, k&symbol != 0, isChinese(cp), run(rewrite(nmt)) == " ", run(rewrite(nmt)) == ""}
		for i, o := range ours {
			if o != (fs[1][i] == '1') {
				diff[names[i]] = append(diff[names[i]], cp)
			}
		}
		forms := []normalizer{rewrite(func(w *work, p *piece) { decompose(w, p, canonical) }), rewrite(func(w *work, p *piece) { decompose(w, p, compatible) }), rewrite(func(w *work, p *piece) { compose(w, p, canonical) }), rewrite(func(w *work, p *piece) { compose(w, p, compatible) }), rewrite(lowercase)}
		for i, n := range forms {
			s := ""
			for _, r := range run(n) {
				if s != "" {
					s += ","
				}
				s += fmt.Sprintf("%x", r)
			}
			if s == "" {
				s = "-"
			}
			if s != fs[2+i] {
				nm := []string{"nfd", "nfkd", "nfc", "nfkc", "lower"}[i]
				diff[nm] = append(diff[nm], cp)
			}
		}
		reord := false
		for i, m := range []string{"\u0345", "\u0301", "\u0323"} {
			in := "x" + m + string(cp)
			r := string(norm.NFD.String(in)) != "x"+m+string(norm.NFD.String(string(cp)))
			if r != (fs[1][19+i] == '1') {
				reord = true
			}
		}
		if reord {
			diff["ccc"] = append(diff["ccc"], cp)
		}
	}
	for n, d := range diff {
		var b strings.Builder
		for i := 0; i < len(d); {
			j := i
			for j+1 < len(d) && d[j+1] == d[j]+1 {
				j++
			}
			if i == j {
				fmt.Fprintf(&b, "%x ", d[i])
			} else {
				fmt.Fprintf(&b, "%x-%x ", d[i], d[j])
			}
			i = j + 1
		}
		s := b.String()
		t.Logf("%s (%d): %s", n, len(d), s)
	}
}
