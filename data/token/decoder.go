package token

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// A decoder turns the names of tokens into parts of a text.
type decoder interface {
	decode(names []string) ([]string, error)
}

type decoders []decoder

func (s decoders) decode(names []string) ([]string, error) {
	var err error
	for _, d := range s {
		if names, err = d.decode(names); err != nil {
			return nil, err
		}
	}
	return names, nil
}

// A decodeFunc is a decoder that cannot fail.
type decodeFunc func(names []string) []string

func (f decodeFunc) decode(names []string) ([]string, error) { return f(names), nil }

// Decode makes a text of ids. skip leaves out the special tokens; ids that are no token are left out too.
func (t *Tokenizer) Decode(ids []int64, skip bool) string {
	names := make([]string, 0, len(ids))
	for _, id := range ids {
		if s, ok := t.Token(id); ok && !(skip && t.added.special[s]) {
			names = append(names, s)
		}
	}
	if t.decoder == nil {
		return strings.Join(names, " ")
	}
	parts, err := t.decoder.decode(names)
	if err != nil { // a pattern of the file took too long: the names are the best there is
		return strings.Join(names, "")
	}
	return strings.Join(parts, "")
}

// decodeBytes is the decoder of ByteLevel. A name with other letters stands for itself.
func decodeBytes(names []string) []string {
	var b []byte
	for _, s := range names {
		var ok bool
		if b, ok = bytesOfLetters(b, s); !ok {
			b = append(b, s...)
		}
	}
	return []string{Valid(string(b))}
}

// byteOf returns the byte that a name such as <0x0A> stands for.
func byteOf(name string) (byte, bool) {
	if len(name) != 6 || !strings.HasPrefix(name, "<0x") || name[5] != '>' || name[3] == '+' {
		return 0, false
	}
	n, err := strconv.ParseUint(name[3:5], 16, 8)
	return byte(n), err == nil
}

// decodeFallback turns tokens of bytes into letters. A run of them that is no UTF-8 becomes as many U+FFFD.
func decodeFallback(names []string) []string {
	var out []string
	var run []byte
	flush := func() {
		if utf8.Valid(run) {
			if len(run) > 0 {
				out = append(out, string(run))
			}
		} else {
			for range run {
				out = append(out, "\ufffd")
			}
		}
		run = run[:0]
	}
	for _, s := range names {
		if b, ok := byteOf(s); ok {
			run = append(run, b)
			continue
		}
		flush()
		out = append(out, s)
	}
	flush()
	return out
}

func fuse(names []string) []string { return []string{strings.Join(names, "")} }

// decodeWordPiece joins words that go on, and puts spaces between the others.
type decodeWordPiece struct {
	prefix  string
	cleanup bool
}

func (d decodeWordPiece) decode(names []string) ([]string, error) {
	out := make([]string, len(names))
	for i, s := range names {
		if i > 0 {
			if rest, ok := strings.CutPrefix(s, d.prefix); ok {
				s = rest
			} else {
				s = " " + s
			}
		}
		if d.cleanup {
			s = cleanup(s)
		}
		out[i] = s
	}
	return out, nil
}

var cleanups = [...][2]string{
	{" .", "."},
	{" ?", "?"},
	{" !", "!"},
	{" ,", ","},
	{" ' ", "'"},
	{" n't", "n't"},
	{" 'm", "'m"},
	{" do not", " don't"},
	{" 's", "'s"},
	{" 've", "'ve"},
	{" 're", "'re"},
}

// cleanup takes out spaces before punctuation, one rule after another.
func cleanup(s string) string {
	for _, c := range cleanups {
		s = strings.ReplaceAll(s, c[0], c[1])
	}
	return s
}

// decodeMetaspace turns the sign into spaces, and that of the first token into nothing if a space was put before the text.
type decodeMetaspace struct {
	letter string
	scheme string
}

func (d decodeMetaspace) decode(names []string) ([]string, error) {
	out := make([]string, len(names))
	for i, s := range names {
		with := " "
		if i == 0 && d.scheme != "never" {
			with = ""
		}
		out[i] = strings.ReplaceAll(s, d.letter, with)
	}
	return out, nil
}

