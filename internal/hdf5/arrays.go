package hdf5

import (
	"fmt"
	"math"
	"math/bits"
)

// array reads n elements of an array of chunks, the first of which is chunk number first.
func (x *chunkIndex) array(c *cursor, n, first uint64, bytes int, grid []int64, order []int) error {
	for i := range n {
		at := c.at
		e := x.element(c, bytes-x.d.f.offset-4)
		if err := c.err("array of chunks"); err != nil || c.at-at != bytes {
			return fmt.Errorf("%w: the array of chunks at byte %d has elements of %d bytes", ErrFormat, c.where, bytes)
		}
		if e.start = x.start(first+i, grid, order); e.start != nil {
			if err := x.add(e); err != nil {
				return err
			}
		}
	}
	return nil
}

// paged reads the pages of an array of which a bit, counted from the highest, says that they were written.
func (x *chunkIndex) paged(at uint64, bitmap []byte, n, page, first uint64, bytes int, grid []int64, order []int) error {
	for i := uint64(0); i*page < n; i++ {
		k := min(page, n-i*page)
		if i/8 < uint64(len(bitmap)) && bitmap[i/8]&(0x80>>(i%8)) != 0 {
			c, err := x.s.block("page of chunks", at, k*uint64(bytes)+4)
			if err != nil {
				return err
			}
			if err := c.verify("page of chunks"); err != nil {
				return err
			}
			if err := x.array(c, k, first+i*page, bytes, grid, order); err != nil {
				return err
			}
		}
		at += k*uint64(bytes) + 4
	}
	return nil
}

// fixed takes chunks from an array that does not grow.
func (x *chunkIndex) fixed() error {
	f := x.d.f
	c, err := x.s.block("array of chunks", x.d.layout.at, uint64(12+f.length+f.offset))
	if err != nil {
		return err
	}
	if err := c.sign("FAHD", 0); err != nil {
		return err
	}
	c.skip(1)
	bytes, pageBits, n, at := int(c.u8()), c.u8(), c.length(), c.address()
	if err := c.verify("array of chunks"); err != nil {
		return err
	}
	if at == none {
		return nil
	}
	if bytes == 0 || pageBits > 32 || n > uint64(f.size)*8 {
		return fmt.Errorf("%w: an array of %d chunks", ErrFormat, n)
	}
	order, page := axes(len(x.far), 0), uint64(1)<<pageBits
	head, inside, bitmap := uint64(6+f.offset), n*uint64(bytes), uint64(0)
	if n > page {
		bitmap = ((n-1)/page + 8) / 8
		inside = bitmap
	}
	if c, err = x.s.block("array of chunks", at, head+inside+4); err != nil {
		return err
	}
	if err := c.sign("FADB", 0); err != nil {
		return err
	}
	if err := c.verify("array of chunks"); err != nil {
		return err
	}
	c.skip(1 + f.offset)
	if n <= page {
		return x.array(c, n, 0, bytes, x.far, order)
	}
	return x.paged(at+head+inside+4, c.take(int(bitmap)), n, page, 0, bytes, x.far, order)
}

// An extensibleArray is an array of chunks that grows along one axis: an index block with the first chunks and the places
// of data blocks, and further ones in secondary blocks, the sizes of which double.
type extensibleArray struct {
	x        *chunkIndex
	bytes    int // of an element
	bits     int // of a number of elements
	smallest uint64
	page     uint64
	most     uint64 // elements that were written
	grid     []int64
	order    []int
	next     uint64 // number of the next chunk
}

func (x *chunkIndex) extensible() error {
	f := x.d.f
	if len(x.unlimited) != 1 {
		return fmt.Errorf("%w: an extensible array of chunks for a dataset that grows along %d axes", ErrFormat, len(x.unlimited))
	}
	c, err := x.s.block("array of chunks", x.d.layout.at, uint64(16+6*f.length+f.offset))
	if err != nil {
		return err
	}
	if err := c.sign("EAHD", 0); err != nil {
		return err
	}
	c.skip(1)
	a := &extensibleArray{x: x, bytes: int(c.u8()), bits: int(c.u8()), grid: x.far, order: axes(len(x.far), x.unlimited[0])}
	inIndex, smallest, pointers, pageBits := uint64(c.u8()), uint64(c.u8()), uint64(c.u8()), c.u8()
	for range 4 {
		c.length()
	}
	a.most = c.length()
	c.length()
	at := c.address()
	if err := c.verify("array of chunks"); err != nil {
		return err
	}
	if at == none {
		return nil
	}
	power := func(n uint64) bool { return n > 0 && n&(n-1) == 0 }
	if a.bytes == 0 || a.bits < 1 || a.bits > 64 || !power(smallest) || !power(pointers) || pageBits > 32 {
		return fmt.Errorf("%w: an array of chunks of %d bits with blocks of %d chunks", ErrFormat, a.bits, smallest)
	}
	a.smallest, a.page = smallest, 1<<pageBits
	return a.index(at, inIndex, pointers)
}

