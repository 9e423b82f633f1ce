package hdf5

import (
	"fmt"
	"strings"
)

// An Attribute is a small array with a name, at a group or a dataset.
type Attribute struct {
	Name  string
	Type  Type
	Shape []int64 // empty for a single value
	Data  []byte  // the elements as they are in the file, row by row
	f     *File
}

// Attributes returns the attributes of an object. Those of a type that is not read are left out.
func (o *Object) Attributes() ([]Attribute, error) {
	list, err := o.attributes()
	if err != nil {
		return nil, fmt.Errorf("object %q: %w", o.Path, err)
	}
	return list, nil
}

func (o *Object) attributes() ([]Attribute, error) {
	var list []Attribute
	keep := func(c *cursor) error {
		a, ok, err := attribute(c)
		if ok {
			list = append(list, a)
		}
		return err
	}
	for _, m := range o.messages {
		if m.kind == messageAttribute && !m.shared {
			c := m.cursor
			if err := keep(&c); err != nil {
				return nil, err
			}
		}
	}
	c, err := o.find(messageAttributeInfo)
	if err != nil || c == nil {
		return list, err
	}
	c.skip(1)
	if c.u8()&1 != 0 {
		c.skip(2)
	}
	heap, names := c.address(), c.address()
	if err := c.err("attribute info"); err != nil || heap == none {
		return list, err
	}
	return list, o.f.scan().dense(heap, names, recordAttribute, keep)
}

// attribute reads one. It is not ok if its type is none of those that are read.
func attribute(c *cursor) (a Attribute, ok bool, err error) {
	version, flags := c.u8(), c.u8()
	if version < 1 || version > 3 {
		return a, false, fmt.Errorf("%w: at byte %d an attribute of version %d", ErrFormat, c.where, version)
	}
	nameBytes, typeBytes, spaceBytes := int(c.u16()), int(c.u16()), int(c.u16())
	if version == 3 {
		c.skip(1)
	}
	part := func(n int) *cursor {
		p := &cursor{f: c.f, where: c.where + uint64(c.at), b: c.take(n)}
		if version == 1 {
			c.align()
		}
		return p
	}
	name, kind, space := part(nameBytes), part(typeBytes), part(spaceBytes)
	if err := c.err("attribute"); err != nil {
		return a, false, err
	}
	a = Attribute{Name: strings.TrimRight(string(name.b), "\x00"), f: c.f}
	if flags != 0 {
		return a, false, nil // the type is shared
	}
	if a.Type, err = datatype(kind); err != nil {
		return a, false, nil //nolint:nilerr // an attribute that is not understood is none of ours
	}
	var null bool
	if a.Shape, _, null, err = dataspace(space); err != nil {
		return a, false, err
	}
	n, err := count(a.Shape)
	if err != nil {
		return a, false, err
	}
	if null {
		n, a.Shape = 0, []int64{0}
	}
	if a.Data = c.rest(); n > int64(len(a.Data))/int64(a.Type.Size) {
		return a, false, fmt.Errorf("%w: attribute %q of shape %d has %d bytes", ErrFormat, a.Name, a.Shape, len(a.Data))
	}
	a.Data = a.Data[:n*int64(a.Type.Size)]
	return a, true, nil
}

// Strings returns the elements of an attribute of strings.
func (a *Attribute) Strings() ([]string, error) {
	s, err := a.f.scan().strings(a.Type, a.Data)
	if err != nil {
		return nil, fmt.Errorf("attribute %q: %w", a.Name, err)
	}
	return s, nil
}

// Strings returns the elements of an array of strings.
func (d *Dataset) Strings() ([]string, error) {
	if err := d.Check(); err != nil {
		return nil, err
	}
	b := make([]byte, d.Bytes())
	if err := d.Read(b); err != nil {
		return nil, err
	}
	s, err := d.f.scan().strings(d.Type, b)
	if err != nil {
		return nil, fmt.Errorf("dataset %q: %w", d.path, err)
	}
	return s, nil
}

// strings returns the strings that elements are, or say the places of.
func (s *scan) strings(t Type, data []byte) ([]string, error) {
	if t.Class != String && t.Class != VarString {
		return nil, fmt.Errorf("its elements are %v, and no strings", t)
	}
	heaps := map[uint64]*globalHeap{}
	list := make([]string, 0, len(data)/t.Size)
	for ; len(data) >= t.Size; data = data[t.Size:] {
		if t.Class == String {
			text, _, _ := strings.Cut(string(data[:t.Size]), "\x00")
			list = append(list, text)
			continue
		}
		c := &cursor{f: s.f, b: data[:t.Size]}
		n, at, index := uint64(c.u32()), c.address(), c.u32()
		if n == 0 || at == 0 {
			list = append(list, "")
			continue
		}
		h := heaps[at]
		if h == nil {
			var err error
			if h, err = s.globalHeap(at); err != nil {
				return nil, err
			}
			heaps[at] = h
		}
		b, ok := h.objects[index]
		if !ok || n > uint64(len(b)) {
			return nil, fmt.Errorf("%w: the heap at byte %d has no string %d of %d bytes", ErrFormat, at, index, n)
		}
		// Many references to one long string cost as much as that many strings.
		if s.left -= int64(n); s.left < 0 {
			return nil, fmt.Errorf("%w: its strings are longer than the file", ErrFormat)
		}
		text, _, _ := strings.Cut(string(b[:n]), "\x00")
		list = append(list, text)
	}
	return list, nil
}

// A globalHeap holds strings of any length.
type globalHeap struct{ objects map[uint32][]byte }

func (s *scan) globalHeap(at uint64) (*globalHeap, error) {
	c, err := s.block("global heap", at, uint64(8+s.f.length))
	if err != nil {
		return nil, err
	}
	if err := c.sign("GCOL", 1); err != nil {
		return nil, err
	}
	c.skip(3)
	size := c.length()
	head := uint64(8 + s.f.length)
	if size < head {
		return nil, fmt.Errorf("%w: a heap of %d bytes at byte %d", ErrFormat, size, at)
	}
	if c, err = s.block("global heap", at+head, size-head); err != nil {
		return nil, err
	}
	h := &globalHeap{objects: map[uint32][]byte{}}
	for len(c.b)-c.at >= 8+s.f.length {
		index := uint32(c.u16())
		c.skip(6)
		n := c.length()
		if index == 0 {
			break // what follows is free
		}
		if n > uint64(len(c.b)-c.at) {
			return nil, fmt.Errorf("%w: an object of %d bytes in the heap at byte %d", ErrFormat, n, at)
		}
		h.objects[index] = c.take(int(n))
		c.align()
	}
	return h, nil
}
