package safetensors

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/tensor"
)

const (
	maxIndex  = 64 << 20
	maxShards = 1000 // each is an open file

	// maxShard is how many bytes of tensors one file of a sharded set gets, as transformers has it; a larger tensor gets a
	// file of its own.
	maxShard = 5_000_000_000
)

// indexJSON is the file that says in which shard each tensor is.
type indexJSON struct {
	Metadata map[string]any    `json:"metadata"`
	Weights  map[string]string `json:"weight_map"`
}

// Sharded is a set of safetensors files with an index, as one file.
type Sharded struct {
	entries  []format.Entry
	metadata map[string]string
	shards   map[string]*File // by file name
	of       map[string]*File // by tensor
}

// OpenSharded opens the files that an index names, and reads their headers. They must lie in the folder of the index, be
// regular files, and not be links: see [format.Beside].
func OpenSharded(path string) (*Sharded, error) {
	s := &Sharded{metadata: map[string]string{}, shards: map[string]*File{}, of: map[string]*File{}}
	if err := s.open(path); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), s.Close())
	}
	return s, nil
}

func (s *Sharded) open(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxIndex+1))
	if err != nil {
		return err
	}
	var in indexJSON
	if len(text) > maxIndex {
		return errorf("the index has more than %d bytes", maxIndex)
	}
	if err := json.Unmarshal(text, &in); err != nil || len(in.Weights) == 0 {
		return errorf("it is no index with a weight_map (%v)", err)
	}
	names := slices.Compact(slices.Sorted(maps.Values(in.Weights)))
	if len(names) > maxShards {
		return errorf("the index names %d files; there may be %d", len(names), maxShards)
	}
	for _, name := range names {
		if err := s.shard(path, name, in.Weights); err != nil {
			return err
		}
	}
	for name, file := range in.Weights {
		if s.of[name] == nil {
			return errorf("%q is to be in %s, and is not", name, file)
		}
	}
	for key, value := range in.Metadata {
		s.metadata[key] = fmt.Sprint(value)
	}
	return nil
}

// shard opens one file of the set, and takes the tensors that the index expects in it.
func (s *Sharded) shard(path, name string, weights map[string]string) error {
	if filepath.Base(name) != name {
		return errorf("the index names the file %q, which is not beside it", name)
	}
	f, err := format.Beside(path, name)
	if err != nil {
		return err
	}
	file, err := from(f)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	s.shards[name] = file
	for _, e := range file.Entries() {
		if weights[e.Name] == name {
			s.entries, s.of[e.Name] = append(s.entries, e), file
		}
	}
	maps.Copy(s.metadata, file.Metadata())
	return nil
}

// Entries returns the tensors, shard after shard.
func (s *Sharded) Entries() []format.Entry { return slices.Clone(s.entries) }

// Metadata returns the texts of the shards and of the index.
func (s *Sharded) Metadata() map[string]string { return maps.Clone(s.metadata) }

// Tensor reads the tensor of that name.
func (s *Sharded) Tensor(name string) (*tensor.Tensor, error) {
	f := s.of[name]
	if f == nil {
		return nil, fmt.Errorf("no tensor %q in the files of the index", name)
	}
	return f.Tensor(name)
}

// Close closes all files.
func (s *Sharded) Close() (err error) {
	for _, f := range s.shards {
		err = errors.Join(err, f.Close())
	}
	return err
}

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
	in := indexJSON{Metadata: map[string]any{"total_size": total}, Weights: map[string]string{}}
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
		text, err := json.MarshalIndent(in, "", "  ")
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(w, strings.TrimSpace(string(text)))
		return err
	})
}
