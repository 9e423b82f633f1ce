package gguf

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

func bytesOf(x []int64) []byte {
	b := make([]byte, len(x))
	for i, v := range x {
		b[i] = byte(v)
	}
	return b
}

func kindOf(t *testing.T, name string) kind {
	t.Helper()
	for _, k := range kinds {
		if k.name == name {
			return k
		}
	}
	t.Fatalf("no kind %s", name)
	return kind{}
}

// Packed blocks become the numbers that the gguf package and ggml make of them, bit for bit.
func TestBlocksEqualGGML(t *testing.T) {
	seen := map[string]bool{"Q8_1": true} // has a test of its own
	for _, c := range check.Cases(t, check.Golden(t, "testdata/blocks.golden"), "expand/") {
		c := c.On(t)
		k := kindOf(t, strings.TrimPrefix(c.Name, "expand/"))
		b, want := bytesOf(c.Int64("b")), c.Float32("y")
		got, err := k.read(bytes.NewReader(b), []int{len(want)})
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range got.Floats() {
			if math.Float32bits(v) != math.Float32bits(want[i]) {
				t.Errorf("%s: element %d is %v, want %v", k.name, i, v, want[i])
				break
			}
		}
		seen[k.name] = true
	}
	for _, k := range kinds {
		if k.expand != nil && !seen[k.name] {
			t.Errorf("%s has no golden values", k.name)
		}
	}
}

// ggml keeps the sum of a block of Q8_1 between its scale and its numbers.
func TestQ8_1(t *testing.T) {
	b := make([]byte, 36)
	putHalf(b, 0.5)
	putHalf(b[2:], 99)
	b[4], b[35] = 3, 0xff
	y := make([]float32, 32)
	if q81(y, b); y[0] != 1.5 || y[31] != -0.5 || y[1] != 0 {
		t.Errorf("%v", y)
	}
}

// What is packed has the bytes of ggml's reference.
func TestPackedEqualsGGML(t *testing.T) {
	x := check.Formula(9, 0, 1, 2048).Floats()
	for i := range x {
		x[i] *= [4]float32{1, 3, 0.01, 0}[i/512]
	}
	for _, c := range check.Cases(t, check.Golden(t, "testdata/blocks.golden"), "pack/") {
		c := c.On(t)
		k := kindOf(t, strings.TrimPrefix(c.Name, "pack/"))
		want, got, off := bytesOf(c.Int64("b")), make([]byte, k.bytes), 0
		for i := range len(x) / k.block {
			packers[k.name](got, x[i*k.block:(i+1)*k.block])
			for j, b := range got {
				if b != want[i*k.bytes+j] {
					off++
				}
			}
		}
		if off > 0 {
			t.Errorf("%s: %d of %d bytes differ", k.name, off, len(want))
		}
	}
}

// A file that the gguf package wrote: every type of metadata, and plain and packed tensors.
func TestFileOfTheGGUFPackage(t *testing.T) {
	f, err := Open("testdata/small.gguf")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for key, want := range map[string]any{
		"general.architecture": "llama", "test.text": "a 中 b", "test.uint8": uint8(200), "test.int8": int8(-3), "test.uint16": uint16(60000), "test.int16": int16(-300),
		"test.uint32": uint32(4e9), "test.int32": int32(-70000), "test.uint64": uint64(1 << 40), "test.int64": int64(-1 << 40), "test.float32": float32(0.1),
		"test.float64": 0.1, "test.yes": true, "test.no": false, "test.texts": []string{"x", "", "ü"}, "test.ints": []int32{1, 2, -3},
		"test.floats": []float32{1, 2.5}, "test.bools": []bool{true, false},
	} {
		if got, err := f.Value(key); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %T %v (%v), want %v", key, got, got, err, want)
		}
	}
	if _, err := f.Value("test.nothing"); err == nil {
		t.Error("a key that is not there gives no error")
	}
	m := f.Metadata()
	for key, want := range map[string]string{
		"test.uint32": "4000000000", "test.float32": "0.1", "test.floats": "[1.0,2.5]", "test.texts": `["x","","ü"]`, "test.yes": "true",
		"test.long": "1000 values of type int32", "test.bools": "[true,false]",
	} {
		if m[key] != want {
			t.Errorf("%s reads %q, want %q", key, m[key], want)
		}
	}
	x := check.Formula(3, 0, 1, 4, 64)
	for name, c := range map[string]struct {
		dtype device.DType
		want  *tensor.Tensor
		near  float64
	}{
		"f32": {device.Float32, x, 0}, "f16": {device.Float16, x.Cast(device.Float16), 0}, "bf16": {device.BFloat16, x.Cast(device.BFloat16), 0},
		"vector": {device.Float32, x.Select(0, 0).Slice(0, 0, 5), 0}, "f64": {device.Float64, x.Slice(1, 0, 3), 0},
		"i8": {device.Int32, hundredths(x), 0}, "i16": {device.Int32, hundredths(x), 0}, "i32": {device.Int32, hundredths(x), 0}, "i64": {device.Int64, hundredths(x), 0},
		"q8_0": {device.Float32, x, 0.005}, "q4_0": {device.Float32, x, 0.13}, "q5_1": {device.Float32, x, 0.04},
	} {
		got, err := f.Tensor(name)
		if err != nil || got.DType() != c.dtype || !slices.Equal(got.Shape(), c.want.Shape()) {
			t.Errorf("%s: %v, %v", name, got, err)
			continue
		}
		if off := got.Cast(device.Float64).Sub(c.want.Cast(device.Float64)).Abs().Max().Item(); off > c.near {
			t.Errorf("%s is off by %g", name, off)
		}
	}
}

