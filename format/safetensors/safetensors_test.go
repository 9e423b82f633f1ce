package safetensors

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

// tensors returns one of every type, and some of unusual shapes.
func tensors() []format.Named {
	x := tensor.Of([]float64{0, 1, -2.5, 3, 4, 5}, 2, 3)
	all := []format.Named{{Name: "scalar", Tensor: tensor.Scalar(7)}, {Name: "empty", Tensor: tensor.Zeros(0, 3)}}
	for d := range device.DType(device.DTypes) {
		all = append(all, format.Named{Name: "x." + d.String(), Tensor: x.Cast(d)})
	}
	return append(all, format.Named{Name: "transposed", Tensor: x.T()})
}

// written returns a file with them.
func written(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, tensors(), map[string]string{"made": "by a test"}, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func opened(b []byte) (*File, error) { return NewFile(bytes.NewReader(b), int64(len(b))) }

// made returns a file with that header and so many bytes of data.
func made(header string, data int) []byte {
	return append(append(binary.LittleEndian.AppendUint64(nil, uint64(len(header))), header...), make([]byte, data)...)
}

// What is written comes back with the same names, types, shapes and bytes; written again, it is the same file.
func TestRoundTrip(t *testing.T) {
	b := written(t)
	f, err := opened(b)
	if err != nil {
		t.Fatal(err)
	}
	if f.Metadata()["made"] != "by a test" || len(f.Entries()) != 3+device.DTypes {
		t.Errorf("metadata %v, %d tensors", f.Metadata(), len(f.Entries()))
	}
	var again []format.Named
	for _, e := range f.Entries() {
		x, err := f.Tensor(e.Name)
		if err != nil {
			t.Fatal(err)
		}
		if x.DType() != e.DType || !slices.Equal(x.Shape(), e.Shape) || e.Bytes != int64(x.Len()*x.DType().Bytes()) {
			t.Errorf("%+v is %v", e, x)
		}
		again = append(again, format.Named{Name: e.Name, Tensor: x})
	}
	var c bytes.Buffer
	if err := Write(&c, again, f.Metadata(), nil); err != nil || !bytes.Equal(b, c.Bytes()) {
		t.Errorf("written again: %v, %d bytes of %d", err, c.Len(), len(b))
	}
	x, err := f.Tensor("transposed")
	if err != nil || !slices.Equal(x.Shape(), []int{3, 2}) || !slices.Equal(tensor.Values[float64](x), []float64{0, 3, 1, 4, -2.5, 5}) {
		t.Errorf("%v, %v", x, err)
	}
}

// Every type that the safetensors package writes is read, its numbers unchanged, or refused by name.
func TestTypesOfTheReference(t *testing.T) {
	f, err := Open("testdata/types.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	want := check.Cases(t, check.Golden(t, "testdata/types.golden"), "types")[0]
	seen := map[string]bool{}
	for _, e := range f.Entries() {
		seen[e.Type] = true
		x, err := f.Tensor(e.Name)
		if e.Type == "C64" {
			if err == nil || !strings.Contains(err.Error(), "C64") {
				t.Errorf("%s: %v, %v", e.Name, x, err)
			}
			continue
		}
		if err != nil || x.DType() != e.DType {
			t.Errorf("%s: %v, %v", e.Name, x, err)
			continue
		}
		for i, v := range want.Float64(e.Name) {
			if got := tensor.Values[float64](x)[i]; got != v && !(math.IsNaN(got) && math.IsNaN(v)) {
				t.Errorf("%s: element %d is %v, want %v", e.Name, i, got, v)
			}
		}
	}
	if len(seen) != 17 {
		t.Errorf("the file has elements of %d types: %v", len(seen), seen)
	}
	f, err = opened(made(`{"a":{"dtype":"U64","shape":[1],"data_offsets":[0,8]}}`, 0)[:0])
	if err == nil {
		t.Error(f)
	}
	big := append(made(`{"a":{"dtype":"U64","shape":[1],"data_offsets":[0,8]}}`, 0), bytes.Repeat([]byte{255}, 8)...)
	if f, err = opened(big); err != nil {
		t.Fatal(err)
	}
	if x, err := f.Tensor("a"); err == nil || !strings.Contains(err.Error(), "does not fit in int64") {
		t.Errorf("%v, %v", x, err)
	}
}

// A file that ends anywhere but at its end is refused, and so is one with something behind: it could be a second file of
// another format.
func TestTruncatedOrLonger(t *testing.T) {
	b := written(t)
	for n := range b {
		if f, err := opened(b[:n]); err == nil || !errors.Is(err, format.ErrFormat) {
			t.Fatalf("cut at byte %d of %d: %v, %v", n, len(b), f, err)
		}
	}
	for _, more := range []string{"\x00", "PK\x05\x06" + strings.Repeat("\x00", 18)} {
		if _, err := opened(append(slices.Clone(b), more...)); !errors.Is(err, format.ErrFormat) {
			t.Errorf("%q behind the end: %v", more, err)
		}
	}
}

// Headers that lie, or that others could read otherwise, are refused before memory is taken.
func TestHostileHeaders(t *testing.T) {
	for _, c := range []struct{ header, want string }{
		{`[]`, "no JSON object"},
		{` {"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}}`, "no JSON object"},
		{`{"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}} {}`, "something follows"},
		{`{"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}}` + "\n", "something follows"},
		{`{"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}}` + "\x00", "something follows"},
		{`{"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8],"dtype":"I8"}}`, "stands twice"},
		{`{"a":{"DType":"U8","shape":[8],"data_offsets":[0,8]}}`, "no such key"},
		{`{"a":{"dtype":"U8","data_offsets":[0,8]}}`, "no shape"},
		{`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[0],"data_offsets":[8,8]}}`, "stands twice"},
		{`{"__metadata__":{"a":"1","a":"2"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}`, "stands twice"},
		{`{"__metadata__":{"a":1},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}`, "__metadata__"},
		{`{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,8]}}`, "takes 128 bits"},
		{`{"a":{"dtype":"F32","shape":[1099511627776,1099511627776],"data_offsets":[0,8]}}`, "shape"},
		{`{"a":{"dtype":"C64","shape":[288230376151711745],"data_offsets":[0,8]}}`, "shape"},
		{`{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}`, "shape"},
		{`{"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}`, "broken"},
		{`{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}`, "begins at byte 8"},
		{`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,18446744073709551624]}}`, "broken"},
		{`{"a":{"dtype":"Q4","shape":[2],"data_offsets":[0,8]}}`, `type "Q4"`},
		{`{"a":{"dtype":"F4","shape":[17],"data_offsets":[0,8]}}`, "takes 68 bits"},
		{`{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,2],"data_offsets":[0,8]}}`, "axes"},
		{`{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[6],"data_offsets":[2,8]}}`, "begins at byte 2"},
		{`{"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}}`, "begins at byte 0"},
		{`{"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[0],"data_offsets":[5,5]}}`, "begins at byte 5"},
		{`{"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[0],"data_offsets":[99,99]}}`, "begins at byte 99"},
		{"{\"a\xff\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]}}", "UTF-8"},
		{`{"a":` + strings.Repeat(`{"a":`, 20000), "no such key"},
	} {
		_, err := opened(made(c.header, 8))
		if !errors.Is(err, format.ErrFormat) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.100s: %v, want %s", c.header, err, c.want)
		}
	}
	if _, err := opened([]byte{0, 0, 0, 0, 0, 0, 0, 1, '{'}); !errors.Is(err, format.ErrFormat) {
		t.Errorf("a header longer than the file: %v", err)
	}
}

func TestWriteRefusesTheSameNameTwice(t *testing.T) {
	x := tensor.Scalar(1)
	if err := Write(new(bytes.Buffer), []format.Named{{Name: "a", Tensor: x}, {Name: "a", Tensor: x}}, nil, nil); err == nil {
		t.Error("no error")
	}
}

// By the registered format: found by content, floating-point numbers converted on the way out, metadata replaced.
func TestRegistered(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.safetensors")
	in := format.Of(map[string]string{"a": "b"}, tensors()...)
	if err := format.Write(path, in, format.WriteConfig{Type: "bf16", Metadata: map[string]string{"c": "d"}}); err != nil {
		t.Fatal(err)
	}
	f, err := format.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if fmt.Sprint(f.Metadata()) != "map[c:d]" {
		t.Errorf("metadata %v", f.Metadata())
	}
	for _, e := range f.Entries() {
		want := device.BFloat16
		if d, err := device.ParseDType(strings.TrimPrefix(e.Name, "x.")); err == nil && !d.IsFloat() {
			want = d
		}
		if e.DType != want {
			t.Errorf("%s is %v", e.Name, e.DType)
		}
	}
	if err := format.Write(path, in, format.WriteConfig{Type: "q8_0"}); err == nil || !strings.Contains(err.Error(), "q8_0") {
		t.Errorf("%v", err)
	}
	if _, err := format.Open(filepath.Dir(path)); !errors.Is(err, format.ErrFormat) {
		t.Errorf("a folder without weights: %v", err)
	}
}

func FuzzOpen(f *testing.F) {
	b := written(f)
	f.Add(b)
	f.Add(b[:100])
	f.Add(made(`{"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}`, 8))
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := opened(b)
		if err != nil {
			return
		}
		for _, e := range file.Entries() {
			x, err := file.Tensor(e.Name)
			if err == nil && (x.DType() != e.DType || !slices.Equal(x.Shape(), e.Shape)) {
				t.Errorf("%+v is %v", e, x)
			}
		}
	})
}