// index reads the index block, and what it leads to.
func (a *extensibleArray) index(at, inIndex, pointers uint64) error {
	f := a.x.d.f
	blocks := 2 * (pointers - 1)
	first := 2 * (bits.Len64(pointers) - 1) // the first secondary block that has a block of its own
	secondary := 1 + a.bits - (bits.Len64(a.smallest) - 1) - first
	n := 6 + uint64(f.offset) + inIndex*uint64(a.bytes) + (blocks+uint64(max(secondary, 0)))*uint64(f.offset) + 4
	c, err := a.x.s.block("array of chunks", at, n)
	if err != nil {
		return err
	}
	if err := c.sign("EAIB", 0); err != nil {
		return err
	}
	if err := c.verify("array of chunks"); err != nil {
		return err
	}
	c.skip(1 + f.offset)
	if err := a.x.array(c, inIndex, 0, a.bytes, a.grid, a.order); err != nil {
		return err
	}
	a.next = inIndex
	for u := 0; u < first+max(secondary, 0) && a.next < a.most; u++ {
		size := a.smallest << ((u + 1) / 2)
		if u >= first {
			if err := a.secondary(c.address(), u, size); err != nil {
				return err
			}
			continue
		}
		for range 1 << (u / 2) {
			if err := a.data(c.address(), size, nil); err != nil {
				return err
			}
		}
	}
	return c.err("array of chunks")
}

// secondary reads block u of those that say where data blocks of that size are.
func (a *extensibleArray) secondary(at uint64, u int, size uint64) error {
	f := a.x.d.f
	n := uint64(1) << min(u/2, 62)
	if at == none {
		if size > math.MaxInt64/n {
			return fmt.Errorf("%w: an array of chunks with blocks of %d", ErrFormat, size)
		}
		a.next += n * size
		return nil
	}
	bitmap := uint64(0)
	if size > a.page {
		bitmap = (size/a.page + 7) / 8
	}
	head := uint64(6 + f.offset + (a.bits+7)/8)
	if n > uint64(f.size) || bitmap > uint64(f.size)/n {
		return fmt.Errorf("%w: an array of chunks with %d blocks of %d", ErrFormat, n, size)
	}
	c, err := a.x.s.block("array of chunks", at, head+n*(bitmap+uint64(f.offset))+4)
	if err != nil {
		return err
	}
	if err := c.sign("EASB", 0); err != nil {
		return err
	}
	if err := c.verify("array of chunks"); err != nil {
		return err
	}
	c.at = int(head)
	bitmaps := c.take(int(n * bitmap))
	for range n {
		if err := a.data(c.address(), size, bitmaps[:bitmap]); err != nil {
			return err
		}
		bitmaps = bitmaps[bitmap:]
	}
	return nil
}

// data reads a block of chunks.
func (a *extensibleArray) data(at, size uint64, bitmap []byte) error {
	first := a.next
	a.next += size
	if at == none || first >= a.most {
		return nil
	}
	f := a.x.d.f
	head := uint64(6 + f.offset + (a.bits+7)/8)
	inside := size * uint64(a.bytes)
	if size > a.page {
		inside = 0
	}
	if size > uint64(f.size) {
		return fmt.Errorf("%w: an array of chunks with blocks of %d", ErrFormat, size)
	}
	c, err := a.x.s.block("array of chunks", at, head+inside+4)
	if err != nil {
		return err
	}
	if err := c.sign("EADB", 0); err != nil {
		return err
	}
	if err := c.verify("array of chunks"); err != nil {
		return err
	}
	if size > a.page {
		return a.x.paged(at+head+4, bitmap, size, a.page, first, a.bytes, a.grid, a.order)
	}
	c.at = int(head)
	return a.x.array(c, size, first, a.bytes, a.grid, a.order)
}
