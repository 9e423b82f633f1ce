package token

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
)

// weights returns the folder of published files, or skips.
func weights(t testing.TB) string {
	t.Helper()
	return check.Published(t, "weights")
}

func open(t testing.TB, path ...string) *Tokenizer {
	t.Helper()
	tok, err := Open(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return tok
}

// TestLlama2CReference compares the tokenizer of stories260K with the sentencepiece package.
func TestLlama2CReference(t *testing.T) {
	folder := reference(t)
	tok := open(t, folder, "tok512.bin")
	r := readFile(t, folder, "tok512.ids")
	tokens, bad := 0, 0
	for i, line := range corpus(t, folder) {
		line = strings.ReplaceAll(Valid(line), metaspace, " ")
		ids := make([]int64, r.next())
		for k := range ids {
			ids[k] = int64(r.next())
		}
		text := string(r.bytes())
		tokens += len(ids)
		got, err := tok.IDs(line)
		if err != nil {
			t.Fatal(err)
		}
		if !equal(got[1:], ids) || got[0] != 1 || tok.Decode(ids, true) != text {
			if bad++; bad < 4 {
				t.Errorf("line %d, %q:\n got %v, %q\nwant %v, %q", i, line, got[1:], tok.Decode(ids, true), ids, text)
			}
		}
	}
	t.Logf("%d tokens, %d lines differ", tokens, bad)
}

// TestSameVocabulary reads the same vocabularies from files of other formats, and compares with the reference's ids.
func TestSameVocabulary(t *testing.T) {
	folder, published := reference(t), weights(t)
	gguf := readGGUF(t, filepath.Join(published, "gguf-vocab/ggml-vocab-bert-bge.gguf"))
	fromGGUF, err := FromGGUF(gguf)
	if err != nil {
		t.Fatal(err)
	}
	sp := open(t, folder, "sp-bpe.model").model.(*pieceModel)
	types := make([]int32, len(sp.types))
	for i, k := range sp.types {
		types[i] = int32(k)
	}
	no := false
	llama, err := FromGGUF(GGUF{Model: "llama", Tokens: sp.pieces.names, Scores: sp.scores, Types: types, AddBOS: &no})
	if err != nil {
		t.Fatal(err)
	}
	gpt2 := open(t, published, "gpt2-bpe")
	m := gpt2.model.(*bpe)
	merges := make([]string, len(m.made))
	for i, g := range m.made {
		merges[i] = g.left + " " + g.right
	}
	gpt2GGUF, err := FromGGUF(GGUF{Model: "gpt2", Pre: "gpt-2", Tokens: m.list, Merges: merges})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		as   string
		tok  *Tokenizer
	}{
		{"GPT-2's own files", "gpt2", gpt2},
		{"GPT-2 from GGUF", "gpt2", gpt2GGUF},
		{"BERT's vocab.txt", "bert-en", open(t, published, "bert-vocab/bert-base-uncased-vocab.txt")},
		{"BERT from GGUF", "bert-en", fromGGUF},
		{"SentencePiece BPE from GGUF", "sp-bpe", llama},
	} {
		t.Run(c.name, func(t *testing.T) { sameAs(t, folder, c.as, c.tok) })
	}
}

// sameAs compares ids with those that the reference wrote.
func sameAs(t *testing.T, folder, name string, tok *Tokenizer) {
	t.Helper()
	r := readFile(t, folder, name+".ids")
	bad := 0
	for i, line := range corpus(t, folder) {
		ids := make([]int64, r.next())
		for k := range ids {
			ids[k] = int64(r.next())
		}
		r.b = r.b[8*len(ids):]
		r.bytes()
		got, err := tok.IDs(line)
		if err != nil {
			t.Fatal(err)
		}
		special := strings.ContainsAny(line, "<[") // some files have more special tokens than others
		if !equal(got, ids) && !special {
			if bad++; bad < 4 {
				t.Errorf("line %d, %q:\n got %v\nwant %v", i, line, got, ids)
			}
		}
	}
}

// readGGUF reads the vocabulary of a GGUF file, as far as the tests need it.
func readGGUF(t *testing.T, path string) GGUF {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := 8
	u64 := func() uint64 { at += 8; return binary.LittleEndian.Uint64(b[at-8:]) }
	u32 := func() uint32 { at += 4; return binary.LittleEndian.Uint32(b[at-4:]) }
	str := func() string { n := int(u64()); at += n; return string(b[at-n : at]) }
	u64()
	var g GGUF
	for range u64() {
		key := str()
		kind := u32()
		count := uint64(1)
		if kind == 9 {
			kind = u32()
			count = u64()
		}
		for range count {
			switch kind {
			case 8:
				switch s := str(); key {
				case "tokenizer.ggml.model":
					g.Model = s
				case "tokenizer.ggml.tokens":
					g.Tokens = append(g.Tokens, s)
				}
			case 7:
				at++
			default:
				if v := u32(); key == "tokenizer.ggml.token_type" {
					g.Types = append(g.Types, int32(v))
				}
			}
		}
	}
	return g
}

// TestTiktoken compares ranks made of GPT-2's vocabulary with GPT-2 itself: byte-level BPE by ranks is the same as by merges there.
func TestTiktoken(t *testing.T) {
	gpt2 := open(t, weights(t), "gpt2-bpe")
	var file bytes.Buffer
	for id, name := range gpt2.model.(*bpe).list[:50256] {
		b, _ := bytesOfLetters(nil, name)
		fmt.Fprintf(&file, "%s %d\n", encode64(b), id)
	}
	tok, err := ReadTiktoken(&file, Ranks{})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range append(lines0, strings.Repeat("Lorem ipsum dolor ", 40), "日本語 ABC 123 don't", "<|endoftext|>x", "a\n\n  b \n", "\xff\xfe") {
		a, _ := gpt2.IDs(s)
		b, _ := tok.IDs(s)
		if !equal(a, b) {
			t.Errorf("%q: %v from ranks, %v from merges", s, b, a)
		}
		if got := tok.Decode(b, false); got != Valid(s) {
			t.Errorf("%q decodes to %q", s, got)
		}
	}
	if _, err := ReadTiktoken(strings.NewReader("YQ== 0\n"), Ranks{}); !errors.Is(err, ErrFormat) {
		t.Errorf("one rank and no pattern: %v", err)
	}
}
