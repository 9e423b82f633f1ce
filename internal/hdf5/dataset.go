package hdf5

import (
	"bytes"
	"fmt"
	"slices"
)

// A Dataset is an array in the file. Nothing of it is read before it is asked for.
type Dataset struct {
	Type  Type
	Shape []int64

	f          *File
	path       string
	most       []int64 // how far the shape may grow
	elements   int64
	layout     layout
	filters    []filter
	fill       []byte
	chunkBytes int64
}

// IsDataset reports whether the object is an array.
func (o *Object) IsDataset() bool {
	return slices.ContainsFunc(o.messages, func(m message) bool { return m.kind == messageLayout })
}

// Dataset returns what the header says about an array.
func (o *Object) Dataset() (*Dataset, error) {
	d := &Dataset{f: o.f, path: o.Path}
	if err := d.describe(o); err != nil {
		return nil, fmt.Errorf("dataset %q: %w", o.Path, err)
	}
	return d, nil
}

func (d *Dataset) describe(o *Object) error {
	var c [5]*cursor
	for i, kind := range []uint16{messageDatatype, messageDataspace, messageLayout, messageFilters, messageExternal} {
		var err error
		if c[i], err = o.find(kind); err != nil {
			return err
		}
		if c[i] == nil && i < 3 {
			return fmt.Errorf("%w: its header has no message %#x", ErrFormat, kind)
		}
	}
	if c[4] != nil {
		return fmt.Errorf("%w: its bytes are in another file, which is not read", ErrFormat)
	}
	var err error
	var null bool
	if d.Type, err = datatype(c[0]); err != nil {
		return err
	}
	if d.Shape, d.most, null, err = dataspace(c[1]); err != nil {
		return err
	}
	if d.elements, err = count(d.Shape); err != nil {
		return err
	}
	if null {
		d.elements, d.Shape, d.most = 0, []int64{0}, []int64{0}
	}
	if d.layout, err = readLayout(c[2]); err != nil {
		return err
	}
	if c[3] != nil {
		if d.filters, err = filters(c[3]); err != nil {
			return err
		}
	}
	if d.layout.class == layoutChunked {
		n, err := count(d.layout.chunk)
		if err != nil {
			return err
		}
		if n > 1<<40/int64(d.Type.Size) {
			return fmt.Errorf("%w: chunks of shape %d", ErrFormat, d.layout.chunk)
		}
		d.chunkBytes = n * int64(d.Type.Size)
	}
	if d.elements > 0 && d.elements > (1<<62)/int64(d.Type.Size) {
		return fmt.Errorf("%w: a shape of %d", ErrFormat, d.Shape)
	}
	return d.readFill(o)
}

// readFill reads the value of elements that were never written; it is zero if none is given.
func (d *Dataset) readFill(o *Object) error {
	c, err := o.find(messageFill)
	if err != nil || c == nil {
		return err
	}
	var given bool
	if version := c.u8(); version < 3 {
		c.skip(2)
		given = c.u8() != 0
	} else {
		given = c.u8()&0x20 != 0
	}
	if !given {
		return c.err("fill value")
	}
	if n := int(c.u32()); n == d.Type.Size {
		d.fill = c.take(n)
	}
	return c.err("fill value")
}

// Bytes returns how many bytes the array has, all elements together.
func (d *Dataset) Bytes() int64 { return d.elements * int64(d.Type.Size) }

// Elements returns how many elements the array has.
func (d *Dataset) Elements() int64 { return d.elements }

// unwritten is the most bytes that are made from nothing, for parts of an array that were never written.
const unwritten = 64 << 20

// expansion is the most that the file's bytes become when they are decompressed: a file of zeros could be a thousand times
// as large, but none that is worth reading is.
const expansion = 32

// Check reports an error if the file does not hold the bytes of the array. It says so before memory for them is needed.
func (d *Dataset) Check() error {
	_, err := d.check()
	if err != nil {
		return fmt.Errorf("dataset %q: %w", d.path, err)
	}
	return nil
}

