package gguf

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/format"
)

// A maker writes files that lie.
type maker struct{ b []byte }

func (m *maker) u32(v ...uint32) *maker {
	for _, v := range v {
		m.b = binary.LittleEndian.AppendUint32(m.b, v)
	}
	return m
}

func (m *maker) u64(v ...uint64) *maker {
	for _, v := range v {
		m.b = binary.LittleEndian.AppendUint64(m.b, v)
	}
	return m
}

func (m *maker) text(s string) *maker { m.b = appendText(m.b, s); return m }

// tensor says of a tensor how it lies.
func (m *maker) tensor(name string, kind uint32, offset uint64, shape ...uint64) *maker {
	return m.text(name).u32(uint32(len(shape))).u64(shape...).u32(kind).u64(offset)
}

// data pads to the alignment and adds n bytes.
func (m *maker) data(n int) []byte {
	return append(m.b, make([]byte, int(ceil(int64(len(m.b)), 32))-len(m.b)+n)...)
}

// begun returns a file with so many tensors and pairs to follow.
func begun(tensors, pairs uint64) *maker {
	m := &maker{b: []byte(magic)}
	return m.u32(3).u64(tensors, pairs)
}

func open(b []byte) (*File, error) { return NewFile(bytes.NewReader(b), int64(len(b))) }

// Each is a file that has misled some reader; all are refused, and no memory is taken for what they claim.
func TestHostileFiles(t *testing.T) {
	const huge = math.MaxUint64
	nested := begun(0, 1).text("k").u32(9)
	for range 50 {
		nested.u32(9).u64(1)
	}
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		// CVE-2026-7482: offset or size of a tensor beyond the file, so that a quantizer read what was behind the buffer.
		"a tensor larger than the file":       {begun(1, 0).tensor("t", 0, 0, 1<<20).data(64), "takes 4194304 bytes"},
		"a tensor that begins behind the end": {begun(1, 0).tensor("t", 0, 1<<40, 8).data(64), "begins at byte 1099511627776"},
		"a tensor that ends behind the end":   {begun(2, 0).tensor("a", 0, 0, 8).tensor("b", 0, 32, 16).data(64), "takes 64 bytes"},
		// CVE-2025-53630 and CVE-2026-27940: sizes whose product, or sum, overflows to a small number.
		"a product that overflows":     {begun(1, 0).tensor("t", 0, 0, 1<<32, 1<<32).data(64), "shape"},
		"a product of four":            {begun(1, 0).tensor("t", 0, 0, 1<<16, 1<<16, 1<<16, 1<<16).data(64), "shape"},
		"blocks whose bytes overflow":  {begun(1, 0).tensor("t", 12, 0, 1<<60).data(64), "shape"},
		"an offset that overflows":     {begun(2, 0).tensor("a", 0, 0, 8).tensor("b", 0, huge-31, 8).data(64), "begins at byte"},
		"an axis below 0 as int64":     {begun(1, 0).tensor("t", 0, 0, huge).data(64), "axis"},
		"no elements of endless shape": {begun(1, 0).tensor("t", 0, 0, 0, 1<<40, 1<<40).data(64), "shape"},
		// CVE-2024-21802 and its kind: counts of the header.
		"tensors that cannot be there":  {begun(1<<60, 0).data(64), "tensors cannot be"},
		"pairs that cannot be there":    {begun(0, 1<<60).data(64), "pairs of metadata cannot be"},
		"more pairs than anybody needs": {begun(0, 1<<17).data(2 << 20), "pairs of metadata cannot be"},
		"a text longer than the file":   {begun(0, 1).text("k").u32(8).u64(1 << 50).data(64), "takes 1125899906842624 bytes"},
		"a key longer than the file":    {begun(0, 1).u64(1 << 50).data(64), "a text of 1125899906842624 bytes"},
		"a name longer than the file":   {begun(1, 0).u64(huge).data(64), "a text of"},
		"an array longer than the file": {begun(0, 1).text("k").u32(9, 10).u64(1 << 61).data(64), "elements of an array cannot be"},
		"texts longer than the file":    {begun(0, 1).text("k").u32(9, 8).u64(1 << 61).data(64), "elements of an array cannot be"},
		"an array whose bytes overflow": {begun(0, 1).text("k").u32(9, 10).u64(1<<61 + 1).data(64), "elements of an array cannot be"},
		// Reports of 2026: arrays inside arrays, tensors on the same bytes, counts that differ as int64 and uint64.
		"arrays inside arrays":           {nested.data(64), "arrays inside arrays"},
		"two tensors on the same bytes":  {begun(2, 0).tensor("a", 0, 0, 8).tensor("b", 0, 0, 8).data(64), "begins at byte 0 of the data, where 32"},
		"two tensors that overlap":       {begun(2, 0).tensor("a", 0, 0, 16).tensor("b", 0, 32, 8).data(96), "begins at byte 32 of the data, where 64"},
		"a gap between tensors":          {begun(2, 0).tensor("a", 0, 0, 8).tensor("b", 0, 64, 8).data(96), "begins at byte 64"},
		"an offset that is not aligned":  {begun(1, 0).tensor("a", 0, 1, 8).data(64), "begins at byte 1"},
		"something behind the tensors":   {begun(1, 0).tensor("a", 0, 0, 8).data(64), "32 bytes stand behind"},
		"something where no tensors are": {begun(0, 0).data(64), "bytes stand behind"},
		// The rest of what can be wrong.
		"two tensors of one name":      {begun(2, 0).tensor("a", 0, 0, 8).tensor("a", 0, 32, 8).data(64), "stands twice"},
		"a key twice":                  {begun(0, 2).text("k").u32(4, 1).text("k").u32(4, 1).data(0), "stands twice"},
		"an empty key":                 {begun(0, 1).text("").u32(4, 1).data(0), "is empty"},
		"five axes":                    {begun(1, 0).tensor("a", 0, 0, 1, 1, 1, 1, 8).data(32), "5 axes"},
		"elements of no known type":    {begun(1, 0).tensor("a", 77, 0, 8).data(32), "type 77"},
		"a row that is no whole block": {begun(1, 0).tensor("a", 8, 0, 33, 32).data(2048), "blocks of 32"},
		"a packed scalar":              {begun(1, 0).tensor("a", 8, 0).data(64), "blocks of 32"},
		"metadata of no known type":    {begun(0, 1).text("k").u32(13).data(64), "type 13"},
		"an array of no known type":    {begun(0, 1).text("k").u32(9, 13).u64(1).data(64), "type 13"},
		"an alignment of 0":            {begun(0, 1).text("general.alignment").u32(4, 0).data(0), "alignment of 0"},
		"an alignment of 33":           {begun(0, 1).text("general.alignment").u32(4, 33).data(0), "alignment of 33"},
		"an alignment of a text":       {begun(0, 1).text("general.alignment").u32(8).text("32").data(0), "alignment of type 8"},
		"version 1":                    {(&maker{b: []byte(magic)}).u32(1).u64(0, 0).data(0), "version 1"},
		"version 9":                    {(&maker{b: []byte(magic)}).u32(9).u64(0, 0).data(0), "version 9"},
		"a big-endian machine":         {(&maker{b: []byte(magic)}).u32(3<<24).u64(0, 0).data(0), "big-endian"},
		"no GGUF":                      {[]byte("GGML    "), `begins with "GGML"`},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := open(c.file)
		runtime.ReadMemStats(&after)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
		if taken := after.TotalAlloc - before.TotalAlloc; taken > 8<<20 {
			t.Errorf("%s: %d bytes were taken for a file of %d", name, taken, len(c.file))
		}
	}
}

