package safetensors

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/jimu-ml/jimu/device"
)

// MaxHeader is the largest header that is read, in bytes: the format's own limit.
const MaxHeader = 100 << 20

// ErrFormat is wrapped by the errors that say that a file is no valid safetensors file.
var ErrFormat = errors.New("not a valid safetensors file")

// An Entry is one tensor of a file.
type Entry struct {
	Name  string
	DType device.DType
	Shape []int
	Begin int64 // of its bytes, counted from the end of the header
	End   int64
}

// A Header is what a file says it holds.
type Header struct {
	Entries  []Entry           // in the order of their bytes
	Metadata map[string]string // free text
	data     int64             // where the bytes begin
}

var names = map[string]device.DType{
	"F32": device.Float32, "F64": device.Float64, "BF16": device.BFloat16, "F16": device.Float16,
	"I64": device.Int64, "I32": device.Int32, "U8": device.Uint8, "BOOL": device.Bool,
}

func nameOf(t device.DType) string {
	for name, d := range names {
		if d == t {
			return name
		}
	}
	return ""
}

// ReadHeader reads the header of a file of that size in bytes.
func ReadHeader(r io.ReaderAt, size int64) (*Header, error) {
	var n [8]byte
	if size < 8 {
		return nil, fmt.Errorf("%w: %d bytes are too few for a header", ErrFormat, size)
	}
	if _, err := r.ReadAt(n[:], 0); err != nil {
		return nil, fmt.Errorf("reading the length of the header: %w", err)
	}
	length := uint64(0)
	for i := 7; i >= 0; i-- {
		length = length<<8 | uint64(n[i])
	}
	if length > MaxHeader || length > uint64(size-8) {
		return nil, fmt.Errorf("%w: a header of %d bytes in a file of %d", ErrFormat, length, size)
	}
	text := make([]byte, length)
	if _, err := r.ReadAt(text, 8); err != nil {
		return nil, fmt.Errorf("reading the header: %w", err)
	}
	h := &Header{data: 8 + int64(length)}
	if err := h.parse(text); err != nil {
		return nil, err
	}
	return h, h.check(size - h.data)
}

type entryJSON struct {
	DType   string  `json:"dtype"`
	Shape   []int64 `json:"shape"`
	Offsets []int64 `json:"data_offsets"`
}

// parse reads the JSON object key by key, so that a name that stands twice is found.
func (h *Header) parse(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return fmt.Errorf("%w: the header is no JSON object", ErrFormat)
	}
	seen := map[string]bool{}
	for d.More() {
		t, err := d.Token()
		name, ok := t.(string)
		if err != nil || !ok {
			return fmt.Errorf("%w: the header is broken at byte %d", ErrFormat, d.InputOffset())
		}
		if seen[name] {
			return fmt.Errorf("%w: %q stands twice", ErrFormat, name)
		}
		seen[name] = true
		if name == "__metadata__" {
			if err := d.Decode(&h.Metadata); err != nil {
				return fmt.Errorf("%w: the metadata are no texts: %w", ErrFormat, err)
			}
			continue
		}
		var e entryJSON
		if err := d.Decode(&e); err != nil {
			return fmt.Errorf("%w: the entry of %q is broken: %w", ErrFormat, name, err)
		}
		entry, err := e.entry(name)
		if err != nil {
			return err
		}
		h.Entries = append(h.Entries, entry)
	}
	if _, err := d.Token(); err != nil {
		return fmt.Errorf("%w: the header ends too early", ErrFormat)
	}
	return nil
}

func (e entryJSON) entry(name string) (Entry, error) {
	t, ok := names[e.DType]
	if !ok {
		return Entry{}, fmt.Errorf("%w: %q has elements of type %q", ErrFormat, name, e.DType)
	}
	if len(e.Shape) > device.MaxRank || len(e.Offsets) != 2 {
		return Entry{}, fmt.Errorf("%w: %q has shape %v and offsets %v", ErrFormat, name, e.Shape, e.Offsets)
	}
	out := Entry{Name: name, DType: t, Begin: e.Offsets[0], End: e.Offsets[1]}
	want := int64(t.Bytes())
	for _, n := range e.Shape {
		if n < 0 || n > math.MaxInt32*int64(1024) || n > 0 && want > math.MaxInt64/n {
			return Entry{}, fmt.Errorf("%w: %q has shape %v", ErrFormat, name, e.Shape)
		}
		want *= n
		out.Shape = append(out.Shape, int(n))
	}
	if out.Begin < 0 || out.End < out.Begin || out.End-out.Begin != want {
		return Entry{}, fmt.Errorf("%w: %q of shape %v takes %d bytes, but lies from %d to %d", ErrFormat, name, e.Shape, want, out.Begin, out.End)
	}
	return out, nil
}

// check reports overlaps, gaps, and bytes that are not there.
func (h *Header) check(size int64) error {
	slices.SortStableFunc(h.Entries, func(a, b Entry) int {
		if a.Begin != b.Begin {
			return int(min(max(a.Begin-b.Begin, -1), 1))
		}
		return int(min(max(a.End-b.End, -1), 1))
	})
	at := int64(0)
	for _, e := range h.Entries {
		if e.Begin != at {
			return fmt.Errorf("%w: %q begins at byte %d, where %d is expected", ErrFormat, e.Name, e.Begin, at)
		}
		at = e.End
	}
	if at != size {
		return fmt.Errorf("%w: its tensors take %d bytes, and it has %d: it was cut short or has something behind", ErrFormat, at, size)
	}
	return nil
}
