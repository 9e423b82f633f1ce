package onnx

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The standard's own tests, a few of them: testdata holds folders of the onnx package, unchanged.
func TestFolders(t *testing.T) {
	folders, err := filepath.Glob("testdata/*/model.onnx")
	if err != nil || len(folders) == 0 {
		t.Fatal("there are none:", err)
	}
	for _, f := range folders {
		if err := (Test{Dir: filepath.Dir(f), Memory: 1 << 30}).Run(context.Background()); err != nil {
			t.Errorf("%s: %v", filepath.Dir(f), err)
		}
	}
}

// All of the standard's tests, where JIMU_ONNX_TESTS names the folder that they were written to.
func TestAllFolders(t *testing.T) {
	root := os.Getenv("JIMU_ONNX_TESTS")
	if root == "" {
		t.Skip("JIMU_ONNX_TESTS is not set: python -m onnx.backend.test.cmd_tools generate-data writes the folders")
	}
	var passed, failed, unsupported int
	missing := map[string]int{}
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.Name() != "model.onnx" {
			return err
		}
		dir, only := filepath.Dir(path), os.Getenv("JIMU_ONNX_ONLY")
		if !strings.Contains(dir, only) {
			return nil
		}
		var u *UnsupportedError
		switch err := (Test{Dir: dir, Memory: 1 << 30}).Run(context.Background()); {
		case err == nil:
			passed++
		case errors.As(err, &u):
			unsupported++
			for _, op := range u.Operators {
				missing[op]++
			}
		default:
			failed++
			t.Logf("FAIL %s: %v", filepath.Base(dir), err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for op := range missing {
		names = append(names, op)
	}
	slices.SortFunc(names, func(a, b string) int { return missing[b] - missing[a] })
	for _, n := range names {
		t.Logf("missing %4d %s", missing[n], n)
	}
	t.Logf("%d passed, %d failed, %d unsupported", passed, failed, unsupported)
	if failed > 0 {
		t.Fail()
	}
}
