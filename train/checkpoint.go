package train

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/format/safetensors"
	"github.com/jimu-ml/jimu/internal/durable"
	"github.com/jimu-ml/jimu/tensor"
)

// ErrNoCheckpoint says that a folder holds no checkpoint.
var ErrNoCheckpoint = errors.New("no checkpoint")

// A Checkpoint is all that a run needs to go on with the same bits: parameters, the optimizer's state, the position in
// the data, and whatever else the loop carries.
type Checkpoint struct {
	Step  int               // updates made
	State json.RawMessage   // the loop's own numbers
	Files map[string]Names  // tensors by file: "model", "optimizer"
	Meta  map[string]string // free text, such as the recipe's name
}

// Names are tensors by name, in an order.
type Names = []format.Named

// disk is what is written to; tests put one that is full in its place.
var disk durable.Disk

// manifest is the JSON beside the tensors. A folder without a valid one is no checkpoint.
type manifest struct {
	Format  int                          `json:"format"`
	Step    int                          `json:"step"`
	State   json.RawMessage              `json:"state,omitempty"`
	Meta    map[string]string            `json:"meta,omitempty"`
	Tensors map[string]map[string]string `json:"tensors"` // file → tensor → sha256 of its bytes
}

const (
	manifestName  = "manifest.json"
	formatVersion = 1
	keep          = 2 // checkpoints that stay: the older one is there if the disk eats the newer
)

// Save writes a checkpoint into a folder of checkpoints, and then removes all but the two newest. A crash at any instant
// leaves the older ones whole. If it fails, the older ones are as they were.
func (c *Checkpoint) Save(dir string) error {
	m := manifest{Format: formatVersion, Step: c.Step, State: c.State, Meta: c.Meta, Tensors: map[string]map[string]string{}}
	var names []string
	for file := range c.Files {
		names = append(names, file+".safetensors")
	}
	slices.Sort(names)
	path := filepath.Join(dir, fmt.Sprintf("%010d", c.Step))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	if err := durable.Sweep(dir); err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	if _, err := os.Stat(path); err == nil { // the same step again, after a restart
		if err := os.RemoveAll(path); err != nil {
			return fmt.Errorf("checkpoint: %w", err)
		}
	}
	err := disk.Folder(path, append(names, manifestName), func(name string, w io.Writer) error {
		if name == manifestName {
			return writeJSON(w, m)
		}
		file := name[:len(name)-len(".safetensors")]
		sums := map[string]string{}
		m.Tensors[file] = sums
		return safetensors.Write(w, c.Files[file], nil, func(name string, raw []byte) {
			sums[name] = digest(raw)
		})
	})
	if err != nil {
		return fmt.Errorf("checkpoint of step %d: %w", c.Step, err)
	}
	return prune(dir)
}

func writeJSON(w io.Writer, v any) error {
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

func digest(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// steps returns the steps of the folders in dir that are named like checkpoints, newest first.
func steps(dir string) []int {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var found []int
	for _, e := range entries {
		if n, err := strconv.Atoi(e.Name()); err == nil && e.IsDir() && len(e.Name()) == 10 {
			found = append(found, n)
		}
	}
	slices.Sort(found)
	slices.Reverse(found)
	return found
}

func prune(dir string) error {
	var err error
	for i, step := range steps(dir) {
		if i >= keep {
			err = errors.Join(err, os.RemoveAll(filepath.Join(dir, fmt.Sprintf("%010d", step))))
		}
	}
	return err
}

// Latest reads the newest valid checkpoint of a folder. A newer one that is damaged is passed over; damaged says what was
// wrong with each. The error is [ErrNoCheckpoint] if there is none at all.
func Latest(dir string) (c *Checkpoint, damaged []error, err error) {
	found := steps(dir)
	for _, step := range found {
		c, err := readCheckpoint(filepath.Join(dir, fmt.Sprintf("%010d", step)))
		if err == nil {
			return c, damaged, nil
		}
		damaged = append(damaged, err)
	}
	if len(found) == 0 {
		return nil, nil, fmt.Errorf("%s: %w", dir, ErrNoCheckpoint)
	}
	older := ""
	if len(damaged) > 1 {
		older = "; no older one is whole either"
	}
	return nil, damaged, fmt.Errorf("no valid checkpoint in %s: %w%s", dir, damaged[0], older)
}

// maxManifest bounds what is read of a manifest.
const maxManifest = 64 << 20

// readCheckpoint reads one checkpoint and compares every tensor with its checksum.
func readCheckpoint(path string) (*Checkpoint, error) {
	f, err := os.Open(filepath.Join(path, manifestName))
	if err != nil {
		return nil, fmt.Errorf("checkpoint %s: %w", path, err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxManifest))
	if err != nil {
		return nil, fmt.Errorf("checkpoint %s: %w", path, err)
	}
	var m manifest
	if err := json.Unmarshal(text, &m); err != nil {
		return nil, fmt.Errorf("checkpoint %s: its manifest is damaged: %w", path, err)
	}
	if m.Format != formatVersion {
		return nil, fmt.Errorf("checkpoint %s has format %d; this program reads format %d", path, m.Format, formatVersion)
	}
	c := &Checkpoint{Step: m.Step, State: m.State, Meta: m.Meta, Files: map[string]Names{}}
	for file, sums := range m.Tensors {
		if filepath.Base(file) != file {
			return nil, fmt.Errorf("checkpoint %s: its manifest names the file %q", path, file)
		}
		if c.Files[file], err = readTensors(filepath.Join(path, file+".safetensors"), sums); err != nil {
			return nil, fmt.Errorf("checkpoint %s: %w", path, err)
		}
	}
	return c, nil
}

func readTensors(path string, sums map[string]string) (Names, error) {
	f, err := safetensors.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if len(f.Entries()) != len(sums) {
		return nil, fmt.Errorf("%s has %d tensors, its manifest %d", filepath.Base(path), len(f.Entries()), len(sums))
	}
	var out Names
	for _, e := range f.Entries() {
		t, err := f.Tensor(e.Name)
		if err != nil {
			return nil, err
		}
		if digest(bytesOf(t)) != sums[e.Name] {
			return nil, fmt.Errorf("%s: %s is damaged: its bytes do not have the checksum of the manifest", filepath.Base(path), e.Name)
		}
		out = append(out, format.Named{Name: e.Name, Tensor: t})
	}
	return out, nil
}

// WeightsDigest returns the SHA-256 of the parameters and buffers of a model, in the order given: of each its name, then
// its bytes, row-major and little-endian. Two models with the same digest are the same bits.
func WeightsDigest(params []tensor.Named) string {
	h := sha256.New()
	for _, p := range params {
		h.Write([]byte(p.Name))
		h.Write(bytesOf(p.Param.Value))
	}
	return hex.EncodeToString(h.Sum(nil))
}
