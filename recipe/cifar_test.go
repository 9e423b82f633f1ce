package recipe

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/data/sample"
	"github.com/jimu-ml/jimu/format"
	there "github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/nn"
)

func TestCIFAR10SaysWhereToGetIt(t *testing.T) {
	r, err := Builtin("cifar10")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Load(t.Context()); err == nil || !strings.Contains(err.Error(), "CIFAR-10-images") || !strings.Contains(err.Error(), "recipe fashion") {
		t.Error(err)
	}
	if err := r.Set("data.folder=" + t.TempDir()); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Load(t.Context()); err == nil || !strings.Contains(err.Error(), "is missing; get it from") {
		t.Error(err)
	}
}

// A perceptron learns something of 500 pictures, and tells a JPEG file apart after that.
func TestCIFAR10(t *testing.T) {
	if testing.Short() {
		t.Skip("decodes 60,000 pictures; not with -short")
	}
	packed := there.Published(t, "data/cifar10-jpeg/cifar10-test.tar.gz")
	s := trained(t, "cifar10", "data.folder="+filepath.Dir(packed), `model={"name": "mlp", "hidden": [64]}`, "train.examples=500", "train.epochs=3", "optimizer.lr=0.001")
	all, err := s.Ask(t.Context(), Question{File: firstOfArchive(t, packed)})
	if err != nil || len(all) != 1 || !slices.Contains(sample.CIFARClasses, all[0].Classes[0].Class) {
		t.Errorf("%+v, %v", all, err)
	}
	text, err := os.ReadFile(filepath.Join(s.Dir, resultName))
	if err != nil {
		t.Fatal(err)
	}
	var res Result
	if err := json.Unmarshal(text, &res); err != nil || res.Metrics["accuracy"] < 0.2 {
		t.Errorf("%s, %v", text, err)
	}
}

// firstOfArchive writes the first picture of an archive into a file.
func firstOfArchive(t *testing.T, path string) string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	r := tar.NewReader(z)
	for {
		h, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeReg {
			b, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			return file(t, string(b))
		}
	}
}

// The published ResNet-20 goes into the recipe transfer, and stays as it is where it is frozen.
func TestTransferFromPublishedWeights(t *testing.T) {
	path := there.Published(t, "weights/resnet-cifar10/resnet20-12fca82f.th")
	s := trained(t, "transfer", "start.weights="+path, `start.freeze=["*"]`, "train.examples=32", "train.epochs=1")
	f, err := format.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, p := range nn.Params(s.Job.Model) {
		if strings.HasPrefix(p.Name, "linear.") {
			continue
		}
		want, err := f.Tensor("module." + p.Name)
		if err != nil || !slices.Equal(want.Floats(), p.Param.Value.Floats()) {
			t.Errorf("%s is not that of the file: %v", p.Name, err)
		}
	}
}
