package check

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A Case is one example in a golden file: named arrays and named attributes. Asking for what it lacks fails the test.
type Case struct {
	Name   string
	MadeBy string // the reference implementation and its version
	attrs  map[string]json.RawMessage
	arrays map[string]*Array
	t      testing.TB
}

// An Array holds the numbers of a case in row-major order; one of the three slices is set, as DType says.
type Array struct {
	DType   string // float32, float64 or int64
	Shape   []int  // empty for a single number
	Float32 []float32
	Float64 []float64
	Int64   []int64
}

// Golden reads a golden file: its cases by name. It fails the test if it cannot. The scripts that write the files, and
// what each holds, are under _golden.
func Golden(t testing.TB, name string) map[string]*Case {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatalf("golden: %v (_golden/README.md says how to make it)", err)
	}
	defer f.Close()
	cases, err := readGolden(f)
	if err != nil {
		t.Fatalf("golden: reading %s: %v", name, err)
	}
	for _, c := range cases {
		c.t = t
	}
	return cases
}

// GoldenAll reads all golden files of a folder, such as testdata: their cases by name. It fails the test if it cannot, or if
// two files have a case of one name.
func GoldenAll(t testing.TB, folder string) map[string]*Case {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.golden"))
	if err != nil || len(files) == 0 {
		t.Fatalf("golden: no files in %s (%v)", folder, err)
	}
	all := map[string]*Case{}
	for _, name := range files {
		for key, c := range Golden(t, name) {
			if all[key] != nil {
				t.Fatalf("golden: the case %s is in %s and in another file of %s", key, name, folder)
			}
			all[key] = c
		}
	}
	return all
}

// Cases returns the cases whose names begin with prefix, in the order of their names. It fails the test if there is none.
func Cases(t testing.TB, all map[string]*Case, prefix string) []*Case {
	t.Helper()
	var some []*Case
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if strings.HasPrefix(name, prefix) {
			some = append(some, all[name])
		}
	}
	if len(some) == 0 {
		t.Fatalf("golden: no case begins with %q", prefix)
	}
	return some
}

// On returns the case with failures reported to t, a subtest's.
func (c *Case) On(t testing.TB) *Case {
	d := *c
	d.t = t
	return &d
}

// Has reports whether the case has an array of that name.
func (c *Case) Has(name string) bool { return c.arrays[name] != nil }

// Arrays returns the names of the arrays, sorted.
func (c *Case) Arrays() []string { return slices.Sorted(maps.Keys(c.arrays)) }

// Array returns an array by its name.
func (c *Case) Array(name string) *Array {
	c.t.Helper()
	a := c.arrays[name]
	if a == nil {
		c.t.Fatalf("golden: case %s has no array %q, but %v", c.Name, name, c.Arrays())
	}
	return a
}

// Shape returns the shape of an array.
func (c *Case) Shape(name string) []int { c.t.Helper(); return c.Array(name).Shape }

// Float32 returns the numbers of a float32 array.
func (c *Case) Float32(name string) []float32 { c.t.Helper(); return c.typed(name, "float32").Float32 }

// Float64 returns the numbers of a float64 array.
func (c *Case) Float64(name string) []float64 { c.t.Helper(); return c.typed(name, "float64").Float64 }

// Int64 returns the numbers of an int64 array.
func (c *Case) Int64(name string) []int64 { c.t.Helper(); return c.typed(name, "int64").Int64 }

func (c *Case) typed(name, dtype string) *Array {
	c.t.Helper()
	a := c.Array(name)
	if a.DType != dtype {
		c.t.Fatalf("golden: case %s: array %s is %s, not %s", c.Name, name, a.DType, dtype)
	}
	return a
}

// HasAttr reports whether the case has an attribute of that name.
func (c *Case) HasAttr(name string) bool { return c.attrs[name] != nil }

