// Package durable makes files and folders appear at once, or not at all: whatever the instant of a crash, a name holds the
// old bytes or the new ones, whole. And it holds a folder, so that two processes do not write it at a time.
package durable

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
)

// A File is what is written to.
type File interface {
	io.Writer
	Sync() error
	Close() error
}

// A Disk opens the files that are written. The zero value is the real one; tests put one that is full, or a crash, in its
// place.
type Disk struct {
	Create func(path string) (File, error) // opens a new file
}

// Replace makes a file appear under its name at once, in place of an older one.
//
// What stands there must be a file or nothing: a folder, a device or a pipe is refused, and a link is followed.
func (d Disk) Replace(path string, write func(io.Writer) error) (err error) {
	if info, err := os.Stat(path); err == nil {
		if info.IsDir() {
			return fmt.Errorf("%s is a folder; give the name of a file to write, such as %s", path, filepath.Join(path, "NAME"))
		}
		if !info.Mode().IsRegular() {
			return fmt.Errorf("%s is no regular file, and is not replaced", path)
		}
		if path, err = filepath.EvalSymlinks(path); err != nil {
			return err
		}
	}
	tmp, err := os.MkdirTemp(filepath.Dir(path), ".tmp-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(tmp)) }()
	part := filepath.Join(tmp, filepath.Base(path))
	if err := d.write(part, write); err != nil {
		return err
	}
	if err := os.Rename(part, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// Folder makes a folder with files in it appear at once: it is whole under its name, or not there. A crash at any instant
// leaves at most a folder named .tmp-…, which the next call of [Sweep] removes.
func (d Disk) Folder(path string, names []string, write func(name string, w io.Writer) error) (err error) {
	parent := filepath.Dir(path)
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return err
	}
	tmp, err := os.MkdirTemp(parent, ".tmp-")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(tmp))
		}
	}()
	for _, name := range names {
		if err := d.write(filepath.Join(tmp, name), func(w io.Writer) error { return write(name, w) }); err != nil {
			return err
		}
	}
	if err := os.Chmod(tmp, 0o755); err != nil {
		return err
	}
	if err := syncFolder(tmp); err != nil {
		return err
	}
	if err := os.Rename(tmp, path); err != nil {
		return err
	}
	return syncFolder(parent)
}

// write writes a new file through to the disk.
func (d Disk) write(path string, write func(io.Writer) error) error {
	f, err := d.create(path)
	if err != nil {
		return err
	}
	if err := write(f); err != nil {
		return errors.Join(fmt.Errorf("writing %s: %w", filepath.Base(path), err), f.Close())
	}
	if err := f.Sync(); err != nil {
		return errors.Join(fmt.Errorf("writing %s to the disk: %w", filepath.Base(path), err), f.Close())
	}
	return f.Close()
}

func (d Disk) create(path string) (File, error) {
	if d.Create != nil {
		return d.Create(path)
	}
	return os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
}

// Sweep removes what a crash left behind in a folder.
func Sweep(dir string) error {
	left, err := filepath.Glob(filepath.Join(dir, ".tmp-*"))
	if err != nil {
		return err
	}
	for _, path := range left {
		err = errors.Join(err, os.RemoveAll(path))
	}
	return err
}

// syncFolder writes the names in a folder through to the disk, where the system can.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" || runtime.GOOS == "js" {
		return nil // folders cannot be opened for this there
	}
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
