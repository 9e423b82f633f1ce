package hdf5

import "fmt"

// The kinds of messages in an object's header that are read here.
const (
	messageDataspace     = 0x01
	messageLinkInfo      = 0x02
	messageDatatype      = 0x03
	messageFill          = 0x05
	messageLink          = 0x06
	messageExternal      = 0x07
	messageLayout        = 0x08
	messageFilters       = 0x0b
	messageAttribute     = 0x0c
	messageContinuation  = 0x10
	messageSymbolTable   = 0x11
	messageAttributeInfo = 0x15
)

// A message is one of the pieces of an object's header.
type message struct {
	kind   uint16
	shared bool // it stands elsewhere, and here is only where
	cursor cursor
}

// An Object is a group or a dataset.
type Object struct {
	Path     string // from the root, without a slash before it; "" is the root itself
	f        *File
	at       uint64
	messages []message
}

// Root returns the root group.
func (f *File) Root() (*Object, error) { return f.object("", f.root) }

// object reads the header at an address.
func (f *File) object(path string, at uint64) (*Object, error) {
	o := &Object{Path: path, f: f, at: at}
	s := f.scan()
	c, err := s.block("object header", at, 4)
	if err != nil {
		return nil, err
	}
	if string(c.b) == "OHDR" {
		err = o.newer(s)
	} else {
		err = o.older(s)
	}
	if err != nil {
		return nil, fmt.Errorf("object %q: %w", path, err)
	}
	return o, nil
}

// older reads a header of version 1, and what continues it.
func (o *Object) older(s *scan) error {
	c, err := s.block("object header", o.at, 16)
	if err != nil {
		return err
	}
	if v := c.u8(); v != 1 {
		return fmt.Errorf("%w: at byte %d is no object header", ErrFormat, o.at)
	}
	c.skip(7)
	size := c.u32()
	if c, err = s.block("object header", o.at+16, uint64(size)); err != nil {
		return err
	}
	for rest := []*cursor{c}; len(rest) > 0; {
		if c, rest, err = o.pop(s, rest); err != nil {
			return err
		}
		for len(c.b)-c.at >= 8 {
			kind, size, flags := c.u16(), int(c.u16()), c.u8()
			c.skip(3)
			if rest, err = o.note(c, kind, size, flags, rest); err != nil {
				return err
			}
		}
	}
	return nil
}

// newer reads a header of version 2, and what continues it.
func (o *Object) newer(s *scan) error {
	c, err := s.block("object header", o.at, min(uint64(s.f.size)-s.f.base-o.at, 64))
	if err != nil {
		return err
	}
	if err := c.sign("OHDR", 2); err != nil {
		return err
	}
	flags := c.u8()
	if flags&0x20 != 0 {
		c.skip(16) // times
	}
	if flags&0x10 != 0 {
		c.skip(4) // when attributes become dense
	}
	size := c.uint(1 << (flags & 3))
	if err := c.err("object header"); err != nil {
		return err
	}
	begin := c.at
	if size > uint64(s.f.size) {
		return fmt.Errorf("%w: an object header of %d bytes", ErrFormat, size)
	}
	if c, err = s.block("object header", o.at, uint64(begin)+size+4); err != nil {
		return err
	}
	c.at = begin
	extra := 0
	if flags&4 != 0 {
		extra = 2 // the order in which the message came
	}
	for rest := []*cursor{c}; len(rest) > 0; {
		if c, rest, err = o.pop(s, rest); err != nil {
			return err
		}
		if err := c.verify("object header"); err != nil {
			return err
		}
		if c.at == 0 {
			if got := c.take(4); string(got) != "OCHK" {
				return fmt.Errorf("%w: at byte %d no object header is continued", ErrFormat, c.where)
			}
		}
		c.b = c.b[:len(c.b)-4]
		for len(c.b)-c.at >= 4+extra {
			kind, size, flags := uint16(c.u8()), int(c.u16()), c.u8()
			c.skip(extra)
			if rest, err = o.note(c, kind, size, flags, rest); err != nil {
				return err
			}
		}
	}
	return nil
}

// pop takes the next block of messages. A block that only says where it is, is read.
func (o *Object) pop(s *scan, rest []*cursor) (*cursor, []*cursor, error) {
	c := rest[0]
	if err := s.once("object header", c.where); err != nil {
		return nil, nil, err
	}
	if c.b != nil {
		return c, rest[1:], nil
	}
	c, err := s.block("continuation of an object header", c.where, uint64(c.at))
	return c, rest[1:], err
}

// note keeps a message, or where the header goes on.
func (o *Object) note(c *cursor, kind uint16, size int, flags byte, rest []*cursor) ([]*cursor, error) {
	where := c.where + uint64(c.at)
	data := c.take(size)
	if err := c.err("object header"); err != nil {
		return nil, err
	}
	m := message{kind: kind, shared: flags&2 != 0, cursor: cursor{f: o.f, b: data, where: where}}
	if kind != messageContinuation {
		o.messages = append(o.messages, m)
		return rest, nil
	}
	at, n := m.cursor.address(), m.cursor.length()
	if n > uint64(o.f.size) || m.cursor.short || at == none {
		return nil, fmt.Errorf("%w: at byte %d an object header goes on for %d bytes", ErrFormat, where, n)
	}
	return append(rest, &cursor{f: o.f, where: at, at: int(n)}), nil
}

// find returns the first message of a kind.
func (o *Object) find(kind uint16) (*cursor, error) {
	for _, m := range o.messages {
		if m.kind == kind {
			if m.shared {
				return nil, fmt.Errorf("%w: object %q shares a message (kind %#x) with others, which is not read", ErrFormat, o.Path, kind)
			}
			c := m.cursor
			return &c, nil
		}
	}
	return nil, nil
}
