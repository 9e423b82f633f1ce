package token

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/jimu-ml/jimu/rng"
)

var lines0 = []string{"", " ", "Hello, world!", "  two  spaces ", "tabs\tand\nlines\r\n", "naïve café", "我爱北京。", "👩🏽‍🚀 🇩🇪", "it's 12345 o'clock", "x\x00y"}

func encode64(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

// bytesJSON is a byte-level tokenizer with a few merges.
func bytesJSON() []byte {
	ids := map[string]int32{}
	for b := range 256 {
		ids[string(byteLetters[b])] = int32(b)
	}
	var merges []string
	for i, m := range []string{"h e", "l l", "he ll", "hell o", "Ġ w", "o r", "Ġw or", "l d", "Ġwor ld", "ð Ł", "ðŁ ĳ"} {
		merges = append(merges, m)
		ids[strings.ReplaceAll(m, " ", "")] = int32(256 + i)
	}
	d := byteLevelDocument([]Added{{Content: "<|end|>", Special: true}}, nil)
	d.Model = raw(map[string]any{"type": "BPE", "vocab": ids, "merges": merges})
	b, _ := json.Marshal(d)
	return b
}

func bytesTokenizer(t testing.TB) *Tokenizer {
	t.Helper()
	tok, err := ReadJSON(bytes.NewReader(bytesJSON()))
	if err != nil {
		t.Fatal(err)
	}
	return tok
}

func Example() {
	t, err := ReadJSON(bytes.NewReader(bytesJSON()))
	if err != nil {
		fmt.Println(err)
		return
	}
	e, _ := t.Encode("hello world<|end|>")
	fmt.Println(e.IDs, e.Tokens, e.Offsets)
	fmt.Println(t.Decode(e.IDs, true))
	// Output:
	// [259 264 267] [hello Ġworld <|end|>] [{0 5} {5 11} {11 18}]
	// hello world
}

// TestRoundTrip: byte-level tokens give each valid text back, and offsets are bytes of the text that was given.
func TestRoundTrip(t *testing.T) {
	tok := bytesTokenizer(t)
	for _, s := range append(lines0, "caf\xc3", "\xf0\x9f\x91x", "a\xe4\xbd b\xff") {
		e, err := tok.Encode(s)
		if err != nil {
			t.Fatal(err)
		}
		if got := tok.Decode(e.IDs, false); got != Valid(s) {
			t.Errorf("%q decodes to %q", s, got)
		}
		for i, o := range e.Offsets {
			if o.Start > o.End || o.End > len(s) {
				t.Errorf("%q: token %d has the offsets %v", s, i, o)
			}
		}
		plain, err := tok.IDs(s)
		if err != nil || !equal(plain, e.IDs) {
			t.Errorf("%q: IDs gives %v (%v), Encode %v", s, plain, err, e.IDs)
		}
	}
}

// TestValid compares with what Python's bytes.decode("utf-8", "replace") gives for these.
func TestValid(t *testing.T) {
	for in, want := range map[string]string{
		"caf\xc3": "caf\ufffd", "\xff\xfe": "\ufffd\ufffd", "\xe4\xbdy": "\ufffdy", "\xf0\x9f\x98": "\ufffd", "\xed\xa0\x80": "\ufffd\ufffd\ufffd",
		"\xc0\xaf": "\ufffd\ufffd", "\xf4\x90\x80\x80": "\ufffd\ufffd\ufffd\ufffd", "\xe0\x80": "\ufffd\ufffd", "\xf0\x9f\x98\xf0\x9f\x98\x80": "\ufffd😀", "ok": "ok",
	} {
		if got := Valid(in); got != want {
			t.Errorf("%q becomes %q, not %q", in, got, want)
		}
	}
}

// TestStream: ids one after another give the same text, and never half a letter.
func TestStream(t *testing.T) {
	tok := bytesTokenizer(t)
	for _, s := range append(lines0, "👩🏽‍🚀 hello world 我爱你", strings.Repeat("é", 50)) {
		ids, err := tok.IDs(s)
		if err != nil {
			t.Fatal(err)
		}
		d := tok.Stream(false)
		var got strings.Builder
		for _, id := range ids {
			part := d.Next(id)
			if !utf8.ValidString(part) || strings.Contains(part, "\ufffd") {
				t.Errorf("%q: a part is %q", s, part)
			}
			got.WriteString(part)
		}
		got.WriteString(d.Rest())
		if got.String() != s {
			t.Errorf("%q came as %q", s, got.String())
		}
	}
	d := tok.Stream(false)
	if a, b := d.Next(0xf0), d.Rest(); a != "" || b != "\ufffd" {
		t.Errorf("half a letter came as %q and %q", a, b)
	}
}

// TestStreamIsLinear: what was written is forgotten, so that long texts do not become slow.
func TestStreamIsLinear(t *testing.T) {
	tok := bytesTokenizer(t)
	d := tok.Stream(true)
	end, _ := tok.ID("<|end|>")
	for i := range 5000 {
		d.Next(int64('a'+i%26) - 33 + 33)
		d.Next(end)
		if len(d.ids) > 2*manyWaiting {
			t.Fatalf("after %d ids %d are kept", 2*i, len(d.ids))
		}
	}
}

func TestConcurrent(t *testing.T) {
	tok := bytesTokenizer(t)
	want, err := tok.EncodeBatch(lines0)
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 50 {
				for i, s := range lines0 {
					e, err := tok.Encode(s)
					if err != nil || !equal(e.IDs, want[i].IDs) || !equal(e.Offsets, want[i].Offsets) {
						t.Errorf("%q: %v, %v", s, e, err)
						return
					}
				}
			}
		})
	}
	group.Wait()
}

