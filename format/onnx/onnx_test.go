package onnx

import (
	"bytes"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/tensor"
)

const typesFile = "testdata/types.onnx"

// Every type of element, raw and typed, has the values that the onnx package reads.
func TestTypes(t *testing.T) {
	f, err := Open(typesFile)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	checkTypes(t, f)
	m := f.Metadata()
	if m["made"] != "by a script" || m["opset ai.onnx"] != "21" || m["producer"] != "golden" {
		t.Errorf("metadata %v", m)
	}
}

func checkTypes(t *testing.T, f format.File) {
	t.Helper()
	checked := map[string]bool{}
	for _, e := range f.Entries() {
		if strings.HasSuffix(e.Name, ".values") {
			continue
		}
		x, err := f.Tensor(e.Name)
		if err != nil {
			t.Errorf("%s: %v", e.Name, err)
			continue
		}
		want, err := f.Tensor(e.Name + ".values")
		if err != nil {
			t.Fatal(err)
		}
		if x.DType() != e.DType || !slices.Equal(x.Shape(), e.Shape) || !slices.Equal(x.Shape(), want.Shape()) {
			t.Errorf("%s: %v %v, said to be %v %v, want %v", e.Name, x.DType(), x.Shape(), e.DType, e.Shape, want.Shape())
		}
		if !same(tensor.Values[float64](x), tensor.Values[float64](want)) {
			t.Errorf("%s: %v, want %v", e.Name, x, want)
		}
		checked[e.Type] = true
	}
	if len(checked) != len(elements)-2 { // without UNDEFINED and STRING
		t.Errorf("%d types were checked of %d: %v", len(checked), len(elements)-2, checked)
	}
}

func same(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return x == y || x != x && y != y })
}

// What is read and written again is read again, within one file and with a second one.
func TestWrite(t *testing.T) {
	for _, c := range []WriteConfig{{}, {External: 1}, {External: 1000}} {
		f, err := Open(typesFile)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "copy.onnx")
		if err := Write(path, f.Model, c); err != nil {
			t.Fatal(err)
		}
		f.Close()
		g, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		checkTypes(t, g)
		if found, err := format.Detect(path); err != nil || found.Name != "onnx" {
			t.Errorf("found to be %q: %v", found.Name, err)
		}
		g.Close()
	}
}

// Tensors of ours become those of the format, of any type that carries their values, and back.
func TestFromTensor(t *testing.T) {
	f, err := Open(typesFile)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, in := range f.Model.Graph.Initializers {
		if in.Type == String {
			continue
		}
		x, err := in.Tensor()
		if err != nil {
			t.Fatal(err)
		}
		out, err := FromTensor(in.Name, x, in.Type)
		if err != nil {
			t.Fatal(err)
		}
		want, err := in.raw()
		if err != nil || !bytes.Equal(out.Raw, want) || !slices.Equal(out.Dims, in.Dims) {
			y, _ := out.Tensor()
			if !same(tensor.Values[float64](x), tensor.Values[float64](y)) { // NaN have several codes
				t.Errorf("%s: % x, want % x", in.Name, out.Raw, want)
			}
		}
	}
	for d := range device.DType(device.DTypes) {
		x := tensor.Of([]float64{0, 1}, 2, 1).Cast(d)
		out, err := FromTensor("x", x.T(), Undefined)
		if err != nil || out.Type.Carrier() != d {
			t.Errorf("%v became %v: %v", d, out, err)
		}
	}
	if _, err := FromTensor("x", tensor.Scalar(1), Int8); err == nil {
		t.Error("a float became an INT8")
	}
}

