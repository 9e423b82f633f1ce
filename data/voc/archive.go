package voc

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"time"
)

// What an archive may hold at most, so that a small file cannot ask for much memory.
const (
	maxFiles   = 1 << 20
	maxArchive = 1 << 30
)

// Unpack reads an archive (.tar.gz) into memory: its regular files by their names. What is no plain path within the archive is an
// error; links and the like are passed over.
func Unpack(r io.Reader) (fs.FS, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, fmt.Errorf("no .tar.gz: %w", err)
	}
	all, left := archive{}, int64(maxArchive)
	for t := tar.NewReader(z); ; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			if _, err := io.Copy(io.Discard, io.LimitReader(z, 1<<20)); err != nil { // gzip compares its sum at the end
				return nil, fmt.Errorf("unpacking: %w", err)
			}
			return all, nil
		}
		if err != nil {
			return nil, fmt.Errorf("unpacking: %w", err)
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		name := path.Clean(h.Name)
		if !fs.ValidPath(name) {
			return nil, fmt.Errorf("unpacking: %.60q is no name of a file within the archive", h.Name)
		}
		if left -= h.Size; h.Size < 0 || left < 0 || len(all) == maxFiles {
			return nil, fmt.Errorf("unpacking: more than %d files or %d bytes", maxFiles, int64(maxArchive))
		}
		var b bytes.Buffer // which grows with what is there, whatever the header says
		if _, err := io.Copy(&b, io.LimitReader(t, h.Size)); err != nil {
			return nil, fmt.Errorf("unpacking %s: %w", name, err)
		}
		all[name] = b.Bytes()
	}
}

// An archive is files in memory.
type archive map[string][]byte

// Open opens a file; folders are none.
func (a archive) Open(name string) (fs.File, error) {
	b, ok := a[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return &file{bytes.NewReader(b), path.Base(name)}, nil
}

// file is an open one, and what is known of it.
type file struct {
	*bytes.Reader
	name string
}

func (f *file) Stat() (fs.FileInfo, error) { return f, nil }
func (f *file) Close() error               { return nil }
func (f *file) Name() string               { return f.name }
func (f *file) Mode() fs.FileMode          { return 0o444 }
func (f *file) ModTime() time.Time         { return time.Time{} }
func (f *file) IsDir() bool                { return false }
func (f *file) Sys() any                   { return nil }
