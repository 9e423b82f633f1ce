// Package recipe runs a whole run written down: architecture, objective, rule, data, seed, as one document.
//
//	{
//	  "name": "fashion",
//	  "seed": 1,
//	  "data": {"set": "fashion", "batch": 64, "validation": 0.1, "augment": [{"name": "random_crop", "pad": 2}]},
//	  "model": {"name": "convnet", "channels": [32, 64]},
//	  "objective": {"name": "cross_entropy"},
//	  "optimizer": {"name": "adamw", "lr": 0.001},
//	  "schedule": {"name": "cosine", "warmup": 0.5},
//	  "train": {"epochs": 5, "keep_best": true},
//	  "metrics": ["accuracy"]
//	}
//
// A section "start" may say from which weights a run starts, see [Start]: "start": {"weights": "runs/other", "fresh": ["linear"]}.
//
// A part is chosen by its name and takes hyperparameters of its own; [Parts] lists them all. A key that does not exist is an
// error that names the nearest ones. [Builtin] reads the recipes that come with the program, [Read] a file, [Run] does
// what a recipe says, and [Open] opens what it left behind.
package recipe

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/jimu-ml/jimu/device"
)

// A Recipe says all that a run depends on. The same recipe gives the same weights, bit for bit.
type Recipe struct {
	Name  string
	About string // one line
	Seed  uint64 // of first weights, order and dropout; 1 if the document has none

	Data      Part // its name is under the key "set"
	Model     Part
	Start     Start // zero: from random weights
	Objective Part
	Optimizer Part
	Schedule  Part // without name: the rate stays
	Train     Train
	Metrics   []Part // if none, those that go with what is predicted
}

// A Part is something chosen by name, with hyperparameters of its own: values as encoding/json has them, with
// [json.Number] for numbers.
type Part struct {
	Name   string
	Config map[string]any
}

// Train says how long and how a recipe trains. The fields are those of train.Config and optim.Optimizer.
type Train struct {
	Epochs     int     `json:"epochs"`
	ClipNorm   float64 `json:"clip_norm,omitempty"`
	Average    float64 `json:"average,omitempty"`
	Patience   int     `json:"patience,omitempty"`
	KeepBest   bool    `json:"keep_best,omitempty"`
	Monitor    string  `json:"monitor,omitempty"`
	Accumulate int     `json:"accumulate,omitempty"`
	SaveEvery  int     `json:"save_every,omitempty"`
	Snapshot   int     `json:"snapshot,omitempty"`  // epochs after which the parameters are kept, again and again
	Precision  string  `json:"precision,omitempty"` // "float32" if empty, or "bf16"

	ClipValue    float64 `json:"clip_value,omitempty"`
	ClipEach     float64 `json:"clip_each,omitempty"`
	ClipAdaptive float64 `json:"clip_adaptive,omitempty"` // the limit of optim.AdaptiveClip
	SAM          float64 `json:"sam,omitempty"`           // ρ of optim.SAM
	ASAM         float64 `json:"asam,omitempty"`          // ρ of optim.SAM, adaptive
	Lookahead    int     `json:"lookahead,omitempty"`     // steps of optim.Lookahead
	Examples     int     `json:"examples,omitempty"`      // the first so many for training, classes in proportion; 0: all
	SpareVectors bool    `json:"spare_vectors,omitempty"` // no weight decay of biases and gains
}

// precision returns the element type that the recipe trains in.
func (t Train) precision() (device.DType, error) {
	switch t.Precision {
	case "", "float32":
		return device.Float32, nil
	case "bf16":
		return device.BFloat16, nil
	}
	return 0, errorf("train.precision", "there is no precision %q to train in; want \"float32\" or \"bf16\"", t.Precision)
}

// An Error is a mistake in a recipe: a key or a name that does not exist, a value of the wrong kind.
type Error struct {
	Path string // of the key: "optimizer.lr"
	Msg  string
}

// Error says where the mistake is, and what is right.
func (e *Error) Error() string {
	if e.Path == "" {
		return e.Msg
	}
	return e.Path + ": " + e.Msg
}

func errorf(path, format string, args ...any) *Error {
	return &Error{Path: path, Msg: fmt.Sprintf(format, args...)}
}

// head is the key under which a part has its name.
func head(part string) string {
	if part == "data" {
		return "set"
	}
	return "name"
}

// A placedPart is a part and its section of the document.
type placedPart struct {
	section string
	part    *Part
}

// parts returns the parts that a recipe has one of each, in the order of the document.
func (r *Recipe) parts() []placedPart {
	return []placedPart{
		{"data", &r.Data}, {"model", &r.Model}, {"objective", &r.Objective}, {"optimizer", &r.Optimizer}, {"schedule", &r.Schedule},
	}
}

// MarshalJSON returns the document that [Parse] reads.
func (r *Recipe) MarshalJSON() ([]byte, error) {
	var metrics []json.RawMessage
	for _, m := range r.Metrics {
		metrics = append(metrics, m.Document("name"))
	}
	var start *Start
	if !r.Start.empty() {
		start = &r.Start
	}
	return json.Marshal(struct {
		Name      string            `json:"name"`
		About     string            `json:"about,omitempty"`
		Seed      uint64            `json:"seed"`
		Data      json.RawMessage   `json:"data"`
		Model     json.RawMessage   `json:"model"`
		Start     *Start            `json:"start,omitempty"`
		Objective json.RawMessage   `json:"objective"`
		Optimizer json.RawMessage   `json:"optimizer"`
		Schedule  json.RawMessage   `json:"schedule,omitempty"`
		Train     Train             `json:"train"`
		Metrics   []json.RawMessage `json:"metrics,omitempty"`
	}{
		r.Name, r.About, r.Seed, r.Data.Document("set"), r.Model.Document("name"), start, r.Objective.Document("name"),
		r.Optimizer.Document("name"), r.Schedule.Document("name"), r.Train, metrics,
	})
}

// Document returns the part as JSON: its name under that key first, then its own keys in order. It is nil of a part without a name.
func (p Part) Document(head string) json.RawMessage {
	if p.Name == "" {
		return nil
	}
	var b bytes.Buffer
	name, _ := json.Marshal(p.Name)
	fmt.Fprintf(&b, "{%q: %s", head, name)
	for _, key := range slices.Sorted(maps.Keys(p.Config)) {
		value, err := json.Marshal(p.Config[key])
		if err != nil {
			value = []byte("null")
		}
		fmt.Fprintf(&b, ", %q: %s", key, value)
	}
	b.WriteString("}")
	return b.Bytes()
}

// Document returns the recipe as it would be written in a file.
func (r *Recipe) Document() []byte {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return nil // it holds nothing but what JSON can say
	}
	return append(text, '\n')
}
