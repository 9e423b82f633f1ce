package token

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// words32 reads numbers from a file of the reference.
type words32 struct{ b []byte }

func (r *words32) next() uint32 {
	n := binary.LittleEndian.Uint32(r.b)
	r.b = r.b[4:]
	return n
}

func (r *words32) bytes() []byte {
	n := r.next()
	s := r.b[:n]
	r.b = r.b[n:]
	return s
}

func readFile(t testing.TB, folder, name string) *words32 {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	return &words32{b}
}

// corpus returns the lines that the reference encoded.
func corpus(t testing.TB, folder string) []string {
	t.Helper()
	r := readFile(t, folder, "corpus.bin")
	lines := make([]string, r.next())
	for i := range lines {
		lines[i] = string(r.bytes())
	}
	return lines
}

func reference(t testing.TB) string {
	t.Helper()
	folder := os.Getenv("JIMU_REFERENCE")
	if folder == "" {
		t.Skip("JIMU_REFERENCE names no folder that _golden/tokens.py --make and --full wrote")
	}
	if _, err := os.Stat(filepath.Join(folder, "corpus.bin")); err != nil {
		t.Skip("no corpus.bin in JIMU_REFERENCE: _golden/tokens.py --make and --full write it")
	}
	return folder
}

// fileOf returns the file of a tokenizer.
func fileOf(folder, name string) string {
	if strings.HasPrefix(name, "sp-") {
		return filepath.Join(folder, name+".model")
	}
	return filepath.Join(folder, name+".json")
}

func TestReference(t *testing.T) {
	folder := reference(t)
	lines := corpus(t, folder)
	for _, name := range []string{"gpt2", "roberta", "bert-en", "bert-zh", "llama2", "llama3", "qwen2", "o200k", "deepseek", "t5", "sp-unigram", "sp-bpe", "sp-test"} {
		t.Run(name, func(t *testing.T) {
			tok, err := Open(fileOf(folder, name))
			if err != nil {
				t.Fatal(err)
			}
			c := comparison{t: t, tok: tok}
			r := readFile(t, folder, name+".ids")
			for i, line := range lines {
				c.line(i, line, r)
			}
			t.Logf("%d lines, %d tokens: %d with other ids, %d with other offsets, %d with another text", len(lines), c.tokens, c.ids, c.offsets, c.texts)
		})
	}
}

// A comparison counts where we and the reference differ.
type comparison struct {
	t                           *testing.T
	tok                         *Tokenizer
	tokens, ids, offsets, texts int
}

func (c *comparison) line(i int, line string, r *words32) {
	n := int(r.next())
	ids := make([]int64, n)
	for k := range ids {
		ids[k] = int64(r.next())
	}
	spans := make([]Span, n)
	for k := range spans {
		spans[k] = Span{int(r.next()), int(r.next())}
	}
	text := string(r.bytes())
	c.tokens += n
	e, err := c.tok.Encode(line)
	if err != nil {
		c.t.Fatalf("line %d, %q: %v", i, line, err)
	}
	only, err := c.tok.IDs(line)
	if err != nil {
		c.t.Fatal(err)
	}
	got := e.LetterOffsets(line)
	switch {
	case !equal(e.IDs, ids):
		c.fail(&c.ids, "line %d, %q:\n got ids %v\nwant     %v", i, line, e.IDs, ids)
	case !equal(only, ids):
		c.fail(&c.ids, "line %d, %q:\n IDs gives %v\nwant       %v", i, line, only, ids)
	case !equal(got, spans):
		c.fail(&c.offsets, "line %d, %q:\n got offsets %v\nwant         %v", i, line, got, spans)
	}
	if got := c.tok.Decode(ids, true); got != text {
		c.fail(&c.texts, "line %d, ids %v:\n got text %q\nwant      %q", i, ids, got, text)
	}
}

func (c *comparison) fail(count *int, format string, args ...any) {
	*count++
	if *count <= 3 {
		c.t.Errorf(format, args...)
	}
}

func equal[T comparable](a, b []T) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
