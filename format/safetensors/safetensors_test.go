package safetensors

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// written returns a file with a tensor of every type.
func written(t testing.TB) []byte {
	t.Helper()
	x := tensor.Of([]float64{0, 1, -2.5, 3, 4, 5}, 2, 3)
	tensors := []Named{{Name: "scalar", Tensor: tensor.Scalar(7)}, {Name: "empty", Tensor: tensor.Zeros(0, 3)}}
	for d := range device.DType(device.DTypes) {
		tensors = append(tensors, Named{Name: "x." + d.String(), Tensor: x.Cast(d)})
	}
	tensors = append(tensors, Named{Name: "transposed", Tensor: x.T()})
	var b bytes.Buffer
	if err := Write(&b, tensors, map[string]string{"made": "by a test"}, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func open(b []byte) (*File, error) { return NewFile(bytes.NewReader(b), int64(len(b))) }

// What is written comes back with the same names, types, shapes and bytes; written again, it is the same file.
func TestRoundTrip(t *testing.T) {
	b := written(t)
	f, err := open(b)
	if err != nil {
		t.Fatal(err)
	}
	if f.Metadata["made"] != "by a test" || len(f.Entries) != 3+device.DTypes {
		t.Errorf("metadata %v, %d tensors", f.Metadata, len(f.Entries))
	}
	var again []Named
	for _, e := range f.Entries {
		x, err := f.Tensor(e.Name)
		if err != nil {
			t.Fatal(err)
		}
		again = append(again, Named{e.Name, x})
	}
	var c bytes.Buffer
	if err := Write(&c, again, f.Metadata, nil); err != nil || !bytes.Equal(b, c.Bytes()) {
		t.Errorf("written again: %v, %d bytes of %d", err, c.Len(), len(b))
	}
	x, err := f.Tensor("transposed")
	if err != nil || !slices.Equal(x.Shape(), []int{3, 2}) || !slices.Equal(tensor.Values[float64](x), []float64{0, 3, 1, 4, -2.5, 5}) {
		t.Errorf("%v, %v", x, err)
	}
}

// A file that ends anywhere but at its end is refused.
func TestTruncated(t *testing.T) {
	b := written(t)
	for n := range b {
		if f, err := open(b[:n]); err == nil || !errors.Is(err, ErrFormat) {
			t.Fatalf("cut at byte %d of %d: %v, %v", n, len(b), f, err)
		}
	}
	if _, err := open(append(slices.Clone(b), 0)); !errors.Is(err, ErrFormat) {
		t.Errorf("a byte behind the end: %v", err)
	}
}

// Headers that lie are refused before memory is taken.
func TestHostileHeaders(t *testing.T) {
	for _, c := range []struct{ header, want string }{
		{`[]`, "no JSON object"},
		{`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[0],"data_offsets":[8,8]}}`, "stands twice"},
		{`{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,8]}}`, "takes 16 bytes"},
		{`{"a":{"dtype":"F32","shape":[1099511627776,1099511627776],"data_offsets":[0,8]}}`, "shape"},
		{`{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}`, "shape"},
		{`{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}`, "begins at byte 8"},
		{`{"a":{"dtype":"Q4","shape":[2],"data_offsets":[0,8]}}`, `type "Q4"`},
		{`{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,2],"data_offsets":[0,8]}}`, "shape"},
		{`{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[6],"data_offsets":[2,8]}}`, "begins at byte 2"},
	} {
		n := len(c.header)
		file := append([]byte{byte(n), byte(n >> 8), 0, 0, 0, 0, 0, 0}, c.header...)
		file = append(file, make([]byte, 8)...)
		if _, err := open(file); !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.header, err)
		}
	}
	if _, err := open([]byte{0, 0, 0, 0, 0, 0, 0, 1, '{'}); !errors.Is(err, ErrFormat) {
		t.Errorf("a header longer than the file: %v", err)
	}
}

func TestWriteRefusesTheSameNameTwice(t *testing.T) {
	x := tensor.Scalar(1)
	if err := Write(new(bytes.Buffer), []Named{{"a", x}, {"a", x}}, nil, nil); err == nil {
		t.Error("no error")
	}
}

func FuzzOpen(f *testing.F) {
	b := written(f)
	f.Add(b)
	f.Add(b[:100])
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := open(b)
		if err != nil {
			return
		}
		for _, e := range file.Entries {
			if _, err := file.Tensor(e.Name); err != nil && !errors.Is(err, ErrFormat) {
				t.Errorf("%s: %v", e.Name, err)
			}
		}
	})
}
