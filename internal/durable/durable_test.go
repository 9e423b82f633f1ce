package durable

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// What fails while it is written leaves the old file, and nothing else behind.
func TestReplaceKeepsTheOldFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	write := func(text string, err error) error {
		return Disk{}.Replace(path, func(w io.Writer) error {
			if _, failed := io.WriteString(w, text); failed != nil {
				return failed
			}
			return err
		})
	}
	if err := write("one", nil); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	if err := write("two", broken); !errors.Is(err, broken) {
		t.Errorf("%v, want broken", err)
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != "one" {
		t.Errorf("%q, %v; want the old file", got, err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".tmp-*")); len(left) > 0 {
		t.Errorf("%v is left behind", left)
	}
	if err := write("three", nil); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(path); string(got) != "three" {
		t.Errorf("%q, want the new file", got)
	}
}

// What a crash left behind is swept away, and nothing else.
func TestSweep(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{".tmp-1/x", "kept"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := Sweep(dir); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) != 1 {
		t.Errorf("%v is there, want kept", left)
	}
	if _, err := os.Stat(filepath.Join(dir, ".tmp-1")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the leavings of a crash are still there: %v", err)
	}
}

// A folder or a device is not replaced, and a link stays one: what it leads to is replaced.
func TestReplaceRefusesWhatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	write := func(path string) error {
		return Disk{}.Replace(path, func(w io.Writer) error { _, err := io.WriteString(w, "new"); return err })
	}
	if err := write(dir); err == nil {
		t.Error("a folder is replaced")
	}
	file, link := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	if err := os.WriteFile(file, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(file, link); err != nil {
		t.Skip(err)
	}
	if err := write(link); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(file); err != nil || string(got) != "new" {
		t.Errorf("%q, %v", got, err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is gone: %v, %v", info, err)
	}
}
