// Package sequential holds networks that are written down layer by layer, as data.
//
//	{"name": "sequential", "layers": [
//		{"layer": "conv2d", "channels": 16, "size": 3, "pad": 1}, {"layer": "relu"}, {"layer": "max_pool2d", "size": 2},
//		{"layer": "flatten"}, {"layer": "linear"}
//	]}
//
// What goes into a layer is known from the layers before it, and is not said. A linear layer without units gives as many
// numbers as the examples have outputs.
package sequential

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
)

// A Config describes a network.
type Config struct {
	Layers []any `json:"layers"` // objects; the key layer names the kind, the others are its hyperparameters
}

func init() {
	model.Register(model.Architecture{
		Name: "sequential", About: "layers one after another, each named with its hyperparameters; jimu list layers shows them",
		Config: Config{},
		Build: func(r *rng.Rand, of model.Examples, text json.RawMessage) (nn.Layer, error) {
			var c struct{ Layers []json.RawMessage }
			if err := model.Decode(text, &c); err != nil {
				return nil, err
			}
			if len(c.Layers) == 0 {
				return nil, errors.New(`it has no layers; want a list such as [{"layer": "flatten"}, {"layer": "linear"}]`)
			}
			return New(r, of, c.Layers)
		},
	})
}

// Kinds returns the names of the layers that a network may have.
func Kinds() []string { return slices.Sorted(maps.Keys(rows)) }

// Keys returns the hyperparameters of a kind, and whether there is such a kind.
func Keys(kind string) (keys []string, ok bool) {
	r, ok := rows[kind]
	return r.keys, ok
}

// New returns the layers of a network in their order, each described by a JSON object. The last must give [of.Outputs].
func New(r *rng.Rand, of model.Examples, layers []json.RawMessage) (nn.Sequential, error) {
	b := builder{rand: r, outputs: of.Outputs, tokens: of.Tokens, shape: of.Input}
	m, err := b.all(layers, "layers")
	if err != nil {
		return nil, err
	}
	if len(b.shape) == 0 || b.shape[len(b.shape)-1] != of.Outputs {
		return nil, fmt.Errorf(`the last layer gives %v, and the examples want %d outputs; end with {"layer": "linear"}`, b.shape, of.Outputs)
	}
	return m, nil
}

// A builder is at one place in the network: what comes in there.
type builder struct {
	rand    *rng.Rand
	outputs int
	tokens  int   // how many tokens there are, if they come in here; 0: numbers do
	shape   []int // of one example here
}

// all makes layers one after another.
func (b *builder) all(layers []json.RawMessage, path string) (nn.Sequential, error) {
	var m nn.Sequential
	for i, text := range layers {
		at := fmt.Sprintf("%s[%d]", path, i)
		l, err := b.one(text, at)
		if err != nil {
			return nil, err
		}
		m = append(m, l)
	}
	return m, nil
}

// one makes a layer, and goes on to what comes out of it.
func (b *builder) one(text json.RawMessage, path string) (nn.Layer, error) {
	kind, keys, err := read(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	row, ok := rows[kind]
	if !ok {
		return nil, fmt.Errorf("%s: %w", path, noSuch(kind))
	}
	l, err := row.make(b, keys, path)
	if err != nil {
		return nil, fmt.Errorf("%s, %s: %w", path, kind, err)
	}
	if err := b.pass(l); err != nil {
		return nil, fmt.Errorf("%s, %s after %v: %w", path, kind, b.shape, err)
	}
	return l, nil
}

// pass makes the builder's shape that of the layer's result.
func (b *builder) pass(l nn.Layer) error {
	summarize := nn.Summarize
	if b.tokens > 0 {
		summarize = nn.SummarizeTokens
	}
	s, err := summarize(l, b.shape...)
	if err != nil {
		return err
	}
	if len(s.Rows) > 0 {
		b.shape = s.Output
		b.tokens = 0
	}
	return nil
}

func noSuch(kind string) error {
	if kind == "" {
		return errors.New(`it names no layer; want {"layer": NAME, …}`)
	}
	if n := model.Nearest(kind, Kinds()); n != "" {
		return fmt.Errorf("no layer %q; did you mean %s?", kind, n)
	}
	return fmt.Errorf("no layer %q; there are %s", kind, strings.Join(Kinds(), ", "))
}
