package text

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

func TestAlphabet(t *testing.T) {
	const s = "abba\n诗\"b"
	a := NewAlphabet(s)
	if a.String() != "\n\"ab诗" || a.Len() != 5 {
		t.Errorf("got %q", a.String())
	}
	ids, err := a.Encode(s)
	if err != nil || !slices.Equal(ids, []int64{2, 3, 3, 2, 0, 4, 1, 3}) || a.Decode(ids) != s {
		t.Error(ids, err)
	}
	if _, err := a.Encode("abç"); err == nil || err.Error() != "the character 'ç' at byte 2 is not among the 5 of the alphabet" {
		t.Error(err)
	}
	if got := a.Decode([]int64{2, -1, 5}); got != "a\ufffd\ufffd" {
		t.Errorf("got %q", got)
	}
}

func TestAlphabetSavedAndRead(t *testing.T) {
	a := NewAlphabet("\n\t\"'`\\ ,é诗\x00\ufffd😀")
	path := filepath.Join(t.TempDir(), "alphabet.txt")
	if err := a.Save(path); err != nil {
		t.Fatal(err)
	}
	again, err := OpenAlphabet(path)
	if err != nil || again.String() != a.String() {
		t.Error(again, err)
	}
	if _, err := OpenAlphabet(path + "x"); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

func TestWhatIsNoAlphabetIsRefused(t *testing.T) {
	for s, want := range map[string]string{
		"":             "reading a: no quoted string: invalid syntax",
		`"ab`:          "reading a: no quoted string: invalid syntax",
		`"aba"` + "\n": "reading a: a character comes twice, or a byte is invalid",
		`"\xff"`:       "reading a: a character comes twice, or a byte is invalid",
	} {
		if _, err := ReadAlphabet(strings.NewReader(s), "a"); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", s, err, want)
		}
	}
	if _, err := ReadAlphabet(iotest.ErrReader(os.ErrPermission), "a"); !errors.Is(err, os.ErrPermission) {
		t.Error(err)
	}
}

func FuzzReadAlphabet(f *testing.F) {
	for _, s := range []string{`"abc"`, `"\n\""`, "`ab`", `'a'`, `"\xff"`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := ReadAlphabet(bytes.NewReader(b), "fuzz")
		if err != nil {
			return
		}
		ids, err := a.Encode(a.String())
		if err != nil || a.Decode(ids) != a.String() {
			t.Errorf("%q: %v", a.String(), err)
		}
		var out bytes.Buffer
		if err := a.Write(&out); err != nil {
			t.Fatal(err)
		}
		if again, err := ReadAlphabet(&out, "again"); err != nil || again.String() != a.String() {
			t.Errorf("%q is read as %q: %v", b, a.String(), err)
		}
	})
}
