// Package format holds names to tensors, and the files that hold them.
//
// A format registers itself; importing format/all makes all of them known. [Open] finds out which one a file has by its
// first bytes, and reads what is inside without loading it; [Write] goes by the extension.
package format

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// ErrFormat is wrapped by the errors that say that a file is no valid file of its format.
var ErrFormat = errors.New("not a valid file")

// An Entry is one tensor of a file, as the file describes it.
type Entry struct {
	Name  string
	Type  string       // of its elements, as the file calls it: F32, Q4_K, <f4
	DType device.DType // that [File.Tensor] gives it
	Shape []int
	Bytes int64 // that it takes in the file
}

// A File is open, and nothing of it is loaded: its tensors are read one by one, when they are asked for.
type File interface {
	Entries() []Entry                           // in the order of the file
	Tensor(name string) (*tensor.Tensor, error) // reads one, into memory of its own
	Metadata() map[string]string                // free text
	Close() error
}

// A WriteConfig says how to write. The zero value keeps the elements as they are.
type WriteConfig struct {
	Type     string            // of the elements: f32, f16, bf16, q8_0, …; as they are if ""
	Metadata map[string]string // in place of the file's own, if not nil
}

// A Format is one kind of file.
type Format struct {
	Name       string   // "safetensors"
	About      string   // one line
	Extensions []string // with the point: ".safetensors"

	// Detect reports whether a file is of this kind, by its path and its first bytes, up to 512. Of a folder there are none.
	Detect func(path string, head []byte) bool

	Open func(path string) (File, error)

	// Write writes the tensors of f, one after another; nil if the format is only read. The file appears whole or not at all.
	Write func(path string, f File, c WriteConfig) error
}

var registered []Format

// Register makes a format known. It is called from init functions; a name taken twice panics.
func Register(f Format) {
	for _, other := range registered {
		if other.Name == f.Name {
			panic(tensor.Errorf("format.Register", "the name %q is taken", f.Name))
		}
	}
	registered = append(registered, f)
	slices.SortFunc(registered, func(a, b Format) int { return strings.Compare(a.Name, b.Name) })
}

// List returns what is registered, by name.
func List() []Format { return slices.Clone(registered) }

// Open opens a file, or a folder that some format keeps its tensors in, of whichever format it is. Close it when its tensors
// are read.
func Open(path string) (File, error) {
	f, err := Detect(path)
	if err != nil {
		return nil, err
	}
	return f.Open(path)
}

// Detect finds out of which format a file is, by its first bytes.
func Detect(path string) (Format, error) {
	head, err := headOf(path)
	if err != nil {
		return Format{}, err
	}
	for _, f := range registered {
		if f.Detect(path, head) {
			return f, nil
		}
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return Format{}, fmt.Errorf("%s: %w: a folder without weights of a format known here", path, ErrFormat)
	}
	if len(head) == 0 {
		return Format{}, fmt.Errorf("%s: %w: it is empty", path, ErrFormat)
	}
	return Format{}, fmt.Errorf("%s: %w of any format known here: %s", path, ErrFormat, names(func(Format) bool { return true }))
}

func headOf(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil || info.IsDir() {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no regular file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head := make([]byte, min(512, info.Size()))
	n, err := f.ReadAt(head, 0)
	if n < len(head) {
		return nil, fmt.Errorf("%s: reading its first bytes: %w", path, err)
	}
	return head, nil
}

// Write writes the tensors of f to a file, in the format of its extension.
func Write(path string, f File, c WriteConfig) error {
	lower := strings.ToLower(filepath.Base(path))
	onlyRead := ""
	for _, format := range registered {
		switch {
		case !slices.ContainsFunc(format.Extensions, func(ext string) bool { return strings.HasSuffix(lower, ext) }):
		case format.Write == nil:
			onlyRead = format.Name
		default:
			return format.Write(path, f, c)
		}
	}
	if onlyRead != "" {
		return fmt.Errorf("%s: files of %s are only read here; those that are written: %s", path, onlyRead, names(written))
	}
	return fmt.Errorf("%s: no format known here has the extension %q; those that are written: %s", path, filepath.Ext(path), names(written))
}

func written(f Format) bool { return f.Write != nil }

// names lists formats with their extensions, for messages.
func names(which func(Format) bool) string {
	var list []string
	for _, f := range registered {
		if which(f) {
			list = append(list, f.Name+" ("+strings.Join(f.Extensions, ", ")+")")
		}
	}
	return strings.Join(list, ", ")
}
