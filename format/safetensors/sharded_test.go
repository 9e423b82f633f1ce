package safetensors

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/format"
)

func shards(t *testing.T) (dir, path string) {
	t.Helper()
	dir = t.TempDir()
	path = filepath.Join(dir, "model.safetensors.index.json")
	if err := writeSharded(path, format.Of(map[string]string{"format": "pt"}, tensors()...), 50); err != nil {
		t.Fatal(err)
	}
	return dir, path
}

// A set that was written in several files is read as one, by its index or by its folder.
func TestSharded(t *testing.T) {
	dir, path := shards(t)
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) < 5 || filepath.Base(files[0]) != fmt.Sprintf("model-00001-of-%05d.safetensors", len(files)-1) {
		t.Fatalf("%v, %v", files, err)
	}
	for _, from := range []string{path, dir} {
		f, err := format.Open(from)
		if err != nil {
			t.Fatal(err)
		}
		if f.Metadata()["format"] != "pt" || len(f.Entries()) != len(tensors()) {
			t.Errorf("%v, %v", f.Metadata(), f.Entries())
		}
		for i, want := range tensors() {
			x, err := f.Tensor(want.Name)
			if err != nil || f.Entries()[i].Name != want.Name || x.DType() != want.Tensor.DType() || !slices.Equal(x.Floats(), want.Tensor.Floats()) {
				t.Errorf("%s: %v, %v", want.Name, x, err)
			}
		}
		if _, err := f.Tensor("other"); err == nil {
			t.Error("a tensor that is not there")
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
}

// An index cannot reach outside its folder, nor say what is not so.
func TestHostileIndex(t *testing.T) {
	dir, path := shards(t)
	link := filepath.Join(dir, "link.safetensors")
	if err := os.Symlink("model-00001-of-00005.safetensors", link); err != nil {
		t.Skip(err)
	}
	outside := filepath.Join(t.TempDir(), "outside.safetensors")
	if err := os.WriteFile(outside, written(t), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Link(outside, filepath.Join(dir, "hard.safetensors")); err != nil {
		t.Skip(err)
	}
	for text, want := range map[string]string{
		``:                     "not a valid file",
		`{}`:                   "no index",
		`{"weight_map":{}}`:    "no index",
		`{"weight_map":["a"]}`: "no index",
		fmt.Sprintf(`{"weight_map":{"scalar":%q}}`, outside):       "not beside it",
		`{"weight_map":{"scalar":"../outside.safetensors"}}`:       "not beside it",
		`{"weight_map":{"scalar":"sub/model.safetensors"}}`:        "not beside it",
		`{"weight_map":{"scalar":".."}}`:                           "not beside it",
		`{"weight_map":{"scalar":"link.safetensors"}}`:             "no regular file",
		`{"weight_map":{"scalar":"hard.safetensors"}}`:             "hard link",
		`{"weight_map":{"scalar":"gone.safetensors"}}`:             "cannot be opened",
		`{"weight_map":{"x":"` + shardOf(t, dir, "scalar") + `"}}`: `"x" is to be in`,
		`{"weight_map":{"a":"model.safetensors.index.json"}}`:      "header",
		named(1001): "1001 files",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := format.Open(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.100s: %v, want %s", text, err, want)
		}
	}
}

// named returns an index of that many files.
func named(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, ",\"%d\":\"%d.safetensors\"", i, i)
	}
	return `{"weight_map":{` + b.String()[1:] + `}}`
}

func shardOf(t *testing.T, dir, name string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "model-*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		f, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		has := slices.ContainsFunc(f.Entries(), func(e format.Entry) bool { return e.Name == name })
		f.Close()
		if has {
			return filepath.Base(path)
		}
	}
	t.Fatalf("no shard has %s", name)
	return ""
}
