package picture

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

// Unpack reads a tar archive, compressed by gzip, into memory: a file system to give to [List] or fs.Sub. Links and the like are
// passed over. An archive of more than [MaxArchive] bytes is an error, and so is one that is cut off.
func Unpack(r io.Reader) (fs.FS, error) {
	var b bytes.Buffer
	w := zip.NewWriter(&b) // not compressed: the standard library has a file system of zip archives, and none of tar
	err := repack(w, r, MaxArchive)
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("unpacking pictures: %w", err)
	}
	fsys, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		return nil, fmt.Errorf("unpacking pictures: %w", err)
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
		name := path.Clean(h.Name)
		if h.Typeflag != tar.TypeReg || !fs.ValidPath(name) || name == "." {
			continue
		}
		if seen[name] {
			return fmt.Errorf("%s stands twice", name)
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
