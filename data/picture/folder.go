package picture

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// A Folder is a list of picture files, each below the folder of its class.
type Folder struct {
	FS      fs.FS
	Paths   []string // of the files, sorted by class and name
	Labels  []int64  // the class of each file: index into Classes
	Classes []string // the names of the folders, sorted
	Empty   []string // folders beside them in which there is no picture
}

// List lists the pictures below fsys (os.DirFS opens a folder): PNG, JPEG and GIF files by their names, at any depth below
// one folder for each class, which may be a link to one. Names that begin with a dot are passed over.
func List(fsys fs.FS) (*Folder, error) {
	f := &Folder{FS: fsys}
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, fmt.Errorf("listing pictures: %w", err)
	}
	for _, e := range entries {
		class := e.Name()
		if strings.HasPrefix(class, ".") || e.Type().IsRegular() {
			continue
		}
		info, err := fs.Stat(fsys, class)
		if err != nil {
			return nil, fmt.Errorf("listing pictures: %w", err)
		}
		if !info.IsDir() {
			continue
		}
		paths, err := below(fsys, class)
		if err != nil {
			return nil, fmt.Errorf("listing pictures: %w", err)
		}
		if len(paths) == 0 {
			f.Empty = append(f.Empty, class)
			continue
		}
		f.Paths, f.Classes = append(f.Paths, paths...), append(f.Classes, class)
	}
	if len(f.Paths) == 0 {
		return nil, fmt.Errorf("listing pictures: no .png, .jpg, .jpeg or .gif file in a folder of its class")
	}
	slices.Sort(f.Classes)
	slices.SortFunc(f.Paths, func(a, b string) int {
		ca, ra, _ := strings.Cut(a, "/")
		cb, rb, _ := strings.Cut(b, "/")
		return cmp.Or(cmp.Compare(ca, cb), cmp.Compare(ra, rb))
	})
	for _, p := range f.Paths {
		class, _, _ := strings.Cut(p, "/")
		k, _ := slices.BinarySearch(f.Classes, class)
		f.Labels = append(f.Labels, int64(k))
	}
	return f, nil
}

// below returns the paths of the pictures in the folder of a class.
func below(fsys fs.FS, class string) (paths []string, err error) {
	err = fs.WalkDir(fsys, class, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case strings.HasPrefix(path.Base(name), ".") && d.IsDir():
			return fs.SkipDir
		case !strings.HasPrefix(path.Base(name), ".") && !d.IsDir() && named(name):
			paths = append(paths, name)
		}
		return nil
	})
	return paths, err
}

// named reports whether a file's name says that it is a picture.
func named(name string) bool {
	return slices.Contains([]string{".png", ".jpg", ".jpeg", ".gif"}, strings.ToLower(path.Ext(name)))
}

// Open decodes file i of the list.
func (f *Folder) Open(i int, o Options) (*Picture, error) {
	r, err := f.FS.Open(f.Paths[i])
	if err != nil {
		return nil, fmt.Errorf("reading a picture: %w", err)
	}
	defer r.Close()
	return Decode(r, f.Paths[i], o)
}

// Load decodes all files, on all processors, to one size that the options must give: bytes [n c h w], n in the order of
// Paths. It stops at the first file that fails, or with the context.
func (f *Folder) Load(ctx context.Context, o Options) ([]uint8, error) {
	if o.Height <= 0 || o.Width <= 0 {
		return nil, fmt.Errorf("loading pictures: no size given to make them one")
	}
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("loading pictures: %w", err)
	}
	channels := 3
	if o.Channels == 1 {
		channels = 1
	}
	size := o.Height * o.Width * channels
	pix := make([]uint8, len(f.Paths)*size)
	errs := make([]error, len(f.Paths))
	var next atomic.Int64
	var stop atomic.Bool
	var wait sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(f.Paths)) {
		wait.Go(func() {
			for i := int(next.Add(1) - 1); i < len(f.Paths) && !stop.Load() && ctx.Err() == nil; i = int(next.Add(1) - 1) {
				p, err := f.Open(i, o)
				if err != nil {
					errs[i] = err
					stop.Store(true)
					return
				}
				copy(pix[i*size:(i+1)*size], p.Planes())
			}
		})
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("loading pictures: %w", err)
	}
	return pix, nil
}
