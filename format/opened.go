package format

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// A Handle closes what a file was opened from. Formats embed it in their files; the zero value closes nothing.
type Handle struct{ closer io.Closer }

// Keep leaves c to be closed with the file.
func (h *Handle) Keep(c io.Closer) { h.closer = c }

// Close closes what was kept.
func (h *Handle) Close() error {
	if h.closer == nil {
		return nil
	}
	return h.closer.Close()
}

// A keeper is a file with a [Handle].
type keeper interface{ Keep(c io.Closer) }

// Opened opens a file and has it read, up to its tensors; it closes with what was read, or at once if that fails. A failure
// names the path.
func Opened[F keeper](path string, read func(r io.ReaderAt, size int64) (F, error)) (F, error) {
	var none F
	if err := Regular(path); err != nil {
		return none, err
	}
	f, err := os.Open(path)
	if err != nil {
		return none, err
	}
	file, err := From(f, read)
	if err != nil {
		return none, fmt.Errorf("%s: %w", path, err)
	}
	return file, nil
}

// From is [Opened] for a file that is open already.
func From[F keeper](f *os.File, read func(r io.ReaderAt, size int64) (F, error)) (F, error) {
	var none F
	info, err := f.Stat()
	if err != nil {
		return none, errors.Join(err, f.Close())
	}
	file, err := read(f, info.Size())
	if err != nil {
		return none, errors.Join(err, f.Close())
	}
	file.Keep(f)
	return file, nil
}

// Regular reports what is no file to read: a pipe would be waited for, and a device never end.
func Regular(path string) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return err
	case info.IsDir():
		return fmt.Errorf("%s is a folder", path)
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is no regular file", path)
	}
	return nil
}

// InFolder returns the path of the first of these files that is in a folder, or "".
func InFolder(dir string, names ...string) string {
	for _, name := range names {
		if path := filepath.Join(dir, name); Regular(path) == nil {
			return path
		}
	}
	return ""
}
