package llama2c

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/format"
)

// checkpoint returns a file of those sizes whose number i is i.
func checkpoint(sizes ...int32) []byte {
	var b bytes.Buffer
	var raw []byte
	for _, n := range sizes {
		raw = binary.LittleEndian.AppendUint32(raw, uint32(n))
	}
	b.Write(raw)
	h := header{int64(sizes[0]), int64(sizes[1]), int64(sizes[2]), int64(sizes[3]), int64(sizes[4]), int64(sizes[5]), int64(sizes[6]), false}
	if h.vocab < 0 {
		h.vocab, h.separate = -h.vocab, true
	}
	for i := range (h.size() - headerBytes) / 4 {
		b.Write(binary.LittleEndian.AppendUint32(nil, math.Float32bits(float32(i))))
	}
	return b.Bytes()
}

func open(b []byte) (*File, error) { return NewFile(bytes.NewReader(b), int64(len(b))) }

// Weights lie where run.c looks for them; a vocabulary below 0 says that the classifier has its own.
func TestWeightsInTheirOrder(t *testing.T) {
	f, err := open(checkpoint(4, 6, 2, 2, 1, -5, 3))
	if err != nil {
		t.Fatal(err)
	}
	if f.Metadata()["llama2c.vocab_size"] != "5" || f.Metadata()["llama2c.shared_classifier"] != "false" || len(f.Entries()) != 1+9*2+3+1 {
		t.Errorf("%v, %d tensors", f.Metadata(), len(f.Entries()))
	}
	for name, c := range map[string]struct {
		first float32
		shape []int
	}{
		"token_embedding_table": {0, []int{5, 4}}, "rms_att_weight.1": {24, []int{4}}, "wq.0": {28, []int{4, 4}}, "wk.1": {68, []int{2, 4}},
		"wv.0": {76, []int{2, 4}}, "wo.0": {92, []int{4, 4}}, "rms_ffn_weight.0": {124, []int{4}}, "w1.1": {156, []int{6, 4}},
		"w2.0": {180, []int{4, 6}}, "w3.0": {228, []int{6, 4}}, "rms_final_weight": {276, []int{4}}, "freq_cis_imag": {283, []int{3, 1}}, "wcls": {286, []int{5, 4}},
	} {
		x, err := f.Tensor(name)
		if err != nil || !slices.Equal(x.Shape(), c.shape) || x.Floats()[0] != c.first {
			t.Errorf("%s: %v, %v, want %v of shape %v", name, x, err, c.first, c.shape)
		}
	}
	if _, err := f.Tensor("wq"); err == nil {
		t.Error("there is no wq without a layer")
	}
}

// A file of any other length is refused, and sizes that cannot be.
func TestHostile(t *testing.T) {
	b := checkpoint(4, 6, 2, 2, 1, 5, 3)
	for n := range b {
		if _, err := open(b[:n]); !errors.Is(err, format.ErrFormat) {
			t.Fatalf("cut at byte %d: %v", n, err)
		}
	}
	if _, err := open(append(slices.Clone(b), 0)); !errors.Is(err, format.ErrFormat) {
		t.Errorf("a byte behind the end: %v", err)
	}
	for i := range 7 {
		for _, bad := range []int32{0, -1, math.MinInt32, math.MaxInt32, 3, 1 << 20} {
			c := slices.Clone(b)
			binary.LittleEndian.PutUint32(c[4*i:], uint32(bad))
			if int32(binary.LittleEndian.Uint32(b[4*i:])) == bad {
				continue
			}
			if _, err := open(c); !errors.Is(err, format.ErrFormat) {
				t.Errorf("size %d is %d: %v", i, bad, err)
			}
		}
	}
}

func TestFoundByItsLength(t *testing.T) {
	path := t.TempDir() + "/model.bin"
	b := checkpoint(4, 6, 2, 2, 1, 5, 3)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if f, err := format.Detect(path); err != nil || f.Name != "llama2c" {
		t.Errorf("%v, %v", f.Name, err)
	}
	if err := os.WriteFile(path, b[:len(b)-1], 0o600); err != nil {
		t.Fatal(err)
	}
	if f, err := format.Detect(path); err == nil {
		t.Errorf("one byte short it is %s", f.Name)
	}
	if _, err := Open(path); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("%v", err)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(checkpoint(4, 6, 2, 2, 1, 5, 3))
	f.Add(checkpoint(4, 6, 1, 1, 1, -5, 3)[:40])
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := open(b)
		if err != nil {
			if !errors.Is(err, format.ErrFormat) {
				t.Error(err)
			}
			return
		}
		for _, e := range file.Entries() {
			if _, err := file.Tensor(e.Name); err != nil {
				t.Error(err)
			}
		}
	})
}
