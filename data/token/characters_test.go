package token

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

func TestCharacters(t *testing.T) {
	c, err := Characters("ba 春\nab", "<end>")
	if err != nil {
		t.Fatal(err)
	}
	if c.Size() != 6 {
		t.Errorf("%d tokens", c.Size())
	}
	var written bytes.Buffer
	if err := c.Write(&written); err != nil {
		t.Fatal(err)
	}
	again, err := ReadJSON(bytes.NewReader(written.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	text := "春 a\nb<end>a"
	for _, c := range []*Tokenizer{c, again} {
		ids, err := c.IDs(text)
		if err != nil || !slices.Equal(ids, []int64{5, 2, 3, 1, 4, 0, 3}) || c.Decode(ids, false) != text || c.Decode(ids, true) != "春 a\nba" {
			t.Errorf("%v, %q, %v", ids, c.Decode(ids, false), err)
		}
		if ids, err = c.IDs("xax"); err != nil || !slices.Equal(ids, []int64{3}) {
			t.Errorf("of characters that are unknown: %v, %v", ids, err)
		}
	}
	long := strings.Repeat("ab 春\n", 20000)
	if ids, err := c.IDs(long); err != nil || len(ids) != 100000 || c.Decode(ids, false) != long {
		t.Errorf("a long text becomes %d tokens: %v", len(ids), err)
	}
	for _, special := range [][]string{{"<end>", "<end>"}, {"a"}} {
		if _, err := Characters("abc", special...); err == nil {
			t.Errorf("special tokens %q are taken", special)
		}
	}
}
