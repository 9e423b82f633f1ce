package vocab

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/jimu-ml/jimu/data/token"
	"github.com/jimu-ml/jimu/internal/parallel"
)

type golden struct {
	Lines []string
	Cases []struct {
		Name     string
		Base     json.RawMessage
		Settings struct {
			Size, MaxAlphabet, MaxTokenLength int
			MinCount                          int64
			Special                           []string
			Bytes                             bool
		}
		Vocab   json.RawMessage
		Merges  [][2]string
		Seconds float64
	}
}

func readGolden(t *testing.T, path string) golden {
	t.Helper()
	f, err := os.Open(path)
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
	return g
}

// model is what a tokenizer writes of its model.
type model struct {
	Model struct {
		Vocab  json.RawMessage
		Merges [][2]string
	}
}

func written(t *testing.T, tok *token.Tokenizer) model {
	t.Helper()
	var b bytes.Buffer
	if err := tok.Write(&b); err != nil {
		t.Fatal(err)
	}
	var m model
	if err := json.Unmarshal(b.Bytes(), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestReference(t *testing.T) {
	g := readGolden(t, "testdata/vocabs.json.gz")
	compare(t, g, g.Lines)
}

// TestLarge compares vocabularies of 8,000 tokens, learned of the corpus of _golden/tokens.py.
func TestLarge(t *testing.T) {
	folder := os.Getenv("JIMU_REFERENCE")
	b, err := os.ReadFile(filepath.Join(folder, "corpus.bin"))
	if folder == "" || err != nil {
		t.Skip("JIMU_REFERENCE names no folder that _golden/tokens.py --make and _golden/vocabs.py wrote")
	}
	lines := make([]string, binary.LittleEndian.Uint32(b))
	b = b[4:]
	for i := range lines {
		n := binary.LittleEndian.Uint32(b)
		lines[i] = string(b[4 : 4+n])
		b = b[4+n:]
	}
	compare(t, readGolden(t, filepath.Join(folder, "vocabs.json.gz")), lines[:10500])
}

func compare(t *testing.T, g golden, lines []string) {
	for _, c := range g.Cases {
		t.Run(c.Name, func(t *testing.T) {
			base, err := token.ReadJSON(bytes.NewReader(c.Base))
			if err != nil {
				t.Fatal(err)
			}
			s := c.Settings
			conf := Config{Size: s.Size, MaxAlphabet: s.MaxAlphabet, MaxTokenLength: s.MaxTokenLength, MinCount: s.MinCount, Special: s.Special}
			if s.Bytes {
				conf.Alphabet = token.ByteLetters()
			}
			if c.Name == "wordpiece" {
				conf.Special = append(conf.Special, numbered(t, c.Vocab, len(conf.Special))...)
			}
			begun := time.Now()
			tok, err := Learn(t.Context(), base, slices.Values(lines), conf)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%.2f s; the reference took %.2f s of processor time", time.Since(begun).Seconds(), c.Seconds)
			m := written(t, tok).Model
			switch c.Name {
			case "unigram":
				near(t, m.Vocab, c.Vocab)
			case "wordpiece":
				sameIDs(t, m.Vocab, c.Vocab)
			default:
				sameIDs(t, m.Vocab, c.Vocab)
				if !slices.Equal(m.Merges, c.Merges) {
					t.Errorf("%d merges, not the reference's %d", len(m.Merges), len(c.Merges))
				}
			}
		})
	}
}

func table(t *testing.T, b json.RawMessage) map[string]int {
	t.Helper()
	m := map[string]int{}
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func sameIDs(t *testing.T, got, want json.RawMessage) {
	t.Helper()
	a, b := table(t, got), table(t, want)
	for s, id := range b {
		if other, ok := a[s]; !ok || other != id {
			t.Errorf("%q has the id %d (%v), not %d", s, other, ok, id)
			return
		}
	}
	if len(a) != len(b) {
		t.Errorf("%d tokens, not %d", len(a), len(b))
	}
}

// numbered returns the letters of the reference's vocabulary by their ids. It numbers those within words in the order of a hash table
// with a random seed, and of equally common pairs merges that with the lower numbers: two runs of it give two vocabularies. Given
// its numbers, ours must be the same.
func numbered(t *testing.T, want json.RawMessage, special int) []string {
	t.Helper()
	ids := table(t, want)
	names := make([]string, len(ids))
	for s, id := range ids {
		names[id] = s
	}
	var letters []string
	for _, s := range names[special:] {
		if utf8.RuneCountInString(strings.TrimPrefix(s, "##")) > 1 {
			break
		}
		letters = append(letters, s)
	}
	return letters
}

// near compares unigram models: the same pieces, and scores that differ by no more than the order in which the reference adds up. It gives
// letters that were pruned a score by the order of a hash table, a ten-thousandth apart.
func near(t *testing.T, got, want json.RawMessage) {
	t.Helper()
	var a, b [][2]any
	if err := errors.Join(json.Unmarshal(got, &a), json.Unmarshal(want, &b)); err != nil {
		t.Fatal(err)
	}
	ours := map[string]float64{}
	for _, p := range a {
		ours[p[0].(string)] = p[1].(float64)
	}
	missing, worst := 0, 0.0
	for _, p := range b {
		s := p[0].(string)
		x, ok := ours[s]
		if !ok {
			missing++
		} else if utf8.RuneCountInString(s) > 1 {
			worst = max(worst, math.Abs(x-p[1].(float64)))
		}
	}
	t.Logf("%d of the reference's %d pieces are not among ours; the scores of those with more than one letter differ by %.1g at most", missing, len(b), worst)
	if len(a) != len(b) || missing > 0 || worst > 1e-9 {
		t.Errorf("%d pieces, of the reference's %d lack %d, scores differ by %g", len(a), len(b), missing, worst)
	}
}

// TestThreads: the same vocabulary with any number of processors.
func TestThreads(t *testing.T) {
	g := readGolden(t, "testdata/vocabs.json.gz")
	defer parallel.SetThreads(parallel.Threads())
	for _, kind := range Kinds {
		base, err := Base(kind)
		if err != nil {
			t.Fatal(err)
		}
		c := Defaults(kind)
		c.Size = 400
		var first string
		for _, n := range []int{1, 2, 5} {
			parallel.SetThreads(n)
			tok, err := Learn(t.Context(), base, slices.Values(g.Lines[:300]), c)
			if err != nil {
				t.Fatal(err)
			}
			m := written(t, tok).Model
			if s := string(m.Vocab); first == "" {
				first = s
			} else if s != first {
				t.Errorf("%s: with %d processors the vocabulary is another one", kind, n)
			}
			if tok.Size() != 400 {
				t.Errorf("%s: %d tokens, not 400", kind, tok.Size())
			}
		}
	}
}

func TestStopped(t *testing.T) {
	base, err := Base("unigram")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := Learn(ctx, base, slices.Values([]string{"a b"}), Config{Size: 100}); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped, it gives %v", err)
	}
	if _, err := Learn(t.Context(), base, slices.Values([]string{"abcdef"}), Config{Size: 3}); err == nil {
		t.Error("three tokens for seven letters were enough")
	}
	if _, err := Base("x"); err == nil {
		t.Error("there is a kind x")
	}
}
