package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
)

// TestTokenize learns a vocabulary, writes it, and goes with it from text to ids and back.
func TestTokenize(t *testing.T) {
	folder := t.TempDir()
	text, tok := filepath.Join(folder, "text.txt"), filepath.Join(folder, "tokenizer.json")
	lines := strings.Repeat("the theory of the thing, 你好 world\nhello there, hello world\n", 20)
	if err := os.WriteFile(text, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"bpe", "wordpiece", "unigram"} {
		out := do(t, 0, "tokenize", "--train", kind, "--vocab", "300", "--out", tok, text)
		if !strings.Contains(out, "tokens in "+tok) {
			t.Errorf("%s: %q", kind, out)
		}
		ids := strings.TrimSpace(do(t, 0, "tokenize", "--tokenizer", tok, "hello there, 你好 world"))
		if n := len(strings.Fields(ids)); n < 3 || n > 18 {
			t.Errorf("%s: the ids %q", kind, ids)
		}
		back := strings.TrimSpace(do(t, 0, "tokenize", "--tokenizer", tok, "--decode", ids))
		want := "hello there, 你好 world"
		if kind == "wordpiece" {
			want = "hello there, 你 好 world"
		}
		if back != want {
			t.Errorf("%s: %q comes back as %q", kind, ids, back)
		}
	}
	if out := do(t, 0, "tokenize", "--tokenizer", tok, "--count", "--file", text); len(out) < 3 {
		t.Errorf("count: %q", out)
	}
	if out := do(t, 0, "tokenize", "--tokenizer", folder, "--json", "x"); !strings.Contains(out, `"offsets":[[`) {
		t.Errorf("json: %q", out)
	}
	do(t, misused, "tokenize", "x")
	do(t, misused, "tokenize", "--tokenizer", tok, "--decode", "a")
	do(t, failed, "tokenize", "--tokenizer", filepath.Join(folder, "none"), "x")
}

// do runs the command and returns what it prints.
func do(t *testing.T, code int, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if got := run(args, &out, &errs); got != code {
		t.Errorf("jimu %s: exit code %d, not %d: %s", strings.Join(args, " "), got, code, errs.String())
	}
	return out.String()
}

// TestTokenizeGGUF reads the vocabulary of a published GGUF file, and gives the ids that BERT's own file gives.
func TestTokenizeGGUF(t *testing.T) {
	folder := check.Published(t, "weights") + "/"
	const text = "Hello, world! Bücher 你好"
	a := do(t, 0, "tokenize", "--tokenizer", folder+"gguf-vocab/ggml-vocab-bert-bge.gguf", text)
	b := do(t, 0, "tokenize", "--tokenizer", folder+"bert-vocab/bert-base-uncased-vocab.txt", text)
	if a != b || !strings.HasPrefix(a, "101 7592 1010 2088 999 ") {
		t.Errorf("%q from GGUF, %q from vocab.txt", a, b)
	}
}
