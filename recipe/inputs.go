package recipe

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/jimu-ml/jimu/data/table"
	"github.com/jimu-ml/jimu/model"
)

// Inputs is what a run folder keeps to make a model's inputs of files, and names of its outputs, without the training data.
// One of its three pointers is set.
type Inputs struct {
	Unit     string    `json:"unit"`              // what is counted: "pictures"
	Shape    []int     `json:"shape"`             // of one input
	Classes  []string  `json:"classes,omitempty"` // nil: a number is predicted
	Pictures *Pictures `json:"pictures,omitempty"`
	Rows     *Rows     `json:"rows,omitempty"`
	Texts    *Texts    `json:"texts,omitempty"`
}

// Pictures says how pictures [c h w] become inputs: x = (byte/255 − Mean[c]) / Deviation[c].
type Pictures struct {
	Mean      []float32 `json:"mean"`
	Deviation []float32 `json:"deviation"`
}

// Rows says how the rows of a table become inputs.
type Rows struct {
	Target  string      `json:"target"`
	Header  bool        `json:"header"`
	Columns []Column    `json:"columns"` // features, in order
	Scale   table.Scale `json:"scale"`

	// Of a target of numbers: the model predicts (y − Mean) / Deviation.
	Mean      float64 `json:"mean,omitempty"`
	Deviation float64 `json:"deviation,omitempty"`
}

// A Column is a feature's column.
type Column struct {
	Name    string     `json:"name"`
	Kind    table.Kind `json:"kind"`
	Classes []string   `json:"classes,omitempty"`
}

// Texts says how texts become tokens: token i + 2 is word i, 1 any other word, 0 nothing.
type Texts struct {
	Words []string `json:"words"`
}

// examples says what a model of these inputs takes and gives.
func (in *Inputs) examples(outputs int) model.Examples {
	of := model.Examples{Input: in.Shape, Outputs: outputs}
	if in.Texts != nil {
		of.Tokens = len(in.Texts.Words) + unknownWord + 1
	}
	return of
}

const inputsName = "inputs.json"

func (in *Inputs) write(dir string) error {
	text, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("%s: %w", inputsName, err)
	}
	return replace(filepath.Join(dir, inputsName), append(text, '\n'))
}

func readInputs(dir string) (*Inputs, error) {
	path := filepath.Join(dir, inputsName)
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("the run's inputs: %w", err)
	}
	in := new(Inputs)
	if err := json.Unmarshal(text, in); err != nil {
		return nil, fmt.Errorf("%s is damaged: %w; train again", path, err)
	}
	kinds := 0
	for _, there := range []bool{
		in.Pictures != nil && len(in.Shape) == 3 && len(in.Pictures.Mean) == in.Shape[0],
		in.Rows != nil && len(in.Shape) == 1 && len(in.Rows.Scale.Mean) == in.Shape[0], in.Texts != nil && len(in.Shape) == 1,
	} {
		if there {
			kinds++
		}
	}
	if kinds != 1 {
		return nil, fmt.Errorf("%s is damaged: it does not say what the inputs are; train again", path)
	}
	return in, nil
}
