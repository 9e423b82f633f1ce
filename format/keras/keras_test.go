package keras

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/tensor"
)

// unzipped returns what is in a file of testdata.
func unzipped(t testing.TB, name string) []byte {
	t.Helper()
	f, err := os.Open("testdata/" + name + ".gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// opened opens a file of testdata under a name of that kind.
func opened(t testing.TB, name string) format.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, unzipped(t, name), 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := format.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

type weights map[string]struct {
	Shape  []int
	Values []float32
}

func wanted(t testing.TB, name string) weights {
	t.Helper()
	var w struct{ Weights weights }
	if err := json.Unmarshal(unzipped(t, name+".json"), &w); err != nil {
		t.Fatal(err)
	}
	return w.Weights
}

// numbered are the variables of a layer that a file without a configuration can only number.
var numbered = map[string]string{
	"odd/beta": "odd/0", "odd/moving_mean": "odd/1", "odd/moving_variance": "odd/2",
	"time_distributed/each/kernel": "time_distributed/each/0", "time_distributed/each/bias": "time_distributed/each/1",
}

// compare says how the tensors of a file differ from what Keras says it holds.
func compare(t *testing.T, f format.File, want weights) {
	t.Helper()
	if len(f.Entries()) != len(want) {
		t.Errorf("%d tensors, want %d", len(f.Entries()), len(want))
	}
	for name, w := range want {
		x, err := f.Tensor(name)
		if err != nil && numbered[name] != "" {
			x, err = f.Tensor(numbered[name])
		}
		if err != nil {
			t.Error(err)
		} else if !slices.Equal(x.Shape(), w.Shape) || !slices.Equal(x.Floats(), w.Values) {
			t.Errorf("%s is %v, want %v", name, x, w)
		}
	}
}

// The files that Keras wrote are read: every tensor under its name, and what the model is.
func TestReadsWhatKerasWrote(t *testing.T) {
	for _, name := range []string{"text.keras", "text.h5", "text.weights.h5", "picture.keras", "picture.h5", "picture.weights.h5", "legacy.h5"} {
		t.Run(name, func(t *testing.T) {
			f := opened(t, name)
			base, _, _ := strings.Cut(name, ".")
			compare(t, f, wanted(t, base))
			if m := f.Metadata(); !strings.Contains(name, "weights") && (!strings.Contains(m["model_config"], "class_name") || m["keras_version"] == "") {
				t.Errorf("metadata %v", m)
			}
		})
	}
}

// In a file whose groups have no names, layers are known by their places among those of their class.
func TestReadsGroupsWithoutNames(t *testing.T) {
	want := weights{}
	rename := strings.NewReplacer("_lstm/lstm_cell", "_layer/cell", "gru/gru_cell", "gru/cell", "each/", "each/")
	for name, w := range wanted(t, "text") {
		want[rename.Replace(name)] = w
	}
	compare(t, opened(t, "unnamed.keras"), want)
}

// The layers come in the order of the model, and their weights in that of Keras.
func TestOrder(t *testing.T) {
	want := []string{
		"embedding/embeddings", "both/forward_lstm/lstm_cell/kernel", "both/forward_lstm/lstm_cell/recurrent_kernel",
		"both/forward_lstm/lstm_cell/bias", "both/backward_lstm/lstm_cell/kernel",
	}
	for _, name := range []string{"text.keras", "text.h5"} {
		var got []string
		for _, e := range opened(t, name).Entries() {
			got = append(got, e.Name)
		}
		if !slices.Equal(got[:len(want)], want) || got[len(got)-1] != "first/bias" {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// What is read from each kind of file is written as each, and read again. Keras was asked for its opinion too: the test leaves
// the files where KERAS_WRITTEN says, and _golden/keras_files.py --check loads them.
func TestWrites(t *testing.T) {
	for _, base := range []string{"text", "picture"} {
		for _, from := range []string{".keras", ".h5"} {
			for _, to := range []string{".keras", ".h5", ".weights.h5"} {
				f := opened(t, base+from)
				dir := t.TempDir()
				if d := os.Getenv("KERAS_WRITTEN"); d != "" {
					dir = d
				}
				path := filepath.Join(dir, base+".from"+from[1:]+to)
				c := format.WriteConfig{}
				if to == ".weights.h5" {
					c.Metadata = map[string]string{}
				}
				if err := format.Write(path, f, c); err != nil {
					t.Errorf("%s from %s: %v", to, from, err)
					continue
				}
				again, err := format.Open(path)
				if err != nil {
					t.Fatal(err)
				}
				compare(t, again, wanted(t, base))
				again.Close()
			}
		}
	}
}

// Tensors of every type and of any name go into an HDF5 file, and come back.
func TestTypes(t *testing.T) {
	x := tensor.Of([]float64{0, 1, 2, 3, 4, 5}, 2, 3)
	tensors := []format.Named{{Name: "plain", Tensor: x.Cast(device.Float32)}}
	for d := range device.DType(device.DTypes) {
		tensors = append(tensors, format.Named{Name: "layer/" + d.String(), Tensor: x.Cast(d)})
	}
	path := filepath.Join(t.TempDir(), "a.h5")
	for kind, float := range map[string]device.DType{"": device.Float64, "f16": device.Float16} {
		if err := format.Write(path, format.Of(nil, tensors...), format.WriteConfig{Type: kind}); err != nil {
			t.Fatal(err)
		}
		f, err := format.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range tensors {
			y, err := f.Tensor(n.Name)
			if err != nil {
				t.Fatal(err)
			}
			want := n.Tensor.DType()
			if want == device.BFloat16 {
				want = device.Float32
			}
			if want.IsFloat() && (kind != "" || want == device.Float64) {
				want = float
			}
			if y.DType() != want || !slices.Equal(y.Cast(device.Float32).Floats(), n.Tensor.Cast(device.Float32).Floats()) {
				t.Errorf("%s as %q is %v, want %v of %v", n.Name, kind, y, n.Tensor, want)
			}
		}
		f.Close()
	}
	for _, c := range []struct{ path, kind, want string }{
		{"a.h5", "q8_0", "f16, f32 and f64"}, {"a.keras", "", "nothing says what model this is"},
	} {
		if err := format.Write(filepath.Join(t.TempDir(), c.path), format.Of(nil, tensors...), format.WriteConfig{Type: c.kind}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
}

// Of a file that was cut nothing is read.
func TestTruncated(t *testing.T) {
	for _, name := range []string{"text.keras", "legacy.h5"} {
		b := unzipped(t, name)
		for n := 0; n < len(b); n += 97 {
			if err := readBytes(b[:n], name); !errors.Is(err, format.ErrFormat) {
				t.Fatalf("%s cut at byte %d of %d: %v", name, n, len(b), err)
			}
		}
	}
}

// readBytes reads all of a file.
func readBytes(b []byte, name string) (err error) {
	f := &file{metadata: map[string]string{}}
	if strings.HasSuffix(name, ".keras") {
		err = f.readArchive(bytes.NewReader(b), int64(len(b)))
	} else {
		err = f.read(bytes.NewReader(b), int64(len(b)))
	}
	for _, e := range f.entries {
		if err == nil {
			_, err = f.Tensor(e.Name)
		}
	}
	return err
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{"text.keras", "picture.weights.h5", "legacy.h5"} {
		f.Add(unzipped(f, name), strings.HasSuffix(name, ".keras"))
	}
	f.Fuzz(func(t *testing.T, b []byte, archive bool) {
		name := map[bool]string{true: ".keras", false: ".h5"}[archive]
		if err := readBytes(b, name); err != nil && !errors.Is(err, format.ErrFormat) {
			t.Errorf("an error of another kind: %v", err)
		}
	})
}
