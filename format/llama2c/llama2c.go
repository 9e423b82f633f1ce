// Package llama2c reads the checkpoints of llama2.c: seven numbers, and all weights in float32 one behind another.
//
// It is the first version of the format, that of the published stories15M.bin and its kind. A file says nothing of itself but
// its sizes, so it is one only if it is exactly as long as they ask for.
//
// The format is that of karpathy/llama2.c, run.c and export.py, legacy_export.
package llama2c

import (
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"os"
	"strconv"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/tensor"
)

func init() {
	format.Register(format.Format{
		Name: "llama2c", About: "a checkpoint of llama2.c: seven numbers and raw float32; only read", Extensions: []string{".bin"},
		Detect: func(path string, head []byte) bool {
			info, err := os.Stat(path)
			if err != nil || len(head) < headerBytes {
				return false
			}
			_, err = newHeader(head, info.Size())
			return err == nil
		},
		Open: func(path string) (format.File, error) { return Open(path) },
	})
}

const headerBytes = 28

// A header holds the sizes of a model, as the file has them.
type header struct {
	dim, hidden, layers, heads, groups, vocab, context int64
	separate                                           bool // the classifier has weights of its own: vocab is negative in the file
}

// maxSize is the most that any of the sizes may be: far above what there is, and small enough that products of three of them
// do not overflow.
const maxSize = 1 << 20

func newHeader(b []byte, size int64) (header, error) {
	var h header
	for i, at := range []*int64{&h.dim, &h.hidden, &h.layers, &h.heads, &h.groups, &h.vocab, &h.context} {
		*at = int64(int32(binary.LittleEndian.Uint32(b[4*i:])))
	}
	if h.vocab < 0 {
		h.vocab, h.separate = -h.vocab, true
	}
	for _, n := range []int64{h.dim, h.hidden, h.layers, h.heads, h.groups, h.vocab, h.context} {
		if n < 1 || n > maxSize {
			return h, fmt.Errorf("%w of llama2.c: sizes %+v", format.ErrFormat, h)
		}
	}
	if h.layers > 4096 || h.heads > h.dim || h.dim%h.heads != 0 || (h.dim/h.heads)%2 != 0 || h.heads%h.groups != 0 {
		return h, fmt.Errorf("%w of llama2.c: sizes %+v do not fit", format.ErrFormat, h)
	}
	if want := h.size(); size != want {
		return h, fmt.Errorf("%w of llama2.c: sizes %+v take %d bytes, and it has %d", format.ErrFormat, h, want, size)
	}
	return h, nil
}

// A part is a group of weights, one for each layer or one in all.
type part struct {
	name  string
	shape []int64
	each  bool
}

// parts returns what a file holds, in its order. The names are those of run.c.
func (h header) parts() []part {
	head := h.dim / h.heads
	kv := h.groups * head
	p := []part{
		{"token_embedding_table", []int64{h.vocab, h.dim}, false},
		{"rms_att_weight", []int64{h.dim}, true},
		{"wq", []int64{h.dim, h.dim}, true},
		{"wk", []int64{kv, h.dim}, true},
		{"wv", []int64{kv, h.dim}, true},
		{"wo", []int64{h.dim, h.dim}, true},
		{"rms_ffn_weight", []int64{h.dim}, true},
		{"w1", []int64{h.hidden, h.dim}, true},
		{"w2", []int64{h.dim, h.hidden}, true},
		{"w3", []int64{h.hidden, h.dim}, true},
		{"rms_final_weight", []int64{h.dim}, false},
		{"freq_cis_real", []int64{h.context, head / 2}, false},
		{"freq_cis_imag", []int64{h.context, head / 2}, false},
	}
	if h.separate {
		p = append(p, part{"wcls", []int64{h.vocab, h.dim}, false})
	}
	return p
}

// size returns how long the file is to be: at most 14 · 2¹² · 2⁴⁰ numbers, so it does not overflow.
func (h header) size() int64 {
	n := int64(0)
	for _, p := range h.parts() {
		one := int64(1)
		for _, d := range p.shape {
			one *= d
		}
		if p.each {
			one *= h.layers
		}
		n += one
	}
	return headerBytes + 4*n
}

// A File is an open checkpoint.
type File struct {
	format.Handle
	r        io.ReaderAt
	entries  []format.Entry
	at       map[string]int // of each name
	begin    []int64        // of each entry
	metadata map[string]string
}

// Open opens a checkpoint. Close it when its tensors are read.
func Open(path string) (*File, error) { return format.Opened(path, NewFile) }

// NewFile reads the sizes of a checkpoint of that many bytes.
func NewFile(r io.ReaderAt, size int64) (*File, error) {
	b := make([]byte, headerBytes)
	if size < headerBytes {
		return nil, fmt.Errorf("%w of llama2.c: %d bytes are too few", format.ErrFormat, size)
	}
	if _, err := r.ReadAt(b, 0); err != nil {
		return nil, fmt.Errorf("reading its sizes: %w", err)
	}
	h, err := newHeader(b, size)
	if err != nil {
		return nil, err
	}
	f := &File{r: r, at: map[string]int{}, metadata: h.metadata()}
	at := int64(headerBytes)
	for _, p := range h.parts() {
		n := int64(1)
		if p.each {
			n = h.layers
		}
		for i := range n {
			name := p.name
			if p.each {
				name += "." + strconv.FormatInt(i, 10)
			}
			shape, err := format.Sized(name, size-at, 4, p.shape)
			if err != nil {
				return nil, err
			}
			bytes := int64(4)
			for _, d := range p.shape {
				bytes *= d
			}
			f.at[name] = len(f.entries)
			f.entries = append(f.entries, format.Entry{Name: name, Type: "float32", DType: device.Float32, Shape: shape, Bytes: bytes})
			f.begin = append(f.begin, at)
			at += bytes
		}
	}
	return f, nil
}

// metadata returns the sizes by the names that they have in run.c.
func (h header) metadata() map[string]string {
	m := map[string]string{}
	for name, n := range map[string]int64{
		"dim": h.dim, "hidden_dim": h.hidden, "n_layers": h.layers, "n_heads": h.heads, "n_kv_heads": h.groups, "vocab_size": h.vocab, "seq_len": h.context,
	} {
		m["llama2c."+name] = strconv.FormatInt(n, 10)
	}
	m["llama2c.shared_classifier"] = strconv.FormatBool(!h.separate)
	return m
}

// Entries returns the weights in the order of the file.
func (f *File) Entries() []format.Entry { return f.entries }

// Metadata returns the sizes, such as "llama2c.dim".
func (f *File) Metadata() map[string]string { return maps.Clone(f.metadata) }

// Tensor reads one.
func (f *File) Tensor(name string) (*tensor.Tensor, error) {
	i, ok := f.at[name]
	if !ok {
		return nil, fmt.Errorf("no tensor %q in the file", name)
	}
	e := f.entries[i]
	t, err := format.Plain(e.DType).Read(io.NewSectionReader(f.r, f.begin[i], e.Bytes), binary.LittleEndian, e.Shape)
	if err != nil {
		return nil, fmt.Errorf("reading %q: %w", name, err)
	}
	return t, nil
}
