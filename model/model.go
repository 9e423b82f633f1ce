// Package model holds architectures by name, one package a family.
//
// A family registers itself; importing model/all makes all of them known. [New] builds one from a name and a JSON
// configuration, and runs it once on the meta device, so that a shape that does not fit is an error that names the layer.
package model

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// An Architecture builds models of one kind.
type Architecture struct {
	Name  string
	About string // one line

	// Config is the zero configuration: a struct whose JSON keys are those that Build takes.
	Config any

	Example  Examples  // what it is for, where nothing else is said
	Classes  []string  // of what published weights tell apart, where that is nothing that a data set says
	Variants []Variant // of published sizes
	Layouts  []Layout  // of published files whose names or shapes are not ours

	Preprocess Preprocess // of photographs, for published weights in our own layout; a variant or a layout may have another

	// Build makes a model with fresh parameters for examples of that kind, from a JSON object; nil stands for {}. A nil r gives
	// parameters without values.
	Build func(r *rng.Rand, of Examples, config json.RawMessage) (nn.Layer, error)

	// Assemble is there in place of Build if the model has several inputs or outputs.
	Assemble func(r *rng.Rand, of Examples, config json.RawMessage) (Program, error)

	// Types are the "model_type" of the configurations that transformers writes for the family, and Published translates one.
	Types     []string
	Published func(config []byte) (json.RawMessage, Examples, error)

	// Publish is the way back: what transformers' config.json says of a model, nil if it has none like it, and the model's
	// tensors under the names and in the shapes that they have there.
	Publish func(m any, of Examples, tensors []format.Named) (map[string]any, []format.Named, error)

	// Described returns the configuration that a file tells of itself, such as one of GGUF; nil if it is of another family.
	Described func(f format.File) (json.RawMessage, Examples, error)
}

// A Variant is an architecture with the sizes that it was published with.
type Variant struct {
	Name       string   // as the field writes it: "vgg16_bn"
	Config     string   // a JSON object
	Of         Examples // the architecture's own Example if zero
	Parameters int      // that are learned, as published

	Preprocess Preprocess // the architecture's own if zero
}

// Examples says what a model is to take and give.
type Examples struct {
	Input   []int // shape of one input, [c h w] for pictures, [t] for tokens
	Tokens  int   // how many tokens there are, if the inputs are tokens; 0: they are numbers
	Outputs int   // classes, or numbers to predict
	Targets []int // of a series [t c]: the columns whose numbers these are, for each step, counted from 0; nil: all, or it is none
}

var registered = map[string]Architecture{}

// Register makes an architecture known under its name, and its variants under theirs. It is called from init functions; a
// name taken twice panics.
func Register(a Architecture) {
	taken := func(name string) {
		if _, _, ok := Find(name); ok {
			panic(tensor.Errorf("model.Register", "the name %q is taken", name))
		}
	}
	taken(a.Name)
	for _, v := range a.Variants {
		taken(v.Name)
	}
	registered[a.Name] = a
}

// List returns what is registered, by name.
func List() []Architecture {
	var list []Architecture
	for _, a := range registered {
		list = append(list, a)
	}
	slices.SortFunc(list, func(a, b Architecture) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// Find returns the architecture of that name, or that with a variant of that name, and the variant. The variant of an
// architecture's own name is that without a configuration.
func Find(name string) (Architecture, Variant, bool) {
	if a, ok := registered[name]; ok {
		return a, Variant{Name: name, Of: a.Example, Preprocess: a.Preprocess}, true
	}
	for _, a := range registered {
		for _, v := range a.Variants {
			if v.Name == name {
				if v.Of.Input == nil {
					v.Of = a.Example
				}
				if v.Preprocess == (Preprocess{}) {
					v.Preprocess = a.Preprocess
				}
				return a, v, true
			}
		}
	}
	return Architecture{}, Variant{}, false
}

// New builds the architecture or the variant of that name from a JSON configuration, whose keys go over the variant's, and
// checks its shapes on the meta device. Examples that are zero are those of the variant.
func New(name string, r *rng.Rand, of Examples, config json.RawMessage) (nn.Layer, error) {
	a, of, config, err := prepare(name, of, config)
	if err != nil {
		return nil, err
	}
	if a.Build == nil {
		return nil, fmt.Errorf("model %s has several inputs or outputs, and is no layer", name)
	}
	m, err := caught(func() (nn.Layer, error) { return a.Build(r, of, config) })
	if err == nil {
		err = Check(AsProgram(m, of))
	}
	if err != nil {
		return nil, fmt.Errorf("model %s: %w", name, err)
	}
	return m, nil
}

// NewProgram is [New] for any architecture, those with several inputs or outputs included.
func NewProgram(name string, r *rng.Rand, of Examples, config json.RawMessage) (Program, error) {
	a, given, text, err := prepare(name, of, config)
	if err != nil {
		return nil, err
	}
	if a.Assemble == nil {
		m, err := New(name, r, of, config)
		if err != nil {
			return nil, err
		}
		return AsProgram(m, given), nil
	}
	m, err := caught(func() (Program, error) { return a.Assemble(r, given, text) })
	if err == nil {
		err = Check(m)
	}
	if err != nil {
		return nil, fmt.Errorf("model %s: %w", name, err)
	}
	return m, nil
}

func caught[M any](build func() (M, error)) (m M, err error) {
	if e := tensor.Catch(func() { m, err = build() }); e != nil {
		return m, e
	}
	return m, err
}

func prepare(name string, of Examples, config json.RawMessage) (Architecture, Examples, json.RawMessage, error) {
	a, v, ok := Find(name)
	if !ok {
		return a, of, nil, unknown(name)
	}
	if of.Input == nil {
		of = v.Of
	}
	merged, err := over(v.Config, config)
	if err != nil {
		return a, of, nil, fmt.Errorf("model %s: its configuration is no JSON object: %w", name, err)
	}
	return a, of, merged, nil
}

func unknown(name string) error {
	var families, all []string
	for _, a := range List() {
		families = append(families, a.Name)
		all = append(all, a.Name)
		for _, v := range a.Variants {
			all = append(all, v.Name)
		}
	}
	if near := Nearest(name, all); near != "" {
		return fmt.Errorf("no architecture %q; did you mean %s? There are %s", name, near, strings.Join(families, ", "))
	}
	return fmt.Errorf("no architecture %q; there are %s", name, strings.Join(families, ", "))
}

// over returns the object a with the keys of the object b put over its own.
func over(a string, b json.RawMessage) (json.RawMessage, error) {
	if a == "" || len(b) == 0 {
		return append(json.RawMessage(a), b...), nil
	}
	all, more := map[string]json.RawMessage{}, map[string]json.RawMessage{}
	if err := errors.Join(json.Unmarshal([]byte(a), &all), json.Unmarshal(b, &more)); err != nil {
		return nil, err
	}
	maps.Copy(all, more)
	return json.Marshal(all)
}

// Decode fills a configuration from JSON, and refuses keys that it does not have.
func Decode(text json.RawMessage, config any) error {
	if len(text) == 0 {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(config); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("something stands behind the configuration")
	}
	return nil
}
