package text

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// An Alphabet numbers characters, for language models that read and write them one by one. It has neither padding nor
// unknown: a text is decoded exactly as it was. It is safe for use by several goroutines.
type Alphabet struct {
	runes []rune // by id
	ids   map[rune]int64
}

// NewAlphabet returns the characters of a text in the order of their code points. An invalid byte counts as U+FFFD.
func NewAlphabet(s string) *Alphabet {
	seen := map[rune]bool{}
	var runes []rune
	for _, r := range s {
		if !seen[r] {
			seen[r] = true
			runes = append(runes, r)
		}
	}
	slices.Sort(runes)
	return alphabet(runes)
}

func alphabet(runes []rune) *Alphabet {
	a := &Alphabet{runes: runes, ids: make(map[rune]int64, len(runes))}
	for i, r := range runes {
		a.ids[r] = int64(i)
	}
	return a
}

// Len returns the number of characters.
func (a *Alphabet) Len() int { return len(a.runes) }

// String returns the characters in the order of their ids.
func (a *Alphabet) String() string { return string(a.runes) }

// Encode returns the ids of the characters of a text; an error if it has one that the alphabet lacks.
func (a *Alphabet) Encode(s string) ([]int64, error) {
	ids := make([]int64, 0, len(s))
	for i, r := range s {
		id, ok := a.ids[r]
		if !ok {
			return nil, fmt.Errorf("the character %q at byte %d is not among the %d of the alphabet", r, i, a.Len())
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// Decode returns the text of ids. A number that is no character's becomes U+FFFD.
func (a *Alphabet) Decode(ids []int64) string {
	var b strings.Builder
	for _, id := range ids {
		if id < 0 || id >= int64(len(a.runes)) {
			b.WriteRune(utf8.RuneError)
			continue
		}
		b.WriteRune(a.runes[id])
	}
	return b.String()
}

// Write writes the characters as one quoted string, as Go quotes them.
func (a *Alphabet) Write(w io.Writer) error {
	if _, err := io.WriteString(w, strconv.Quote(a.String())+"\n"); err != nil {
		return fmt.Errorf("writing an alphabet: %w", err)
	}
	return nil
}

// Save writes the characters to a file.
func (a *Alphabet) Save(path string) error { return save(path, a.Write) }

// maxAlphabet is how many bytes a written alphabet may have: more than all of Unicode.
const maxAlphabet = 16 << 20

// ReadAlphabet reads what [Alphabet.Write] wrote; name stands in its errors.
func ReadAlphabet(r io.Reader, name string) (*Alphabet, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxAlphabet+1))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	if len(b) > maxAlphabet {
		return nil, fmt.Errorf("reading %s: longer than %d bytes", name, maxAlphabet)
	}
	s, err := strconv.Unquote(strings.TrimSuffix(string(b), "\n"))
	if err != nil {
		return nil, fmt.Errorf("reading %s: no quoted string: %w", name, err)
	}
	a := alphabet([]rune(s))
	if a.String() != s || len(a.ids) != len(a.runes) {
		return nil, fmt.Errorf("reading %s: a character comes twice, or a byte is invalid", name)
	}
	return a, nil
}

// OpenAlphabet reads the file at path.
func OpenAlphabet(path string) (*Alphabet, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading an alphabet: %w", err)
	}
	defer f.Close()
	return ReadAlphabet(f, path)
}
