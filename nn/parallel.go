package nn

import "github.com/jimu-ml/jimu/tensor"

// Join says how [Parallel] makes one tensor of those of its branches.
type Join string

// The ways to join.
const (
	JoinConcat   Join = "concat" // one behind the other, along an axis
	JoinAdd      Join = "add"
	JoinMean     Join = "mean"
	JoinMultiply Join = "multiply"
	JoinMax      Join = "max"
	JoinMin      Join = "min"
)

// Parallel hands x to several layers, and joins what they make of it: Inception's branches, or a gate.
//
// The names of the parameters begin with the place of the branch: "branches.0.weight".
type Parallel struct {
	Branches []Layer
	Join     Join // "" means JoinConcat
	Axis     int  // along which results are concatenated; 0 means 1, that of channels
}

// Forward returns the results of the branches, joined. It panics with a [tensor.Error] if they do not fit.
func (l *Parallel) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	if len(l.Branches) == 0 {
		panic(tensor.Errorf("Parallel", "no branches for %v", x))
	}
	all := make([]*tensor.Tensor, len(l.Branches))
	for i, b := range l.Branches {
		all[i] = b.Forward(p, x)
		all[i] = all[i].Cast(all[0].DType()) // some layers give float32 in a pass of lower precision
	}
	join := map[Join]func(x, y *tensor.Tensor) *tensor.Tensor{
		JoinAdd: (*tensor.Tensor).Add, JoinMean: (*tensor.Tensor).Add, JoinMultiply: (*tensor.Tensor).Mul,
		JoinMax: (*tensor.Tensor).Maximum, JoinMin: (*tensor.Tensor).Minimum,
	}[l.Join]
	switch {
	case l.Join == "" || l.Join == JoinConcat:
		axis := l.Axis
		if axis == 0 {
			axis = 1
		}
		return tensor.Concat(axis, all...)
	case join == nil:
		panic(tensor.Errorf("Parallel", "no way to join %q for %v; there are concat, add, mean, multiply, max, min", string(l.Join), x))
	}
	y := all[0]
	for _, z := range all[1:] {
		y = join(y, z)
	}
	if l.Join == JoinMean {
		y = y.Scale(1 / float64(len(all)))
	}
	return y
}

// Residual adds what a layer makes of x to x.
//
//	y = after(shortcut(x) + layer(x))
//
// He, Zhang, Ren and Sun, Deep Residual Learning for Image Recognition, 2015 (arXiv:1512.03385), equations 1 and 2.
type Residual struct {
	Layer    Layer
	Shortcut Layer // nil adds x as it is
	After    Layer // nil does nothing behind
}

// Forward returns the sum. It panics with a [tensor.Error] if the shapes do not fit.
func (l *Residual) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	y := l.Layer.Forward(p, x)
	if l.Shortcut != nil {
		x = l.Shortcut.Forward(p, x)
	}
	y = x.Add(y.Cast(x.DType()))
	if l.After != nil {
		y = l.After.Forward(p, y)
	}
	return y
}
