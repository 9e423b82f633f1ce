package generate_test

import (
	"math"
	"testing"
	"unicode/utf8"

	"github.com/jimu-ml/jimu/generate"
)

// What is allowed behind a text is what can become UTF-8, byte by byte, and a stop only between letters.
func TestValidText(t *testing.T) {
	const stop = 256
	tokens := make([][]byte, stop+1)
	for b := range stop {
		tokens[b] = []byte{byte(b)}
	}
	p := generate.NewValidText(tokens, stop)
	allowed := func(text ...byte) (bytes []byte, ends bool) {
		ids, logits := make([]int64, len(text)), make([]float32, stop+1)
		for i, b := range text {
			ids[i] = int64(b)
		}
		p.Process(ids, logits)
		for b, v := range logits[:stop] {
			if !math.IsInf(float64(v), -1) {
				bytes = append(bytes, byte(b))
			}
		}
		return bytes, !math.IsInf(float64(logits[stop]), -1)
	}
	letters := 0
	var walk func(text []byte)
	walk = func(text []byte) {
		bytes, ends := allowed(text...)
		if ends != utf8.Valid(text) || len(bytes) == 0 {
			t.Fatalf("behind % x: %d bytes, end %v", text, len(bytes), ends)
		}
		if ends && len(text) > 0 {
			letters++
			return
		}
		if len(text) == 3 { // the last of four: the count is enough
			letters += len(bytes)
			return
		}
		for _, b := range bytes {
			walk(append(text[:len(text):len(text)], b))
		}
	}
	walk(nil)
	if want := utf8.MaxRune + 1 - 0x800; letters != int(want) { // all but the halves of pairs
		t.Errorf("%d letters, want %d", letters, want)
	}
	if bytes, _ := allowed(0xff, 'a'); len(bytes) != 128+30+16+5 {
		t.Errorf("behind a prompt that is no text %d bytes are allowed", len(bytes))
	}
}

// A token of several bytes is looked at as a whole.
func TestValidTextOfParts(t *testing.T) {
	p := generate.NewValidText([][]byte{[]byte("é"), []byte("\xc3"), []byte("\xa9x"), []byte("\xa9\xe4"), nil})
	logits := make([]float32, 6) // one more than there are tokens
	p.Process([]int64{0, 1}, logits)
	for id, want := range []bool{false, false, true, true, true, true} {
		if got := logits[id] == 0; got != want {
			t.Errorf("token %d: %v", id, got)
		}
	}
}
