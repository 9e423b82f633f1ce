package train

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// snapshot keeps the parameters of the epoch that has just ended, if it is one of those. A disk that is full does not stop
// the run.
func (r *run) snapshot() {
	if r.Snapshot == 0 || r.Dir == "" || r.at.Epoch%r.Snapshot != 0 {
		return
	}
	path := snapshotPath(r.Dir, r.at.Epoch)
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil {
		err = writeWeights(path, named(r.params, r.evaluated()))
	}
	if err != nil {
		r.Warn(fmt.Errorf("the snapshot of epoch %d: %w", r.at.Epoch, err))
	}
}

// Snapshots returns the epochs whose parameters the run in a folder has kept for good.
func Snapshots(dir string) []int {
	var epochs []int
	paths, err := filepath.Glob(filepath.Join(dir, "snapshots", "epoch-*.safetensors"))
	if err != nil {
		return nil
	}
	for _, path := range paths {
		var epoch int
		if _, err := fmt.Sscanf(filepath.Base(path), "epoch-%d.safetensors", &epoch); err == nil && path == snapshotPath(dir, epoch) {
			epochs = append(epochs, epoch)
		}
	}
	slices.Sort(epochs)
	return epochs
}

// LoadSnapshot puts the parameters that a run kept of an epoch into a model's.
func LoadSnapshot(dir string, epoch int, params []tensor.Named) error {
	return LoadWeights(snapshotPath(dir, epoch), params)
}

func snapshotPath(dir string, epoch int) string {
	return filepath.Join(dir, "snapshots", fmt.Sprintf("epoch-%04d.safetensors", epoch))
}
