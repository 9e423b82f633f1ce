package gguf

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/internal/parallel"
	"github.com/jimu-ml/jimu/tensor"
)

// numbers are those of the kinds that are written, by what a [format.WriteConfig] calls them.
var numbers = map[string]uint32{"f32": 0, "f16": 1, "q4_0": 2, "q8_0": 8, "q4_k": 12, "bf16": 30, "i32": 26, "i64": 27, "f64": 28}

// Write writes the tensors of f, one after another, in version 3. With a type in c, those of two axes and more get it, as far as
// their rows consist of its blocks: what does not fit q4_k gets q8_0, and what does not fit that f16. Vectors are written in f32
// then, as llama.cpp wants them. Without a type, packed tensors of a GGUF file are copied as they are.
//
// Metadata are written in the types that they have in a GGUF file, also in one that f shows under other names: then it has a
// method Origin(name string) (format.File, string), which returns that file and the name there. Texts are written as numbers, bools or arrays where they
// read as such, and do not stand under general.
func Write(w io.Writer, f format.File, c format.WriteConfig) error {
	plan, err := planned(f, c)
	if err != nil {
		return err
	}
	b := bufio.NewWriterSize(w, 1<<20)
	head, err := headOf(f, c, plan)
	if err != nil {
		return err
	}
	head = append(head, make([]byte, ceil(int64(len(head)), align)-int64(len(head)))...)
	if _, err := b.Write(head); err != nil {
		return err
	}
	for _, p := range plan {
		if err := p.write(b, f); err != nil {
			return fmt.Errorf("writing %q: %w", p.Name, err)
		}
		if _, err := b.Write(make([]byte, ceil(p.Bytes, align)-p.Bytes)); err != nil {
			return err
		}
	}
	return b.Flush()
}

const align = 32

// A part is one tensor that is to be written.
type part struct {
	format.Entry
	number uint32
	kind   kind
	source *File  // whose bytes are copied; nil: its elements are written
	origin string // its name there
}

// planned finds out how each tensor is to be written.
func planned(f format.File, c format.WriteConfig) ([]part, error) {
	want := strings.ToLower(strings.ReplaceAll(c.Type, "float", "f"))
	if want == "bf16" || want == "bfloat16" {
		want = "bf16"
	}
	if _, ok := numbers[want]; want != "" && !ok {
		return nil, fmt.Errorf("elements cannot be written as %q in this format; it has f32, f16, bf16, f64, q8_0, q4_0 and q4_k", c.Type)
	}
	var plan []part
	seen := map[string]bool{}
	for _, e := range f.Entries() {
		p := part{Entry: e}
		if seen[e.Name] || len(e.Name) > maxName || len(e.Shape) > maxAxes {
			return nil, fmt.Errorf("tensor %q of shape %v cannot be written: the name stands twice or is too long, or there are more than %d axes", e.Name, e.Shape, maxAxes)
		}
		seen[e.Name] = true
		source, origin := originOf(f, e.Name)
		if source != nil && (want == "" || !e.DType.IsFloat() || strings.EqualFold(e.Type, want)) {
			p.source, p.origin, p.kind = source, origin, source.header.entries[source.byName[origin]].kind
			p.number = numberOf(p.kind)
		} else {
			name, err := elements(e, want)
			if err != nil {
				return nil, err
			}
			p.number = numbers[name]
			p.kind = kinds[p.number]
			p.Bytes = int64(p.kind.bytes)
			for i, n := range e.Shape {
				if i == len(e.Shape)-1 {
					n /= p.kind.block
				}
				p.Bytes *= int64(n)
			}
		}
		plan = append(plan, p)
	}
	return plan, nil
}

// originOf returns the GGUF file that a tensor of f is in, and its name there; nil if there is none.
func originOf(f format.File, name string) (*File, string) {
	for {
		switch v := f.(type) {
		case *File:
			return v, name
		case interface {
			Origin(name string) (format.File, string)
		}:
			f, name = v.Origin(name)
		default:
			return nil, ""
		}
	}
}

func numberOf(k kind) uint32 {
	for n, other := range kinds {
		if other.name == k.name {
			return n
		}
	}
	return math.MaxUint32
}

