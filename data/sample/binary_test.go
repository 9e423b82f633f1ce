package sample

import (
	"slices"
	"strings"
	"testing"
)

// Every file in the binary is of one set, and what a path names is the file.
func TestPaths(t *testing.T) {
	dir, err := files.ReadDir("files")
	if err != nil {
		t.Fatal(err)
	}
	var named []string
	for set := range sets {
		for _, path := range Paths(set) {
			name, inside := strings.CutPrefix(path, InBinary)
			if b, err := Bytes(path); err != nil || len(b) == 0 || !inside {
				t.Errorf("%s: %d bytes, %v", path, len(b), err)
			}
			named = append(named, name)
		}
	}
	slices.Sort(named)
	for i, f := range dir {
		if len(named) != len(dir) || named[i] != f.Name() {
			t.Fatalf("the sets have %q, and the folder %d files such as %s", named, len(dir), f.Name())
		}
	}
	for _, i := range List() {
		if i.Train > 0 != (len(Paths(i.Name)) > 0) {
			t.Errorf("%s has the files %q", i.Name, Paths(i.Name))
		}
	}
	if _, err := Bytes(InBinary + "none.gz"); err == nil || Paths("none") != nil {
		t.Error("what is not there is read")
	}
}