// Attr stores an attribute in what into points to: *int, *float64, *bool, *string, *[]int, ….
func (c *Case) Attr(name string, into any) {
	c.t.Helper()
	raw, ok := c.attrs[name]
	if !ok {
		c.t.Fatalf("golden: case %s has no attribute %q, but %v", c.Name, name, slices.Sorted(maps.Keys(c.attrs)))
	}
	if err := json.Unmarshal(raw, into); err != nil {
		c.t.Fatalf("golden: case %s: attribute %s = %s: %v", c.Name, name, raw, err)
	}
}

// Int returns an attribute that is an integer.
func (c *Case) Int(name string) (v int) { c.t.Helper(); c.Attr(name, &v); return v }

// Ints returns an attribute that is a list of integers.
func (c *Case) Ints(name string) (v []int) { c.t.Helper(); c.Attr(name, &v); return v }

// Float returns an attribute that is a number.
func (c *Case) Float(name string) (v float64) { c.t.Helper(); c.Attr(name, &v); return v }

// Bool returns an attribute that is true or false.
func (c *Case) Bool(name string) (v bool) { c.t.Helper(); c.Attr(name, &v); return v }

func readGolden(r io.Reader) (map[string]*Case, error) {
	b := bufio.NewReader(r)
	if magic, _ := b.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(b)
		if err != nil {
			return nil, err
		}
		b = bufio.NewReader(z)
	}
	d := json.NewDecoder(b)
	var head struct {
		Golden int
		MadeBy string `json:"made_by"`
	}
	if err := d.Decode(&head); err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	if head.Golden != 1 || head.MadeBy == "" {
		return nil, fmt.Errorf("header: want golden 1 and what it was made by, got %+v", head)
	}
	cases := map[string]*Case{}
	for {
		var line struct {
			Name   string
			Attrs  map[string]json.RawMessage
			Arrays map[string]*Array
		}
		if err := d.Decode(&line); err == io.EOF {
			return cases, nil
		} else if err != nil {
			return nil, fmt.Errorf("case %d, after %d good ones: %w", len(cases)+1, len(cases), err)
		}
		if line.Name == "" || cases[line.Name] != nil {
			return nil, fmt.Errorf("case %d: name %q is empty or given twice", len(cases)+1, line.Name)
		}
		cases[line.Name] = &Case{Name: line.Name, MadeBy: head.MadeBy, attrs: line.Attrs, arrays: line.Arrays}
	}
}

// UnmarshalJSON reads {"dtype":…,"shape":…,"data":…}; NaN, +Inf and -Inf are strings.
func (a *Array) UnmarshalJSON(b []byte) error {
	var raw struct {
		DType string
		Shape []int
		Data  []token
	}
	if err := json.Unmarshal(b, &raw); err != nil {
		return err
	}
	a.DType, a.Shape = raw.DType, raw.Shape
	n := 1
	for _, d := range raw.Shape {
		n *= d
	}
	if n != len(raw.Data) {
		return fmt.Errorf("an array of shape %v has %d numbers", raw.Shape, len(raw.Data))
	}
	switch raw.DType {
	case "float32":
		v, err := parse(raw.Data, func(s string) (float32, error) { v, err := strconv.ParseFloat(s, 32); return float32(v), err })
		a.Float32 = v
		return err
	case "float64":
		v, err := parse(raw.Data, func(s string) (float64, error) { return strconv.ParseFloat(s, 64) })
		a.Float64 = v
		return err
	case "int64":
		v, err := parse(raw.Data, func(s string) (int64, error) { return strconv.ParseInt(s, 10, 64) })
		a.Int64 = v
		return err
	}
	return fmt.Errorf("an array of dtype %q", raw.DType)
}

// A token is a number as it is written, or a string that stands for one.
type token string

func (t *token) UnmarshalJSON(b []byte) error {
	*t = token(strings.Trim(string(b), `"`))
	return nil
}

func parse[T any](tokens []token, one func(string) (T, error)) ([]T, error) {
	v := make([]T, len(tokens))
	for i, t := range tokens {
		x, err := one(string(t))
		if err != nil {
			return nil, fmt.Errorf("number %d: %w", i, err)
		}
		v[i] = x
	}
	return v, nil
}
