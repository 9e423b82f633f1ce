package recipe

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/tensor"
)

// Inputs says what a model that tells classes apart or predicts numbers takes and gives, and how that is made of files.
type Inputs struct {
	Unit    string   `json:"unit"`              // what is counted: "pictures"
	Shape   []int    `json:"shape"`             // of one input
	Tokens  int      `json:"tokens,omitempty"`  // how many there are, if the inputs are tokens
	Classes []string `json:"classes,omitempty"` // nil: numbers are predicted
	Outputs int      `json:"outputs,omitempty"` // how many numbers; 1 if 0

	// The model predicts numbers as (y − Mean) / Deviation; as they are if Deviation is 0.
	Mean      float64 `json:"mean,omitempty"`
	Deviation float64 `json:"deviation,omitempty"`

	Reader Reader `json:"-"`
}

// A Reader makes inputs of what a user has. It is a value for JSON, which a run's folder keeps.
type Reader interface {
	// Check reports what cannot be, after reading a file that may be damaged.
	Check(in *Inputs) error

	// Read returns the inputs that a question is about, without targets, and a label for each.
	Read(in *Inputs, q Question) (data.Set, []string, error)
}

// A Drawer is a [Reader] of files that cannot be looked at, such as sounds: it draws what the model is given of one.
type Drawer interface {
	Draw(in *Inputs, label string, x *tensor.Tensor) []Made
}

// A Picker is a [Reader] of inputs of which some columns are predicted: it says which, as model.Examples has it.
type Picker interface {
	Picked() []int
}

// examples says what a model of these inputs takes and gives.
func (in *Inputs) examples(outputs int) model.Examples {
	of := model.Examples{Input: in.Shape, Tokens: in.Tokens, Outputs: outputs}
	if p, ok := in.Reader.(Picker); ok {
		of.Targets = p.Picked()
	}
	return of
}

// check reports inputs that cannot be.
func (in *Inputs) check() error {
	for _, n := range in.Shape {
		if n < 1 || n > 1<<24 {
			return fmt.Errorf("its inputs have the shape %v", in.Shape)
		}
	}
	if len(in.Shape) == 0 || in.Reader == nil || in.Tokens < 0 || in.Outputs < 0 || in.Deviation < 0 {
		return errors.New("it does not say what the inputs are")
	}
	return in.Reader.Check(in)
}

// scaled returns numbers as the model predicts them, unscaled the way back.
func (in *Inputs) scaled(y *tensor.Tensor) *tensor.Tensor {
	if in.Deviation == 0 {
		return y
	}
	return y.AddScalar(-in.Mean).Scale(1 / in.Deviation)
}

func (in *Inputs) unscaled(z *tensor.Tensor) *tensor.Tensor {
	if in.Deviation == 0 {
		return z
	}
	return z.Scale(in.Deviation).AddScalar(in.Mean)
}

// inputsName is the file in a run's folder that holds what its work keeps.
const inputsName = "inputs.json"

func writeKept(dir string, w Work) error {
	text, err := json.Marshal(w.Kept())
	if err != nil {
		return fmt.Errorf("%s: %w", inputsName, err)
	}
	return replace(filepath.Join(dir, inputsName), append(text, '\n'))
}

// reopen makes the work of a run without its data.
func (r *Recipe) reopen(dir string) (Work, error) {
	path := filepath.Join(dir, inputsName)
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("the run's inputs: %w", err)
	}
	s, err := r.source()
	if err != nil {
		return nil, err
	}
	w, err := s.Reopen(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w; train again", path, err)
	}
	return w, nil
}
