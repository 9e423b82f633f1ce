package torch

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/format"
)

// classes are the storages of our types.
var classes = map[device.DType]string{
	device.Float32: "FloatStorage", device.Float64: "DoubleStorage", device.Float16: "HalfStorage", device.BFloat16: "BFloat16Storage",
	device.Int64: "LongStorage", device.Int32: "IntStorage", device.Uint8: "ByteStorage", device.Bool: "BoolStorage",
}

func write(path string, f format.File, c format.WriteConfig) error {
	f, err := format.Converted(f, c)
	if err != nil {
		return err
	}
	return format.Replace(path, func(w io.Writer) error { return Write(w, f) })
}

// Write writes the tensors of f as a state dict, which torch.load reads with weights_only, one after another. There is no
// place for metadata.
func Write(w io.Writer, f format.File) error {
	a := archive{count: &counter{w: w}}
	a.zip = zip.NewWriter(a.count)
	entries := f.Entries()
	pickle, err := stateDictOf(entries)
	if err != nil {
		return err
	}
	if err := a.put("data.pkl", pickle); err != nil {
		return err
	}
	if err := a.put("byteorder", []byte("little")); err != nil {
		return err
	}
	for i, e := range entries {
		t, err := f.Tensor(e.Name)
		if err != nil {
			return err
		}
		raw := format.Bytes(t)
		if int64(len(raw)) != e.Bytes {
			return fmt.Errorf("writing %q: it has %d bytes, and %d were announced", e.Name, len(raw), e.Bytes)
		}
		if err := a.put(fmt.Sprintf("data/%d", i), raw); err != nil {
			return fmt.Errorf("writing %q: %w", e.Name, err)
		}
	}
	if err := a.put("version", []byte("3\n")); err != nil {
		return err
	}
	return a.zip.Close()
}

type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err
}

type archive struct {
	zip   *zip.Writer
	count *counter
}

// put stores a file, with its bytes at a multiple of 64, as PyTorch does, so that they can be mapped.
func (a *archive) put(name string, raw []byte) error {
	if err := a.zip.Flush(); err != nil {
		return err
	}
	h := &zip.FileHeader{
		Name: "archive/" + name, Method: zip.Store, CRC32: crc32.ChecksumIEEE(raw),
		CompressedSize64: uint64(len(raw)), UncompressedSize64: uint64(len(raw)),
	}
	const fixed, align = 30, 64
	begin := a.count.n + fixed + int64(len(h.Name)) + 4
	pad := int(-begin&(align-1)) % align
	h.Extra = append([]byte{'F', 'B', byte(pad), 0}, bytes.Repeat([]byte{'Z'}, pad)...)
	w, err := a.zip.CreateRaw(h)
	if err != nil {
		return err
	}
	_, err = w.Write(raw)
	return err
}

// stateDictOf returns the pickle of a dictionary of tensors, each with a storage of its own.
func stateDictOf(entries []format.Entry) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("\x80\x02}(")
	seen := map[string]bool{}
	for i, e := range entries {
		if seen[e.Name] {
			return nil, fmt.Errorf("writing a state dict: the name %q stands twice", e.Name)
		}
		seen[e.Name] = true
		n := int64(1)
		stride := make([]int64, len(e.Shape))
		for k := len(e.Shape) - 1; k >= 0; k-- {
			stride[k] = n
			n *= int64(max(e.Shape[k], 1))
		}
		putText(&b, e.Name)
		b.WriteString("ctorch._utils\n_rebuild_tensor_v2\n((")
		putText(&b, "storage")
		fmt.Fprintf(&b, "ctorch\n%s\n", classes[e.DType])
		putText(&b, fmt.Sprint(i))
		putText(&b, "cpu")
		putInt(&b, e.Bytes/int64(e.DType.Bytes()))
		b.WriteString("tQK\x00(")
		for _, d := range e.Shape {
			putInt(&b, int64(d))
		}
		b.WriteString("t(")
		for _, s := range stride {
			putInt(&b, s)
		}
		b.WriteString("t\x89ccollections\nOrderedDict\n)RtR")
	}
	b.WriteString("u.")
	return b.Bytes(), nil
}

func putText(b *bytes.Buffer, s string) {
	b.WriteByte('X')
	b.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(s))))
	b.WriteString(s)
}

func putInt(b *bytes.Buffer, v int64) {
	if v <= math.MaxInt32 {
		b.WriteByte('J')
		b.Write(binary.LittleEndian.AppendUint32(nil, uint32(v)))
		return
	}
	b.WriteString("\x8a\x08")
	b.Write(binary.LittleEndian.AppendUint64(nil, uint64(v)))
}
