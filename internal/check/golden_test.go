package check

import (
	"bytes"
	"compress/gzip"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const small = `{"golden":1,"made_by":"hand"}
{"name":"A/one","attrs":{"axis":-1,"stride":[2,1],"eps":1e-05,"on":true},"arrays":{"x":{"dtype":"float32","shape":[2,2],"data":[0.100000001,"NaN","-Inf",-0]},"i":{"dtype":"int64","shape":[],"data":[9007199254740993]}}}
{"name":"B","arrays":{"x":{"dtype":"float64","shape":[0,3],"data":[]}}}
`

func TestGoldenReads(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write([]byte(small))
	z.Close()
	for _, text := range []string{small, packed.String()} {
		cases, err := readGolden(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		a := cases["A/one"].On(t)
		x := a.Float32("x")
		if x[0] != 0.1 || x[1] == x[1] || !math.IsInf(float64(x[2]), -1) || !math.Signbit(float64(x[3])) {
			t.Errorf("x is %v", x)
		}
		if i := a.Int64("i"); i[0] != 1<<53+1 || len(a.Shape("i")) != 0 {
			t.Errorf("i is %v %v", a.Shape("i"), i)
		}
		if a.Int("axis") != -1 || !slices.Equal(a.Ints("stride"), []int{2, 1}) || a.Float("eps") != 1e-5 || !a.Bool("on") || a.HasAttr("off") {
			t.Error("attributes differ")
		}
		if b := cases["B"].On(t); len(b.Float64("x")) != 0 || !slices.Equal(b.Shape("x"), []int{0, 3}) || b.Has("y") {
			t.Error("B differs")
		}
	}
}

func TestGoldenRefuses(t *testing.T) {
	head := `{"golden":1,"made_by":"hand"}`
	for _, bad := range []string{
		"", "{}", `{"golden":2,"made_by":"hand"}`, head + `{"name":""}`, head + `{"name":"A"}{"name":"A"}`, head + `{"name":"A"`,
		head + `{"name":"A","arrays":{"x":{"dtype":"float32","shape":[2],"data":[1]}}}`,
		head + `{"name":"A","arrays":{"x":{"dtype":"float16","shape":[1],"data":[1]}}}`,
		head + `{"name":"A","arrays":{"x":{"dtype":"int64","shape":[1],"data":[1.5]}}}`,
		head + `{"name":"A","arrays":{"x":{"dtype":"float32","shape":[1],"data":["one"]}}}`,
	} {
		if _, err := readGolden(strings.NewReader(bad)); err == nil {
			t.Errorf("no error for %s", bad)
		}
	}
}

func TestGoldenFilesOfTheModule(t *testing.T) {
	files, _ := filepath.Glob("../../*/testdata/*.golden")
	more, _ := filepath.Glob("../../*/*/testdata/*.golden")
	files = append(files, more...)
	for _, name := range files {
		if all := Golden(t, name); len(Cases(t, all, "")) == 0 {
			t.Errorf("%s has %d cases", name, len(all))
		}
	}
}

// A failing stands in for a test and remembers that it failed.
type failing struct {
	testing.TB
	said bool
}

func (f *failing) Helper()               {}
func (f *failing) Errorf(string, ...any) { f.said = true }

func TestClose(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for _, c := range []struct {
		got, want float32
		fails     bool
	}{
		{1, 1, false},
		{1.0001, 1, false},
		{1.01, 1, true},
		{1e6 + 100, 1e6, false},
		{0.0005, 0, false},
		{nan, nan, false},
		{nan, 1, true},
		{1, nan, true},
		{inf, inf, false},
		{inf, -inf, true},
		{inf, 1, true},
		{1, inf, true},
	} {
		f := &failing{TB: t}
		if Close(f, "x", []float32{0, c.got}, []float32{0, c.want}, 1e-3); f.said != c.fails {
			t.Errorf("got %v, want %v: failed is %v", c.got, c.want, f.said)
		}
	}
	f := &failing{TB: t}
	if Close(f, "x", nil, []float32{1}, 1); !f.said {
		t.Error("no complaint about lengths")
	}
}
