// Package model holds architectures by name, one package a family.
//
// A family registers itself; importing model/all makes all of them known. [New] builds one from a name and a JSON
// configuration, and runs it once on the meta device, so that a shape that does not fit is an error that names the layer.
package model

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

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

	// Build makes a model with fresh parameters for examples of that kind, from a JSON object; nil stands for {}.
	Build func(r *rng.Rand, of Examples, config json.RawMessage) (nn.Layer, error)
}

// Examples says what a model is to take and give.
type Examples struct {
	Input   []int // shape of one input, [c h w] for pictures, [t] for tokens
	Tokens  int   // how many tokens there are, if the inputs are tokens; 0: they are numbers
	Outputs int   // classes, or numbers to predict
}

var registered = map[string]Architecture{}

// Register makes an architecture known under its name. It is called from init functions; a name taken twice panics.
func Register(a Architecture) {
	if _, taken := registered[a.Name]; taken {
		panic(tensor.Errorf("model.Register", "the name %q is taken", a.Name))
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

// New builds the architecture of that name from a JSON configuration, and checks its shapes on the meta device.
func New(name string, r *rng.Rand, of Examples, config json.RawMessage) (nn.Layer, error) {
	a, ok := registered[name]
	if !ok {
		var names []string
		for _, a := range List() {
			names = append(names, a.Name)
		}
		return nil, fmt.Errorf("no architecture %q; there are %s", name, strings.Join(names, ", "))
	}
	var m nn.Layer
	var err error
	if e := tensor.Catch(func() { m, err = a.Build(r, of, config) }); e != nil {
		return nil, fmt.Errorf("model %s: %w", name, e)
	}
	if err != nil {
		return nil, fmt.Errorf("model %s: %w", name, err)
	}
	if of.Tokens > 0 {
		_, err = nn.SummarizeTokens(m, of.Input...)
	} else {
		_, err = nn.Summarize(m, of.Input...)
	}
	if err != nil {
		return nil, fmt.Errorf("model %s: %w", name, err)
	}
	return m, nil
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