func (d *Dataset) check() ([]chunk, error) {
	l, bytes := &d.layout, d.Bytes()
	switch l.class {
	case layoutCompact:
		if int64(len(l.compact)) != bytes {
			return nil, fmt.Errorf("%w: shape %d takes %d bytes, and there are %d", ErrFormat, d.Shape, bytes, len(l.compact))
		}
	case layoutContiguous:
		size := uint64(d.f.size) - d.f.base
		switch {
		case l.at == none && bytes > unwritten:
			return nil, fmt.Errorf("%w: %d bytes were never written", ErrFormat, bytes)
		case l.at != none && (l.size < uint64(bytes) || l.at > size || uint64(bytes) > size-l.at):
			return nil, fmt.Errorf("%w: shape %d takes %d bytes, and there are %d at byte %d of %d", ErrFormat, d.Shape, bytes, l.size, l.at, size)
		}
	case layoutChunked:
		chunks, err := d.chunks()
		if err != nil {
			return nil, err
		}
		room := int64(unwritten)
		for _, c := range chunks {
			most := int64(c.size)
			if deflated(d.filters) && most < 1<<40 {
				most *= deflateRatio
			}
			if d.chunkBytes > most {
				return nil, fmt.Errorf("%w: a chunk of %d bytes cannot become one of %d", ErrFormat, c.size, d.chunkBytes)
			}
			room += most
		}
		if bytes > min(room, unwritten+expansion*d.f.size) {
			return nil, fmt.Errorf("%w: shape %d takes %d bytes, and its %d chunks have no room for them", ErrFormat, d.Shape, bytes, len(chunks))
		}
		return chunks, nil
	}
	return nil, nil
}

// Read fills dst, of [Dataset.Bytes] bytes, with the elements as they are in the file, row by row.
func (d *Dataset) Read(dst []byte) error {
	if err := d.read(dst); err != nil {
		return fmt.Errorf("dataset %q: %w", d.path, err)
	}
	return nil
}

func (d *Dataset) read(dst []byte) error {
	if int64(len(dst)) != d.Bytes() {
		return fmt.Errorf("%d bytes are wanted of %d", len(dst), d.Bytes())
	}
	chunks, err := d.check()
	if err != nil || len(dst) == 0 {
		return err
	}
	switch l := &d.layout; {
	case l.class == layoutCompact:
		copy(dst, l.compact)
		return nil
	case l.class == layoutContiguous && l.at != none:
		return d.f.read(dst, l.at)
	}
	if d.fill != nil && len(bytes.Trim(d.fill, "\x00")) > 0 {
		for i := range dst {
			dst[i] = d.fill[i%len(d.fill)]
		}
	}
	for _, c := range chunks {
		if err := d.chunk(dst, c); err != nil {
			return fmt.Errorf("at %d: %w", c.start, err)
		}
	}
	return nil
}

// chunk copies one into its place.
func (d *Dataset) chunk(dst []byte, c chunk) error {
	b := make([]byte, c.size)
	if err := d.f.read(b, c.at); err != nil {
		return err
	}
	edge := false
	for i, n := range c.start {
		edge = edge || n+d.layout.chunk[i] > d.Shape[i]
	}
	if !edge || !d.layout.wholeEdge {
		var err error
		if b, err = d.unfilter(b, c.mask, d.chunkBytes); err != nil {
			return err
		}
	}
	if int64(len(b)) != d.chunkBytes {
		return fmt.Errorf("%w: a chunk has %d bytes, want %d", ErrFormat, len(b), d.chunkBytes)
	}
	d.place(dst, b, 0, 0, 0, c.start)
	return nil
}

// place copies the part of a chunk that lies within the shape, axis by axis; to and from count elements.
func (d *Dataset) place(dst, b []byte, axis int, to, from int64, start []int64) {
	size := int64(d.Type.Size)
	if axis == len(d.Shape) {
		copy(dst[to*size:(to+1)*size], b[from*size:])
		return
	}
	n := min(d.layout.chunk[axis], d.Shape[axis]-start[axis])
	to, from = to*d.Shape[axis]+start[axis], from*d.layout.chunk[axis]
	if axis == len(d.Shape)-1 {
		copy(dst[to*size:(to+n)*size], b[from*size:])
		return
	}
	for i := range n {
		d.place(dst, b, axis+1, to+i, from+i, start)
	}
}
