// Package dlinear holds DLinear: an architecture by name of two linear maps over time, for what comes next in a series.
package dlinear

import (
	"encoding/json"
	"fmt"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Config describes a network. The zero value is the authors'.
type Config struct {
	Kernel     int  `json:"kernel,omitempty"`     // steps of the moving average, odd; 25 if 0
	Individual bool `json:"individual,omitempty"` // maps of its own for each column that is predicted, in place of maps for all
	Average    bool `json:"average,omitempty"`    // the first weights are 1/t, as the authors offer: each prediction begins as the mean
}

func init() {
	model.Register(model.Architecture{
		Name: "dlinear", About: "DLinear: a linear map of the trend and one of the rest, from the past to what comes next; for series",
		Config: Config{}, Example: model.Examples{Input: []int{336, 7}, Outputs: 96 * 7},
		Build: func(r *rng.Rand, of model.Examples, text json.RawMessage) (nn.Layer, error) {
			var c Config
			if err := model.Decode(text, &c); err != nil {
				return nil, err
			}
			return New(r, of, c)
		},
	})
}

// A Model is DLinear.
//
//	x [n t c] → y [n h·k]: the columns of the first step ahead, of the second, …, all c or the k of of.Targets
//	trend = the moving average of x over time, the ends repeated      rest = x − trend
//	y = W₁·rest + b₁ + W₂·trend + b₂ over time, the same maps for all columns
//
// No column sees another, so those that are no targets change nothing: the authors predict them too and leave them out of the loss.
//
// Names and shapes of the parameters are those of the authors' program with maps for each column; without, theirs have no index.
//
// Zeng, Chen, Zhang and Xu, Are Transformers Effective for Time Series Forecasting?, 2022 (arXiv:2205.13504), section 4.
type Model struct {
	Rest  []*nn.Linear `nn:"Linear_Seasonal"` // [h t]: one, or one for each column
	Trend []*nn.Linear `nn:"Linear_Trend"`

	kernel, columns int
	targets         []int64 // nil: all columns
}

// New returns a network for series of [t c] numbers, of which of.Outputs come next: as many steps as there are columns in it, or of.Targets.
func New(r *rng.Rand, of model.Examples, c Config) (*Model, error) {
	if len(of.Input) != 2 || of.Tokens > 0 {
		return nil, fmt.Errorf("examples of shape %v are no series [steps columns]", of.Input)
	}
	steps, columns := of.Input[0], of.Input[1]
	if c.Kernel == 0 {
		c.Kernel = 25
	}
	if c.Kernel < 1 || c.Kernel%2 == 0 {
		return nil, fmt.Errorf("a moving average of %d steps has no middle; want an odd number", c.Kernel)
	}
	m := &Model{kernel: c.Kernel, columns: columns}
	next := columns // that are predicted
	if len(of.Targets) > 0 {
		next = len(of.Targets)
	}
	for _, k := range of.Targets {
		if k < 0 || k >= columns {
			return nil, fmt.Errorf("the target %d is not among %d columns, counted from 0", k, columns)
		}
		m.targets = append(m.targets, int64(k))
	}
	if of.Outputs < next || of.Outputs%next != 0 {
		return nil, fmt.Errorf("%d numbers to predict are no whole steps of %d columns", of.Outputs, next)
	}
	maps := 1
	if c.Individual {
		maps = next
	}
	for range maps {
		m.Rest = append(m.Rest, nn.NewLinear(r, steps, of.Outputs/next))
		m.Trend = append(m.Trend, nn.NewLinear(r, steps, of.Outputs/next))
	}
	if c.Average && r != nil {
		for i := range maps {
			m.Rest[i].Weight.Value.Fill(1 / float64(steps))
			m.Trend[i].Weight.Value.Fill(1 / float64(steps))
		}
	}
	return m, nil
}

// Forward returns what comes next.
func (m *Model) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	if x.Rank() != 3 || x.Dim(2) != m.columns {
		panic(tensor.Errorf("dlinear", "an input of shape %v; want [n t %d]", x.Shape(), m.columns))
	}
	if m.targets != nil {
		x = x.Take(2, tensor.Of(m.targets, len(m.targets)).To(x.Device()))
	}
	x = x.Transpose(1, 2) // [n c t]
	side := m.kernel / 2
	trend := op.AvgPool(op.PadReplicate(x, [2]int{}, [2]int{}, [2]int{side, side}), op.PoolConfig{Size: m.kernel, Stride: 1})
	y := over(p, m.Rest, x.Sub(trend)).Add(over(p, m.Trend, trend))
	return y.Transpose(1, 2).Reshape(x.Dim(0), -1)
}

// over maps x [n c t] over time: all columns by one map, or each by its own.
func over(p *nn.Pass, maps []*nn.Linear, x *tensor.Tensor) *tensor.Tensor {
	if len(maps) == 1 {
		return maps[0].Forward(p, x)
	}
	columns := make([]*tensor.Tensor, len(maps))
	for i, l := range maps {
		columns[i] = l.Forward(p, x.Slice(1, i, i+1))
	}
	return tensor.Concat(1, columns...)
}