// A code is that of its number, and of a number between two it is the nearer one, of the even code if none is.
func TestEncode(t *testing.T) {
	for kind := range minifloats {
		table := kind.values()
		var numbers []float64
		for code, v := range table {
			if v != v {
				continue
			}
			if got := kind.Encode(v, !math.IsInf(float64(v), 0)); table[got] != v || v != 0 && !math.IsInf(float64(v), 0) && int(got) != code {
				t.Errorf("%v: the code of %v is %#x, want %#x", kind, v, got, code)
			}
			if v > 0 && !math.IsInf(float64(v), 0) {
				numbers = append(numbers, float64(v))
			}
		}
		slices.Sort(numbers)
		for i := 1; i < len(numbers); i++ {
			lo, hi := numbers[i-1], numbers[i]
			mid := (lo + hi) / 2
			if got := table[kind.Encode(float32(lo+(mid-lo)*0.9), true)]; float64(got) != lo {
				t.Errorf("%v: below the middle of %v and %v: %v", kind, lo, hi, got)
			}
			if got := table[kind.Encode(float32(mid+(hi-mid)*0.1), true)]; float64(got) != hi {
				t.Errorf("%v: above the middle of %v and %v: %v", kind, lo, hi, got)
			}
			if got := kind.Encode(float32(mid), true); got%2 != 0 {
				t.Errorf("%v: in the middle of %v and %v: code %#x", kind, lo, hi, got)
			}
		}
	}
	inf := float32(math.Inf(1))
	for _, c := range []struct {
		kind     DataType
		v        float32
		saturate bool
		want     byte
	}{
		// the table of the Cast operator
		{Float8E4M3FN, 1e6, true, 0x7e},
		{Float8E4M3FN, 1e6, false, 0x7f},
		{Float8E4M3FN, -inf, true, 0xfe},
		{Float8E4M3FN, inf, false, 0x7f},
		{Float8E4M3FNUZ, 1e6, true, 0x7f},
		{Float8E4M3FNUZ, 1e6, false, 0x80},
		{Float8E4M3FNUZ, -inf, false, 0x80},
		{Float8E5M2, 1e6, true, 0x7b},
		{Float8E5M2, 1e6, false, 0x7c},
		{Float8E5M2, -inf, false, 0xfc},
		{Float8E5M2FNUZ, 1e6, true, 0x7f},
		{Float8E5M2FNUZ, 1e6, false, 0x80},
		{Float4E2M1, 100, true, 7},
		{Float4E2M1, -100, false, 15},
	} {
		if got := c.kind.Encode(c.v, c.saturate); got != c.want {
			t.Errorf("%v of %v, saturate %v: %#x, want %#x", c.kind, c.v, c.saturate, got, c.want)
		}
	}
}

// A file that is cut anywhere is refused or has fewer tensors, and never brings the program down.
func TestTruncated(t *testing.T) {
	b, err := os.ReadFile(typesFile)
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; n < len(b); n += 1 + n/200 {
		m, err := Unmarshal(b[:n])
		if err == nil {
			t.Errorf("cut at byte %d: no error, %d initializers", n, len(m.Graph.Initializers))
		} else if !errors.Is(err, format.ErrFormat) {
			t.Errorf("cut at byte %d: %v", n, err)
		}
		if _, _, err := skim(bytes.NewReader(b[:n]), int64(n)); err == nil && n > 40 {
			t.Errorf("cut at byte %d: the skimmer takes it", n)
		}
	}
}

// A large file is not read whole, and gives the same tensors as a small one.
func TestLargeInitializersStay(t *testing.T) {
	b, err := os.ReadFile(typesFile)
	if err != nil {
		t.Fatal(err)
	}
	rest, left, err := skim(bytes.NewReader(b), int64(len(b)))
	if err != nil || len(rest) > len(b)-8000 {
		t.Fatalf("%d bytes of %d were read: %v", len(rest), len(b), err)
	}
	m, err := unmarshal(rest, "", left)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := Unmarshal(b)
	if err != nil {
		t.Fatal(err)
	}
	stayed := 0
	for i, in := range m.Graph.Initializers {
		if in.section != nil {
			stayed++
		}
		if in.Type == String {
			continue
		}
		x, err := in.Tensor()
		y, err2 := whole.Graph.Initializers[i].Tensor()
		if err != nil || err2 != nil || !same(tensor.Values[float64](x), tensor.Values[float64](y)) {
			t.Errorf("%s: %v, %v", in.Name, err, err2)
		}
	}
	if stayed != 2 { // big and big.values
		t.Errorf("%d initializers stayed in the file", stayed)
	}
}

