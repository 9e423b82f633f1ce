package format

import (
	"fmt"
	"os"
	"path/filepath"
)

// Beside opens a file that another one names, such as a shard or external data: a regular file in the folder of path or, with
// slashes, below it. Names that lead elsewhere are refused, and so are links of both kinds: whoever wrote the name must
// not be able to read what lies outside. Of a symbolic link, as model caches make them, copy what it points to.
func Beside(path, name string) (*os.File, error) {
	if !filepath.IsLocal(filepath.FromSlash(name)) {
		return nil, fmt.Errorf("%w: %s names the file %q, which is not beside it", ErrFormat, filepath.Base(path), name)
	}
	root, err := os.OpenRoot(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	defer root.Close()
	for dir := filepath.Dir(filepath.FromSlash(name)); dir != "."; dir = filepath.Dir(dir) {
		if info, err := root.Lstat(dir); err != nil || !info.IsDir() {
			return nil, fmt.Errorf("%w: %s names the file %q, whose folder is none or a link", ErrFormat, filepath.Base(path), name)
		}
	}
	before, err := root.Lstat(filepath.FromSlash(name))
	if err != nil {
		return nil, fmt.Errorf("%s names a file that cannot be opened: %w", filepath.Base(path), err)
	}
	if !before.Mode().IsRegular() {
		return nil, fmt.Errorf("%w: %s names %q, which is no regular file but a link or device; copy what it points to (cp -L)", ErrFormat, filepath.Base(path), name)
	}
	f, err := root.Open(filepath.FromSlash(name))
	if err != nil {
		return nil, err
	}
	after, err := f.Stat()
	switch {
	case err != nil:
	case !os.SameFile(before, after):
		err = fmt.Errorf("%q was exchanged while it was opened", name)
	case links(after) > 1:
		err = fmt.Errorf("%w: %s names %q, which has a second name elsewhere (a hard link); copy it", ErrFormat, filepath.Base(path), name)
	default:
		return f, nil
	}
	f.Close()
	return nil, err
}
