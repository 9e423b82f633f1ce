package format

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

const (
	maxIndex  = 64 << 20
	maxShards = 1000 // each is an open file
)

// An Index is the JSON file that says in which of several files each tensor is, as transformers writes it.
type Index struct {
	Metadata map[string]any    `json:"metadata"`
	Weights  map[string]string `json:"weight_map"`
}

// OpenSharded opens the files that an index names, with open, and gives them as one. They must lie in the folder of the
// index, be regular files, and not be links: see [Beside].
func OpenSharded(path string, open func(*os.File) (File, error)) (File, error) {
	s := &sharded{metadata: map[string]string{}, shards: map[string]File{}, of: map[string]File{}}
	if err := s.open(path, open); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), s.Close())
	}
	return s, nil
}

type sharded struct {
	entries  []Entry
	metadata map[string]string
	shards   map[string]File // by file name
	of       map[string]File // by tensor
}

func (s *sharded) open(path string, open func(*os.File) (File, error)) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxIndex+1))
	if err != nil {
		return err
	}
	var in Index
	if len(text) > maxIndex {
		return fmt.Errorf("%w: the index has more than %d bytes", ErrFormat, maxIndex)
	}
	if err := json.Unmarshal(text, &in); err != nil {
		return fmt.Errorf("%w: it is no index with a weight_map: %w", ErrFormat, err)
	}
	names := slices.Compact(slices.Sorted(maps.Values(in.Weights)))
	if len(names) == 0 || len(names) > maxShards {
		return fmt.Errorf("%w: it is no index with a weight_map, or of too many files: it names %d files", ErrFormat, len(names))
	}
	for _, name := range names {
		if err := s.shard(path, name, in.Weights, open); err != nil {
			return err
		}
	}
	for name, file := range in.Weights {
		if s.of[name] == nil {
			return fmt.Errorf("%w: %q is to be in %s, and is not", ErrFormat, name, file)
		}
	}
	for key, value := range in.Metadata {
		s.metadata[key] = fmt.Sprint(value)
	}
	return nil
}

// shard opens one file of the set, and takes the tensors that the index expects in it.
func (s *sharded) shard(path, name string, weights map[string]string, open func(*os.File) (File, error)) error {
	if filepath.Base(name) != name {
		return fmt.Errorf("%w: the index names the file %q, which is not beside it", ErrFormat, name)
	}
	f, err := Beside(path, name)
	if err != nil {
		return err
	}
	file, err := open(f)
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
func (s *sharded) Entries() []Entry { return slices.Clone(s.entries) }

// Metadata returns the texts of the shards and of the index.
func (s *sharded) Metadata() map[string]string { return maps.Clone(s.metadata) }

// Tensor reads the tensor of that name.
func (s *sharded) Tensor(name string) (*tensor.Tensor, error) {
	f := s.of[name]
	if f == nil {
		return nil, fmt.Errorf("no tensor %q in the files of the index", name)
	}
	return f.Tensor(name)
}

// Close closes all files.
func (s *sharded) Close() (err error) {
	for _, f := range s.shards {
		err = errors.Join(err, f.Close())
	}
	return err
}
