package hdf5

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"strings"
	"testing"
)

// older returns a file whose root group's header, of the older kind, is at byte 96 and has these messages, each its kind
// and its bytes; more follows.
func older(more []byte, messages ...any) []byte {
	var m []byte
	for i := 0; i < len(messages); i += 2 {
		data := messages[i+1].([]byte)
		data = append(data, make([]byte, (8-len(data)%8)%8)...)
		m = binary.LittleEndian.AppendUint16(m, uint16(messages[i].(int)))
		m = binary.LittleEndian.AppendUint16(m, uint16(len(data)))
		m = append(append(m, 0, 0, 0, 0), data...)
	}
	head := binary.LittleEndian.AppendUint32([]byte{1, 0, byte(len(messages) / 2), 0, 1, 0, 0, 0}, uint32(len(m)))
	head = append(append(head, 0, 0, 0, 0), m...)
	b := []byte(Signature + "\x00\x00\x00\x00\x00\x08\x08\x00\x04\x00\x10\x00\x00\x00\x00\x00")
	end := uint64(96 + len(head) + len(more))
	b = words(b, 0, none, end, none, 0, 96, 0, 0, 0)
	return append(append(b, head...), more...)
}

func words(b []byte, v ...uint64) []byte {
	for _, w := range v {
		b = binary.LittleEndian.AppendUint64(b, w)
	}
	return b
}

func linkTo(name string, at uint64) []byte {
	return words(append([]byte{1, 0, byte(len(name))}, name...), at)
}

// dataset returns the messages of an array of bytes: shape and layout.
func arrayOf(layout []byte, filters []byte, shape ...uint64) []any {
	m := []any{
		messageDataspace, words([]byte{1, byte(len(shape)), 0, 0, 0, 0, 0, 0}, shape...),
		messageDatatype, Type{Size: 1}.encode(), messageLayout, layout,
	}
	if filters != nil {
		m = append(m, messageFilters, filters)
	}
	return m
}

func contiguous(at, n uint64) []byte { return words([]byte{3, 1}, at, n) }

