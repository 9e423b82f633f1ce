package wire

import (
	"bytes"
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
)

type leaf struct {
	Key   string `wire:"1"`
	Value []byte `wire:"2"`
	Next  *leaf  `wire:"3"`
}

type every struct {
	Bool    bool      `wire:"1"`
	Int32   int32     `wire:"2"`
	Int64   int64     `wire:"3"`
	Uint64  uint64    `wire:"4"`
	Float   float32   `wire:"5"`
	Double  float64   `wire:"6"`
	Text    string    `wire:"7"`
	Maybe   *int64    `wire:"8"`
	MaybeS  *string   `wire:"9"`
	Ints    []int64   `wire:"10"`
	Ints32  []int32   `wire:"11"`
	Uints   []uint64  `wire:"12"`
	Floats  []float32 `wire:"13"`
	Doubles []float64 `wire:"14"`
	Texts   []string  `wire:"15"`
	Blobs   [][]byte  `wire:"16"`
	Leaf    *leaf     `wire:"17"`
	Leaves  []*leaf   `wire:"1000"`
	Bools   []bool    `wire:"19"`
	own     int
}

func full() *every {
	zero, empty := int64(0), ""
	return &every{
		Bool: true, Int32: -5, Int64: math.MinInt64, Uint64: math.MaxUint64, Float: -1.5, Double: math.Pi, Text: "jì 机",
		Maybe: &zero, MaybeS: &empty, Ints: []int64{0, -1, 300, math.MaxInt64}, Ints32: []int32{-1, 7}, Uints: []uint64{1 << 63},
		Floats: []float32{1, 2, -3}, Doubles: []float64{1e300}, Texts: []string{"", "a"}, Blobs: [][]byte{{}, {1, 2}},
		Leaf: &leaf{Key: "k", Next: &leaf{}}, Leaves: []*leaf{{}, {Key: "b", Value: bytes.Repeat([]byte{9}, 3*large)}}, Bools: []bool{true, false},
	}
}

func TestRoundTrip(t *testing.T) {
	in := full()
	b := Marshal(in)
	var out every
	if err := Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(in, &out) {
		t.Errorf("in  %+v\nout %+v", in, out)
	}
	var w Writer
	w.Marshal(in)
	var to bytes.Buffer
	if n, err := w.WriteTo(&to); err != nil || n != int64(len(b)) || !bytes.Equal(to.Bytes(), b) || w.Len() != len(b) {
		t.Errorf("WriteTo wrote %d bytes of %d: %v", n, len(b), err)
	}
}

// The bytes are those of the documentation: protobuf.dev/programming-guides/encoding.
func TestDocumentedBytes(t *testing.T) {
	for _, c := range []struct {
		v    any
		want []byte
	}{
		{&struct {
			A int32 `wire:"1"`
		}{150}, []byte{0x08, 0x96, 0x01}},
		{&struct {
			B string `wire:"2"`
		}{"testing"}, []byte{0x12, 0x07, 't', 'e', 's', 't', 'i', 'n', 'g'}},
		{&struct {
			A int64 `wire:"1"`
		}{-2}, []byte{0x08, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}},
		{&struct {
			E []int32 `wire:"6"`
		}{[]int32{3, 270, 86942}}, []byte{0x32, 0x06, 0x03, 0x8e, 0x02, 0x9e, 0xa7, 0x05}},
	} {
		if got := Marshal(c.v); !bytes.Equal(got, c.want) {
			t.Errorf("%+v: % x, want % x", c.v, got, c.want)
		}
	}
}

// Numbers that stand one by one, packed, and both at once are the same.
func TestPackedOrNot(t *testing.T) {
	var w Writer
	w.Int(10, 1)
	w.Bytes(10, []byte{2, 0xac, 0x02})
	w.Int(10, -4)
	w.Float32(13, 0.5)
	w.Bytes(13, []byte{0, 0, 0x80, 0x3f})
	var out every
	if err := Unmarshal(w.Joined(), &out); err != nil || !slices.Equal(out.Ints, []int64{1, 2, 300, -4}) || !slices.Equal(out.Floats, []float32{0.5, 1}) {
		t.Errorf("%v %v %v", out.Ints, out.Floats, err)
	}
}

