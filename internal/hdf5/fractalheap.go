package hdf5

import (
	"fmt"
	"math/bits"
)

// A fractalHeap holds the links or attributes of a group that has many: blocks that double in size, found through a table.
type fractalHeap struct {
	s         *scan
	id        int // bytes of an object's number
	filters   int // bytes of the description of filters; they are not read
	flags     byte
	hugeTree  uint64
	width     uint64 // blocks in a row of the table
	first     uint64 // bytes of a block in the first rows
	direct    uint64 // bytes of the largest block with objects in it
	bits      int    // of an offset in the heap
	root      uint64
	rows      uint64 // of the root, if it is a table; 0: it is a block
	most      uint64 // bytes of the largest object in a block
	offset    int    // bytes of an offset
	lengths   int    // bytes of a length
	hugeBytes map[uint64][2]uint64
}

// dense visits the objects of a heap that a tree names.
func (s *scan) dense(heap, names uint64, kind byte, visit func(c *cursor) error) error {
	h, err := s.fractalHeap(heap)
	if err != nil {
		return err
	}
	return s.tree2(names, kind, func(r *cursor) error {
		if kind == recordLink {
			r.skip(4) // the name's hash
		}
		id := r.take(h.id)
		if err := r.err("record"); err != nil {
			return err
		}
		c, err := h.object(id)
		if err != nil {
			return err
		}
		return visit(c)
	})
}

func (s *scan) fractalHeap(at uint64) (*fractalHeap, error) {
	c, err := s.block("fractal heap", at, uint64(22+12*s.f.length+3*s.f.offset+4))
	if err != nil {
		return nil, err
	}
	if err := c.sign("FRHP", 0); err != nil {
		return nil, err
	}
	h := &fractalHeap{s: s, id: int(c.u16()), filters: int(c.u16()), flags: c.u8(), most: uint64(c.u32())}
	c.length()
	h.hugeTree = c.address()
	c.length()
	c.address()
	for range 8 {
		c.length()
	}
	h.width, h.first, h.direct, h.bits = uint64(c.u16()), c.length(), c.length(), int(c.u16())
	c.u16()
	h.root, h.rows = c.address(), uint64(c.u16())
	if err := c.err("fractal heap"); err != nil {
		return nil, err
	}
	if h.filters > 0 {
		return nil, fmt.Errorf("%w: the fractal heap at byte %d is compressed, which is not read", ErrFormat, at)
	}
	if err := c.verify("fractal heap"); err != nil {
		return nil, err
	}
	power := func(n uint64) bool { return n > 0 && n&(n-1) == 0 && n <= 1<<40 }
	if !power(h.width) || !power(h.first) || !power(h.direct) || h.direct < h.first || h.bits < 1 || h.bits > 64 || h.rows > 64 || h.most == 0 {
		return nil, fmt.Errorf("%w: the fractal heap at byte %d has blocks of %d to %d bytes, %d in a row of %d", ErrFormat, at, h.first, h.direct, h.width, h.rows)
	}
	h.offset = (h.bits + 7) / 8
	h.lengths = min((bits.Len64(h.direct)-1+7)/8, size(h.most))
	return h, nil
}

// object returns what has that number.
func (h *fractalHeap) object(id []byte) (*cursor, error) {
	c := &cursor{f: h.s.f, b: id, where: h.root}
	head := c.u8()
	if head>>6 != 0 {
		return nil, fmt.Errorf("%w: an object of a heap with the number %x", ErrFormat, id)
	}
	switch head >> 4 & 3 {
	case 0:
		at, n := c.uint(h.offset), c.uint(h.lengths)
		if err := c.err("number of an object"); err != nil {
			return nil, err
		}
		return h.managed(at, n)
	case 1:
		return h.huge(c)
	case 2:
		n := int(head&15) + 1
		if h.id > 18 {
			n = int(head&15)<<8 | int(c.u8()) + 1
		}
		b := c.take(n)
		return &cursor{f: h.s.f, b: b, where: h.root}, c.err("tiny object")
	}
	return nil, fmt.Errorf("%w: an object of a heap with the number %x", ErrFormat, id)
}

// managed returns n bytes at an offset in the blocks.
func (h *fractalHeap) managed(at, n uint64) (*cursor, error) {
	block, begin, rows := h.root, uint64(0), h.rows
	for depth := 0; rows > 0; depth++ {
		if depth > 8 {
			return nil, fmt.Errorf("%w: the tables of a fractal heap lie too deep", ErrFormat)
		}
		row, column, start, bytes := h.place(at - begin)
		if row >= rows {
			return nil, fmt.Errorf("%w: byte %d of a fractal heap is in row %d of %d", ErrFormat, at, row, rows)
		}
		// A table's entries: the address of each block, row by row.
		where := block + uint64(5+h.s.f.offset+h.offset) + (row*h.width+column)*uint64(h.s.f.offset)
		head, err := h.s.block("table of a fractal heap", block, 5)
		if err != nil {
			return nil, err
		}
		if err := head.sign("FHIB", 0); err != nil {
			return nil, err
		}
		c, err := h.s.block("table of a fractal heap", where, uint64(h.s.f.offset))
		if err != nil {
			return nil, err
		}
		block, begin, rows = c.address(), begin+start, 0
		if bytes > h.direct {
			// As many rows as fill that many bytes.
			rows = uint64(bits.Len64(bytes/(h.first*h.width))-1) + 1
		}
	}
	head, err := h.s.block("block of a fractal heap", block, 5)
	if err != nil {
		return nil, err
	}
	if err := head.sign("FHDB", 0); err != nil {
		return nil, err
	}
	if at < begin || at-begin > h.direct {
		return nil, fmt.Errorf("%w: byte %d of a fractal heap is in a block that begins at %d", ErrFormat, at, begin)
	}
	return h.s.block("object of a fractal heap", block+at-begin, n)
}

// place returns the row and column of the block that holds an offset, where it starts, and its bytes. The first two rows
// have blocks of the first size, and each further one blocks of double that.
func (h *fractalHeap) place(at uint64) (row, column, start, bytes uint64) {
	bytes = h.first
	for at-start >= bytes*h.width && row < 64 && bytes < 1<<50 {
		start += bytes * h.width
		row++
		if row > 1 {
			bytes *= 2
		}
	}
	column = (at - start) / bytes
	return row, column, start + column*bytes, bytes
}

// huge returns an object that lies outside the blocks.
func (h *fractalHeap) huge(c *cursor) (*cursor, error) {
	if len(c.b)-1 >= h.s.f.offset+h.s.f.length {
		at, n := c.address(), c.length()
		return h.s.block("huge object", at, n)
	}
	if h.hugeBytes == nil {
		h.hugeBytes = map[uint64][2]uint64{}
		err := h.s.tree2(h.hugeTree, recordHuge, func(r *cursor) error {
			at, n, key := r.address(), r.length(), r.length()
			h.hugeBytes[key] = [2]uint64{at, n}
			return r.err("record")
		})
		if err != nil {
			return nil, err
		}
	}
	key := c.uint(min(len(c.b)-1, 8))
	place, ok := h.hugeBytes[key]
	if !ok {
		return nil, fmt.Errorf("%w: a heap has no huge object %d", ErrFormat, key)
	}
	return h.s.block("huge object", place[0], place[1])
}
