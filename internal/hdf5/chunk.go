package hdf5

import (
	"fmt"
	"math"
)

// A chunk is where a part of a dataset lies in the file.
type chunk struct {
	start []int64 // its first element
	at    uint64
	size  uint64 // bytes in the file
	mask  uint32 // bit i: it did not go through filter i
}

// chunks returns the chunks that are in the file and within the shape.
func (d *Dataset) chunks() ([]chunk, error) {
	l := &d.layout
	if len(l.chunk) != len(d.Shape) {
		return nil, fmt.Errorf("%w: chunks of shape %d for a shape of %d", ErrFormat, l.chunk, d.Shape)
	}
	if l.at == none || d.elements == 0 {
		return nil, nil
	}
	x := &chunkIndex{d: d, s: d.f.scan(), most: 1}
	for i, n := range d.Shape {
		x.grid = append(x.grid, (n-1)/l.chunk[i]+1)
		x.most *= x.grid[i] // at most the number of elements
		far := d.most[i]
		if far == math.MaxInt64 {
			x.unlimited = append(x.unlimited, i)
		}
		x.far = append(x.far, (far-1)/l.chunk[i]+1)
	}
	var err error
	switch l.index {
	case indexTree1:
		err = x.s.tree1(l.at, 1, 8+8*(len(d.Shape)+1), -1, x.record1)
	case indexSingle:
		c := chunk{start: make([]int64, len(d.Shape)), at: l.at, size: uint64(d.chunkBytes), mask: l.mask}
		if l.single > 0 {
			c.size = l.single
		}
		err = x.add(c)
	case indexImplicit:
		err = x.implicit()
	case indexFixed:
		err = x.fixed()
	case indexExtensible:
		err = x.extensible()
	case indexTree2:
		kind := byte(recordChunk)
		if len(d.filters) > 0 {
			kind = recordFilteredChunk
		}
		err = x.s.tree2(l.at, kind, x.record2)
	}
	return x.chunks, err
}

// A chunkIndex gathers the chunks of a dataset.
type chunkIndex struct {
	d         *Dataset
	s         *scan
	grid      []int64 // chunks along each axis
	far       []int64 // chunks along each axis when it has grown as far as it may
	unlimited []int   // axes that may grow without limit
	most      int64   // chunks in all
	bytes     uint64  // of those found, in the file
	chunks    []chunk
}

// add keeps a chunk. More chunks than there are places, or more bytes than the file has, are refused.
func (x *chunkIndex) add(c chunk) error {
	if c.at == none {
		return nil
	}
	for i, n := range c.start {
		if n < 0 || n%x.d.layout.chunk[i] != 0 {
			return fmt.Errorf("%w: a chunk begins at %d, with chunks of shape %d", ErrFormat, c.start, x.d.layout.chunk)
		}
		if n >= x.d.Shape[i] {
			return nil // left from when the dataset was larger
		}
	}
	size := uint64(x.d.f.size) - x.d.f.base
	if c.at > size || c.size > size-c.at {
		return fmt.Errorf("%w: a chunk of %d bytes at byte %d of %d", ErrFormat, c.size, c.at, size)
	}
	x.bytes += c.size
	if int64(len(x.chunks)) >= x.most || x.bytes > size {
		return fmt.Errorf("%w: there are more chunks than a shape of %d in chunks of %d has, or than the file has room for", ErrFormat, x.d.Shape, x.d.layout.chunk)
	}
	x.chunks = append(x.chunks, c)
	return nil
}

// record1 takes a chunk from a B-tree of the older kind.
func (x *chunkIndex) record1(key *cursor, at uint64) error {
	c := chunk{size: uint64(key.u32()), mask: key.u32(), at: at}
	c.start = key.sides(len(x.grid), 8)
	if err := key.err("key of a chunk"); err != nil {
		return err
	}
	return x.add(c)
}

// record2 takes a chunk from a B-tree of the newer kind.
func (x *chunkIndex) record2(r *cursor) error {
	c := x.element(r, len(r.b)-x.d.f.offset-4-8*len(x.grid))
	c.start = r.sides(len(x.grid), 8)
	if err := r.err("record of a chunk"); err != nil {
		return err
	}
	for i, n := range c.start {
		if n < 0 || n >= x.grid[i] {
			return nil
		}
		c.start[i] = n * x.d.layout.chunk[i]
	}
	return x.add(c)
}

// element reads an address and, of a filtered chunk, its size, in so many bytes, and the filters it did not go through.
func (x *chunkIndex) element(c *cursor, sizeBytes int) chunk {
	if len(x.d.filters) == 0 {
		return chunk{at: c.address(), size: uint64(x.d.chunkBytes)}
	}
	if sizeBytes < 1 || sizeBytes > 8 {
		c.short = true
		return chunk{}
	}
	return chunk{at: c.address(), size: c.uint(sizeBytes), mask: c.u32()}
}

// at returns the first element of chunk n, counted row by row over a grid. The first of the axes in order counts slowest.
func (x *chunkIndex) start(n uint64, grid []int64, order []int) []int64 {
	start := make([]int64, len(grid))
	for i := len(order) - 1; i >= 0; i-- {
		axis := order[i]
		k := n
		if i > 0 {
			k = n % uint64(grid[axis])
			n /= uint64(grid[axis])
		}
		if k >= uint64(x.grid[axis]) {
			return nil
		}
		start[axis] = int64(k) * x.d.layout.chunk[axis]
	}
	return start
}

// axes returns 0 to n-1, with one of them moved to the front.
func axes(n, front int) []int {
	order := make([]int, 0, n)
	if n > 0 {
		order = append(order, front)
	}
	for i := range n {
		if i != front {
			order = append(order, i)
		}
	}
	return order
}

// implicit takes chunks that lie one behind another.
func (x *chunkIndex) implicit() error {
	l := &x.d.layout
	total, err := count(x.far)
	if err != nil {
		return err
	}
	if uint64(total) > uint64(x.d.f.size)/uint64(max(x.d.chunkBytes, 1)) {
		return fmt.Errorf("%w: %d chunks of %d bytes in a file of %d", ErrFormat, total, x.d.chunkBytes, x.d.f.size)
	}
	for n := range uint64(total) {
		if start := x.start(n, x.far, axes(len(x.far), 0)); start != nil {
			if err := x.add(chunk{start: start, at: l.at + n*uint64(x.d.chunkBytes), size: uint64(x.d.chunkBytes)}); err != nil {
				return err
			}
		}
	}
	return nil
}
