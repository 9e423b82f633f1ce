package recipe

import (
	"fmt"
	"strings"

	"github.com/jimu-ml/jimu/nn"
)

// Several is the error of [Recipe.Summary] that a model is no one graph from inputs to outputs, which could have a table of its layers,
// but several networks.
type Several struct{ Networks []Network }

// A Network is one of a model's.
type Network struct {
	Name       string // "generator"
	Parameters int
}

// Error names the networks.
func (s *Several) Error() string {
	var parts []string
	for _, n := range s.Networks {
		parts = append(parts, fmt.Sprintf("%s with %s parameters", n.Name, Thousands(n.Parameters)))
	}
	return "the model is made of several networks, and has no table of its layers: " + strings.Join(parts, ", ")
}

// severalOf counts the parameters of the networks of a model: by the first part of their names.
func severalOf(m any) *Several {
	s := new(Several)
	params := nn.Params(m)
	for _, name := range modules(params) {
		n := Network{Name: name}
		for _, p := range params {
			if under(p.Name, name) && !p.Buffer {
				n.Parameters += p.Param.Value.Len()
			}
		}
		s.Networks = append(s.Networks, n)
	}
	return s
}
