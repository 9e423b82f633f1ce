package token

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"os"
	"testing"
)

// A golden is what _golden/tokens_parts.py wrote.
type golden struct {
	MadeBy string `json:"made by"`
	Cases  []struct {
		Name      string
		Pair      bool
		Plain     bool
		Tokenizer json.RawMessage
		Rows      []goldenRow
	}
}

type goldenRow struct {
	Text           string
	Error          string
	IDs, Types     []int64
	Tokens         []string
	Offsets        [][2]int
	Words          []int
	Special        []int
	Attend         []int
	Overflow       [][]int64
	Decoded, Whole *string
}

func (r goldenRow) bytes(t *testing.T) string {
	b, err := base64.StdEncoding.DecodeString(r.Text)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func readParts(t *testing.T) golden {
	t.Helper()
	f, err := os.Open("testdata/parts.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var g golden
	if err := json.NewDecoder(z).Decode(&g); err != nil {
		t.Fatal(err)
	}
	if len(g.Cases) < 80 {
		t.Fatalf("only %d cases", len(g.Cases))
	}
	return g
}

// TestParts compares each part of tokenizer.json with the reference, also after we wrote the file.
func TestParts(t *testing.T) {
	for _, c := range readParts(t).Cases {
		t.Run(c.Name, func(t *testing.T) {
			tok, err := ReadJSON(bytes.NewReader(c.Tokenizer))
			if err != nil {
				t.Fatal(err)
			}
			var file bytes.Buffer
			if err := tok.Write(&file); err != nil {
				t.Fatal(err)
			}
			again, err := ReadJSON(&file)
			if err != nil {
				t.Fatal(err)
			}
			for i, r := range c.Rows {
				second := ""
				if c.Pair {
					second = c.Rows[(i+7)%len(c.Rows)].bytes(t)
				}
				checkRow(t, tok, r, second, c.Pair, !c.Plain)
				checkRow(t, again, r, second, c.Pair, !c.Plain)
			}
		})
	}
}

func checkRow(t *testing.T, tok *Tokenizer, r goldenRow, second string, pair, special bool) {
	t.Helper()
	text := r.bytes(t)
	var two *string
	if pair {
		two = &second
	}
	e, err := tok.encode(text, two, special, nil)
	if (err != nil) != (r.Error != "") {
		t.Errorf("%q: our error %v, the reference's %q", text, err, r.Error)
		return
	}
	if err != nil {
		return
	}
	over := make([][]int64, len(e.Overflow))
	for i := range e.Overflow {
		over[i] = e.Overflow[i].IDs
	}
	agree(t, text, "ids", e.IDs, r.IDs)
	agree(t, text, "types", e.Types, r.Types)
	agree(t, text, "tokens", e.Tokens, r.Tokens)
	agree(t, text, "words", e.Words, r.Words)
	agree(t, text, "special", ints(e.SpecialMask), r.Special)
	agree(t, text, "attention", ints(e.AttentionMask), r.Attend)
	agree(t, text, "overflow", over, r.Overflow)
	if !pair {
		spans := [][2]int{}
		for _, s := range e.LetterOffsets(text) {
			spans = append(spans, [2]int{s.Start, s.End})
		}
		agree(t, text, "offsets", spans, r.Offsets)
	}
	if r.Decoded != nil {
		agree(t, text, "decoded", tok.Decode(e.IDs, true), *r.Decoded)
		agree(t, text, "decoded with special tokens", tok.Decode(e.IDs, false), *r.Whole)
	}
}

func ints(b []bool) []int {
	n := make([]int, len(b))
	for i := range b {
		if b[i] {
			n[i] = 1
		}
	}
	return n
}

// agree compares as JSON, where an empty list is like none.
func agree(t *testing.T, text, what string, got, want any) {
	t.Helper()
	a, _ := json.Marshal(got)
	b, _ := json.Marshal(want)
	if string(a) != string(b) && !(len(a) <= 4 && len(b) <= 4) {
		t.Errorf("%q: %s\n got %s\nwant %s", text, what, a, b)
	}
}
