package hdf5

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"io"
	"math/bits"
)

// The filters that are read.
const (
	filterDeflate    = 1
	filterShuffle    = 2
	filterFletcher32 = 3
)

// filterNames are those that others write and that are not read.
var filterNames = map[uint16]string{4: "szip", 5: "nbit", 6: "scaleoffset", 32000: "lzf", 32001: "blosc", 32004: "lz4", 32008: "bitshuffle", 32015: "zstd"}

// deflateRatio is the most that deflate makes of a byte.
const deflateRatio = 1032

// A filter is something that chunks go through when they are written.
type filter struct {
	id     uint16
	values []uint32
}

// filters reads a message that lists them, in the order of writing.
func filters(c *cursor) ([]filter, error) {
	version, n := c.u8(), int(c.u8())
	if version != 1 && version != 2 || n > 32 {
		return nil, fmt.Errorf("%w: at byte %d a list of %d filters of version %d", ErrFormat, c.where, n, version)
	}
	if version == 1 {
		c.skip(6)
	}
	var list []filter
	for range n {
		f := filter{id: c.u16()}
		name := 0
		if version == 1 || f.id >= 256 {
			name = int(c.u16())
		}
		c.skip(2)
		values := int(c.u16())
		if version == 1 {
			name = (name + 7) / 8 * 8
		}
		c.skip(name)
		for range values {
			if c.short {
				break
			}
			f.values = append(f.values, c.u32())
		}
		if version == 1 && values%2 == 1 {
			c.skip(4)
		}
		if f.id < filterDeflate || f.id > filterFletcher32 {
			return nil, unread(c, fmt.Sprintf("chunks filtered by %d (%s)", f.id, filterNames[f.id]))
		}
		list = append(list, f)
	}
	return list, c.err("list of filters")
}

// deflated reports whether what was stored may become larger.
func deflated(list []filter) bool {
	for _, f := range list {
		if f.id == filterDeflate {
			return true
		}
	}
	return false
}

// unfilter undoes the filters of a chunk that has want bytes without them.
func (d *Dataset) unfilter(b []byte, mask uint32, want int64) ([]byte, error) {
	for i := len(d.filters) - 1; i >= 0; i-- {
		if mask>>i&1 != 0 {
			continue
		}
		switch d.filters[i].id {
		case filterDeflate:
			z, err := zlib.NewReader(bytes.NewReader(b))
			if err != nil {
				return nil, fmt.Errorf("%w: a compressed chunk: %w", ErrFormat, err)
			}
			// A checksum that was added before may still be there.
			limit := want + int64(4*i)
			if b, err = io.ReadAll(io.LimitReader(z, limit+1)); err != nil {
				return nil, fmt.Errorf("%w: a compressed chunk: %w", ErrFormat, err)
			}
			if int64(len(b)) > limit {
				return nil, fmt.Errorf("%w: a compressed chunk has more than the %d bytes it should", ErrFormat, want)
			}
		case filterShuffle:
			n := d.Type.Size
			if v := d.filters[i].values; len(v) > 0 && v[0] > 0 {
				n = int(min(v[0], 1<<20))
			}
			b = unshuffle(b, n)
		case filterFletcher32:
			n := len(b) - 4
			if n < 0 {
				return nil, fmt.Errorf("%w: a chunk of %d bytes has no checksum", ErrFormat, len(b))
			}
			got, sum := binary.LittleEndian.Uint32(b[n:]), fletcher32(b[:n])
			swapped := bits.ReverseBytes16(uint16(sum)) // as versions before 1.6.3 wrote it
			if old := uint32(bits.ReverseBytes16(uint16(sum>>16)))<<16 | uint32(swapped); got != sum && got != old {
				return nil, fmt.Errorf("%w: a chunk does not have the checksum it says", ErrFormat)
			}
			b = b[:n]
		}
	}
	if int64(len(b)) != want {
		return nil, fmt.Errorf("%w: a chunk has %d bytes, want %d", ErrFormat, len(b), want)
	}
	return b, nil
}

// unshuffle puts the bytes of each element of n bytes together again; what does not make a whole one is at the end.
func unshuffle(b []byte, n int) []byte {
	count := len(b) / n
	if n < 2 || count < 2 {
		return b
	}
	out := make([]byte, len(b))
	for j := range n {
		for i, v := range b[j*count : (j+1)*count] {
			out[i*n+j] = v
		}
	}
	copy(out[count*n:], b[count*n:])
	return out
}
