package hdf5

import (
	"errors"
	"fmt"
	"io"
	"math"
)

// ErrFormat is wrapped by the errors that say that a file is no valid HDF5 file, or has what is not read here.
var ErrFormat = errors.New("not a valid HDF5 file")

// Signature stands at the beginning of a file, or at byte 512, 1024, 2048, … behind something else.
const Signature = "\x89HDF\r\n\x1a\n"

// none is the address of what is nowhere.
const none = math.MaxUint64

// A File is an open HDF5 file. It has no state: goroutines may share it as far as they may share the reader.
type File struct {
	r      io.ReaderAt
	size   int64
	base   uint64 // where address 0 is
	offset int    // bytes of an address
	length int    // bytes of a size
	root   uint64 // address of the root group's header
	lax    bool   // checksums are not looked at, so that tests reach what is behind them
}

// Open reads the beginning of a file of that size in bytes.
func Open(r io.ReaderAt, size int64) (*File, error) { return openFile(r, size, false) }

func openFile(r io.ReaderAt, size int64, lax bool) (*File, error) {
	for at := int64(0); at+int64(len(Signature)) <= size; at = max(512, 2*at) {
		var head [8]byte
		if _, err := r.ReadAt(head[:], at); err != nil {
			return nil, fmt.Errorf("reading the signature: %w", err)
		}
		if string(head[:]) == Signature {
			f := &File{r: r, size: size, base: uint64(at), offset: 8, length: 8, lax: lax}
			return f, f.superblock()
		}
	}
	return nil, fmt.Errorf("%w: it has no signature", ErrFormat)
}

// superblock reads what stands behind the signature.
func (f *File) superblock() error {
	start := f.base
	n := min(uint64(f.size)-start, 128)
	c, err := f.scan().block("superblock", 0, n)
	if err != nil {
		return err
	}
	c.skip(len(Signature))
	version := c.u8()
	switch version {
	case 0, 1:
		c.skip(4)
		f.offset, f.length = int(c.u8()), int(c.u8())
		c.skip(9)
		if version == 1 {
			c.skip(4)
		}
	case 2, 3:
		f.offset, f.length = int(c.u8()), int(c.u8())
		c.skip(1)
	default:
		return fmt.Errorf("%w: the superblock has version %d", ErrFormat, version)
	}
	for _, n := range []int{f.offset, f.length} {
		if n != 2 && n != 4 && n != 8 {
			return fmt.Errorf("%w: addresses of %d and sizes of %d bytes", ErrFormat, f.offset, f.length)
		}
	}
	base := c.address()
	c.address()
	end := c.address()
	f.root = c.address()
	if version < 2 {
		c.address() // that was the driver's block; here the root's entry in a symbol table begins, with the name
		f.root = c.address()
	} else if c.at+4 <= len(c.b) {
		c.b = c.b[:c.at+4]
		if err := c.verify("superblock"); err != nil {
			return err
		}
	} else {
		c.short = true
	}
	if err := c.err("superblock"); err != nil {
		return err
	}
	if base != start && base != 0 {
		return fmt.Errorf("%w: the superblock is at byte %d and says %d", ErrFormat, start, base)
	}
	f.base = base
	if end == none || end > uint64(f.size) {
		return fmt.Errorf("%w: it says that it ends at byte %d, and has %d: it was cut short", ErrFormat, end, f.size)
	}
	return nil
}

// scan returns a reader of the file's structure with a fresh budget.
func (f *File) scan() *scan { return &scan{f: f, left: 4*f.size + 1<<20, seen: map[uint64]bool{}} }

// A scan is one walk through a part of the structure.
type scan struct {
	f    *File
	left int64           // bytes that may still be read
	seen map[uint64]bool // nodes of trees that were read
}

// block reads n bytes at an address.
func (s *scan) block(what string, at, n uint64) (*cursor, error) {
	size := uint64(s.f.size) - s.f.base
	if at == none || at > size || n > size-at {
		return nil, fmt.Errorf("%w: the %s would lie at bytes %d to %d of %d", ErrFormat, what, at, at+n, size)
	}
	if s.left -= int64(n); s.left < 0 {
		return nil, fmt.Errorf("%w: its structure leads in circles (at the %s at byte %d)", ErrFormat, what, at)
	}
	b := make([]byte, n)
	if err := s.f.read(b, at); err != nil {
		return nil, fmt.Errorf("reading the %s at byte %d: %w", what, at, err)
	}
	return &cursor{f: s.f, b: b, where: at}, nil
}

// once reports an error where a node is reached a second time.
func (s *scan) once(what string, at uint64) error {
	if s.seen[at] {
		return fmt.Errorf("%w: the %s at byte %d is reached twice", ErrFormat, what, at)
	}
	s.seen[at] = true
	return nil
}

// read fills b from an address. Nothing can be read from the very end, too, where readers would say that it is the end.
func (f *File) read(b []byte, at uint64) error {
	if len(b) == 0 {
		return nil
	}
	_, err := f.r.ReadAt(b, int64(f.base+at))
	return err
}
