package safetensors

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"unicode/utf8"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/format"
)

// MaxHeader is the largest header that is read, in bytes: the format's own limit.
const MaxHeader = 100_000_000

// A kind is a type of elements of the format.
type kind struct {
	element format.Element // one that is not readable has no type of tensors
	bits    int64
}

// kinds are the types of elements by their names in a header.
var kinds = map[string]kind{
	"F32": plain(device.Float32), "F64": plain(device.Float64), "BF16": plain(device.BFloat16), "F16": plain(device.Float16),
	"I64": plain(device.Int64), "I32": plain(device.Int32), "U8": plain(device.Uint8), "BOOL": plain(device.Bool),
	"I8": {format.Int8, 8}, "I16": {format.Int16, 16}, "U16": {format.Uint16, 16}, "U32": {format.Uint32, 32}, "U64": {format.Uint64, 64},
	"F8_E4M3": {format.Float8, 8}, "F8_E5M2": {format.Float8W, 8}, "F8_E8M0": {format.Scale8, 8},
	"F4": {bits: 4}, "F6_E2M3": {bits: 6}, "F6_E3M2": {bits: 6}, "C64": {bits: 64},
}

func plain(t device.DType) kind { return kind{format.Plain(t), int64(8 * t.Bytes())} }

func nameOf(t device.DType) string {
	for name, k := range kinds {
		if k.element.Name == t.String() {
			return name
		}
	}
	return ""
}

// An entry is one tensor of a file.
type entry struct {
	format.Entry
	kind       kind
	begin, end int64 // of its bytes, counted from the end of the header
}

// A header is what a file says it holds.
type header struct {
	entries  []entry           // in the order of their bytes
	metadata map[string]string // free text
	data     int64             // where the bytes begin
}

func errorf(text string, args ...any) error {
	return fmt.Errorf("%w: "+text, append([]any{format.ErrFormat}, args...)...)
}

// readHeader reads the header of a file of that size in bytes.
func readHeader(r io.ReaderAt, size int64) (*header, error) {
	var n [8]byte
	if size < 8 {
		return nil, errorf("%d bytes are too few for a header", size)
	}
	if _, err := r.ReadAt(n[:], 0); err != nil {
		return nil, fmt.Errorf("reading the length of the header: %w", err)
	}
	length := uint64(0)
	for i := 7; i >= 0; i-- {
		length = length<<8 | uint64(n[i])
	}
	if length > MaxHeader || length > uint64(size-8) {
		return nil, errorf("a header of %d bytes in a file of %d", length, size)
	}
	text := make([]byte, length)
	if _, err := r.ReadAt(text, 8); err != nil {
		return nil, fmt.Errorf("reading the header: %w", err)
	}
	h := &header{data: 8 + int64(length)}
	if err := h.parse(text); err != nil {
		return nil, err
	}
	return h, h.check(size - h.data)
}

// parse reads the JSON object. It is strict, so that the bytes cannot mean one thing here and another elsewhere: the object
// begins at the first byte, only spaces follow it, no key stands twice, and the texts are valid.
func (h *header) parse(text []byte) error {
	if len(text) == 0 || text[0] != '{' {
		return errorf("the header is no JSON object")
	}
	if !utf8.Valid(text) {
		return errorf("the header is no valid UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(text))
	err := object(d, func(name string) error {
		if name == "__metadata__" {
			h.metadata = map[string]string{}
			return object(d, func(key string) error {
				var value string
				err := d.Decode(&value)
				h.metadata[key] = value
				return err
			})
		}
		e, err := readEntry(d, name)
		h.entries = append(h.entries, e)
		return err
	})
	if err != nil {
		return err
	}
	if rest := text[d.InputOffset():]; len(bytes.Trim(rest, " ")) > 0 {
		return errorf("something follows the JSON object of the header")
	}
	return nil
}

// object reads a JSON object, and calls each with every key, to read its value.
func object(d *json.Decoder, each func(key string) error) error {
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return errorf("there is no JSON object at byte %d of the header", d.InputOffset())
	}
	seen := map[string]bool{}
	for d.More() {
		t, err := d.Token()
		key, ok := t.(string)
		if err != nil || !ok {
			return errorf("the header is broken at byte %d", d.InputOffset())
		}
		if seen[key] {
			return errorf("%q stands twice", key)
		}
		seen[key] = true
		if err := each(key); err != nil {
			return errorf("the entry of %q is broken: %w", key, err)
		}
	}
	if _, err := d.Token(); err != nil {
		return errorf("the header ends too early")
	}
	return nil
}

func readEntry(d *json.Decoder, name string) (entry, error) {
	var dtype string
	var shape, offsets []int64
	err := object(d, func(key string) error {
		switch key {
		case "dtype":
			return d.Decode(&dtype)
		case "shape":
			return d.Decode(&shape)
		case "data_offsets":
			return d.Decode(&offsets)
		}
		return errorf("there is no such key")
	})
	if err != nil {
		return entry{}, err
	}
	k, ok := kinds[dtype]
	if !ok {
		return entry{}, errorf("its elements are of the type %q, which the format does not have", dtype)
	}
	if len(offsets) != 2 || shape == nil {
		return entry{}, errorf("it has no shape, or not two offsets")
	}
	e := entry{kind: k, begin: offsets[0], end: offsets[1]}
	e.Name, e.Type, e.DType, e.Bytes = name, dtype, k.element.DType, offsets[1]-offsets[0]
	if e.begin < 0 || e.end < e.begin {
		return e, errorf("it lies from byte %d to %d", e.begin, e.end)
	}
	return e, e.sized(shape)
}

// sized sets the shape, if the bytes are as many as it needs.
func (e *entry) sized(shape []int64) error {
	var err error
	if e.Shape, err = format.Sized(e.Name, math.MaxInt64, 64, shape); err != nil { // 64: the bits do not overflow below
		return err
	}
	n := e.kind.bits
	for _, d := range shape {
		n *= d
	}
	if n%8 != 0 || e.Bytes != n/8 {
		return errorf("with shape %v it takes %d bits, and it lies from byte %d to %d", shape, n, e.begin, e.end)
	}
	return nil
}

// check reports overlaps, gaps, and bytes that are not there.
func (h *header) check(size int64) error {
	slices.SortStableFunc(h.entries, func(a, b entry) int {
		if a.begin != b.begin {
			return int(min(max(a.begin-b.begin, -1), 1))
		}
		return int(min(max(a.end-b.end, -1), 1))
	})
	at := int64(0)
	for _, e := range h.entries {
		if e.begin != at {
			return errorf("%q begins at byte %d, where %d is expected", e.Name, e.begin, at)
		}
		at = e.end
	}
	if at != size {
		return errorf("its tensors take %d bytes, and it has %d: it was cut short or has something behind", at, size)
	}
	return nil
}
