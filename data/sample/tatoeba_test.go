package sample

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
)

func TestTatoeba(t *testing.T) {
	pairs, read, err := Tatoeba("")
	if err != nil || len(pairs) != 6000 || !slices.Equal(read, Paths("tatoeba")) {
		t.Fatal(len(pairs), read, err)
	}
	if pairs[0] != [2]string{"Hi.", "嗨。"} || len(pairs[5999][0]) < len(pairs[0][0]) || strings.Contains(pairs[5999][1], "CC-BY") {
		t.Error(pairs[0], pairs[5999])
	}
	var missing *FileError
	if _, _, err := Tatoeba(t.TempDir()); !errors.As(err, &missing) || !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

func TestAllOfTatoeba(t *testing.T) {
	file := check.Published(t, "data/tatoeba-en-zh/cmn.txt.gz")
	all, read, err := Tatoeba(filepath.Dir(file))
	if err != nil || len(all) != 26388 || len(read) != 1 || read[0] != file {
		t.Error(len(all), read, err)
	}
	some, _, err := Tatoeba("")
	if err != nil || some[5999] != all[5999] {
		t.Error(some[5999], all[5999], err)
	}
}