// A message that ends anywhere but between two fields is refused, by the reader and the scanner.
func TestTruncated(t *testing.T) {
	b := Marshal(full())
	whole := map[int]bool{0: true}
	r := NewReader(b)
	for r.Next() {
		whole[r.pos] = true
	}
	for n := range min(len(b), 400) {
		var out every
		err := Unmarshal(b[:n], &out)
		var e *Error
		if whole[n] != (err == nil) || err != nil && !errors.As(err, &e) {
			t.Errorf("cut at byte %d: %v", n, err)
		}
		s := NewScanner(bytes.NewReader(b[:n]), 0, int64(n))
		for s.Next() {
		}
		if whole[n] != (s.Err() == nil) {
			t.Errorf("cut at byte %d: the scanner says %v", n, s.Err())
		}
	}
}

// The scanner finds the fields that the reader finds, where they lie.
func TestScanner(t *testing.T) {
	b := Marshal(full())
	r, s := NewReader(b), NewScanner(bytes.NewReader(b), 0, int64(len(b)))
	for r.Next() {
		if !s.Next() {
			t.Fatal(s.Err())
		}
		at, n := s.Value()
		if s.Field() != r.Field() || s.Kind() != r.Kind() || r.Kind() == Bytes && !bytes.Equal(b[at:at+n], r.Bytes()) || r.Kind() == Varint && s.Uint() != r.Uint() {
			t.Errorf("field %d at %d: field %d", r.Field(), r.Offset(), s.Field())
		}
		if from, all := s.Whole(); from != r.Offset() || from+all != int64(r.pos) {
			t.Errorf("field %d lies at %d, %d long", r.Field(), from, all)
		}
	}
	if s.Next() || s.Err() != nil {
		t.Error("the scanner found more:", s.Err())
	}
}

func TestHostile(t *testing.T) {
	deep := []byte{}
	for range MaxDepth + 2 {
		var w Writer
		w.Bytes(3, deep)
		deep = w.Joined()
	}
	var w Writer
	w.Bytes(17, deep)
	for _, c := range []struct {
		data []byte
		want string
	}{
		{w.Joined(), "deep"},
		{[]byte{0x00, 0x01}, "no field"},
		{[]byte{0x0b}, "unknown kind"},
		{[]byte{0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}, "no end"},
		{[]byte{0x3a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}, "are left"},
		{[]byte{0x3a, 0x05, 'a'}, "5 bytes long"},
		{[]byte{0x38, 0x05}, "kind 0"},
		{[]byte{0x52, 0x02, 0x80, 0x80}, "no end"},
		{[]byte{0x6a, 0x03, 1, 2, 3}, "3 bytes"},
		{bytes.Repeat([]byte{0xc2, 0x3e, 0x00}, 3<<20), "more memory"},
	} {
		var out every
		if err := Unmarshal(c.data, &out); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("% x…: %v, want %q", c.data[:min(len(c.data), 12)], err, c.want)
		}
	}
}

// A struct that cannot be a message is a mistake of the program.
func TestTags(t *testing.T) {
	for _, v := range []any{
		&struct {
			A int `wire:"1"`
		}{},
		&struct {
			A int64 `wire:"0"`
		}{},
		&struct {
			A int64 `wire:"1"`
			B int64 `wire:"1"`
		}{},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%T: no panic", v)
				}
			}()
			Marshal(v)
		}()
	}
	if (every{own: 1}).own != 1 {
		t.Error("fields without tag are left alone")
	}
}

func FuzzUnmarshal(f *testing.F) {
	f.Add(Marshal(full())[:300])
	f.Add([]byte{0x52, 0x02, 0x80, 0x01})
	f.Fuzz(func(t *testing.T, b []byte) {
		var v, again every
		err := Unmarshal(b, &v)
		s := NewScanner(bytes.NewReader(b), 0, int64(len(b)))
		for s.Next() {
		}
		if err != nil {
			return
		}
		if s.Err() != nil {
			t.Errorf("the scanner refuses what the reader takes: %v", s.Err())
		}
		c := Marshal(&v)
		if err := Unmarshal(c, &again); err != nil || !bytes.Equal(c, Marshal(&again)) {
			t.Errorf("written again: %v", err)
		}
	})
}