func hundredths(x *tensor.Tensor) *tensor.Tensor { return x.Slice(1, 0, 2).Scale(100).Trunc() }

// A file copied is the same to the byte; read and written with other elements it has those, and its metadata stay.
func TestWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.gguf")
	f, err := Open("testdata/small.gguf")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := format.Write(path, f, format.WriteConfig{}); err != nil {
		t.Fatal(err)
	}
	a, _ := os.ReadFile("testdata/small.gguf")
	if b, _ := os.ReadFile(path); !bytes.Equal(a, b) {
		t.Errorf("a copy has %d bytes, and not the same as the %d of the file", len(b), len(a))
	}
	for _, c := range []struct{ as, wide, packed, vector string }{
		{"f16", "F16", "F16", "F32"}, {"q8_0", "Q8_0", "Q8_0", "F32"}, {"q4_0", "Q4_0", "Q4_0", "F32"}, {"q4_k", "Q8_0", "Q8_0", "F32"}, {"bfloat16", "BF16", "BF16", "F32"},
	} {
		var b bytes.Buffer
		if err := Write(&b, f, format.WriteConfig{Type: c.as}); err != nil {
			t.Fatal(err)
		}
		g, err := NewFile(bytes.NewReader(b.Bytes()), int64(b.Len()))
		if err != nil {
			t.Fatal(err)
		}
		types := map[string]string{}
		for _, e := range g.Entries() {
			types[e.Name] = e.Type
		}
		if types["f32"] != c.wide || types["q5_1"] != c.packed || types["vector"] != c.vector || types["i16"] != "I16" {
			t.Errorf("as %s: %v", c.as, types)
		}
		if v, err := g.Value("test.uint16"); v != uint16(60000) || err != nil {
			t.Errorf("as %s: metadata %v, %v", c.as, v, err)
		}
		x, err := f.Tensor("f32")
		if err != nil {
			t.Fatal(err)
		}
		if y, err := g.Tensor("f32"); err != nil || y.Cast(device.Float32).Sub(x).Abs().Max().Item() > 0.13 {
			t.Errorf("as %s: %v, %v", c.as, y, err)
		}
	}
	if err := Write(new(bytes.Buffer), f, format.WriteConfig{Type: "q3_k"}); err == nil || !strings.Contains(err.Error(), "q4_k") {
		t.Errorf("%v", err)
	}
}

// shown is a GGUF file whose tensors have other names.
type shown struct{ format.File }

func (s shown) Entries() []format.Entry {
	list := s.File.Entries()
	for i := range list {
		list[i].Name = "new." + list[i].Name
	}
	return list
}

func (s shown) Origin(name string) (format.File, string) {
	return s.File, strings.TrimPrefix(name, "new.")
}

