package recipe

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/sample"
)

// Texts says how texts become tokens: token i + 2 is Words[i], 1 any other word, 0 nothing.
type Texts struct {
	Words   []string `json:"words"` // and what else is a token: neighbours with blanks between, letters behind a blank
	Length  int      `json:"length"`
	Grams   int      `json:"grams,omitempty"`
	Letters int      `json:"letters,omitempty"`
	Room    int      `json:"room"` // tokens of a row
}

// Check reports what cannot be.
func (t *Texts) Check(in *Inputs) error {
	if len(in.Shape) != 1 || in.Shape[0] != t.Room || in.Tokens != t.Tokens() {
		return errors.New("it does not say what the texts are")
	}
	return t.Whole()
}

// Whole reports what cannot be, after reading a file that may be damaged.
func (t *Texts) Whole() error {
	if t.Room < 1 || t.Room > 1<<24 || t.Length < 1 || t.Grams < 0 || t.Grams > 5 || t.Letters < 0 || t.Letters > 8 {
		return errors.New("it does not say how texts become tokens")
	}
	return nil
}

// Read takes a text, or the lines of a file.
func (t *Texts) Read(_ *Inputs, q Question) (data.Set, []string, error) {
	lines := []string{q.Text}
	labels := []string{shortened(q.Text)}
	if q.Text == "" {
		var err error
		if lines, err = Lines(q.File); err != nil {
			return nil, nil, fmt.Errorf("%w; this model takes texts, one on each line", err)
		}
		labels = numbered(q.File, "line", len(lines))
	}
	ids := t.IDs()
	for i, line := range lines {
		labels[i] += t.heeded(line, ids)
	}
	return t.Rows(sample.Labelled{Texts: lines, Labels: make([]int64, len(lines))}), labels, nil
}

// heeded says what the model does not see of a text, nothing if it sees all.
func (t *Texts) heeded(text string, ids map[string]int64) string {
	x, words := t.Encode(text, ids)
	known := slices.ContainsFunc(x, func(k int64) bool { return k > unknownWord })
	switch {
	case !known:
		return " (no word of it is known)"
	case words > t.Length:
		return fmt.Sprintf(" (the first %d of %d words)", t.Length, words)
	}
	return ""
}

// shownRunes is how much of a text stands before an answer.
const shownRunes = 80

// shortened returns a text on one line, without its end if it is long.
func shortened(text string) string {
	line := []rune(strings.Join(strings.FieldsFunc(strings.ToValidUTF8(text, "�"), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " "))
	if len(line) > shownRunes {
		return string(line[:shownRunes-1]) + "…"
	}
	return string(line)
}

// longest is how long a line of text may be.
const longest = 1 << 20

// Text returns the text in a file of at most so many bytes. It holds more than white space.
func Text(path string, most int) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("reading a text: %w", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, int64(most)+1))
	switch {
	case err != nil:
		return "", fmt.Errorf("reading a text: %w", err)
	case len(b) > most:
		return "", fmt.Errorf("%s has more than %d bytes, the most that are read", path, most)
	case !utf8.Valid(b):
		return "", fmt.Errorf("%s is no text in UTF-8", path)
	case len(bytes.TrimSpace(b)) == 0:
		return "", fmt.Errorf("%s holds no text", path)
	}
	return string(b), nil
}

// Lines returns the lines of a text file that are not empty. There is at least one.
func Lines(path string) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading a text: %w", err)
	}
	defer f.Close()
	lines := bufio.NewScanner(io.LimitReader(f, 1<<30))
	lines.Buffer(nil, longest)
	var all []string
	for lines.Scan() {
		if !utf8.Valid(lines.Bytes()) {
			return nil, fmt.Errorf("%s is no text in UTF-8", path)
		}
		if strings.TrimSpace(lines.Text()) != "" {
			all = append(all, lines.Text())
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s holds no text", path)
	}
	return all, nil
}

func numbered(path, what string, n int) []string {
	if n == 1 {
		return []string{path}
	}
	labels := make([]string, n)
	for i := range labels {
		labels[i] = fmt.Sprintf("%s, %s %d", path, what, i+1)
	}
	return labels
}
