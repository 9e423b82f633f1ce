package gguf

import (
	"bytes"
	"fmt"
	"math"

	"github.com/jimu-ml/jimu/format"
)

const (
	magic = "GGUF"

	maxPairs   = 1 << 16 // of metadata
	maxTensors = 1 << 18
	maxName    = 1<<16 - 1 // bytes
	maxAxes    = 4
	maxAlign   = 1 << 16
)

// A header is what a file says it holds.
type header struct {
	version   uint32
	keys      []string // of the metadata, in the order of the file
	values    map[string]value
	entries   []entry
	alignment int64
	data      int64 // where the tensors begin
}

// An entry is one tensor.
type entry struct {
	format.Entry
	kind  kind
	begin int64 // of its bytes in the file
}

// readHeader reads and checks the header of a file. Nothing is decoded but the alignment.
func readHeader(c *cursor) (*header, error) {
	h := &header{values: map[string]value{}, alignment: 32}
	b, err := c.need(4)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(b, []byte(magic)) {
		return nil, fmt.Errorf("%w of GGUF: it begins with %q", format.ErrFormat, b)
	}
	if h.version, err = c.uint32(); err != nil {
		return nil, err
	}
	switch v := h.version; {
	case v&0xffff == 0 && v != 0:
		return nil, fmt.Errorf("a GGUF file of a big-endian machine is not read here")
	case v != 2 && v != 3:
		return nil, fmt.Errorf("GGUF version %d is not read here, only 2 and 3", v)
	}
	tensors, err := c.count("tensors", 24, maxTensors)
	if err != nil {
		return nil, err
	}
	pairs, err := c.count("pairs of metadata", 13, maxPairs)
	if err != nil {
		return nil, err
	}
	if err := h.readPairs(c, pairs); err != nil {
		return nil, err
	}
	return h, h.readTensors(c, tensors)
}

func (h *header) readPairs(c *cursor, n uint64) error {
	for range n {
		key, err := c.text(maxName)
		if err != nil {
			return fmt.Errorf("a key of the metadata: %w", err)
		}
		if _, twice := h.values[key]; twice || key == "" {
			return fmt.Errorf("%w of GGUF: the key %q stands twice or is empty", format.ErrFormat, key)
		}
		kind, err := c.uint32()
		if err != nil {
			return err
		}
		h.keys = append(h.keys, key)
		at := c.at
		if key == "general.alignment" {
			err = h.align(c, kind)
		} else {
			err = skipValue(c, kind, 0)
		}
		if err != nil {
			return fmt.Errorf("metadata %q: %w", key, err)
		}
		h.values[key] = value{kind, at, c.at}
	}
	return nil
}

func (h *header) align(c *cursor, kind uint32) error {
	if kind != typeUint32 {
		return fmt.Errorf("%w of GGUF: an alignment of type %d", format.ErrFormat, kind)
	}
	n, err := c.uint32()
	if err == nil && (n == 0 || n > maxAlign || n&(n-1) != 0) {
		return fmt.Errorf("%w of GGUF: an alignment of %d", format.ErrFormat, n)
	}
	h.alignment = int64(n)
	return err
}

// readTensors reads what is said of the tensors, and checks that they lie one behind another up to the end of the file.
func (h *header) readTensors(c *cursor, n uint64) error {
	seen := make(map[string]bool, min(n, 1<<12))
	var offsets []uint64
	for range n {
		name, err := c.text(maxName)
		if err != nil {
			return fmt.Errorf("the name of a tensor: %w", err)
		}
		if seen[name] {
			return fmt.Errorf("%w of GGUF: tensor %q stands twice", format.ErrFormat, name)
		}
		seen[name] = true
		e, offset, err := readTensor(c, name)
		if err != nil {
			return fmt.Errorf("tensor %q: %w", name, err)
		}
		h.entries, offsets = append(h.entries, e), append(offsets, offset)
	}
	return h.place(c, offsets)
}

// readTensor reads what is said of one tensor. Its bytes are no more than the file has.
func readTensor(c *cursor, name string) (e entry, offset uint64, err error) {
	axes, err := c.uint32()
	if err != nil {
		return e, 0, err
	}
	if axes > maxAxes {
		return e, 0, fmt.Errorf("%w of GGUF: %d axes", format.ErrFormat, axes)
	}
	shape := make([]int64, axes)
	for i := range shape { // the first in the file is that of neighbours
		n, err := c.uint64()
		if err != nil {
			return e, 0, err
		}
		if n > math.MaxInt64 {
			return e, 0, fmt.Errorf("%w of GGUF: an axis of %d", format.ErrFormat, n)
		}
		shape[len(shape)-1-i] = int64(n)
	}
	number, err := c.uint32()
	if err != nil {
		return e, 0, err
	}
	k, ok := kinds[number]
	if !ok {
		return e, 0, fmt.Errorf("elements of type %d are not known here", number)
	}
	if offset, err = c.uint64(); err != nil {
		return e, 0, err
	}
	e.kind = k
	e.Name, e.Type, e.DType = name, k.name, k.element.DType
	e.Shape, e.Bytes, err = k.sized(c.size-c.at, shape)
	return e, offset, err
}

// sized checks a shape against the bytes that are there, and returns how many it takes.
func (k kind) sized(remaining int64, shape []int64) ([]int, int64, error) {
	blocks := append([]int64(nil), shape...)
	if last := len(blocks) - 1; k.block > 1 {
		if last < 0 || blocks[last]%int64(k.block) != 0 {
			return nil, 0, fmt.Errorf("%w of GGUF: shape %v is not one of blocks of %d", format.ErrFormat, shape, k.block)
		}
		blocks[last] /= int64(k.block)
	}
	if _, err := format.Sized("it", remaining, k.bytes, blocks); err != nil {
		return nil, 0, err
	}
	elements := int64(1)
	out, bytes := make([]int, len(shape)), int64(k.bytes)
	for i, n := range shape {
		out[i] = int(n)
		bytes *= blocks[i]
		if n > 0 && elements > math.MaxInt32*int64(1024)/n { // a block of zero bytes may not hide a tensor without end
			return nil, 0, fmt.Errorf("%w of GGUF: shape %v", format.ErrFormat, shape)
		}
		elements *= max(n, 1)
	}
	return out, bytes, nil
}

// place checks where tensors are said to lie: each at the next multiple of the alignment behind the one before.
func (h *header) place(c *cursor, offsets []uint64) error {
	h.data = ceil(c.at, h.alignment)
	at := h.data
	for i := range h.entries {
		e := &h.entries[i]
		if want := uint64(at - h.data); offsets[i] != want {
			return fmt.Errorf("%w of GGUF: tensor %q begins at byte %d of the data, where %d is expected", format.ErrFormat, e.Name, offsets[i], want)
		}
		if e.Bytes > c.size-at {
			return fmt.Errorf("%w of GGUF: tensor %q takes %d bytes from byte %d on, and the file ends at %d", format.ErrFormat, e.Name, e.Bytes, at, c.size)
		}
		e.begin = at
		at = ceil(at+e.Bytes, h.alignment)
	}
	if c.size > at {
		return fmt.Errorf("%w of GGUF: %d bytes stand behind its tensors", format.ErrFormat, c.size-at)
	}
	return nil
}

// ceil returns the next multiple; n is at most the size of a file, and the sum does not overflow.
func ceil(n, multiple int64) int64 { return (n + multiple - 1) / multiple * multiple }
