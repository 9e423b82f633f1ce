package format

import (
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// A shape from a file is refused, without overflow, when its bytes are not there.
func TestSized(t *testing.T) {
	for _, c := range []struct {
		shape     []int64
		remaining int64
		want      string
	}{
		{[]int64{2, 3}, 24, ""},
		{[]int64{2, 3}, 23, "takes 24 bytes, and 23 are there"},
		{nil, 4, ""},
		{nil, 3, "takes 4 bytes"},
		{[]int64{0, 5}, 0, ""},
		{[]int64{0, math.MaxInt64}, 0, "shape"},
		{[]int64{-1}, 100, "shape [-1]"},
		{[]int64{1 << 32, 1 << 32}, 100, "shape"},
		{[]int64{math.MaxInt64}, math.MaxInt64, "shape"},
		{make([]int64, device.MaxRank+1), 100, "axes"},
	} {
		shape, err := Sized("x", c.remaining, 4, c.shape)
		switch {
		case c.want == "" && (err != nil || len(shape) != len(c.shape)):
			t.Errorf("%v in %d bytes: %v, %v", c.shape, c.remaining, shape, err)
		case c.want != "" && (!errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%v in %d bytes: %v, want %s", c.shape, c.remaining, err, c.want)
		}
	}
}

func TestInMemory(t *testing.T) {
	x := tensor.Ones(2, 3)
	f := Of(map[string]string{"a": "b"}, Named{"x", x}, Named{"y", tensor.Scalar(1)})
	e := f.Entries()
	if len(e) != 2 || e[0].Name != "x" || e[0].Bytes != 24 || !slices.Equal(e[0].Shape, []int{2, 3}) || f.Metadata()["a"] != "b" {
		t.Errorf("%v, %v", e, f.Metadata())
	}
	if got, err := f.Tensor("x"); got != x || err != nil {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := f.Tensor("z"); err == nil || !strings.Contains(err.Error(), `"z"`) {
		t.Errorf("%v", err)
	}
}

// The format is found by the first bytes, and for writing by the extension; messages say what there is.
func TestOpenAndWrite(t *testing.T) {
	before := registered
	defer func() { registered = before }()
	registered = nil
	Register(Format{
		Name: "toy", Extensions: []string{".toy"},
		Detect: func(_ string, head []byte) bool { return strings.HasPrefix(string(head), "TOY") },
		Open:   func(path string) (File, error) { return Of(map[string]string{"path": path}), nil },
		Write: func(path string, f File, _ WriteConfig) error {
			return Replace(path, func(w io.Writer) error { _, err := io.WriteString(w, "TOY"); return err })
		},
	})
	Register(Format{Name: "old", Extensions: []string{".old", ".toy"}, Detect: func(string, []byte) bool { return false }})
	dir := t.TempDir()
	path := filepath.Join(dir, "a.TOY")
	if err := Write(path, Of(nil), WriteConfig{}); err != nil {
		t.Fatal(err)
	}
	if f, err := Open(path); err != nil || f.Metadata()["path"] != path {
		t.Errorf("%v, %v", f, err)
	}
	other := filepath.Join(dir, "b")
	if err := os.WriteFile(other, []byte("?"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(other); !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), "toy (.toy)") {
		t.Errorf("%v", err)
	}
	empty := filepath.Join(dir, "empty")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{empty: "it is empty", dir: "a folder without weights"} {
		if _, err := Open(path); !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if _, err := Opened(dir, func(io.ReaderAt, int64) (*Handle, error) { return nil, nil }); err == nil || !strings.Contains(err.Error(), "is a folder") {
		t.Errorf("%v", err)
	}
	if _, err := Open(filepath.Join(dir, "c")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
	for name, want := range map[string]string{"a.old": "only read", "a.new": `extension ".new"; those that are written: toy`} {
		if err := Write(filepath.Join(dir, name), Of(nil), WriteConfig{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
