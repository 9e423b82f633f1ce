package format

import (
	"errors"
	"fmt"
	"os"
)

// Opened opens a file for a reader of its kind, which keeps it if it succeeds and is to close it then. A failure names the path.
func Opened[F any](path string, read func(f *os.File, size int64) (F, error)) (F, error) {
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

// From is [Opened] for a file that is open already; it is closed if the reader fails.
func From[F any](f *os.File, read func(f *os.File, size int64) (F, error)) (F, error) {
	var none F
	info, err := f.Stat()
	if err != nil {
		return none, errors.Join(err, f.Close())
	}
	file, err := read(f, info.Size())
	if err != nil {
		return none, errors.Join(err, f.Close())
	}
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