// TestDropout: the same random numbers leave out the same merges; none are left out without.
func TestDropout(t *testing.T) {
	tok := bytesTokenizer(t)
	tok.model.(*bpe).dropout = 0.5
	const s = "hello world hello world hello world"
	plain, _ := tok.Encode(s)
	again, _ := tok.Encode(s)
	a, _ := tok.EncodeSampled(rng.New(1), s, 0)
	b, _ := tok.EncodeSampled(rng.New(1), s, 0)
	c, _ := tok.EncodeSampled(rng.New(2), s, 0)
	if !equal(plain.IDs, again.IDs) || len(plain.IDs) != 8 {
		t.Errorf("without random numbers: %v, %v", plain.IDs, again.IDs)
	}
	if !equal(a.IDs, b.IDs) || equal(a.IDs, c.IDs) || len(a.IDs) <= len(plain.IDs) {
		t.Errorf("%v and %v of one seed, %v of another", a.IDs, b.IDs, c.IDs)
	}
	if got := tok.Decode(a.IDs, true); got != s {
		t.Errorf("decodes to %q", got)
	}
	if all, err := tok.EncodeSampled(rng.New(1), s, 1); err != nil || len(all.IDs) != len(s) {
		t.Errorf("without any merge there are %v, %v", all, err)
	}
	if _, err := tok.EncodeSampled(rng.New(1), s, 1.5); err == nil {
		t.Error("more than all merges were left out")
	}
}

// TestLongWord: the time of a long word grows as n log n; 2 MB of one word would take hours otherwise.
func TestLongWord(t *testing.T) {
	tok := bytesTokenizer(t)
	s := strings.Repeat("hello", 200_000)
	ids, err := tok.IDs(s)
	if err != nil || len(ids) != 200_000 {
		t.Fatalf("%d ids, %v", len(ids), err)
	}
}

// TestShortAndLong: looking through all parts and the heap give the same.
func TestShortAndLong(t *testing.T) {
	tok := bytesTokenizer(t)
	m := tok.model.(*bpe)
	k := rng.KeyOf(3)
	for i := range uint64(300) {
		word := make([]byte, 2+k.IntnAt(2*i, 36))
		for j := range word {
			word[j] = "helo wrd"[k.Child("letter").IntnAt(100*i+uint64(j), 8)]
		}
		var short, long work
		m.split(&short, word, true)
		m.split(&long, word, true)
		short.merge.run(m.merges, nil)
		long.merge.runLong(m.merges, nil)
		if len(short.merge.parts) != len(long.merge.parts) {
			t.Fatalf("%q: %d and %d parts", word, len(short.merge.parts), len(long.merge.parts))
		}
		for j := range short.merge.parts {
			if a, b := short.merge.parts[j], long.merge.parts[j]; a.id != b.id || a.end != b.end {
				t.Fatalf("%q: part %d is %v and %v", word, j, a, b)
			}
		}
	}
}

// llama2CFile is a tokenizer.bin with a few tokens of its own.
func llama2CFile() []byte {
	var b []byte
	add := func(score float32, s string) {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(score))
		b = append(binary.LittleEndian.AppendUint32(b, uint32(len(s))), s...)
	}
	b = binary.LittleEndian.AppendUint32(b, 8)
	for _, s := range []string{"<unk>", "\n<s>\n", "\n</s>\n"} {
		add(0, s)
	}
	for i := range 256 {
		add(0, fmt.Sprintf("<0x%02X>", i))
	}
	for i, s := range []string{" ", "h", "i", "hi", " hi"} {
		add(-float32(i), s)
	}
	return b
}

func TestLlama2C(t *testing.T) {
	b := llama2CFile()
	tok, err := ReadLlama2C(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	ids, _ := tok.IDs("hi hi!")
	if want := []int64{1, 263, 263, 36}; !equal(ids, want) {
		t.Errorf("%v, not %v", ids, want)
	}
	if got := tok.Decode(ids, true); got != "hi hi!" {
		t.Errorf("decodes to %q", got)
	}
	whole := map[int]bool{len(b) - 11: true, len(b) - 21: true, len(b) - 30: true, len(b) - 39: true, len(b) - 48: true} // up to the end of a token
	for n := range b {
		if _, err := ReadLlama2C(bytes.NewReader(b[:n])); (err == nil) != whole[n] {
			t.Errorf("the first %d of %d bytes: %v", n, len(b), err)
		}
	}
}