// A file that shows another under new names is written with the bytes and the metadata of that one.
func TestWrittenUnderOtherNames(t *testing.T) {
	f, err := Open("testdata/small.gguf")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var b bytes.Buffer
	if err := Write(&b, shown{f}, format.WriteConfig{}); err != nil {
		t.Fatal(err)
	}
	g, err := NewFile(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	want, err := f.Raw("q5_1")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := g.Raw("new.q5_1"); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	if long, err := g.Value("test.long"); err != nil || len(long.([]int32)) != 1000 {
		t.Errorf("%v, %v", long, err)
	}
	if _, err := g.Raw("q5_1"); err == nil {
		t.Error("the old name is still there")
	}
}

// Tensors and texts from elsewhere are written in the types that readers of GGUF want.
func TestWrittenFromMemory(t *testing.T) {
	x := check.Formula(1, 0, 1, 2, 512)
	file := format.Of(map[string]string{
		"general.name": "7", "llama.block_count": "32", "llama.rope.freq_base": "10000.0", "n": "-3", "big": "5000000000", "ok": "true", "plain": "a [b",
		"texts": `["a","b"]`, "scores": "[1.5,2]", "types": "[1,-2]", "mixed": `[1,"a"]`, "nan": "nan",
	}, format.Named{Name: "w", Tensor: x}, format.Named{Name: "b", Tensor: tensor.Ones(3)}, format.Named{Name: "ids", Tensor: tensor.Of([]int64{1, 2})}, format.Named{Name: "one", Tensor: tensor.Scalar(2)})
	var b bytes.Buffer
	if err := Write(&b, file, format.WriteConfig{Type: "Q4_K"}); err != nil {
		t.Fatal(err)
	}
	f, err := NewFile(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]any{
		"general.name": "7", "llama.block_count": uint32(32), "llama.rope.freq_base": float32(10000), "n": int32(-3), "big": uint64(5e9), "ok": true, "plain": "a [b",
		"texts": []string{"a", "b"}, "scores": []float32{1.5, 2}, "types": []int32{1, -2}, "mixed": `[1,"a"]`, "nan": "nan",
	} {
		if got, err := f.Value(key); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %T %v (%v), want %v", key, got, got, err, want)
		}
	}
	y, err := f.Tensor("w")
	if err != nil {
		t.Fatal(err)
	}
	if mean := y.Sub(x).Square().Mean().Item(); mean > 0.0012 {
		t.Errorf("the mean square error of Q4_K is %g", mean)
	}
	if one, err := f.Tensor("one"); err != nil || one.Rank() != 0 || one.Item() != 2 {
		t.Errorf("%v, %v", one, err)
	}
	nan := format.Of(nil, format.Named{Name: "w", Tensor: tensor.Full(math.NaN(), 2, 32)})
	if err := Write(new(bytes.Buffer), nan, format.WriteConfig{Type: "q8_0"}); err == nil || !strings.Contains(err.Error(), `"w": element 0 is NaN`) {
		t.Errorf("%v", err)
	}
	if err := Write(new(bytes.Buffer), format.Of(nil, format.Named{Name: "m", Tensor: tensor.Of([]bool{true})}), format.WriteConfig{}); err == nil || !strings.Contains(err.Error(), "bool") {
		t.Errorf("%v", err)
	}
}

// Values are read into variables of their types, or of wider ones; what is not there leaves them alone.
func TestReadValues(t *testing.T) {
	f, err := Open("testdata/small.gguf")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var name string
	var texts []string
	var wide uint64
	var yes, none *bool
	var small uint8
	var signed *uint32
	for key, into := range map[string]any{
		"test.text": &name, "test.texts": &texts, "test.uint16": &wide, "test.yes": &yes, "test.nothing": &none, "test.uint8": &signed,
	} {
		if err := f.Read(key, into); err != nil {
			t.Error(err)
		}
	}
	if name != "a 中 b" || len(texts) != 3 || wide != 60000 || yes == nil || !*yes || none != nil || *signed != 200 {
		t.Errorf("%q, %q, %d, %v, %v", name, texts, wide, yes, none)
	}
	for key, into := range map[string]any{"test.uint16": &small, "test.text": &wide, "test.int8": &wide, "test.texts": &name} {
		if err := f.Read(key, into); err == nil || !strings.Contains(err.Error(), key) {
			t.Errorf("%s: %v", key, err)
		}
	}
}

// Without expanding, the integers and scales of a matrix are what its expansion is made of.
func TestPackedWithoutExpanding(t *testing.T) {
	f, err := Open("testdata/small.gguf")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for name, bits := range map[string]int{"q8_0": 8, "q4_0": 4} {
		p, err := f.Packed(name)
		if err != nil || p == nil || p.Format.Bits != bits || p.Out != 4 || p.In != 64 {
			t.Fatalf("%s: %v, %v", name, p, err)
		}
		x, err := f.Tensor(name)
		if err != nil {
			t.Fatal(err)
		}
		data, scale := tensor.Values[uint8](p.Data), p.Scale.Floats()
		for i, want := range x.Floats() {
			row, col := i/64, i%64
			q := int(int8(data[min(i, len(data)-1)]))
			if bits == 4 {
				b := data[row*32+col/32*16+col%16]
				q = int(b>>(col%32/16*4)&15) - 8
			}
			if got := scale[row*2+col/32] * float32(q); got != want {
				t.Fatalf("%s: element %d is %v, want %v", name, i, got, want)
			}
		}
	}
	if p, err := f.Packed("f32"); p != nil || err != nil {
		t.Errorf("%v, %v", p, err)
	}
	if _, err := f.Packed("none"); err == nil {
		t.Error("no error for a tensor that is not there")
	}
}
