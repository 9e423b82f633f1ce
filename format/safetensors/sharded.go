package safetensors

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"path/filepath"

	"github.com/jimu-ml/jimu/format"
)

// maxShard is how many bytes of tensors one file of a sharded set gets, as transformers has it; a larger tensor gets a file
// of its own.
const maxShard = 5_000_000_000

// A part is a file of a set, with what it is to hold.
type part struct {
	format.File
	entries  []format.Entry
	metadata map[string]string
}

// Entries returns the tensors of the part alone.
func (p part) Entries() []format.Entry { return p.entries }

// Metadata returns the same for all parts.
func (p part) Metadata() map[string]string { return p.metadata }

// writeSharded writes the tensors of f into files of at most that many bytes of tensors, and then the index: until it is
// there, an older set is whole, unless it had the same names.
func writeSharded(path string, f format.File, most int64) error {
	metadata := maps.Clone(f.Metadata())
	delete(metadata, "total_size")
	parts := []part{{File: f, metadata: metadata}}
	full, total := int64(0), int64(0)
	for _, e := range f.Entries() {
		if full > 0 && full+e.Bytes > most {
			parts, full = append(parts, part{File: f, metadata: metadata}), 0
		}
		last := &parts[len(parts)-1]
		last.entries = append(last.entries, e)
		full, total = full+e.Bytes, total+e.Bytes
	}
	dir, stem := filepath.Dir(path), filepath.Base(path)
	stem = stem[:len(stem)-len(index)]
	in := format.Index{Metadata: map[string]any{"total_size": total}, Weights: map[string]string{}}
	for i, p := range parts {
		name := fmt.Sprintf("%s-%05d-of-%05d.safetensors", stem, i+1, len(parts))
		for _, e := range p.entries {
			in.Weights[e.Name] = name
		}
		if err := format.Replace(filepath.Join(dir, name), func(w io.Writer) error { return writeFrom(w, p, nil) }); err != nil {
			return err
		}
	}
	return format.Replace(path, func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(in)
	})
}
