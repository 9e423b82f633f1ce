package sample

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
)

func TestCIFAR10(t *testing.T) {
	if testing.Short() {
		t.Skip("decodes 10,000 pictures; not with -short")
	}
	dir := filepath.Dir(check.Published(t, "data/cifar10-jpeg/cifar10-test.tar.gz"))
	s, err := cifar(t.Context(), dir, "test")
	if err != nil {
		t.Fatal(err)
	}
	var count [10]int
	for _, k := range s.Labels {
		count[k]++
	}
	if s.Len() != 10000 || count != [10]int{1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000} || s.Check() != nil {
		t.Errorf("%d pictures, of the classes %v, %v", s.Len(), count, s.Check())
	}
}

func TestCIFAR10SaysWhatIsMissing(t *testing.T) {
	dir := t.TempDir()
	_, _, err := CIFAR10(context.Background(), dir)
	var missing *FileError
	if !errors.As(err, &missing) || !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), cifarFrom) {
		t.Errorf("an empty folder: %v", err)
	}
	path := filepath.Join(dir, "train", "airplane")
	if err := os.MkdirAll(path, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(path, "0000.jpg"), []byte("other bytes"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, _, err := CIFAR10(context.Background(), dir); err == nil || !strings.Contains(err.Error(), "not the published") {
		t.Errorf("other files: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "cifar10-train.tar.gz"), []byte("no archive"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, _, err := CIFAR10(context.Background(), dir); err == nil || !strings.Contains(err.Error(), "unpacking") {
		t.Errorf("no archive: %v", err)
	}
}
