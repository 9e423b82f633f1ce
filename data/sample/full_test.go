package sample

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/idx"
)

// originals returns a folder of the published files, from the environment variable JIMU_DATA or beside the repository, or
// skips the test.
func originals(t *testing.T, name string) string {
	t.Helper()
	if testing.Short() {
		t.Skip("unpacks 55 MB; not with -short")
	}
	root := os.Getenv("JIMU_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	dir := filepath.Join(root, name)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no published files in %s; set JIMU_DATA to the folder that holds %s", dir, name)
	}
	return dir
}

// The pictures in the binary are the first of each class of the published ones, in their order.
func TestEmbeddedPicturesEqualThePublished(t *testing.T) {
	fullTrain, fullTest, err := Full("fashion", originals(t, "fashion-mnist"))
	if err != nil {
		t.Fatal(err)
	}
	if fullTrain.Len() != 60000 || fullTest.Len() != 10000 {
		t.Errorf("%d and %d pictures", fullTrain.Len(), fullTest.Len())
	}
	train, test, err := FashionMNIST()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []struct {
		part, whole *data.Bytes
		each        int
	}{{train, fullTrain, 600}, {test, fullTest, 100}} {
		var labels []int64
		var pixels []byte
		seen := map[int64]int{}
		for i, k := range s.whole.Labels {
			if seen[k]++; seen[k] <= s.each {
				labels = append(labels, k)
				pixels = append(pixels, s.whole.Data[i*784:(i+1)*784]...)
			}
		}
		if !slices.Equal(labels, s.part.Labels) || !bytes.Equal(pixels, s.part.Data) {
			t.Errorf("the %d pictures differ from the published", s.part.Len())
		}
	}
}

func TestFullMNIST(t *testing.T) {
	train, test, err := Full("mnist", originals(t, "mnist"))
	if err != nil {
		t.Fatal(err)
	}
	var count [10]int
	for _, k := range test.Labels {
		count[k]++
	}
	if train.Len() != 60000 || count != [10]int{980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009} {
		t.Errorf("%d pictures for training; for testing %v", train.Len(), count)
	}
	if m := train.Mean[0]; m < 0.1306 || m > 0.1307 {
		t.Errorf("the mean is %v", m)
	}
}

func TestFullSaysWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "train-images-idx3-ubyte.gz")
	const sum = "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"
	const from = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/train-images-idx3-ubyte.gz"
	_, _, err := Full("fashion", dir)
	if want := path + " is missing; get it from " + from + " (SHA-256 " + sum + ")"; err == nil || err.Error() != want || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v\nwant %s", err, want)
	}
	if err := os.WriteFile(path, []byte("<html>not found</html>"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, _, err = Full("fashion", dir)
	var e *FileError
	if !errors.As(err, &e) || e.Want != sum || e.Path != path || !strings.Contains(err.Error(), " is not the published file: its SHA-256 is "+e.Got+", not "+sum+"; get it again from "+from) {
		t.Errorf("got %v", err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(path, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, _, err = Full("fashion", dir); err == nil || !strings.Contains(err.Error(), path+" cannot be read: ") {
		t.Errorf("got %v", err)
	}
	if _, _, err = Full("cifar", dir); err == nil || err.Error() != `there is no full set "cifar"; there are fashion and mnist` {
		t.Errorf("got %v", err)
	}
}

func TestPicturesThatDoNotFitAreRefused(t *testing.T) {
	images := &idx.Array{Type: idx.Uint8, Shape: []int{2, 1, 1}, Raw: []byte{1, 2}}
	for want, labels := range map[string]*idx.Array{
		"do not make a set":            {Type: idx.Uint8, Shape: []int{3}, Raw: []byte{1, 2, 3}},
		"number 1 is 10; there are 10": {Type: idx.Uint8, Shape: []int{2}, Raw: []byte{1, 10}},
		"holds no integers":            {Type: idx.Float32, Shape: []int{2}, Raw: make([]byte, 8)},
	} {
		if _, err := pictures(images, labels, 10); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
