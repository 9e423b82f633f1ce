package check

import (
	"os"
	"path/filepath"
	"testing"
)

// Published returns the path of a published data set or file of weights, such as weights/blazeface/blazeface.pth, or skips the
// test where it is not. They lie in the folder that the environment variable JIMU_SHARED names, or in one called shared
// beside the repository.
func Published(t testing.TB, name string) string {
	t.Helper()
	root := os.Getenv("JIMU_SHARED")
	if root == "" {
		root = filepath.Join(Root(t), "..", "shared")
	}
	path := filepath.Join(root, filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		t.Skipf("%s is not in %s; set JIMU_SHARED to the folder that holds it", name, root)
	}
	return path
}

// Root returns the folder of the repository: the one above the test's that holds go.mod.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if up := filepath.Dir(dir); up != dir {
			dir = up
			continue
		}
		t.Fatal("no go.mod above the test")
	}
}
