package data

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
)

// MaxArchive is how many bytes the files of an archive may have together, unpacked.
const MaxArchive = 1 << 30

// maxFiles is how many there may be.
const maxFiles = 1 << 20

// Unpack reads a tar archive, compressed by gzip, into memory: its regular files and their folders. Links and the like are passed
// over. An archive of more than [MaxArchive] bytes is an error, and so are one that is cut off and one with a file whose name
// leads out of it.
func Unpack(r io.Reader) (fs.FS, error) {
	var b bytes.Buffer
	w := zip.NewWriter(&b) // not compressed: the standard library has a file system of zip archives, and none of tar
	err := repack(w, r, MaxArchive)
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("unpacking: %w", err)
	}
	fsys, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		return nil, fmt.Errorf("unpacking: %w", err)
	}
	return fsys, nil
}

func repack(w *zip.Writer, r io.Reader, most int64) error {
	z, err := gzip.NewReader(r)
	if err != nil {
		return err
	}
	unpacked := &io.LimitedReader{R: z, N: most}
	seen := map[string]bool{}
	for t := tar.NewReader(unpacked); ; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) && unpacked.N > 0 {
			_, err = io.Copy(io.Discard, unpacked) // to the sum at the end
			return err
		}
		if err != nil {
			return overlong(unpacked, most, err)
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		name := path.Clean(h.Name)
		switch {
		case !fs.ValidPath(name) || name == ".":
			return fmt.Errorf("%.60q is no name of a file within the archive", h.Name)
		case seen[name]:
			return fmt.Errorf("%s stands twice", name)
		case len(seen) == maxFiles:
			return fmt.Errorf("it has more than %d files", maxFiles)
		}
		seen[name] = true
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err != nil {
			return err
		}
		if _, err := io.Copy(f, t); err != nil {
			return overlong(unpacked, most, fmt.Errorf("%s: %w", name, err))
		}
	}
}

// overlong says that an archive was cut off here because it is too long, if it was.
func overlong(l *io.LimitedReader, most int64, err error) error {
	if l.N <= 0 {
		return fmt.Errorf("it has more than %d bytes", most)
	}
	return err
}
