// Package kan holds Kolmogorov–Arnold networks: architectures by name whose learned functions stand on the edges.
package kan

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Config describes a network.
type Config struct {
	Hidden    []int      `json:"hidden,omitempty"`    // nodes of each hidden layer; [5] if empty, as in the paper's first example
	Intervals int        `json:"intervals,omitempty"` // of the grid; 5 if 0
	Order     int        `json:"order,omitempty"`     // of the splines; 3, cubic, if 0
	Range     [2]float64 `json:"range,omitempty"`     // of the grid; [-1, 1] if both are 0. Outside, only the base function is left
}

func init() {
	model.Register(model.Architecture{
		Name: "kan", About: "Kolmogorov–Arnold network: a learned spline on every edge; for tables",
		Config: Config{}, Example: model.Examples{Input: []int{8}, Outputs: 1},
		Build: func(r *rng.Rand, of model.Examples, text json.RawMessage) (nn.Layer, error) {
			var c Config
			if err := model.Decode(text, &c); err != nil {
				return nil, err
			}
			in := 1
			for _, d := range of.Input {
				in *= d
			}
			return New(r, in, of.Outputs, c)
		},
	})
}

// A Model is a Kolmogorov–Arnold network: [Layer]s, and nothing between them.
//
//	x [n …] → y [n out]
//
// Liu and others, KAN: Kolmogorov–Arnold Networks, 2024 (arXiv:2404.19756).
type Model struct{ Layers []*Layer }

// New returns a network of so many inputs. The error is that there is no such grid.
func New(r *rng.Rand, in, out int, c Config) (*Model, error) {
	if len(c.Hidden) == 0 {
		c.Hidden = []int{5}
	}
	if c.Intervals == 0 {
		c.Intervals = 5
	}
	if c.Order == 0 {
		c.Order = 3
	}
	if c.Range == [2]float64{} {
		c.Range = [2]float64{-1, 1}
	}
	if c.Intervals < 1 || c.Order < 1 || c.Range[0] >= c.Range[1] {
		return nil, fmt.Errorf("there is no grid of %d intervals and order %d over the range %v", c.Intervals, c.Order, c.Range)
	}
	m := &Model{}
	for _, n := range append(append([]int{}, c.Hidden...), out) {
		m.Layers = append(m.Layers, newLayer(r, in, n, c))
		in = n
	}
	return m, nil
}

// Forward returns what the layers make of x.
func (m *Model) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	x = x.Flatten(1, -1)
	for _, l := range m.Layers {
		x = l.Forward(p, x)
	}
	return x
}

// Layer sums a learned function of each input for each output.
//
//	x [n in] → y [n out]
//	y_o = Σᵢ a_io · silu(xᵢ) + b_io · Σⱼ c_ioj · Bⱼ(xᵢ)
//
// Bⱼ are the B-splines of that order over the grid of input i, which is even, goes beyond the range by as many intervals as
// the order, and does not learn. The parameters have the names and shapes of the authors' package pykan, whose mask is left out.
//
// Liu and others, KAN: Kolmogorov–Arnold Networks, 2024 (arXiv:2404.19756), equations 2.10 to 2.12.
type Layer struct {
	Grid         tensor.Param `nn:",buffer"`    // [in intervals+2·order+1]
	Coefficients tensor.Param `nn:"coef"`       // [in out intervals+order]
	BaseScale    tensor.Param `nn:"scale_base"` // [in out]
	SplineScale  tensor.Param `nn:"scale_sp"`   // [in out]
	order        int
}

// newLayer returns a layer whose functions are near those of silu, scaled at random.
func newLayer(r *rng.Rand, in, out int, c Config) *Layer {
	l := &Layer{order: c.Order}
	points := c.Intervals + 2*c.Order + 1
	step := (c.Range[1] - c.Range[0]) / float64(c.Intervals)
	grid := make([]float32, in*points)
	for i := range grid {
		grid[i] = float32(c.Range[0] + float64(i%points-c.Order)*step)
	}
	l.Grid.Value = tensor.Of(grid, in, points)
	noise := 0.25 / float64(c.Intervals)
	l.Coefficients.Value = nn.Uniform(-noise, noise)(r.Next(), in, out, c.Intervals+c.Order)
	bound := 1 / math.Sqrt(float64(max(1, in)))
	l.BaseScale.Value = nn.Uniform(-bound, bound)(r.Next(), in, out)
	l.SplineScale.Value = tensor.Full(bound, in, out)
	return l
}

// Forward returns the layer of x.
func (l *Layer) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	c := p.Use(&l.Coefficients)
	in, out, count := c.Dim(0), c.Dim(1), c.Dim(2)
	base := op.Silu(x).MatMul(p.Use(&l.BaseScale))
	splines := bases(x, p.Buffer(&l.Grid), l.order).Reshape(x.Dim(0), in*count)
	weights := c.Mul(p.Use(&l.SplineScale).Reshape(in, out, 1)).Transpose(1, 2).Reshape(in*count, out)
	return base.Add(splines.MatMul(weights))
}

// bases returns the B-splines of x [n in] over grid [in g], as [n in g−1−order], by the recursion of Cox and de Boor.
func bases(x, grid *tensor.Tensor, order int) *tensor.Tensor {
	x = x.Reshape(x.Dim(0), x.Dim(1), 1)
	g := grid.Dim(1)
	knots := func(from, to int) *tensor.Tensor { return grid.Slice(1, from, to) } // [in to−from]
	inside := knots(0, g-1).LessEqual(x).And(x.Less(knots(1, g)))
	b := inside.Cast(device.Float32) // [n in g−1]
	for k := 1; k <= order; k++ {
		m := g - 1 - k // bases of order k
		rising := x.Sub(knots(0, m)).Div(knots(k, g-1).Sub(knots(0, m)))
		falling := knots(k+1, g).Sub(x).Div(knots(k+1, g).Sub(knots(1, m+1)))
		b = rising.Mul(b.Slice(2, 0, m)).Add(falling.Mul(b.Slice(2, 1, m+1)))
	}
	return b
}