// decodeSuffix turns the suffix of words into spaces.
type decodeSuffix string

func (d decodeSuffix) decode(names []string) ([]string, error) {
	out := make([]string, len(names))
	for i, s := range names {
		with := " "
		if i == len(names)-1 {
			with = ""
		}
		out[i] = strings.ReplaceAll(s, string(d), with)
	}
	return out, nil
}

// decodeCTC takes repetitions and blanks out.
type decodeCTC struct {
	pad, delimiter string
	cleanup        bool
}

func (d decodeCTC) decode(names []string) ([]string, error) {
	var out []string
	for i, s := range names {
		if i > 0 && s == names[i-1] {
			continue
		}
		s = strings.ReplaceAll(s, d.pad, "")
		if d.cleanup {
			s = strings.ReplaceAll(cleanup(s), d.delimiter, " ")
		}
		if s != "" {
			out = append(out, s)
		}
	}
	return out, nil
}

// decodeStrip takes up to so many of a letter from the ends of each part.
type decodeStrip struct {
	letter      string
	start, stop int
}

func (d decodeStrip) decode(names []string) ([]string, error) {
	out := make([]string, len(names))
	for i, s := range names {
		for k := 0; k < d.start && d.letter != "" && strings.HasPrefix(s, d.letter); k++ {
			s = s[len(d.letter):]
		}
		for k := 0; k < d.stop && d.letter != "" && strings.HasSuffix(s, d.letter); k++ {
			s = s[:len(s)-len(d.letter)]
		}
		out[i] = s
	}
	return out, nil
}

// decodeReplace puts content in the place of what a pattern matches.
type decodeReplace struct{ replacer }

func (d decodeReplace) decode(names []string) ([]string, error) {
	out := make([]string, len(names))
	for i, s := range names {
		found, err := d.find(nil, []byte(s))
		if err != nil {
			return nil, err
		}
		var b strings.Builder
		for _, m := range found {
			if m.hit {
				b.WriteString(d.content)
			} else {
				b.WriteString(s[m.start:m.end])
			}
		}
		out[i] = b.String()
	}
	return out, nil
}

// A DecodeStream makes a text of ids that come one after another, as from a model that is writing.
type DecodeStream struct {
	t      *Tokenizer
	skip   bool
	ids    []int64
	prefix string // the text of the first start of ids, which was returned already
	start  int
}

// Stream returns a decoder for ids that come one after another. skip leaves out the special tokens.
func (t *Tokenizer) Stream(skip bool) *DecodeStream { return &DecodeStream{t: t, skip: skip} }

// manyWaiting is how many ids may wait for the rest of a letter. A letter has four bytes; what is more is no text.
const manyWaiting = 16

// Next returns the text that one more id adds. It is empty while the id ends within a letter, and what was cut comes with the next.
func (s *DecodeStream) Next(id int64) string {
	s.ids = append(s.ids, id)
	text := s.t.Decode(s.ids, s.skip)
	waiting := len(s.ids) - s.start
	if len(text) <= len(s.prefix) || strings.HasSuffix(text, "\ufffd") && waiting < manyWaiting {
		if len(text) <= len(s.prefix) && waiting >= manyWaiting { // nothing but left-out tokens: forget them
			s.ids = s.ids[:s.start]
		}
		return ""
	}
	more := text[commonPrefix(text, s.prefix):]
	s.ids = append(s.ids[:0], s.ids[s.start:]...)
	s.prefix = s.t.Decode(s.ids, s.skip)
	s.start = len(s.ids)
	return more
}

// Rest returns the text of the ids that still wait for the rest of a letter, with U+FFFD for what is missing.
func (s *DecodeStream) Rest() string {
	text := s.t.Decode(s.ids, s.skip)
	more := text[min(commonPrefix(text, s.prefix), len(text)):]
	s.ids, s.prefix, s.start = nil, "", 0
	return more
}

// commonPrefix returns where b ends in a that begins with it, or else where the two part.
func commonPrefix(a, b string) int {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	return i
}
