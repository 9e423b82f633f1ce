package hdf5

import (
	"encoding/binary"
	"fmt"
)

// A cursor reads little-endian numbers from a block of the file one after another. Reading past its end gives zeros and
// is remembered, so that the caller asks once, with err, when it has read all it wants.
type cursor struct {
	f     *File
	b     []byte
	at    int
	where uint64 // address of the block
	short bool
}

func (c *cursor) take(n int) []byte {
	if n < 0 || n > len(c.b)-c.at {
		c.short = true
		c.at = len(c.b)
		return nil
	}
	c.at += n
	return c.b[c.at-n : c.at : c.at]
}

// uint reads a number of up to 8 bytes.
func (c *cursor) uint(bytes int) uint64 {
	v := uint64(0)
	b := c.take(bytes)
	for i := len(b) - 1; i >= 0; i-- {
		v = v<<8 | uint64(b[i])
	}
	return v
}

func (c *cursor) u8() byte    { return byte(c.uint(1)) }
func (c *cursor) u16() uint16 { return uint16(c.uint(2)) }
func (c *cursor) u32() uint32 { return uint32(c.uint(4)) }
func (c *cursor) skip(n int)  { c.take(n) }

// address reads an address; none says that there is no such place.
func (c *cursor) address() uint64 {
	v := c.uint(c.f.offset)
	if c.f.offset < 8 && v == 1<<(8*c.f.offset)-1 {
		return none
	}
	return v
}

func (c *cursor) length() uint64 { return c.uint(c.f.length) }

func (c *cursor) rest() []byte { return c.take(len(c.b) - c.at) }

// align skips to a multiple of 8 bytes from the block's beginning.
func (c *cursor) align() { c.skip((8 - c.at%8) % 8) }

// name reads the bytes before the next zero, and the zero.
func (c *cursor) name() string {
	for i := c.at; i < len(c.b); i++ {
		if c.b[i] == 0 {
			s := string(c.b[c.at:i])
			c.at = i + 1
			return s
		}
	}
	c.short = true
	return ""
}

func (c *cursor) err(what string) error {
	if c.short {
		return fmt.Errorf("%w: the %s at byte %d is too short", ErrFormat, what, c.where)
	}
	return nil
}

// verify compares the last four bytes of the block with the checksum of those before.
func (c *cursor) verify(what string) error {
	n := len(c.b) - 4
	if n < 0 || !c.f.lax && checksum(c.b[:n]) != binary.LittleEndian.Uint32(c.b[n:]) {
		return fmt.Errorf("%w: the %s at byte %d does not have the checksum it says", ErrFormat, what, c.where)
	}
	return nil
}

// sign reads a signature, and the version that follows it.
func (c *cursor) sign(signature string, version byte) error {
	if got := c.take(len(signature)); string(got) != signature {
		return fmt.Errorf("%w: at byte %d stands %q and not %s", ErrFormat, c.where, got, signature)
	}
	if v := c.u8(); v != version {
		return fmt.Errorf("%w: %s at byte %d has version %d, want %d", ErrFormat, signature, c.where, v, version)
	}
	return nil
}
