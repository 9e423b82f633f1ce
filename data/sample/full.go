package sample

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/idx"
)

// A publication is what is known of a set that [Full] reads.
type publication struct {
	name, from string
	classes    int
	sums       map[string]string // SHA-256 of each file
}

var publications = []publication{
	{"fashion", "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/", 10, map[string]string{
		"train-images-idx3-ubyte.gz": "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
		"train-labels-idx1-ubyte.gz": "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
		"t10k-images-idx3-ubyte.gz":  "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
		"t10k-labels-idx1-ubyte.gz":  "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
	}},
	{"mnist", "https://ossci-datasets.s3.amazonaws.com/mnist/", 10, map[string]string{
		"train-images-idx3-ubyte.gz": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
		"train-labels-idx1-ubyte.gz": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
		"t10k-images-idx3-ubyte.gz":  "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
		"t10k-labels-idx1-ubyte.gz":  "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
	}},
}

// Full returns a full set from a folder that holds its four files as they were published: "fashion" or "mnist", pictures
// [1 28 28] normalized by the mean and deviation of the training set.
//
// A file that is missing or not the published one is a [FileError], which says where to get it.
func Full(name, dir string) (train, test *data.Bytes, err error) {
	k := slices.IndexFunc(publications, func(p publication) bool { return p.name == name })
	if k < 0 {
		return nil, nil, fmt.Errorf("there is no full set %q; there are fashion and mnist", name)
	}
	set := publications[k]
	return pair(func(part string) (*data.Bytes, error) {
		var arrays [2]*idx.Array
		for i, kind := range []string{"-images-idx3-ubyte.gz", "-labels-idx1-ubyte.gz"} {
			b, err := Published(dir, part+kind, set.sums[part+kind], set.from)
			if err != nil {
				return nil, err
			}
			if arrays[i], err = idx.Read(bytes.NewReader(b), filepath.Join(dir, part+kind)); err != nil {
				return nil, err
			}
		}
		return pictures(arrays[0], arrays[1], set.classes)
	})
}

// FullFiles returns the paths of the files that [Full] reads.
func FullFiles(name, dir string) (paths []string) {
	for _, p := range publications {
		if p.name == name {
			for _, file := range slices.Sorted(maps.Keys(p.sums)) {
				paths = append(paths, filepath.Join(dir, file))
			}
		}
	}
	return paths
}

// Published returns the bytes of a file in a folder that must have that SHA-256. Another is a [FileError], which says that it
// is to be had at from + name.
func Published(dir, name, want, from string) ([]byte, error) {
	e := &FileError{Path: filepath.Join(dir, name), Want: want, From: from + name}
	b, err := os.ReadFile(e.Path)
	if err != nil {
		e.Err = err
		return nil, e
	}
	sum := sha256.Sum256(b)
	if e.Got = hex.EncodeToString(sum[:]); e.Got != want {
		return nil, e
	}
	return b, nil
}

// A FileError says that a file of a full set cannot be read, or is not the published one.
type FileError struct {
	Path string // where it was looked for
	Want string // its SHA-256 as published
	Got  string // that of what is there; "" if it cannot be read
	From string // where to get it
	Err  error  // why it cannot be read; nil if it is another file
}

// Error names the file, what is wrong with it, and where to get it.
func (e *FileError) Error() string {
	switch {
	case errors.Is(e.Err, os.ErrNotExist):
		return fmt.Sprintf("%s is missing; get it from %s (SHA-256 %s)", e.Path, e.From, e.Want)
	case e.Err != nil:
		return fmt.Sprintf("%s cannot be read: %v", e.Path, e.Err)
	}
	return fmt.Sprintf("%s is not the published file: its SHA-256 is %s, not %s; get it again from %s", e.Path, e.Got, e.Want, e.From)
}

// Unwrap returns why the file cannot be read.
func (e *FileError) Unwrap() error { return e.Err }
