package hdf5

import "fmt"

// The ways in which a dataset's bytes lie in a file.
const (
	layoutCompact = iota
	layoutContiguous
	layoutChunked
)

// The indices of chunks. The first belongs to layouts of version 3, the others to version 4.
const (
	indexTree1 = iota
	indexSingle
	indexImplicit
	indexFixed
	indexExtensible
	indexTree2
)

// A layout says where a dataset's bytes are.
type layout struct {
	class   int
	compact []byte // of a compact dataset, in the header
	at      uint64 // of the bytes, or of the index of chunks
	size    uint64 // of contiguous bytes

	chunk     []int64 // shape of a chunk
	index     int
	wholeEdge bool   // chunks that reach over the edge are not filtered
	single    uint64 // bytes of the only chunk, if filtered
	mask      uint32 // filters that the only chunk did not go through
}

func readLayout(c *cursor) (l layout, err error) {
	version := c.u8()
	switch version {
	case 3, 4, 5:
	case 1, 2:
		return l, fmt.Errorf("%w: a layout of version %d, from before 2004, is not read", ErrFormat, version)
	default:
		return l, fmt.Errorf("%w: at byte %d a layout of version %d", ErrFormat, c.where, version)
	}
	l.class = int(c.u8())
	switch l.class {
	case layoutCompact:
		l.compact = c.take(int(c.u16()))
	case layoutContiguous:
		l.at, l.size = c.address(), c.length()
	case layoutChunked:
		if version == 3 {
			n := int(c.u8())
			l.at = c.address()
			l.chunk = c.sides(n, 4)
		} else if err := l.chunked(c); err != nil {
			return l, err
		}
		if len(l.chunk) == 0 || len(l.chunk) > 33 {
			return l, fmt.Errorf("%w: at byte %d chunks of %d axes", ErrFormat, c.where, len(l.chunk))
		}
		l.chunk = l.chunk[:len(l.chunk)-1] // the last is the element's bytes
		for _, n := range l.chunk {
			if n <= 0 || n > 1<<40 {
				return l, fmt.Errorf("%w: at byte %d chunks of shape %d", ErrFormat, c.where, l.chunk)
			}
		}
	default:
		return l, unread(c, fmt.Sprintf("data of layout %d", l.class))
	}
	return l, c.err("layout")
}

func (c *cursor) sides(n, bytes int) (v []int64) {
	for range n {
		if c.short {
			return nil
		}
		v = append(v, int64(c.uint(bytes)))
	}
	return v
}

// chunked reads the layout of version 4.
func (l *layout) chunked(c *cursor) error {
	flags, n, bytes := c.u8(), int(c.u8()), int(c.u8())
	if bytes < 1 || bytes > 8 {
		return fmt.Errorf("%w: at byte %d sides of chunks of %d bytes", ErrFormat, c.where, bytes)
	}
	l.wholeEdge = flags&1 != 0
	l.chunk = c.sides(n, bytes)
	l.index = int(c.u8())
	switch l.index {
	case indexSingle:
		if flags&2 != 0 {
			l.single, l.mask = c.length(), c.u32()
		}
	case indexImplicit:
	case indexFixed:
		c.skip(1)
	case indexExtensible:
		c.skip(5)
	case indexTree2:
		c.skip(6)
	default:
		return unread(c, fmt.Sprintf("chunks with index %d", l.index))
	}
	l.at = c.address()
	return nil
}
