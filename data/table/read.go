package table

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// MaxBytes is how long a file may be, decompressed.
const MaxBytes = 1 << 30

// errLong is what reading beyond MaxBytes fails with.
var errLong = fmt.Errorf("longer than %d bytes", MaxBytes)

// Header says whether the first row of a file names the columns.
type Header int

// What is known about a header.
const (
	Detect Header = iota // look at the first row: words without repetition over numbers, or words that never come again
	With
	Without
)

// Options say what cannot be seen in the file, or is seen wrongly. The zero value finds everything out.
type Options struct {
	Separator  rune            // found among comma, semicolon, tab and bar if 0
	Header     Header          // found out if Detect
	Kinds      map[string]Kind // of columns by name, for those whose kind is not what it seems
	Missing    []string        // what stands for nothing besides the empty cell; DefaultMissing if nil
	MaxClasses int             // a column of more different words is Text; 64 if 0
	Like       *Table          // take columns, kinds and classes from this table; an unknown class is missing
}

// DefaultMissing are the words that stand for a missing cell. Capitals do not matter.
var DefaultMissing = []string{"NA", "N/A", "NaN", "null", "?"}

// Open reads the file at path; it may be compressed with gzip.
func Open(path string, o Options) (*Table, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading a table: %w", err)
	}
	defer f.Close()
	return Read(f, path, o)
}

// Read reads a table; name stands in its errors, and the line where there is one.
func Read(r io.Reader, name string, o Options) (*Table, error) {
	rows, err := records(r, &o)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	t := &Table{Name: name}
	var names []string
	if t.Header = o.header(rows); t.Header {
		names, rows = rows[0], rows[1:]
	} else {
		for i := range rows[0] {
			names = append(names, fmt.Sprint(i))
		}
	}
	if t.Rows = len(rows); t.Rows == 0 {
		return nil, fmt.Errorf("reading %s: a header and no rows", name)
	}
	for i, n := range names {
		n = strings.TrimSpace(n)
		if slices.ContainsFunc(t.Columns, func(c *Column) bool { return c.Name == n }) {
			return nil, fmt.Errorf("reading %s: two columns are called %q", name, n)
		}
		t.Columns = append(t.Columns, o.column(n, rows, i))
	}
	if o.Like != nil {
		if err := t.conform(rows, o); err != nil {
			return nil, fmt.Errorf("reading %s like %s: %w", name, o.Like.Name, err)
		}
	}
	return t, nil
}

// records returns the cells of a file, row by row, and sets the separator if it is not given.
func records(r io.Reader, o *Options) ([][]string, error) {
	b := bufio.NewReader(r)
	if magic, _ := b.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(b)
		if err != nil {
			return nil, err
		}
		b = bufio.NewReader(z)
	}
	b = bufio.NewReader(&limited{b, MaxBytes})
	if mark, _ := b.Peek(3); string(mark) == "\ufeff" {
		_, _ = b.Discard(3)
	}
	start, err := b.Peek(b.Size())
	if len(start) == 0 {
		if errors.Is(err, io.EOF) {
			err = errors.New("no rows")
		}
		return nil, err
	}
	if o.Separator == 0 {
		o.Separator = separator(start)
	}
	c := csv.NewReader(b)
	c.Comma = o.Separator
	rows, err := c.ReadAll()
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, errors.New("no rows")
	}
	return rows, nil
}

// A limited reader fails once more than left bytes were read.
type limited struct {
	r    io.Reader
	left int
}

func (l *limited) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	if l.left -= n; l.left < 0 {
		return 0, errLong
	}
	return n, err
}

// separator returns the commonest candidate outside quotes in the first line.
func separator(start []byte) rune {
	const candidates = ",;\t|"
	var count [len(candidates)]int
	quoted := false
	for _, b := range start {
		if b == '"' {
			quoted = !quoted
		} else if quoted {
			continue
		} else if b == '\n' {
			break
		} else if i := strings.IndexByte(candidates, b); i >= 0 {
			count[i]++
		}
	}
	best := 0
	for i, n := range count {
		if n > count[best] {
			best = i
		}
	}
	return rune(candidates[best])
}

// header reports whether the first row names the columns.
func (o *Options) header(rows [][]string) bool {
	if o.Header != Detect {
		return o.Header == With
	}
	first := slices.Clone(rows[0])
	for i, cell := range first {
		first[i] = strings.TrimSpace(cell)
		if _, ok := number(cell); ok || o.missing(cell) && cell != "" {
			return false
		}
	}
	slices.Sort(first)
	if len(slices.Compact(first)) < len(rows[0]) || len(rows) == 1 {
		return false
	}
	again := false
	for i := range first {
		column := make([]string, len(rows)-1)
		for r, row := range rows[1:] {
			column[r] = row[i]
		}
		if o.numeric(column) {
			return true
		}
		again = again || slices.Contains(column, rows[0][i])
	}
	return !again
}
