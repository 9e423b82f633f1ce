package hdf5

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
)

func data(t Type, shape []int64, elements any) *Data {
	return &Data{Type: t, Shape: shape, Write: func(w io.Writer) error { return binary.Write(w, binary.LittleEndian, elements) }}
}

// tree is a file with one of everything that is written.
func tree() *Node {
	float32s, int64s := Type{Class: Float, Size: 4}, Type{Class: Integer, Size: 8, Signed: true}
	root := &Node{Texts: []Text{{Name: "title", Value: strings.Repeat("länger ", 20000)}, {Name: "empty"}}}
	g := root.Child("layers").Child("dense")
	g.Texts = []Text{{Name: "names", List: []string{"kernel", "bias", "schön"}, IsList: true}, {Name: "none", IsList: true}}
	g.Child("kernel").Data = data(float32s, []int64{2, 3}, []float32{1, 2, 3, 4, 5, -6.5})
	g.Child("bias").Data = data(int64s, []int64{2}, []int64{-1, 1 << 40})
	g.Child("half").Data = data(Type{Class: Float, Size: 2}, []int64{2}, []uint16{0x3c00, 0xc000})
	g.Child("double").Data = data(Type{Class: Float, Size: 8}, nil, 2.5)
	g.Child("bytes").Data = data(Type{Class: Integer, Size: 1}, []int64{3}, []byte{0, 7, 255})
	g.Child("bool").Data = data(Type{Class: Bool, Size: 1}, []int64{2}, []byte{1, 0})
	g.Child("nothing").Data = data(float32s, []int64{0, 4}, []float32{})
	for i := range 300 {
		root.Child("many").Child(fmt.Sprint("group ", i)).Texts = []Text{{Name: "name", Value: fmt.Sprint(i)}}
	}
	return root
}

// What is written is read again. h5py and Keras were asked too; the test writes the file for them where HDF5_WRITTEN says.
func TestWrites(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, tree()); err != nil {
		t.Fatal(err)
	}
	if path := os.Getenv("HDF5_WRITTEN"); path != "" {
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	f, err := open(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	got, err := everything(f)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]content{
		"@title":               {Values: []any{strings.Repeat("länger ", 20000)}},
		"@empty":               {Values: []any{""}},
		"layers/dense@names":   {[]int64{3}, []any{"kernel", "bias", "schön"}},
		"layers/dense@none":    {[]int64{0}, []any{}},
		"layers/dense/kernel":  {[]int64{2, 3}, []any{1, 2, 3, 4, 5, -6.5}},
		"layers/dense/bias":    {[]int64{2}, []any{-1, 1 << 40}},
		"layers/dense/half":    {[]int64{2}, []any{1, -2}},
		"layers/dense/double":  {nil, []any{2.5}},
		"layers/dense/bytes":   {[]int64{3}, []any{0, 7, 255}},
		"layers/dense/bool":    {[]int64{2}, []any{1, 0}},
		"layers/dense/nothing": {[]int64{0, 4}, []any{}},
		"many/group 299@name":  {Values: []any{"299"}},
	} {
		g, ok := got[path]
		if v := strings.ReplaceAll(fmt.Sprint(g.Values), "1.099511627776e+12", "1099511627776"); !ok || !slices.Equal(g.Shape, want.Shape) || v != fmt.Sprint(want.Values) {
			t.Errorf("%s is %.200v, want %.200v", path, g, want)
		}
	}
	if len(got) != 11+300 {
		t.Errorf("%d arrays and attributes", len(got))
	}
}

// What cannot be written is an error, and one that a writer reports comes back.
func TestRefusesToWrite(t *testing.T) {
	deep := &Node{}
	for n, i := deep, 0; i < 70; i++ {
		n = n.Child("x")
	}
	failed := errors.New("disk full")
	failing := tree()
	failing.Child("x").Data = &Data{Type: Type{Class: Float, Size: 4}, Shape: []int64{1}, Write: func(io.Writer) error { return failed }}
	short := tree()
	short.Child("x").Data = data(Type{Class: Float, Size: 4}, []int64{1}, []float32{1, 2})
	for _, c := range []struct {
		root *Node
		want string
	}{
		{deep, "too deep"},
		{&Node{Children: []*Node{{Name: "a"}, {Name: "a"}}}, `"a" is empty, too long or there twice`},
		{&Node{Texts: []Text{{Name: "l", List: make([]string, MaxText+1), IsList: true}}}, "too long for a header"},
		{failing, "disk full"},
		{short, "4 bytes were written too many"},
	} {
		if err := Write(io.Discard, c.root); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
}
