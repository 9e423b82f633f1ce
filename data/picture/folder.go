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
}

// List lists the pictures below fsys (os.DirFS opens a folder): PNG, JPEG and GIF files by their names, at any depth below
// one folder for each class. Names that begin with a dot are passed over.
func List(fsys fs.FS) (*Folder, error) {
	f := &Folder{FS: fsys}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name != "." && strings.HasPrefix(path.Base(name), ".") {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if class, _, below := strings.Cut(name, "/"); below && !d.IsDir() && named(name) {
			f.Paths = append(f.Paths, name)
			f.Classes = append(f.Classes, class)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("listing pictures: %w", err)
	}
	if len(f.Paths) == 0 {
		return nil, fmt.Errorf("listing pictures: no .png, .jpg, .jpeg or .gif file in a folder of its class")
	}
	slices.Sort(f.Classes)
	f.Classes = slices.Compact(f.Classes)
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
