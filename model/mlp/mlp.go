// Package mlp holds the multi-layer perceptron.
package mlp

import (
	"encoding/json"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
)

// A Config describes a perceptron. The zero value has two hidden layers of 512 rectified units, as in Keras's first
// example.
type Config struct {
	Hidden  []int   `json:"hidden,omitempty"`  // units of each hidden layer; [512, 512] if empty
	Dropout float64 `json:"dropout,omitempty"` // after each hidden layer
}

func init() {
	model.Register(model.Architecture{
		Name: "mlp", About: "multi-layer perceptron: flatten, hidden layers of rectified units, a linear head",
		Config: Config{},
		Build: func(r *rng.Rand, of model.Examples, text json.RawMessage) (nn.Layer, error) {
			var c Config
			if err := model.Decode(text, &c); err != nil {
				return nil, err
			}
			in := 1
			for _, d := range of.Input {
				in *= d
			}
			return New(r, in, of.Outputs, c), nil
		},
	})
}

// New returns a perceptron.
//
//	x [n …] → logits [n out]
//
// Rumelhart, Hinton and Williams, Learning representations by back-propagating errors, Nature 323, 1986.
func New(r *rng.Rand, in, out int, c Config) nn.Sequential {
	if len(c.Hidden) == 0 {
		c.Hidden = []int{512, 512}
	}
	m := nn.Sequential{nn.Flatten{}}
	for _, units := range c.Hidden {
		m = append(m, nn.NewLinear(r, in, units), nn.ReLU{})
		if c.Dropout > 0 {
			m = append(m, nn.NewDropout(r, c.Dropout))
		}
		in = units
	}
	return append(m, nn.NewLinear(r, in, out))
}