// Structures that lead in circles, counts that no file has room for and bombs are errors, and soon.
func TestRefusesHostileFiles(t *testing.T) {
	var bomb bytes.Buffer
	z := zlib.NewWriter(&bomb)
	z.Write(make([]byte, 1<<20))
	z.Close()
	// A chunked array whose B-tree, behind a header of so many bytes, has one chunk.
	chunked := func(filters []byte, side uint32, stored []byte, n uint64) []byte {
		layout := binary.LittleEndian.AppendUint32(words([]byte{3, 2, 2}, 0), side)
		layout = append(layout, 1, 0, 0, 0)
		head := uint64(len(older(nil, arrayOf(layout, filters, n)...)))
		copy(layout[3:], words(nil, head))
		tree := words([]byte("TREE\x01\x00\x01\x00"), none, none)
		key := binary.LittleEndian.AppendUint32(nil, uint32(len(stored)))
		tree = words(append(append(tree, key...), 0, 0, 0, 0), 0, 0, head+64)
		tree = append(tree, make([]byte, 64-len(tree))...)
		return older(append(tree, stored...), arrayOf(layout, filters, n)...)
	}
	deflate := []byte{1, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0, 0}
	selfTree := words([]byte("TREE\x00\x01\x01\x00"), none, none, 0, 136, 0)
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"a header that goes on at itself":     {older(nil, messageContinuation, words(nil, 112, 24)), "reached twice"},
		"a header that goes on for ever":      {older(nil, messageContinuation, words(nil, 112, 1<<60)), "goes on for"},
		"a group in itself":                   {older(nil, messageLink, linkTo("a", 96)), "reached twice"},
		"a tree in itself":                    {older(append(selfTree, "HEAP\x00\x00\x00\x00"+string(words(nil, 0, 0, 136))...), messageSymbolTable, words(nil, 136, 136+uint64(len(selfTree)))), "level"},
		"a link to another file":              {older(nil, messageLink, []byte{1, 8, 64, 1, 'a', 0, 0}), "not followed"},
		"a shape without end":                 {older(nil, arrayOf(contiguous(0, 8), nil, 1<<62, 1<<62)...), "a shape of"},
		"more axes than there may be":         {older(nil, messageDataspace, []byte{1, 200, 0, 0, 0, 0, 0, 0}, messageDatatype, Type{Size: 1}.encode(), messageLayout, contiguous(0, 8)), "200 axes"},
		"bytes that are not there":            {older(nil, arrayOf(contiguous(96, 1<<40), nil, 1<<40)...), "and there are"},
		"bytes that were never written":       {older(nil, arrayOf(contiguous(none, 0), nil, 1<<40)...), "never written"},
		"a chunk that became larger":          {chunked(deflate, 1<<19, bomb.Bytes(), 1<<19), "more than the 524288 bytes"},
		"a chunk that cannot be so large":     {chunked(deflate, 1<<31, bomb.Bytes(), 1<<31), "cannot become"},
		"a chunk that is too small":           {chunked(nil, 100, make([]byte, 10), 100), "cannot become"},
		"chunks for a shape that is too wide": {chunked(deflate, 1<<20, bomb.Bytes(), 1<<33), "no room"},
		"no such filter":                      {chunked([]byte{1, 1, 0, 0, 0, 0, 0, 0, 0, 125, 0, 0, 0, 0, 0, 0}, 4, make([]byte, 4), 4), "32000 (lzf)"},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := open(c.file)
			if err == nil {
				_, err = everything(f)
			}
			if !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
	f, err := open(chunked(deflate, 1<<20, bomb.Bytes(), 1<<20))
	if err == nil {
		_, err = everything(f)
	}
	if err != nil {
		t.Errorf("an honest chunk: %v", err)
	}
}

// A file with a byte changed, here each seventeenth in turn, is read as something, or is an error.
func TestChangedBytes(t *testing.T) {
	for _, name := range []string{"types_earliest", "types_latest"} {
		b := unzipped(t, "testdata/"+name+".h5.gz")
		for i := 0; i < len(b); i += 17 {
			old := b[i]
			for _, v := range []byte{0, 255, old ^ 1, old + 128} {
				b[i] = v
				if f, err := openFile(bytes.NewReader(b), int64(len(b)), v != 0); err == nil {
					raw(f)
				}
			}
			b[i] = old
		}
	}
}

// raw reads all that is in a file, and keeps nothing.
func raw(f *File) error {
	return f.Walk(func(o *Object) error {
		attributes, err := o.Attributes()
		if err != nil {
			return err
		}
		for _, a := range attributes {
			if a.Type.Class == VarString {
				if _, err := a.Strings(); err != nil {
					return err
				}
			}
		}
		if !o.IsDataset() {
			return nil
		}
		d, err := o.Dataset()
		if err != nil {
			return err
		}
		if d.Type.Class == VarString {
			_, err = d.Strings()
			return err
		}
		if err := d.Check(); err != nil {
			return err
		}
		return d.Read(make([]byte, d.Bytes()))
	})
}

// FuzzRead reads whatever comes, with checksums or without a look at them.
func FuzzRead(f *testing.F) {
	for _, name := range []string{"types_earliest", "types_latest", "chunks_latest"} {
		b := unzipped(f, "testdata/"+name+".h5.gz")
		f.Add(b, false)
		f.Add(b, true)
	}
	f.Add(older(nil, messageLink, linkTo("a", 96)), true)
	f.Fuzz(func(t *testing.T, b []byte, lax bool) {
		file, err := openFile(bytes.NewReader(b), int64(len(b)), lax)
		if err == nil {
			err = raw(file)
		}
		if err != nil && !errors.Is(err, ErrFormat) {
			t.Errorf("an error of another kind: %v", err)
		}
	})
}
