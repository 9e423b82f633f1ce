// Package idx reads and writes IDX files, the form in which MNIST and its successors are published: a few bytes that say
// what and how many, then the numbers.
//
//	2 bytes 0 · 1 byte type · 1 byte number of axes · each axis as 4 bytes · the numbers, row by row; all big-endian
//
// A file may be compressed with gzip; the reader looks at the first bytes, not at the name.
package idx

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// MaxBytes is how many bytes of numbers a file may hold. A header that asks for more is refused.
const MaxBytes = 1 << 30

// ErrFormat is what reading something that is no IDX file, or a damaged one, fails with; errors.Is finds it.
var ErrFormat = errors.New("not a valid IDX file")

// A Type says what the numbers of a file are; its values are those in the file.
type Type uint8

// The types of IDX.
const (
	Uint8   Type = 0x08
	Int8    Type = 0x09
	Int16   Type = 0x0b
	Int32   Type = 0x0c
	Float32 Type = 0x0d
	Float64 Type = 0x0e
)

// Size returns how many bytes a number of the type takes; 0 if there is no such type.
func (t Type) Size() int {
	switch t {
	case Uint8, Int8:
		return 1
	case Int16:
		return 2
	case Int32, Float32:
		return 4
	case Float64:
		return 8
	}
	return 0
}

// An Array is what a file holds.
type Array struct {
	Type  Type
	Shape []int  // such as [60000 28 28]
	Raw   []byte // the numbers as in the file; for Uint8 the numbers themselves
}

// Open reads the file at path.
func Open(path string) (*Array, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading IDX: %w", err)
	}
	defer f.Close()
	return Read(f, path)
}

// Read reads one file to its end; name stands in its errors.
//
// Memory grows with what is really there, so a short file that claims to be long costs nothing.
func Read(r io.Reader, name string) (*Array, error) {
	a, err := read(r)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	return a, nil
}

func read(r io.Reader) (*Array, error) {
	b := bufio.NewReader(r)
	if magic, _ := b.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(b)
		if err != nil {
			return nil, broken("the gzip header", err)
		}
		b = bufio.NewReader(z)
	}
	a, n, err := readHeader(b)
	if err != nil {
		return nil, err
	}
	if a.Raw, err = readBytes(b, n); err != nil {
		return nil, broken(fmt.Sprintf("%d of %d bytes of numbers", len(a.Raw), n), err)
	}
	switch _, err := b.ReadByte(); {
	case err == nil:
		return nil, fmt.Errorf("%w: it goes on after the %d bytes that its header announces", ErrFormat, n)
	case err != io.EOF:
		return nil, broken("the checksum at the end", err)
	}
	return a, nil
}

// readHeader reads all but the numbers, and returns how many bytes these take.
func readHeader(r io.Reader) (a *Array, bytes int, err error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, 0, broken("the header", err)
	}
	a = &Array{Type: Type(head[2]), Shape: make([]int, head[3])}
	if head[0] != 0 || head[1] != 0 || a.Type.Size() == 0 {
		return nil, 0, fmt.Errorf("%w: it begins with % x", ErrFormat, head)
	}
	axes := make([]byte, 4*len(a.Shape))
	if _, err := io.ReadFull(r, axes); err != nil {
		return nil, 0, broken(fmt.Sprintf("the header's %d axes", len(a.Shape)), err)
	}
	for i := range a.Shape {
		v := binary.BigEndian.Uint32(axes[4*i:])
		if v > MaxBytes {
			return nil, 0, fmt.Errorf("%w: axis %d is %d long, more than %d", ErrFormat, i, v, MaxBytes)
		}
		a.Shape[i] = int(v)
	}
	n, ok := product(a.Shape, a.Type.Size())
	if !ok {
		return nil, 0, fmt.Errorf("%w: shape %v takes more than %d bytes", ErrFormat, a.Shape, MaxBytes)
	}
	return a, n, nil
}

// product returns the bytes that numbers of a size and shape take, and whether they are within the limit.
func product(shape []int, size int) (n int, ok bool) {
	total := int64(size)
	for _, d := range shape {
		if d == 0 {
			return 0, true
		}
	}
	for _, d := range shape {
		if total *= int64(d); total > MaxBytes {
			return 0, false
		}
	}
	return int(total), true
}

// readBytes reads n bytes, and returns those it got if there are fewer.
func readBytes(r io.Reader, n int) ([]byte, error) {
	b := make([]byte, 0, min(n, 1<<20))
	for len(b) < n {
		if len(b) == cap(b) {
			b = append(make([]byte, 0, min(n, 2*cap(b))), b...)
		}
		k, err := io.ReadFull(r, b[len(b):cap(b)])
		b = b[:len(b)+k]
		if err != nil {
			return b, err
		}
	}
	return b, nil
}

// broken says what could not be read, and that the file's end came too early if it did.
func broken(what string, err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: it ends within %s", ErrFormat, what)
	}
	var corrupt flate.CorruptInputError
	if errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || errors.As(err, &corrupt) {
		return fmt.Errorf("%w: %s: %w", ErrFormat, what, err)
	}
	return fmt.Errorf("%s: %w", what, err)
}
