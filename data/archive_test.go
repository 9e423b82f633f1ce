package data

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// tarred returns a compressed archive of files.
func tarred(t testing.TB, files fstest.MapFS, more ...*tar.Header) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		more = append(more, &tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(files[name].Data))})
	}
	for _, h := range more {
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if f := files[h.Name]; f != nil {
			if _, err := w.Write(f.Data); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, c := range []io.Closer{w, z} {
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

func TestUnpack(t *testing.T) {
	files := fstest.MapFS{"cat/a.png": {Data: []byte("x")}, "dog/b.png": {Data: []byte("yy")}, "dog/c.txt": {}}
	fsys, err := Unpack(bytes.NewReader(tarred(t, files, &tar.Header{Name: "dog/link.png", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"})))
	if err != nil {
		t.Fatal(err)
	}
	if err := fstest.TestFS(fsys, "cat/a.png", "dog/b.png", "dog/c.txt"); err != nil {
		t.Error(err)
	}
	if _, err := fs.Stat(fsys, "dog/link.png"); err == nil {
		t.Error("a link was followed")
	}
}

func TestUnpackRefuses(t *testing.T) {
	whole := tarred(t, fstest.MapFS{"a/b.png": {Data: []byte("a picture")}})
	for n := range whole {
		if _, err := Unpack(bytes.NewReader(whole[:n])); err == nil {
			t.Errorf("cut off at %d of %d bytes it is whole", n, len(whole))
		}
	}
	for want, b := range map[string][]byte{
		"stands twice": tarred(t, fstest.MapFS{"a": {}}, &tar.Header{Name: "a", Typeflag: tar.TypeReg}),
		"is no name of a file within the archive": tarred(t, fstest.MapFS{"../a": {Data: []byte("x")}}),
		"gzip: invalid header":                    []byte("no archive at all"),
	} {
		if _, err := Unpack(bytes.NewReader(b)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestUnpackStopsAtItsLimit(t *testing.T) {
	b := tarred(t, fstest.MapFS{"a/b.png": {Data: []byte("a picture")}, "a/c.png": {Data: make([]byte, 5000)}})
	for _, most := range []int64{1, 600, 2000} {
		if err := repack(zip.NewWriter(io.Discard), bytes.NewReader(b), most); err == nil || !strings.Contains(err.Error(), "more than") {
			t.Errorf("%d bytes: %v", most, err)
		}
	}
}

func FuzzUnpack(f *testing.F) {
	f.Add(tarred(f, fstest.MapFS{"a/b.png": {Data: []byte("a picture")}, "c.txt": {Data: []byte("x")}}))
	f.Add([]byte{0x1f, 0x8b})
	f.Fuzz(func(t *testing.T, b []byte) {
		fsys, err := Unpack(bytes.NewReader(b))
		if err != nil {
			return
		}
		if err := fs.WalkDir(fsys, ".", func(string, fs.DirEntry, error) error { return nil }); err != nil {
			t.Error(err)
		}
	})
}
