package recipe

import (
	"encoding/json"
	"fmt"
	"path/filepath"

	"github.com/jimu-ml/jimu/train"
)

// A Result is what a run came to. Loss and metrics are those of the final model on the test set.
type Result struct {
	Recipe            string         `json:"recipe"`
	Epochs            int            `json:"epochs"`
	Steps             int            `json:"steps"`
	Loss              float64        `json:"-"` // of the test; in JSON "loss", a train.Number
	Metrics           train.Values   `json:"metrics"`
	ExamplesPerSecond float64        `json:"examples_per_second"` // in training, evaluation included
	Seconds           float64        `json:"seconds"`             // of training, over all restarts
	CPUSeconds        float64        `json:"cpu_seconds"`         // of processors, likewise; 0 where the system does not say
	PeakBytes         int64          `json:"peak_bytes"`          // of memory that the process held at most, data and all
	Joules            float64        `json:"joules"`              // an estimate: 4 W for a busy processor
	WeightsSHA256     string         `json:"weights_sha256"`      // see train.WeightsDigest
	Verdict           *train.Verdict `json:"verdict,omitempty"`   // of the curves; nil of a model that was only tested

	Tested  int            `json:"-"` // examples of the test set
	Unit    string         `json:"-"`
	Classes []string       `json:"-"`
	Writer  *Writer        `json:"-"` // nil if the model writes no texts
	History *train.History `json:"-"`
}

// MarshalJSON returns the result with its loss, whatever number it is.
func (res *Result) MarshalJSON() ([]byte, error) {
	type plain Result
	return json.Marshal(struct {
		*plain
		Loss train.Number `json:"loss"`
	}{(*plain)(res), train.Number(res.Loss)})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (res *Result) UnmarshalJSON(text []byte) error {
	type plain Result
	read := struct {
		*plain
		Loss train.Number `json:"loss"`
	}{plain: (*plain)(res)}
	err := json.Unmarshal(text, &read)
	res.Loss = float64(read.Loss)
	return err
}

// resultName is the file in a run's folder that says what the run came to.
const resultName = "result.json"

func (res *Result) write(dir string) error {
	text, err := json.MarshalIndent(res, "", "  ")
	if err != nil {
		return fmt.Errorf("%s: %w", resultName, err)
	}
	if err := replace(filepath.Join(dir, resultName), append(text, '\n')); err != nil {
		return fmt.Errorf("the run's folder: %w", err)
	}
	return nil
}
