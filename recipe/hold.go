package recipe

import (
	"errors"
	"fmt"
	"os"

	"github.com/jimu-ml/jimu/internal/durable"
)

// hold makes a run's folder, and keeps other processes from training in it: each would sweep away what the other is writing.
func hold(dir string) (letGo func(), err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("the run's folder: %w", err)
	}
	letGo, err = durable.Hold(dir)
	var held *durable.HeldError
	if errors.As(err, &held) {
		return nil, errorf("", "%s is being trained by %s; wait for it, or give another folder by --out", dir, held.Who())
	}
	if err != nil {
		return nil, fmt.Errorf("the run's folder: %w", err)
	}
	return letGo, nil
}
