package torch

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

func equal(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) })
}

// Every file that PyTorch and pickle wrote gives the tensors that they hold, by the names of the state dict.
func TestFilesOfPyTorch(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/torch.golden"), "") {
		t.Run(c.Name, func(t *testing.T) {
			f, err := format.Open(filepath.Join("testdata", c.Name))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			c = c.On(t)
			n := 0
			for _, e := range f.Entries() {
				x, err := f.Tensor(e.Name)
				if e.Type == "complex64" {
					if err == nil || !strings.Contains(err.Error(), "complex64") {
						t.Errorf("%s: %v, %v", e.Name, x, err)
					}
					continue
				}
				if err != nil {
					t.Error(err)
					continue
				}
				n++
				if x.DType() != e.DType || !slices.Equal(x.Shape(), e.Shape) || !slices.Equal(x.Shape(), c.Shape(e.Name)) {
					t.Errorf("%s is %v, the entry %+v, want shape %v", e.Name, x, e, c.Shape(e.Name))
				}
				if got, want := tensor.Values[float64](x), c.Float64(e.Name); !equal(got, want) {
					t.Errorf("%s is %v, want %v", e.Name, got, want)
				}
			}
			if n != len(c.Arrays()) {
				t.Errorf("%d tensors of %v", n, c.Arrays())
			}
		})
	}
}

// The numbers and texts beside a state dict are kept as texts.
func TestMetadata(t *testing.T) {
	for file, want := range map[string]string{
		"checkpoint.pth.tar":    "map[arch:block best_prec1:91.5 big:1.2676506002282294e+30 done:true epoch:3 prefix:state_dict]",
		"checkpoint.legacy.pth": "map[arch:block best_prec1:91.5 big:1.2676506002282294e+30 done:true epoch:3 prefix:state_dict]",
		"module.legacy.pt":      "map[epoch:1 prefix:model]",
		"types.pt":              "map[]",
		"two.pt":                "map[]",
		"arrays2.pkl":           "map[left out:objects]",
	} {
		f, err := Open(filepath.Join("testdata", file))
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(f.Metadata()); got != want {
			t.Errorf("%s: %s, want %s", file, got, want)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
}

func tensors() format.File {
	x := tensor.Of([]float64{0, 1, -2.5, 3, 4, 5}, 2, 3)
	all := []format.Named{{Name: "scalar", Tensor: tensor.Scalar(7)}, {Name: "empty", Tensor: tensor.Zeros(0, 3)}}
	for d := range device.DType(device.DTypes) {
		all = append(all, format.Named{Name: "x." + d.String(), Tensor: x.Cast(d)})
	}
	return format.Of(nil, append(all, format.Named{Name: "权重", Tensor: x.T()})...)
}

func written(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, tensors()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func opened(b []byte) (*File, error) { return NewFile(bytes.NewReader(b), int64(len(b))) }

// What is written comes back, and written again is the same file. Its storages lie at multiples of 64 bytes.
func TestRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.pt")
	if err := format.Write(path, tensors(), format.WriteConfig{}); err != nil {
		t.Fatal(err)
	}
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, at := range f.source.at {
		if at%64 != 0 {
			t.Errorf("a storage lies at byte %d", at)
		}
	}
	for i, e := range tensors().Entries() {
		x, err := f.Tensor(e.Name)
		if err != nil {
			t.Fatal(err)
		}
		want, _ := tensors().Tensor(e.Name)
		if f.Entries()[i].Name != e.Name || x.DType() != want.DType() || !slices.Equal(x.Shape(), want.Shape()) || !slices.Equal(x.Floats(), want.Floats()) {
			t.Errorf("%s: %v, want %v", e.Name, x, want)
		}
	}
	var again bytes.Buffer
	if err := Write(&again, f); err != nil || !bytes.Equal(again.Bytes(), written(t)) {
		t.Errorf("written again: %v, %d bytes of %d", err, again.Len(), len(written(t)))
	}
	x := format.Named{Name: "a", Tensor: tensor.Scalar(1)}
	if err := Write(&again, format.Of(nil, x, x)); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Errorf("a name twice: %v", err)
	}
}

// A file that ends anywhere but at its end is refused, and none makes the reader panic.
func TestTruncated(t *testing.T) {
	for _, name := range []string{"views.pt", "views.legacy.pt", "module.pt", "arrays5.pkl"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		for n := range b {
			if f, err := opened(b[:n]); err == nil || !errors.Is(err, format.ErrFormat) {
				t.Fatalf("%s cut at byte %d of %d: %v, %v", name, n, len(b), f, err)
			}
		}
	}
}

// Several files with an index are one, by the index or by their folder.
func TestSharded(t *testing.T) {
	dir := t.TempDir()
	index := filepath.Join(dir, "pytorch_model.bin.index.json")
	for _, n := range []string{"1", "2"} {
		f := format.Of(nil, format.Named{Name: "x" + n, Tensor: tensor.Scalar(1)}, format.Named{Name: "y" + n, Tensor: tensor.Scalar(2)})
		if err := format.Write(filepath.Join(dir, "part"+n+".bin"), f, format.WriteConfig{}); err != nil {
			t.Fatal(err)
		}
	}
	for text, want := range map[string]string{
		`{"weight_map": {"x1": "part1.bin", "y2": "part2.bin"}}`:        "",
		`{"weight_map": {"x1": "part1.bin", "y2": "part1.bin"}}`:        `"y2" is to be in part1.bin`,
		`{"weight_map": {"x1": "../` + filepath.Base(dir) + `/part1"}}`: "not beside it",
	} {
		if err := os.WriteFile(index, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{index, dir} {
			f, err := format.Open(path)
			if want != "" {
				if !errors.Is(err, format.ErrFormat) || !strings.Contains(err.Error(), want) {
					t.Errorf("%s: %v, want %s", text, err, want)
				}
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			if x, err := f.Tensor("y2"); err != nil || x.Item() != 2 || len(f.Entries()) != 2 {
				t.Errorf("%v, %v", x, err)
			}
			if err := f.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

// The weights that people have, where they are at hand.
func TestRealFiles(t *testing.T) {
	for file, want := range map[string]struct{ tensors, elements int }{
		"mnist-burn/mnist.pt":                 {20, 376_940},
		"resnet-cifar10/resnet20-12fca82f.th": {97, 271_098},
		"resnet-cifar10/resnet56-4bfd9763.th": {277, 857_082},
		"captum-small/cifar_torchvision.pt":   {10, 62_006},
		"captum-small/california_model.pt":    {8, 6_471},
		"captum-small/titanic_model.pt":       {6, 278},
		"blazeface/blazeface.pth":             {74, 101_390},
		"blazeface/blazefaceback.pth":         {138, 136_240},
		"ultraface/version-RFB-320.pth":       {244, 0},
	} {
		t.Run(file, func(t *testing.T) {
			f, err := format.Open(check.Published(t, "weights/"+file))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			n := 0
			for _, e := range f.Entries() {
				x, err := f.Tensor(e.Name)
				if err != nil {
					t.Fatal(err)
				}
				n += x.Len()
			}
			if len(f.Entries()) != want.tensors || want.elements > 0 && n != want.elements {
				t.Errorf("%d tensors of %d elements, want %v; %v", len(f.Entries()), n, want, slices.Sorted(maps.Keys(f.Metadata())))
			}
		})
	}
}
