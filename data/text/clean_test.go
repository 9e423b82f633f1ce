package text

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestClean(t *testing.T) {
	all := Clean{HTML: true, URLs: "URL", Mails: "MAIL", Mentions: "WHO", Numbers: "0", Repeats: 2, Controls: true}
	for _, c := range []struct {
		clean      Clean
		text, want string
	}{
		{Clean{}, "  two\t blanks\n\nand 3 <b>tags</b> ", "two blanks and 3 <b>tags</b>"},
		{all, "<p class=\"x\">Fish &amp; chips</p><script>if (a < b) {}</script>", "Fish & chips"},
		{all, "see https://go.dev/doc?a=1. Or www.x.org, now", "see URL. Or URL, now"},
		{all, "write to a.b+c@mail.example.org or @someone", "write to MAIL or WHO"},
		{all, "1,234.5 of 77 and x2", "0 of 0 and x0"},
		{all, "sooooo good!!!!", "soo good!!"},
		{all, "zero\u200bwidth and \u202eback\x07", "zerowidth and back"},
		{all, "3 < 4 and 5 > 2", "0 < 0 and 0 > 0"},
		{Clean{URLs: "$1"}, "http://a.b", "$1"},
		{Clean{Repeats: 1}, "Schifffahrt 2000", "Schifahrt 2000"},
		{all, "", ""},
	} {
		if got := c.clean.Text(c.text); got != c.want {
			t.Errorf("%q becomes %q, want %q", c.text, got, c.want)
		}
	}
}

// TestUnscript compares with the one expression that says what is taken out.
func TestUnscript(t *testing.T) {
	all := regexp.MustCompile(`(?is)<script\b[^>]*>.*?</script\s*>|<style\b[^>]*>.*?</style\s*>|<!--.*?-->`)
	parts := []string{"<script", "<STYLE", "<!--", "-->", ">", "</script", "</style", " ", "<scripts>", "a", "-", "\n", "</Script >", "<style>", "é", "<ſtyle>"}
	r := rand.New(rand.NewPCG(1, 2))
	changed := 0
	for range 20000 {
		var b strings.Builder
		for range r.IntN(14) {
			b.WriteString(parts[r.IntN(len(parts))])
		}
		s := b.String()
		want := all.ReplaceAllString(s, " ")
		if got := unscript(s); got != want {
			t.Fatalf("%q becomes %q, want %q", s, got, want)
		}
		if want != s {
			changed++
		}
	}
	if changed < 2000 {
		t.Errorf("only %d texts had something to take out", changed)
	}
}

// TestCleanHostile has texts that nested searches would take minutes for: beginnings without an end between short comments.
func TestCleanHostile(t *testing.T) {
	c := Clean{HTML: true, URLs: "URL", Mails: "MAIL", Mentions: "WHO", Numbers: "N", Repeats: 2, Controls: true}
	for _, s := range []string{"<script><!---->", "<style ", "<script>", "<!--", "</script <a ", "http://www.", "a@b.c-", "1.,", "@@a"} {
		began := time.Now()
		c.Text(strings.Repeat(s, 50000))
		if d := time.Since(began); d > 20*time.Second {
			t.Errorf("50000 times %q took %v", s, d)
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add("<p>a&amp;b</p> https://x.y @z 12")
	f.Fuzz(func(t *testing.T, s string) {
		c := Clean{HTML: true, URLs: "URL", Mails: "MAIL", Mentions: "WHO", Numbers: "N", Repeats: 2, Controls: true}
		if n := len(c.Text(s)); n > 6*len(s)+8 {
			t.Errorf("%d bytes became %d", len(s), n)
		}
	})
}
