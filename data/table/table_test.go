package table

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

const crew = `age, sex,deck,name,fare,survived
22,male,,"Braund, Owen",7.25,0
38,female,C,"Cumings, ""Flo""",71.28,1
NA,female,?,Heikkinen,7.92,1
35,male,C,Allen,8.05,0
`

func mustRead(t *testing.T, text string, o Options) *Table {
	t.Helper()
	table, err := Read(strings.NewReader(text), "crew.csv", o)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// layout writes a table's columns on one line.
func layout(t *Table) string {
	var s []string
	for _, c := range t.Columns {
		switch c.Kind {
		case Number:
			s = append(s, fmt.Sprintf("%s%v", c.Name, c.Numbers))
		case Category:
			s = append(s, fmt.Sprintf("%s%v%v", c.Name, c.Classes, c.Codes))
		default:
			s = append(s, fmt.Sprintf("%s%q", c.Name, c.Text))
		}
	}
	return strings.Join(s, " ")
}

func TestRead(t *testing.T) {
	const want = `age[22 38 NaN 35] sex[female male][1 0 0 1] deck[C][-1 0 -1 0] name["Braund, Owen" "Cumings, \"Flo\"" "Heikkinen" "Allen"] fare[7.25 71.28 7.92 8.05] survived[0 1 1 0]`
	o := Options{MaxClasses: 3}
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	w.Write([]byte(crew))
	w.Close()
	for name, text := range map[string]string{"plain": crew, "gzip": z.String(), "mark": "\ufeff" + crew, "lines": strings.ReplaceAll(crew, "\n", "\r\n")} {
		table, err := Read(iotest.OneByteReader(strings.NewReader(text)), "crew.csv", o)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if got := layout(table); got != want || table.Rows != 4 || !table.Header {
			t.Errorf("%s: got %s\nwant %s", name, got, want)
		}
	}
	table := mustRead(t, crew, o)
	for name, missing := range map[string]int{"age": 1, "sex": 0, "deck": 2, "name": 0} {
		if c, _ := table.Column(name); c.Missing != missing {
			t.Errorf("%s: %d missing, want %d", name, c.Missing, missing)
		}
	}
}

func TestHeaderAndSeparatorAreFoundOut(t *testing.T) {
	for text, want := range map[string]string{
		"1,14.2,1.7\n1,13.2,1.8\n":           "0[1 1] 1[14.2 13.2] 2[1.7 1.8]",
		"a,b\n1,x\n2,y\n":                    "a[1 2] b[x y][0 1]",
		"a;b\n1,5;2,5\n":                     "a[1,5][0] b[2,5][0]",
		"a\tb\n1\t\n":                        "a[1] b[NaN]",
		"a|b\n1|2\n":                         "a[1] b[2]",
		"\"a,b,c\";d\n1;2\n":                 "a,b,c[1] d[2]",
		"ham,hello\nspam,buy\nham,hi\n":      "0[ham spam][0 1 0] 1[buy hello hi][1 0 2]",
		"label,text\nham,hello\nspam,buy\n":  "label[ham spam][0 1] text[buy hello][1 0]",
		"842302,M,17.9\n842517,B,20.5\n":     "0[842302 842517] 1[B M][1 0] 2[17.9 20.5]",
		",a\n0,x\n1,y\n":                     "[0 1] a[x y][0 1]",
		"x,x\ny,z\n":                         "0[x y][0 1] 1[x z][0 1]",
		"only\n":                             "0[only][0]",
		"date,v\n2016-07-01 00:00:00,1e-3\n": "date[2016-07-01 00:00:00][0] v[0.001]",
		"v\ninf\n2\n":                        "v[2 inf][1 0]",
	} {
		if got := layout(mustRead(t, text, Options{})); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

func TestOptionsDecide(t *testing.T) {
	table := mustRead(t, "a,b\n1,x\nnull,-\n", Options{Header: Without, Missing: []string{"-"}, Kinds: map[string]Kind{"1": Text}})
	if got := layout(table); got != `0[1 a null][1 0 2] 1["b" "x" ""]` {
		t.Error(got)
	}
	table = mustRead(t, "1,2\n3,4\n", Options{Header: With, Kinds: map[string]Kind{"1": Category}})
	if got := layout(table); got != "1[3][0] 2[4]" {
		t.Error(got)
	}
}

func TestTargets(t *testing.T) {
	table := mustRead(t, crew, Options{MaxClasses: 3})
	y, classes, err := table.Classes("survived")
	if err != nil || !slices.Equal(y, []int64{0, 1, 1, 0}) || !slices.Equal(classes, []string{"0", "1"}) {
		t.Error(y, classes, err)
	}
	if y, classes, err = table.Classes("sex"); err != nil || !slices.Equal(y, []int64{1, 0, 0, 1}) || !slices.Equal(classes, []string{"female", "male"}) {
		t.Error(y, classes, err)
	}
	if y, err := table.Numbers("fare"); err != nil || y[1] != 71.28 {
		t.Error(y, err)
	}
	for want, err := range map[string]error{
		`crew.csv: row 0 of column "deck" is missing`:                                second(table.Classes("deck")),
		`crew.csv: row 2 of column "age" is missing`:                                 first(table.Numbers("age")),
		`crew.csv: column "sex" holds no numbers, but category`:                      first(table.Numbers("sex")),
		`crew.csv: column "name" is text, with too many words to be classes`:         second(table.Classes("name")),
		`crew.csv has no column "Age"; it has age, sex, deck, name, fare, survived`:  second(table.Classes("Age")),
		`crew.csv has no column "Fare"; it has age, sex, deck, name, fare, survived`: first(table.Numbers("Fare")),
		`a scale of 1 columns for features of 5`:                                     Scale{[]float32{1}, []float32{1}}.Apply(table.Features("survived")),
	} {
		if err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func first[T any](_ T, err error) error          { return err }
func second[T, U any](_ T, _ U, err error) error { return err }

func TestFeaturesAndScale(t *testing.T) {
	table := mustRead(t, crew, Options{MaxClasses: 3})
	f := table.Features("survived", "fare")
	if got, want := strings.Join(f.Names, " "), "age sex=female sex=male deck=C"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := fmt.Sprint(f.X), "[22 0 1 0 38 1 0 1 NaN 1 0 0 35 0 1 1]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	s := Fit(f)
	if err := s.Apply(f); err != nil || f.X[8] != 0 || f.X[1] != -1 || f.X[5] != 1 {
		t.Error(f.X, err)
	}
	if sum := float64(f.X[0] + f.X[4] + f.X[12]); math.Abs(sum) > 1e-6 || math.Abs(float64(f.X[4])-0.9120) > 1e-3 {
		t.Errorf("ages are %v %v %v", f.X[0], f.X[4], f.X[12])
	}
	constant := mustRead(t, "a,b\n0.1,\n0.1,\n0.1,\n", Options{}).Features()
	if Fit(constant).Apply(constant); fmt.Sprint(constant.X) != "[0 0 0 0 0 0]" {
		t.Errorf("a constant and an empty column become %v", constant.X)
	}
}

func TestLike(t *testing.T) {
	train := mustRead(t, "a,c,t\n1,x,p\n2,y,q\n", Options{Kinds: map[string]Kind{"t": Text}})
	test := mustRead(t, "c,more,t,a\ny,1,5,7\nz,2,6,\n", Options{Like: train})
	if got, want := layout(test), `a[7 NaN] c[x y][1 -1] t["5" "6"]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for text, want := range map[string]string{
		"a,c\n1,x\n":     `reading new.csv like crew.csv: column "t" is missing`,
		"a,c,t\nb,x,p\n": `reading new.csv like crew.csv: column "a" holds category, not numbers`,
	} {
		if _, err := Read(strings.NewReader(text), "new.csv", Options{Like: train, Header: With}); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestWhatIsWrongIsSaid(t *testing.T) {
	for text, want := range map[string]string{
		"":                  "reading x: no rows",
		"\n\n":              "reading x: no rows",
		"a,b\n1,2\n3\n":     "reading x: record on line 3: wrong number of fields",
		"a,b\n1,\"2\n":      "reading x: parse error on line 2, column 6: extraneous or missing \" in quoted-field",
		"a, a\n1,2\n":       `reading x: two columns are called "a"`,
		"\x1f\x8bgarbage..": "reading x: gzip: invalid header",
	} {
		if _, err := Read(strings.NewReader(text), "x", Options{Header: With}); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
	if _, err := Read(strings.NewReader("a,b\n"), "x", Options{Header: With}); err == nil || err.Error() != "reading x: a header and no rows" {
		t.Error(err)
	}
	if _, err := Read(strings.NewReader("a\n"), "x", Options{Separator: '"'}); err == nil {
		t.Error("a quote separates")
	}
	if _, err := Read(iotest.ErrReader(os.ErrPermission), "x", Options{}); !errors.Is(err, os.ErrPermission) {
		t.Error(err)
	}
	if _, err := Open("nowhere.csv", Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	if _, err := (&limited{strings.NewReader("abc"), 2}).Read(make([]byte, 3)); !errors.Is(err, errLong) {
		t.Error(err)
	}
}

func TestTruncatedAtEveryLength(t *testing.T) {
	for n := range crew {
		table, err := Read(strings.NewReader(crew[:n]), "crew.csv", Options{})
		if err != nil && !strings.HasPrefix(err.Error(), "reading crew.csv: ") {
			t.Errorf("%d bytes: %v", n, err)
		}
		if err == nil {
			consistent(t, table)
		}
	}
}

// consistent checks that the columns are as long as the table says, and its features finite or missing.
func consistent(t *testing.T, table *Table) {
	t.Helper()
	for _, c := range table.Columns {
		if n := len(c.Numbers) + len(c.Codes) + len(c.Text); n != table.Rows || c.Missing > n {
			t.Errorf("column %s has %d cells, %d missing, in %d rows", c.Name, n, c.Missing, table.Rows)
		}
		for _, k := range c.Codes {
			if k < -1 || k >= len(c.Classes) {
				t.Errorf("column %s: class %d of %d", c.Name, k, len(c.Classes))
			}
		}
	}
	if f := table.Features(); len(f.X) != table.Rows*len(f.Names) {
		t.Errorf("%d features for %d rows and %d names", len(f.X), table.Rows, len(f.Names))
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{crew, "1,2\n3,4", "a;b\n;\n", "\ufeffa\n1", "\x1f\x8b", "\"\n\",b\n1,2\n", ",\n,\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		table, err := Read(bytes.NewReader(text), "fuzz", Options{})
		if err != nil {
			return
		}
		consistent(t, table)
		again, err := Read(bytes.NewReader(text), "fuzz", Options{Like: table})
		if err != nil || layout(again) != layout(table) {
			t.Errorf("%q: read like itself: %v", text, err)
		}
	})
}

// A cell in words is what stood in the file, as far as numbers have one form.
func TestCell(t *testing.T) {
	table, err := Read(strings.NewReader("n,kind,text\n1234567,a,x y\n-0.25,b,\n,a,z\n1e-9,,w\n2e300,b,v\n"), "cells",
		Options{Kinds: map[string]Kind{"text": Text}})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"1234567|a|x y", "-0.25|b|", "|a|z", "1e-09||w", "2e+300|b|v"} {
		var got []string
		for _, c := range table.Columns {
			got = append(got, c.Cell(i))
		}
		if strings.Join(got, "|") != want {
			t.Errorf("row %d is %q, want %q", i, got, want)
		}
	}
}
