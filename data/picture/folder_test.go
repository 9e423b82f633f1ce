package picture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
)

// shade returns a PNG file of one gray value.
func shade(v uint8) *fstest.MapFile {
	m := image.NewGray(image.Rect(0, 0, 2, 2))
	for i := range m.Pix {
		m.Set(i%2, i/2, color.Gray{Y: v})
	}
	return &fstest.MapFile{Data: encode(m)}
}

func animals() fstest.MapFS {
	return fstest.MapFS{
		"dog/b.png": shade(2), "dog/a.PNG": shade(1), "cat/deep/c.png": shade(3), "cat.b/d.png": shade(4), "empty/x.txt": {},
		"loose.png": shade(9), ".hidden/e.png": shade(9), "dog/.f.png": shade(9), "dog/README": {},
	}
}

func TestList(t *testing.T) {
	f, err := List(animals())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(f.Paths, f.Labels, f.Classes), "[cat/deep/c.png cat.b/d.png dog/a.PNG dog/b.png] [0 1 2 2] [cat cat.b dog]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := fmt.Sprint(f.Empty); got != "[empty]" {
		t.Errorf("the folders %s are said to have no picture", got)
	}
	if _, err := List(fstest.MapFS{"a.png": shade(1)}); err == nil {
		t.Error("a folder without classes is listed")
	}
	if _, err := List(broken{}); !errors.Is(err, fs.ErrPermission) {
		t.Error(err)
	}
}

// The folder of a class may be a link.
func TestListFollowsLinks(t *testing.T) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	for _, path := range []string{filepath.Join(dir, "cat"), filepath.Join(elsewhere, "hounds")} {
		if err := os.Mkdir(path, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(path, "a.png"), shade(1).Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(elsewhere, "hounds"), filepath.Join(dir, "dog")); err != nil {
		t.Skip(err)
	}
	f, err := List(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(f.Paths, f.Labels, f.Classes); got != "[cat/a.png dog/a.png] [0 1] [cat dog]" {
		t.Errorf("got %s", got)
	}
	if _, err := f.Open(1, Options{}); err != nil {
		t.Error(err)
	}
}

// A broken file system opens nothing.
type broken struct{}

func (broken) Open(string) (fs.File, error) { return nil, fs.ErrPermission }

func TestLoad(t *testing.T) {
	fsys := animals()
	f, err := List(fsys)
	if err != nil {
		t.Fatal(err)
	}
	pix, err := f.Load(t.Context(), Options{Height: 1, Width: 2})
	if err != nil || !bytes.Equal(pix, []byte{3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2}) {
		t.Errorf("got %v, %v", pix, err)
	}
	if pix, err = f.Load(t.Context(), Options{Height: 1, Width: 1, Channels: 1}); err != nil || !bytes.Equal(pix, []byte{3, 4, 1, 2}) {
		t.Errorf("got %v, %v", pix, err)
	}
	for _, o := range []Options{{}, {Height: 1, Width: 1, Channels: 4}} {
		if _, err := f.Load(t.Context(), o); err == nil {
			t.Errorf("%+v is accepted", o)
		}
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if _, err := f.Load(stopped, Options{Height: 1, Width: 1}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	fsys["dog/a.PNG"] = &fstest.MapFile{Data: []byte("no")}
	if _, err := f.Load(t.Context(), Options{Height: 1, Width: 1}); err == nil || err.Error() != "dog/a.PNG is not an image: image: unknown format" {
		t.Error(err)
	}
	delete(fsys, "dog/a.PNG")
	if _, err := f.Load(t.Context(), Options{Height: 1, Width: 1}); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}
