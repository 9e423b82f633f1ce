package onnx

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/jimu-ml/jimu/format"
)

// A place is where external data lie.
type place struct {
	location       string
	offset, length int64 // a length of −1 was not said
}

// external reads the properties that say where a tensor's data lie.
func (t *Tensor) external() (place, error) {
	p := place{length: -1}
	for _, e := range t.External {
		var err error
		switch e.Key {
		case "location":
			p.location = e.Value
		case "offset":
			p.offset, err = number(e.Value)
		case "length":
			p.length, err = number(e.Value)
		}
		if err != nil {
			return p, fmt.Errorf("%w: tensor %q: its external data have the %s %q", format.ErrFormat, t.Name, e.Key, e.Value)
		}
	}
	if !local(p.location) {
		return p, fmt.Errorf("%w: tensor %q has its data in %q, which is no path below the model's folder", format.ErrFormat, t.Name, p.location)
	}
	return p, nil
}

func number(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err == nil && n < 0 {
		err = strconv.ErrRange
	}
	return n, err
}

// local reports whether a location is a plain path downwards: not absolute, and without "..".
func local(location string) bool {
	return location != "" && filepath.IsLocal(filepath.FromSlash(location)) && path.Clean(location) != "." &&
		!strings.ContainsAny(location, "\\\x00") && !strings.Contains("/"+location+"/", "/../")
}

// openExternal opens the file with a tensor's data, and returns where in it they begin and how many bytes there are.
//
// The file is opened by [format.Beside], so it is a regular one below the model's folder that has no other name.
func (t *Tensor) openExternal() (f *os.File, offset, length int64, err error) {
	p, err := t.external()
	if err != nil {
		return nil, 0, 0, err
	}
	if t.folder == "" {
		return nil, 0, 0, fmt.Errorf("tensor %q has its data in %q, and the model was not read from a folder", t.Name, p.location)
	}
	if f, err = format.Beside(filepath.Join(t.folder, "model"), p.location); err != nil {
		return nil, 0, 0, fmt.Errorf("external data of tensor %q: %w", t.Name, err)
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, 0, 0, fmt.Errorf("external data of tensor %q: %w", t.Name, err)
	}
	left := info.Size() - p.offset
	if left < 0 || p.length > left {
		f.Close()
		return nil, 0, 0, fmt.Errorf("%w: tensor %q has its data from byte %d, %d long, in %q, which has %d", format.ErrFormat, t.Name, p.offset, p.length, p.location, info.Size())
	}
	if p.length >= 0 {
		left = p.length
	}
	return f, p.offset, left, nil
}

// readInto reads elements that lie in a file.
func (t *Tensor) readInto(b []byte) error {
	if t.section != nil {
		if _, err := t.section.r.ReadAt(b, t.section.offset); err != nil {
			return fmt.Errorf("reading tensor %q: %w", t.Name, err)
		}
		return nil
	}
	f, offset, length, err := t.openExternal()
	if err != nil {
		return err
	}
	defer f.Close()
	if length < int64(len(b)) {
		return fmt.Errorf("%w: tensor %q takes %d bytes, and its file has %d for it", format.ErrFormat, t.Name, len(b), length)
	}
	if _, err := f.ReadAt(b, offset); err != nil {
		return fmt.Errorf("reading tensor %q: %w", t.Name, err)
	}
	return nil
}

// storedOutside returns how many of the bytes that a tensor wants its other file holds for it.
func (t *Tensor) storedOutside() (int64, error) {
	p, err := t.external()
	if err != nil {
		return 0, err
	}
	f, _, length, err := t.openExternal()
	if err != nil {
		return 0, err
	}
	f.Close()
	if p.length >= 0 {
		return length, nil
	}
	want, err := t.Bytes()
	return min(want, length), err
}