// elements chooses how a tensor is written.
func elements(e format.Entry, want string) (string, error) {
	switch e.DType {
	case device.Int32:
		return "i32", nil
	case device.Int64:
		return "i64", nil
	case device.Uint8, device.Bool:
		return "", fmt.Errorf("tensor %q is of %s, which GGUF does not have", e.Name, e.DType)
	}
	if want == "" {
		return map[device.DType]string{device.Float32: "f32", device.Float64: "f64", device.Float16: "f16", device.BFloat16: "bf16"}[e.DType], nil
	}
	if len(e.Shape) < 2 {
		return "f32", nil
	}
	row := e.Shape[len(e.Shape)-1]
	if want == "q4_k" && row%256 != 0 {
		want = "q8_0"
	}
	if kinds[numbers[want]].block > 1 && row%32 != 0 {
		want = "f16"
	}
	return want, nil
}

// write writes the bytes of a tensor.
func (p part) write(w io.Writer, f format.File) error {
	if p.source != nil {
		e := p.source.header.entries[p.source.byName[p.origin]]
		_, err := io.Copy(w, io.NewSectionReader(p.source.r, e.begin, e.Bytes))
		return err
	}
	t, err := f.Tensor(p.Name)
	if err != nil {
		return err
	}
	t = t.Detach()
	if p.kind.block == 1 {
		_, err := w.Write(format.Bytes(t.Cast(p.kind.element.DType)))
		return err
	}
	return p.pack(w, t)
}

// pack writes a tensor in blocks, part by part.
func (p part) pack(w io.Writer, t *tensor.Tensor) error {
	x, put := t.Cast(device.Float32).Floats(), packers[p.kind.name]
	const most = 1 << 12 // blocks at once
	b := make([]byte, most*p.kind.bytes)
	for at := 0; len(x) > 0; at += most * p.kind.block {
		n := min(most, len(x)/p.kind.block)
		for i, v := range x[:n*p.kind.block] {
			if v-v != 0 {
				return fmt.Errorf("element %d is %v", at+i, v)
			}
		}
		parallel.For(n, 16, func(lo, hi int) {
			for i := lo; i < hi; i++ {
				put(b[i*p.kind.bytes:(i+1)*p.kind.bytes], x[i*p.kind.block:(i+1)*p.kind.block])
			}
		})
		if _, err := w.Write(b[:n*p.kind.bytes]); err != nil {
			return err
		}
		x = x[n*p.kind.block:]
	}
	return nil
}

// headOf returns all that stands before the tensors.
func headOf(f format.File, c format.WriteConfig, plan []part) ([]byte, error) {
	pairs, n, err := pairsOf(f, c)
	if err != nil {
		return nil, err
	}
	o := binary.LittleEndian
	b := o.AppendUint32([]byte(magic), 3)
	b = o.AppendUint64(b, uint64(len(plan)))
	b = append(o.AppendUint64(b, uint64(n)), pairs...)
	at := int64(0)
	for _, p := range plan {
		b = o.AppendUint32(appendText(b, p.Name), uint32(len(p.Shape)))
		for _, d := range slices.Backward(p.Shape) {
			b = o.AppendUint64(b, uint64(d))
		}
		b = o.AppendUint64(o.AppendUint32(b, p.number), uint64(at))
		at = ceil(at+p.Bytes, align)
	}
	return b, nil
}

// pairsOf returns the metadata as they are written, and how many there are. Those of a GGUF file are copied, but for what says
// how its tensors lie.
func pairsOf(f format.File, c format.WriteConfig) (b []byte, n int, err error) {
	o := binary.LittleEndian
	if source, _ := originOf(f, ""); source != nil && c.Metadata == nil {
		for _, key := range source.header.keys {
			if key == "general.alignment" || c.Type != "" && key == "general.file_type" {
				continue
			}
			v := source.header.values[key]
			raw := make([]byte, v.end-v.at)
			if got, err := source.r.ReadAt(raw, v.at); got < len(raw) {
				return nil, 0, fmt.Errorf("reading metadata %q: %w", key, err)
			}
			b = append(o.AppendUint32(appendText(b, key), v.kind), raw...)
			n++
		}
		return b, n, nil
	}
	metadata := c.Metadata
	if metadata == nil {
		metadata = f.Metadata()
	}
	for _, key := range slices.Sorted(maps.Keys(metadata)) {
		if key == "" || len(key) > maxName || key == "general.alignment" {
			continue
		}
		b = appendValue(appendText(b, key), key, metadata[key])
		n++
	}
	return b, n, nil
}

func appendText(b []byte, s string) []byte {
	return append(binary.LittleEndian.AppendUint64(b, uint64(len(s))), s...)
}
