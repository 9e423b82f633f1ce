package train

import (
	"fmt"
	"io"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/format/safetensors"
	"github.com/jimu-ml/jimu/tensor"
)

// SaveWeights writes parameters and buffers to a safetensors file, in place of an older one at once.
func SaveWeights(path string, params []tensor.Named) error {
	return writeWeights(path, namesOf(params))
}

func writeWeights(path string, weights Names) error {
	err := disk.Replace(path, func(w io.Writer) error { return safetensors.Write(w, weights, nil, nil) })
	if err != nil {
		return fmt.Errorf("saving the weights: %w", err)
	}
	return nil
}

// LoadWeights puts the tensors of a safetensors file into the parameters and buffers of the same names; see [LoadParams].
func LoadWeights(path string, params []tensor.Named) error {
	f, err := safetensors.Open(path)
	if err != nil {
		return fmt.Errorf("loading the weights: %w", err)
	}
	defer f.Close()
	var all Names
	for _, e := range f.Entries() {
		t, err := f.Tensor(e.Name)
		if err != nil {
			return fmt.Errorf("loading the weights from %s: %w", path, err)
		}
		all = append(all, format.Named{Name: e.Name, Tensor: t})
	}
	if err := LoadParams(params, all); err != nil {
		return fmt.Errorf("loading the weights from %s: %w", path, err)
	}
	return nil
}
