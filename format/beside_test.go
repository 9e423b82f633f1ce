package format

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What a file names is opened if it is a regular file beside or below it, and through no link. (CVE-2022-25882, 2024-27318,
// 2026-27489, 2026-34446 and 2026-34447 were, one after another, ways around a weaker check elsewhere.)
func TestBeside(t *testing.T) {
	dir := t.TempDir()
	in := filepath.Join(dir, "model")
	for _, name := range []string{"secret", "model/shard", "model/sub/shard", "other/shard"} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, link := range [][2]string{{"../secret", "soft"}, {"shard", "softinside"}, {"../other", "folder"}} {
		if err := os.Symlink(link[0], filepath.Join(in, link[1])); err != nil {
			t.Skip(err)
		}
	}
	if err := os.Link(filepath.Join(dir, "secret"), filepath.Join(in, "hard")); err != nil {
		t.Skip(err)
	}
	for name, want := range map[string]string{
		"shard": "", "sub/shard": "", "./shard": "",
		"../secret": "not beside it", "sub/../../secret": "not beside it", "/etc/passwd": "not beside it", "": "not beside it",
		filepath.Join(dir, "secret"): "not beside it",
		"soft":                       "no regular file", "softinside": "no regular file", "sub": "no regular file", ".": "no regular file",
		"hard": "hard link", "folder/shard": "folder is none or a link", "missing": "cannot be opened",
	} {
		f, err := Beside(filepath.Join(in, "index.json"), name)
		if want == "" {
			if err != nil {
				t.Errorf("%q: %v", name, err)
				continue
			}
			if text, err := io.ReadAll(f); err != nil || !strings.HasSuffix(string(text), "shard") {
				t.Errorf("%q: %q, %v", name, text, err)
			}
			f.Close()
			continue
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", name, err, want)
		}
	}
}