// Tensors that lie about themselves are refused before memory is taken.
func TestHostileTensors(t *testing.T) {
	four := make([]byte, 16)
	for _, c := range []struct {
		t    Tensor
		want string
	}{
		{Tensor{Type: Float, Dims: []int64{5}, Raw: four}, "takes 20 bytes, and 16 are there"},
		{Tensor{Type: Float, Dims: []int64{3}, Raw: four}, "takes 12 bytes"},
		{Tensor{Type: Float, Dims: []int64{-4}, Raw: four}, "shape [-4]"},
		{Tensor{Type: Float, Dims: []int64{1 << 40, 1 << 40}, Raw: four}, "shape"},
		{Tensor{Type: Float, Dims: []int64{0, math.MaxInt64}, Raw: nil}, "shape"},
		{Tensor{Type: Float, Dims: []int64{1, 1, 1, 1, 1, 1, 1, 1, 4}, Raw: four}, "9 axes"},
		{Tensor{Type: Complex64, Dims: []int64{1, 1, 1, 1, 1, 1, 1, 2}, Raw: four}, "8 axes"},
		{Tensor{Type: 0, Dims: []int64{4}, Raw: four}, "type 0"},
		{Tensor{Type: 99, Dims: []int64{4}, Raw: four}, "type 99"},
		{Tensor{Type: -1, Dims: []int64{4}, Raw: four}, "type -1"},
		{Tensor{Type: Float, Dims: []int64{2}, Floats: []float32{1}}, "4 are there"},
		{Tensor{Type: Int4, Dims: []int64{7}, Ints32: []int32{1, 2, 3}}, "3 are there"},
		{Tensor{Type: Bool, Dims: []int64{1}, Raw: []byte{2}}, "no bool"},
		{Tensor{Type: String, Dims: []int64{1}, Strings: [][]byte{nil}}, "strings"},
		{Tensor{Type: Float, Dims: []int64{4}, Raw: four, Segment: &Segment{}}, "segment"},
	} {
		if _, err := c.t.Tensor(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.t, err, c.want)
		}
	}
	for _, s := range []SparseTensor{
		{},
		{Values: &Tensor{Type: Float, Dims: []int64{1}, Raw: four[:4]}, Indices: &Tensor{Type: Int64, Dims: []int64{1}, Ints64: []int64{9}}, Dims: []int64{3, 3}},
		{Values: &Tensor{Type: Float, Dims: []int64{1}, Raw: four[:4]}, Indices: &Tensor{Type: Int64, Dims: []int64{1, 2}, Ints64: []int64{0, -1}}, Dims: []int64{3, 3}},
		{Values: &Tensor{Type: Float, Dims: []int64{1}, Raw: four[:4]}, Indices: &Tensor{Type: Int64, Dims: []int64{1}, Ints64: []int64{0}}, Dims: []int64{1 << 20, 1 << 20}},
		{Values: &Tensor{Type: Float, Dims: []int64{4}, Raw: four}, Indices: &Tensor{Type: Int64, Dims: []int64{1}, Ints64: []int64{0}}, Dims: []int64{4}},
	} {
		if _, err := s.Dense(sparseBudget); err == nil {
			t.Errorf("%+v: no error", s)
		}
	}
}

func FuzzUnmarshal(f *testing.F) {
	b, err := os.ReadFile(typesFile)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b[:2000])
	m, err := Unmarshal(b)
	if err != nil {
		f.Fatal(err)
	}
	m.Graph.Initializers = m.Graph.Initializers[len(m.Graph.Initializers)-6:]
	m.Graph.Nodes = []*Node{{Op: "If", Inputs: []string{"a"}, Attributes: []*Attribute{{Name: "then_branch", Graph: &Graph{Name: "g", Outputs: []*ValueInfo{{Name: "y", Type: Tensors(Float, 2, -1)}}}}}}}
	small, err := Marshal(m)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(small)
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Unmarshal(b)
		rest, left, skimErr := skim(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			if !errors.Is(err, format.ErrFormat) {
				t.Error(err)
			}
			return
		}
		if skimErr != nil {
			t.Fatalf("the skimmer refuses what the reader takes: %v", skimErr)
		}
		if _, err := unmarshal(rest, "", left); err != nil {
			t.Fatalf("what the skimmer left: %v", err)
		}
		m.EachTensor(func(x *Tensor) { x.Tensor() })
		for _, s := range m.Graph.SparseInitializers {
			s.Dense(1 << 20)
		}
		if c, err := Marshal(m); err == nil {
			if _, err := Unmarshal(c); err != nil {
				t.Errorf("written again: %v", err)
			}
		}
	})
}

func BenchmarkUnmarshal(b *testing.B) {
	x := tensor.New(cpu.Device, device.Float32, 64, 64).Fill(1)
	g := &Graph{Name: "g"}
	for _, name := range strings.Fields("a b c d e f g h i j k l") {
		w, err := FromTensor(name, x, Undefined)
		if err != nil {
			b.Fatal(err)
		}
		g.Initializers = append(g.Initializers, w)
		g.Nodes = append(g.Nodes, &Node{Op: "Conv", Inputs: []string{"x", name}, Outputs: []string{"y" + name}, Attributes: []*Attribute{{Name: "strides", Ints: []int64{1, 1}, Type: AttributeInts}}})
	}
	data, err := Marshal(&Model{IRVersion: 8, Graph: g})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := Unmarshal(data); err != nil {
			b.Fatal(err)
		}
	}
}