// A broken bool is found when it is asked for; what is asked for twice is read twice.
func TestBrokenValues(t *testing.T) {
	m := begun(0, 1).text("k").u32(7)
	m.b = append(m.b, 5)
	f, err := open(m.data(0))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Value("k"); !errors.Is(err, format.ErrFormat) || !strings.Contains(err.Error(), `"k"`) {
		t.Errorf("%v", err)
	}
	if !strings.Contains(f.Metadata()["k"], "no bool") {
		t.Errorf("%v", f.Metadata())
	}
}

// Known by size but not expanded: the message names the type.
func TestKindsThatAreNotExpanded(t *testing.T) {
	f, err := open(begun(1, 0).tensor("a", 19, 0, 256).data(64))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Tensor("a"); err == nil || !strings.Contains(err.Error(), `"a": elements of type IQ1_S are not expanded`) {
		t.Errorf("%v", err)
	}
}

// A file that ends anywhere but at its end is refused, or, within the padding behind its last tensor, is whole.
func TestTruncated(t *testing.T) {
	b, err := os.ReadFile("testdata/small.gguf")
	if err != nil {
		t.Fatal(err)
	}
	whole, err := open(b)
	if err != nil {
		t.Fatal(err)
	}
	last := whole.header.entries[len(whole.header.entries)-1]
	for n := range b {
		if _, err := open(b[:n]); !errors.Is(err, format.ErrFormat) && int64(n) < last.begin+last.Bytes {
			t.Fatalf("cut at byte %d of %d: %v", n, len(b), err)
		}
	}
	if _, err := open(append(slices.Clone(b), make([]byte, 32)...)); !errors.Is(err, format.ErrFormat) {
		t.Errorf("bytes behind the end: %v", err)
	}
}

func FuzzOpen(f *testing.F) {
	b, err := os.ReadFile("testdata/small.gguf")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add(b[:200])
	f.Add(begun(1, 1).text("k").u32(9, 8).u64(1).text("v").tensor("t", 2, 0, 32).data(18))
	f.Add(begun(1, 0).tensor("t", 12, 0, 256).data(144))
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := open(b)
		if err != nil {
			return
		}
		for _, key := range file.Keys() {
			if _, err := file.Value(key); err != nil && !errors.Is(err, format.ErrFormat) {
				t.Errorf("%s: %v", key, err)
			}
		}
		file.Metadata()
		for _, e := range file.Entries() {
			if _, err := file.Tensor(e.Name); err != nil && !strings.Contains(err.Error(), "not expanded") {
				t.Errorf("%s: %v", e.Name, err)
			}
		}
		var out bytes.Buffer
		if err := Write(&out, file, format.WriteConfig{}); err != nil {
			t.Error(err)
		} else if _, err := open(out.Bytes()); err != nil {
			t.Errorf("written again: %v", err)
		}
	})
}
